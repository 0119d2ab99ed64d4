// SPDX-License-Identifier: Apache-2.0
// A whole file mapped read-only into memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace arcmeter::data {

enum class Access { sequential, random };

/// Owns the mapping; const methods may be called from any thread. A file that is not there or cannot be read
/// is Error data_missing. Pages stay file-backed, so they never count as the process's own memory.
class MappedFile {
public:
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
    std::uint64_t size() const { return size_; }
    const std::filesystem::path& path() const { return path_; }

    /// Tells the kernel how the file will be read; only a matter of speed.
    void advise(Access access) const;

private:
    std::filesystem::path path_;
    const std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace arcmeter::data
