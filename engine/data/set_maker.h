// SPDX-License-Identifier: Apache-2.0
// Makes a training set of procedural faces in insightface form.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace arcmeter::data {

/// Called on the caller's thread with images done and images in all; may be empty.
using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

struct MakeOptions {
    std::int64_t identities = 0;           ///< 1 .. 2^24
    std::int64_t images_per_identity = 0;  ///< 1 .. 100000; at most 2^31 - 2^25 images in all
    std::filesystem::path output;          ///< new or empty folder
    std::uint64_t seed = 0;
    int threads = 0;  ///< 0: all cores; the set does not depend on it
};

struct MakeResult {
    std::int64_t identities = 0;
    std::int64_t images = 0;
    std::uint64_t bytes = 0;  ///< of train.rec
};

/// Throws Error invalid_config for options out of range or an output that cannot be used, internal if the
/// disk fails; nothing is left behind then. The same options give the same bytes on the same build.
MakeResult make_set(const MakeOptions& options, const Progress& progress);

}  // namespace arcmeter::data
