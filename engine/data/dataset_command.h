// SPDX-License-Identifier: Apache-2.0
// `arcmeter-engine dataset make | info | verify`.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/data/set_maker.h"

namespace arcmeter::data {

/// Each returns the one JSON object that --json prints; errors are thrown as Error.
nlohmann::json dataset_make(const MakeOptions& options, const Progress& progress);
nlohmann::json dataset_info(const std::filesystem::path& folder);
/// `ok` tells whether the set is whole; `problem` then is null, else a sentence about the first damage.
nlohmann::json dataset_verify(const std::filesystem::path& folder, const Progress& progress);

/// The command line after `arcmeter-engine`: argv[0] is "dataset". Results go to standard output, as text or
/// with
/// --json as one object; progress and errors to standard error. Returns the exit code: 0 done, 1 bad data or
/// a failed write, 2 wrong usage.
int dataset_main(int argc, char** argv);

}  // namespace arcmeter::data
