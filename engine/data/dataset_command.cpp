// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset_command.h"

#include "engine/data/set_verifier.h"

namespace arcmeter::data {

nlohmann::json dataset_make(const MakeOptions& options, const Progress& progress) {
    const MakeResult made = make_set(options, progress);
    return {{"folder", options.output.string()},
            {"identities", made.identities},
            {"images", made.images},
            {"bytes", made.bytes},
            {"seed", options.seed}};
}

nlohmann::json dataset_info(const std::filesystem::path& folder) {
    const SetInfo info = set_info(folder);
    return {{"folder", folder.string()},
            {"num_classes", info.num_classes},
            {"images", info.images},
            {"identity_records", info.identity_records},
            {"records", info.records},
            {"bytes", info.bytes},
            {"index_was_rebuilt", info.index_was_rebuilt}};
}

nlohmann::json dataset_verify(const std::filesystem::path& folder, const Progress& progress) {
    const VerifyResult found = verify_set(folder, 0, progress);
    nlohmann::json result{{"folder", folder.string()},
                          {"ok", found.ok},
                          {"records", found.records},
                          {"images", found.images},
                          {"identities", found.identities},
                          {"bytes", found.bytes},
                          {"bad_records", found.bad_records},
                          {"first_bad_offset", nullptr},
                          {"problem", nullptr}};
    if (found.first_bad_offset) result["first_bad_offset"] = *found.first_bad_offset;
    if (!found.ok) result["problem"] = found.first_problem;
    return result;
}

}  // namespace arcmeter::data
