// SPDX-License-Identifier: Apache-2.0
// Reads a whole set and says what is in it and where it is first damaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/data/set_maker.h"

namespace arcmeter::data {

/// What can be told without reading the images.
struct SetInfo {
    std::int64_t num_classes = 0;  ///< from property
    std::int64_t images = 0;
    std::int64_t identity_records = 0;  ///< 0 in a plain list
    std::int64_t records = 0;           ///< in train.idx
    std::uint64_t bytes = 0;            ///< of train.rec
    bool index_was_rebuilt = false;
};

SetInfo set_info(const std::filesystem::path& folder);

struct VerifyResult {
    bool ok = false;
    std::int64_t records = 0;     ///< whole records found in train.rec
    std::int64_t images = 0;      ///< images that decoded
    std::int64_t identities = 0;  ///< classes that have at least one image
    std::uint64_t bytes = 0;      ///< of train.rec
    std::int64_t bad_records = 0;
    std::optional<std::uint64_t> first_bad_offset;  ///< in train.rec; none if only the other files are bad
    std::string first_problem;                      ///< a sentence; empty if ok
};

/// Reads every record, decodes every image, and checks labels and identity ranges. Damage is in the result;
/// Error is thrown only for what keeps the set from being read at all (missing files, bad property or
/// train.idx). threads 0: all cores.
VerifyResult verify_set(const std::filesystem::path& folder, int threads, const Progress& progress);

}  // namespace arcmeter::data
