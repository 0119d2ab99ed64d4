// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/choice_cache.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace arcmeter::backend::cuda {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view signature = "arcmeter-cuda-products 1 ";
constexpr std::uintmax_t largest_file_bytes = 16 << 20;

/// FNV-1a, 64 bits: enough to see a damaged file, and nothing else reads it.
std::string checksum(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
    return out;
}

/// Fields are separated by tabs and lines end with a newline: neither may be inside.
std::string one_field(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    return text;
}

std::optional<double> time_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < 0) {
        return std::nullopt;
    }
    return value;
}

/// Removes what was not renamed.
class TemporaryFile {
public:
    explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
    ~TemporaryFile() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    bool write(const std::string& text) {
        std::ofstream file(path_, std::ios::binary);
        return static_cast<bool>(file << text << std::flush);
    }
    bool rename_to(const fs::path& target) {
        std::error_code error;
        fs::rename(path_, target, error);
        return !error;
    }

private:
    fs::path path_;
};

}  // namespace

ChoiceCache::ChoiceCache(fs::path file) : file_(std::move(file)) {
    if (auto entries = read(file_)) {
        entries_ = std::move(*entries);
    } else {
        note_ = "The file of measured choices " + file_.string() + " is damaged and is made anew.";
    }
}

fs::path ChoiceCache::default_file() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    fs::path folder = cache != nullptr && *cache == '/'
                          ? fs::path(cache)
                          : (home != nullptr ? fs::path(home) / ".cache" : fs::temp_directory_path());
    return folder / "arcmeter" / "cuda-products.tsv";
}

std::optional<std::string> ChoiceCache::find(const std::string& key) const {
    const auto found = entries_.find(one_field(key));
    return found == entries_.end() ? std::nullopt : std::optional(found->second.choice);
}

void ChoiceCache::add(const std::string& key, const std::string& choice, double microseconds) {
    entries_[one_field(key)] = {one_field(choice), microseconds};
    save();
}

void ChoiceCache::save() {
    if (auto others = read(file_)) {
        for (const auto& [key, entry] : entries_) (*others)[key] = entry;
        entries_ = std::move(*others);
    }
    std::error_code ignored;
    fs::create_directories(file_.parent_path(), ignored);
    TemporaryFile temporary(file_.string() + "." + std::to_string(getpid()));
    if (!temporary.write(format(entries_)) || !temporary.rename_to(file_)) {
        note_ = "The file of measured choices " + file_.string() +
                " cannot be written: engines are measured each time.";
    }
}

std::optional<ChoiceCache::Entries> ChoiceCache::read(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return Entries{};
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error || bytes > largest_file_bytes) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return file.bad() ? std::nullopt : parse(text);
}

std::optional<ChoiceCache::Entries> ChoiceCache::parse(const std::string& text) {
    const std::string_view all = text;
    const auto header_end = all.find('\n');
    if (header_end == std::string_view::npos) return std::nullopt;
    std::string_view rest = all.substr(header_end + 1);
    if (all.substr(0, header_end) != std::string(signature) + checksum(rest)) return std::nullopt;
    Entries entries;
    while (!rest.empty()) {
        const auto line_end = rest.find('\n');
        const auto first = rest.find('\t');
        const auto second = rest.find('\t', first == std::string_view::npos ? first : first + 1);
        if (line_end == std::string_view::npos || second >= line_end) return std::nullopt;
        const auto time = time_in(rest.substr(second + 1, line_end - second - 1));
        if (first == 0 || !time) return std::nullopt;
        entries[std::string(rest.substr(0, first))] = {
            std::string(rest.substr(first + 1, second - first - 1)), *time};
        rest.remove_prefix(line_end + 1);
    }
    return entries;
}

std::string ChoiceCache::format(const Entries& entries) {
    std::string lines;
    for (const auto& [key, entry] : entries) {
        char time[32];
        const auto written =
            std::to_chars(time, time + sizeof time, entry.microseconds, std::chars_format::fixed, 2);
        lines += key + '\t' + entry.choice + '\t' + std::string(time, written.ptr) + '\n';
    }
    return std::string(signature) + checksum(lines) + '\n' + lines;
}

}  // namespace arcmeter::backend::cuda
