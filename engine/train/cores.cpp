// SPDX-License-Identifier: Apache-2.0
#include "engine/train/cores.h"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

namespace arcmeter::train {

Cores process_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    Cores cores;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
        if (CPU_ISSET(core, &set)) cores.push_back(core);
    }
    return cores;
}

Cores share_of_cores(const Cores& cores, std::int64_t local_rank, std::int64_t local_size) {
    const auto count = static_cast<std::int64_t>(cores.size());
    if (count == 0) return {};
    if (count < local_size) return {cores[static_cast<std::size_t>(local_rank % count)]};
    const auto begin = cores.begin() + local_rank * count / local_size;
    return {begin, cores.begin() + (local_rank + 1) * count / local_size};
}

bool are_disjoint(const std::vector<Cores>& sets) {
    std::set<int> taken;
    for (const Cores& cores : sets) {
        for (const int core : cores) {
            if (!taken.insert(core).second) return false;
        }
    }
    return true;
}

bool pin_process(const Cores& cores) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int core : cores) CPU_SET(core, &set);
    std::error_code error;
    bool is_pinned = sched_setaffinity(0, sizeof set, &set) == 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
        const pid_t id = std::atoi(thread.path().filename().c_str());
        is_pinned = sched_setaffinity(id, sizeof set, &set) == 0 && is_pinned;
    }
    return is_pinned;
}

std::string to_text(const Cores& cores) {
    std::string text;
    for (std::size_t i = 0; i < cores.size();) {
        std::size_t last = i;
        while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1) ++last;
        if (!text.empty()) text += ',';
        text += std::to_string(cores[i]);
        if (last > i) text.append("-").append(std::to_string(cores[last]));
        i = last + 1;
    }
    return text;
}

}  // namespace arcmeter::train
