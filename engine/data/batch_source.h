// SPDX-License-Identifier: Apache-2.0
// Where a training step gets its images and labels from.
#pragma once

#include <cstdint>

namespace arcmeter::data {

struct Batch {
    const std::uint8_t* images = nullptr;  ///< [size][112][112][3], RGB
    const std::int32_t* labels = nullptr;  ///< [size]
    std::int32_t size = 0;                 ///< samples; the same for every batch of a source
    std::uint64_t id = 0;                  ///< batches with the same one hold the same values; 0: not known
};

/// Used by one thread. The source owns what a batch points to; it holds until the following next() or the
/// source's end.
class BatchSource {
public:
    virtual ~BatchSource() = default;

    /// The next batch; waits if it is not ready. Throws Error if one of its samples could not be read.
    virtual const Batch& next() = 0;
};

}  // namespace arcmeter::data
