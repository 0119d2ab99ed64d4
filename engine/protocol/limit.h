// SPDX-License-Identifier: Apache-2.0
// The two fields whose largest value one searches for: what is tried, in which range, and what the next step
// is.
#pragma once

#include "engine/protocol/run_config.h"

namespace arcmeter::protocol {

enum class Limit { batch_size, num_classes };

/// "batch-size", "num-classes": as on the command line.
const std::vector<EnumName<Limit>>& names_of(Limit);

/// The configuration's own value; `classes` where it leaves the number of classes to the dataset.
std::int64_t limit_value(const RunConfig& config, Limit limit, std::int64_t classes);

RunConfig with_limit_value(RunConfig config, Limit limit, std::int64_t value);

/// Range of values that a configuration can have; for num_classes of a dataset from its own number on
/// (`classes`).
std::int64_t least_limit_value(const RunConfig& config, Limit limit, std::int64_t classes);
std::int64_t largest_limit_value(const RunConfig& config, Limit limit);

/// What a found value is held against (spec: largest batch, largest num_classes): batch + 1, classes + 1 %.
std::int64_t next_limit_value(Limit limit, std::int64_t value);

}  // namespace arcmeter::protocol
