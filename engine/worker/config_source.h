// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/protocol/run_config.h"

namespace arcmeter::worker {

/// Parses one configuration; Error(invalid_config) says what is wrong with the text or the fields.
protocol::RunConfig parse_config(const std::string& text, const std::string& source);

/// From a file, or for "-" the first line of standard input.
protocol::RunConfig read_config(const std::string& source);

}  // namespace arcmeter::worker
