// SPDX-License-Identifier: Apache-2.0
#include "engine/data/synthetic_source.h"

#include "engine/data/face_dataset.h"
#include "engine/data/random.h"

namespace arcmeter::data {

SyntheticSource::SyntheticSource(std::int32_t batch_size, std::int32_t num_classes, std::uint64_t seed,
                                 int rank)
    : images_(static_cast<std::size_t>(batch_size) * image_bytes),
      labels_(static_cast<std::size_t>(batch_size)) {
    Random random(hash64(seed, static_cast<std::uint64_t>(rank)));
    for (auto& pixel : images_) pixel = static_cast<std::uint8_t>(random.below(256));
    for (auto& label : labels_) {
        label = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(num_classes)));
    }
    batch_ = {images_.data(), labels_.data(), batch_size, 1};
}

}  // namespace arcmeter::data
