// SPDX-License-Identifier: Apache-2.0
#include "engine/train/learning_rate.h"

namespace arcmeter::train {

double learning_rate(const protocol::RunConfig& config, std::int64_t step) {
    double rate = config.learning_rate;
    if (config.scale_learning_rate) {
        rate *= static_cast<double>(config.batch_size_per_device * config.world_size()) / 512.0;
    }
    double scale = 1;
    for (std::size_t i = 0; i < config.learning_rate_steps.size(); ++i) {
        if (step >= config.learning_rate_steps[i]) scale = config.learning_rate_scales[i];
    }
    return rate * scale;
}

}  // namespace arcmeter::train
