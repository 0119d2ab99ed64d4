// SPDX-License-Identifier: Apache-2.0
#include "engine/data/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/protocol/error.h"

namespace arcmeter::data {

namespace {

[[noreturn]] void throw_unreadable(const std::filesystem::path& path, const std::string& reason) {
    throw Error(ErrorCode::data_missing, path.string() + " cannot be read: " + reason,
                "Check the path and who may read it.");
}

std::string last_reason() {
    return std::generic_category().message(errno);
}

class FileDescriptor {
public:
    explicit FileDescriptor(const std::filesystem::path& path)
        : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~FileDescriptor() {
        if (value_ >= 0) ::close(value_);
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    int value() const { return value_; }

private:
    int value_;
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
    const FileDescriptor file(path);
    if (file.value() < 0) throw_unreadable(path, last_reason());
    struct stat status {};
    if (::fstat(file.value(), &status) != 0) throw_unreadable(path, last_reason());
    if (!S_ISREG(status.st_mode)) throw_unreadable(path, "it is not a regular file");
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ == 0) return;  // mmap refuses empty files
    void* mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.value(), 0);
    if (mapping == MAP_FAILED) throw_unreadable(path, last_reason());
    data_ = static_cast<const std::uint8_t*>(mapping);
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

void MappedFile::advise(Access access) const {
    if (data_ == nullptr) return;
    ::madvise(const_cast<std::uint8_t*>(data_), size_,
              access == Access::random ? MADV_RANDOM : MADV_SEQUENTIAL);
}

}  // namespace arcmeter::data
