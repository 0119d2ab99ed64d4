// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/protocol/error.h"

namespace arcmeter::weights {
namespace {

std::string last_reason() {
    return std::generic_category().message(errno);
}

[[noreturn]] void throw_unwritten(const std::filesystem::path& path) {
    throw Error(ErrorCode::internal, path.string() + " could not be written: " + last_reason() + ".");
}

[[noreturn]] void throw_unwritable(const std::filesystem::path& path, const std::string& reason) {
    throw Error(ErrorCode::invalid_config,
                "The output file " + path.string() + " cannot be written: " + reason + ".",
                "Choose a folder that exists and that you may write to.");
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)), part_(path_) {
    part_ += ".part";
    std::error_code error;
    const auto status = std::filesystem::status(path_, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        throw_unwritable(path_, "it is not a regular file");
    }
    descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw_unwritable(path_, last_reason());
}

OutputFile::~OutputFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(part_.c_str());
}

void OutputFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_unwritten(part_);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void OutputFile::commit() {
    // On disk before it has its name: a crash must not leave a named file without its bytes.
    if (::fsync(descriptor_) != 0) throw_unwritten(part_);
    if (::rename(part_.c_str(), path_.c_str()) != 0) throw_unwritten(path_);
    ::close(std::exchange(descriptor_, -1));
}

}  // namespace arcmeter::weights
