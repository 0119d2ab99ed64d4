// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/protocol/limit.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::worker {

/// Parses one configuration; Error(invalid_config) says what is wrong with the text or the fields.
protocol::RunConfig parse_config(const std::string& text, const std::string& source);

/// From a file, or for "-" the first line of standard input.
protocol::RunConfig read_config(const std::string& source);

/// What `plan` is asked: a configuration, and beside its fields "find" (batch-size or num-classes) for the
/// largest value that fits and "curve_points" (2 to 1000) for memory against the value.
struct PlanRequest {
    protocol::RunConfig config;
    std::optional<protocol::Limit> find;
    std::int64_t curve_points = 0;
};

/// The text of a configuration: a file's, or of "-" one line of standard input. Throws Error(invalid_config).
std::string read_text(const std::string& source);
/// How messages call it: "standard input" or the file's name.
std::string name_of(const std::string& source);

PlanRequest parse_plan_request(const std::string& text, const std::string& source);

}  // namespace arcmeter::worker
