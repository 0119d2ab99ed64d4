// SPDX-License-Identifier: Apache-2.0
// Measured choices of engines on disk, so that a shape is measured once for a device, its driver and its
// libraries.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace arcmeter::backend::cuda {

/// Used from one thread; several processes may share the file. Neither a damaged file nor one that cannot be
/// written is an error: what is known is then measured again, and note() says why.
class ChoiceCache {
public:
    explicit ChoiceCache(std::filesystem::path file);

    /// $XDG_CACHE_HOME/arcmeter/cuda-products.tsv, ~/.cache without it.
    static std::filesystem::path default_file();

    /// What add() was given for the key, by this process or another.
    std::optional<std::string> find(const std::string& key) const;

    /// Writes the file again under a temporary name, with what others have added meanwhile, and renames it.
    void add(const std::string& key, const std::string& choice, double microseconds);

    const std::string& note() const { return note_; }  ///< one sentence; empty when all is well

private:
    struct Entry {
        std::string choice;
        double microseconds = 0;
    };
    using Entries = std::map<std::string, Entry>;

    /// nullopt when the file is there and is not what was written; no entries when it is not there.
    static std::optional<Entries> read(const std::filesystem::path& file);
    static std::optional<Entries> parse(const std::string& text);
    static std::string format(const Entries& entries);
    void save();

    std::filesystem::path file_;
    Entries entries_;
    std::string note_;
};

}  // namespace arcmeter::backend::cuda
