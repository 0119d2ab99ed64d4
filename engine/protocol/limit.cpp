// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/limit.h"

#include <algorithm>

namespace arcmeter::protocol {

const std::vector<EnumName<Limit>>& names_of(Limit) {
    static const std::vector<EnumName<Limit>> names{{Limit::batch_size, "batch-size"},
                                                    {Limit::num_classes, "num-classes"}};
    return names;
}

std::int64_t limit_value(const RunConfig& config, Limit limit, std::int64_t classes) {
    return limit == Limit::batch_size ? config.batch_size_per_device : config.num_classes.value_or(classes);
}

RunConfig with_limit_value(RunConfig config, Limit limit, std::int64_t value) {
    if (limit == Limit::batch_size) {
        config.batch_size_per_device = value;
    } else {
        config.num_classes = value;
    }
    return config;
}

std::int64_t least_limit_value(const RunConfig& config, Limit limit, std::int64_t classes) {
    if (limit == Limit::batch_size) return 1;
    return std::max(least_classes(config), config.is_synthetic() ? 1 : classes);
}

std::int64_t largest_limit_value(const RunConfig& config, Limit limit) {
    if (limit == Limit::num_classes) return max_num_classes;
    return std::min(max_batch_size, max_global_batch_size / std::max<std::int64_t>(1, config.world_size()));
}

std::int64_t next_limit_value(Limit limit, std::int64_t value) {
    return limit == Limit::batch_size ? value + 1 : value + std::max<std::int64_t>(1, value / 100);
}

}  // namespace arcmeter::protocol
