// SPDX-License-Identifier: Apache-2.0
#include "engine/data/epoch_order.h"

#include <algorithm>
#include <bit>

#include "engine/data/random.h"

namespace arcmeter::data {

EpochOrder::EpochOrder(std::uint64_t size, std::uint64_t seed, std::uint64_t epoch)
    : size_(size),
      key_(hash64(seed, epoch)),
      half_bits_(std::max(1, (static_cast<int>(std::bit_width(size - 1)) + 1) / 2)) {}

std::uint64_t EpochOrder::operator()(std::uint64_t place) const {
    std::uint64_t value = permute_once(place);
    while (value >= size_) value = permute_once(value);
    return value;
}

std::uint64_t EpochOrder::permute_once(std::uint64_t value) const {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < rounds_; ++round) {
        const std::uint64_t mixed = left ^ (hash64(key_, round, right) & mask);
        left = right;
        right = mixed;
    }
    return (left << half_bits_) | right;
}

}  // namespace arcmeter::data
