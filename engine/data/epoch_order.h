// SPDX-License-Identifier: Apache-2.0
// The order in which an epoch visits its images.
#pragma once

#include <cstdint>

namespace arcmeter::data {

/// A pseudo-random permutation of 0 .. size-1 that needs no memory and no time at the start of an epoch, so
/// that a set of 17 million images reshuffles without a pause. A four-round Feistel network on the smallest
/// even number of bits that holds size, walked until it falls below size (Black and Rogaway 2002, cycle
/// walking).
class EpochOrder {
public:
    /// size 1 .. 2^62.
    EpochOrder(std::uint64_t size, std::uint64_t seed, std::uint64_t epoch);

    std::uint64_t operator()(std::uint64_t place) const;

private:
    std::uint64_t permute_once(std::uint64_t value) const;

    static constexpr int rounds_ = 4;
    std::uint64_t size_;
    std::uint64_t key_;
    int half_bits_;
};

}  // namespace arcmeter::data
