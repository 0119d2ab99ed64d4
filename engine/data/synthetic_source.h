// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/data/batch_source.h"

namespace arcmeter::data {

/// One fixed batch of random pixels and random labels in [0, num_classes), the same at every next(). Ranks
/// get different batches from the same seed. Its id never changes, so a device may copy the batch once.
class SyntheticSource : public BatchSource {
public:
    SyntheticSource(std::int32_t batch_size, std::int32_t num_classes, std::uint64_t seed, int rank = 0);

    const Batch& next() override { return batch_; }

private:
    std::vector<std::uint8_t> images_;
    std::vector<std::int32_t> labels_;
    Batch batch_;
};

}  // namespace arcmeter::data
