// SPDX-License-Identifier: Apache-2.0
#include "engine/train/overhead_store.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace arcmeter::train {
namespace {

using nlohmann::json;

json read_entries() {
    std::ifstream file(overhead_file());
    json entries = json::parse(file, nullptr, false);
    return entries.is_object() ? entries : json::object();
}

void write_entries(const json& entries) {
    const std::filesystem::path path = overhead_file();
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::filesystem::path temporary = path;
    temporary += '.';
    temporary += std::to_string(getpid());
    const bool written = static_cast<bool>(std::ofstream(temporary) << entries.dump(1) << std::flush);
    if (written) std::filesystem::rename(temporary, path, ignored);
    if (!written || ignored) std::filesystem::remove(temporary, ignored);
}

std::string ranks_key(std::int64_t world_size) {
    return world_size > 1 ? ", several ranks" : "";
}

std::string kind_key(const backend::Backend& backend, std::int64_t world_size) {
    return backend.name() + ", any device" + ranks_key(world_size);
}

std::string device_key(const backend::Backend& backend, std::int64_t world_size) {
    const protocol::DeviceInfo device = backend.device_info();
    std::string key = backend.name() + ", " + device.name;
    if (!device.driver.empty()) key += ", driver " + device.driver;
    for (const auto& [library, version] : backend.libraries()) key += ", " + library + " " + version;
    return key + ranks_key(world_size);
}

std::int64_t entry(const json& entries, const std::string& key) {
    const auto found = entries.find(key);
    return found != entries.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace

std::filesystem::path overhead_file() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    std::filesystem::path folder;
    if (cache && *cache) {
        folder = cache;
    } else if (home && *home) {
        folder = std::filesystem::path(home) / ".cache";
    } else {
        return {};
    }
    return folder / "arcmeter" / "overhead.json";
}

backend::Overhead known_overhead(const backend::Backend& backend, std::int64_t world_size) {
    if (overhead_file().empty()) return backend.overhead();
    const json entries = read_entries();
    const std::int64_t own = entry(entries, device_key(backend, world_size));
    // Without libraries there is no device behind the backend.
    const bool has_device = !backend.libraries().empty();
    const std::int64_t bytes = own > 0 || has_device ? own : entry(entries, kind_key(backend, world_size));
    if (bytes > 0) return {bytes, "measured"};
    return world_size > 1 ? known_overhead(backend, 1) : backend.overhead();
}

void record_overhead(const backend::Backend& backend, std::int64_t world_size, std::int64_t bytes) {
    if (bytes <= 0 || overhead_file().empty()) return;
    json entries = read_entries();
    if (bytes <= entry(entries, device_key(backend, world_size))) return;
    entries[device_key(backend, world_size)] = bytes;
    entries[kind_key(backend, world_size)] = bytes;
    write_entries(entries);
}

}  // namespace arcmeter::train
