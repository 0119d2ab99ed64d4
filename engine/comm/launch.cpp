// SPDX-License-Identifier: Apache-2.0
#include "engine/comm/launch.h"

#include <charconv>
#include <cstdlib>

namespace arcmeter::comm {
namespace {

std::optional<std::int64_t> number(const Variables& variables, const char* name) {
    const std::optional<std::string> text = variables(name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (status != std::errc{} || end != text->data() + text->size() || value < 0) return std::nullopt;
    return value;
}

std::optional<LaunchPlace> place(const Variables& variables, const char* launcher, const char* rank,
                                 const char* size) {
    const auto own = number(variables, rank), all = number(variables, size);
    if (!own || !all || *all < 2 || *own >= *all) return std::nullopt;
    return LaunchPlace{launcher, *own, *all};
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
}

LaunchPlace launch_place(const Variables& variables) {
    // Inside a Slurm allocation mpirun's own variables are the process's; the batch script's are not.
    if (variables("OMPI_COMM_WORLD_SIZE")) {
        return place(variables, "mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")
            .value_or(LaunchPlace{});
    }
    const bool has_pmi = variables("PMIX_RANK") || variables("PMI_RANK");
    if (!has_pmi) return {};
    return place(variables, "slurm", "SLURM_PROCID", "SLURM_NTASKS").value_or(LaunchPlace{});
}

}  // namespace arcmeter::comm
