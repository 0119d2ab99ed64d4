// SPDX-License-Identifier: Apache-2.0
#include "engine/data/output_set.h"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace arcmeter::data {

namespace {

constexpr std::array<const char*, 3> file_names{"train.rec", "train.idx", "property"};

bool is_leftover(const std::filesystem::path& path) {
    for (const char* name : file_names) {
        if (path.filename() == std::string(name) + ".part") return true;
    }
    return false;
}

Error cannot_use(const std::filesystem::path& folder, const std::string& why) {
    return {ErrorCode::invalid_config, "output folder " + folder.string() + " " + why,
            "Choose a folder that is new or empty."};
}

void check_written(std::ostream& file, const std::filesystem::path& path) {
    if (file) return;
    throw Error(ErrorCode::internal,
                path.string() + " could not be written: " + std::generic_category().message(errno));
}

/// Makes the folder if it is not there and says whether it did.
bool prepare(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::exists(folder, error)) {
        if (!std::filesystem::is_directory(folder, error)) throw cannot_use(folder, "is not a folder");
        std::filesystem::directory_iterator entries(folder, error);
        if (error) throw cannot_use(folder, "cannot be read: " + error.message());
        for (const auto& entry : entries) {
            if (!is_leftover(entry.path())) {
                throw cannot_use(folder, "is not empty: it holds " + entry.path().filename().string());
            }
        }
        return false;
    }
    std::filesystem::create_directories(folder, error);
    if (error) throw cannot_use(folder, "cannot be made: " + error.message());
    return true;
}

}  // namespace

OutputSet::OutputSet(const std::filesystem::path& folder) : folder_(folder), made_folder_(prepare(folder)) {
    records_.emplace(part("train.rec"));
    index_.open(part("train.idx"), std::ios::trunc);
    check_written(index_, part("train.idx"));
}

OutputSet::~OutputSet() {
    if (committed_) return;
    std::error_code ignored;
    for (const char* name : file_names) std::filesystem::remove(part(name), ignored);
    if (made_folder_) std::filesystem::remove(folder_, ignored);
}

std::filesystem::path OutputSet::part(const char* name) const {
    return folder_ / (std::string(name) + ".part");
}

void OutputSet::add(std::span<const std::uint8_t> payload) {
    const std::uint64_t offset = records_->write(payload);
    errno = 0;
    index_ << next_key_++ << '\t' << offset << '\n';
    check_written(index_, part("train.idx"));
}

void OutputSet::write_property(const SetProperty& property) const {
    errno = 0;
    std::ofstream file(part("property"), std::ios::trunc);
    file << property.classes << ',' << property.height << ',' << property.width << '\n';
    file.close();
    check_written(file, part("property"));
}

void OutputSet::commit(const SetProperty& property) {
    records_->close();
    errno = 0;
    index_.close();
    check_written(index_, part("train.idx"));
    write_property(property);
    // property last: a set without it is refused, so a reader never takes a half-renamed set for a whole one.
    for (const char* name : file_names) std::filesystem::rename(part(name), folder_ / name);
    committed_ = true;
}

}  // namespace arcmeter::data
