// SPDX-License-Identifier: Apache-2.0
#include "engine/comm/launch.h"

#include <gtest/gtest.h>

#include <map>

namespace arcmeter::comm {
namespace {

LaunchPlace place_in(const std::map<std::string, std::string>& variables) {
    return launch_place([&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

void expect_place(const LaunchPlace& place, const std::string& launcher, std::int64_t rank,
                  std::int64_t size) {
    EXPECT_EQ(place.launcher, launcher);
    EXPECT_EQ(place.rank, rank);
    EXPECT_EQ(place.size, size);
}

TEST(LaunchPlace, NobodyLaunchedIt) {
    expect_place(place_in({}), "local", 0, 1);
}

TEST(LaunchPlace, Mpirun) {
    expect_place(place_in({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "3"}}), "mpirun", 2, 3);
}

TEST(LaunchPlace, TheOnlyProcessNeedsNoMpi) {
    expect_place(place_in({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}}), "local", 0, 1);
    expect_place(place_in({{"PMIX_RANK", "0"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}}), "local", 0, 1);
}

TEST(LaunchPlace, Srun) {
    expect_place(place_in({{"PMIX_RANK", "1"}, {"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}}), "slurm", 1, 4);
}

/// A batch script's own processes have Slurm's variables without srun having started them.
TEST(LaunchPlace, ABatchScriptIsNotARank) {
    expect_place(place_in({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}), "local", 0, 1);
}

TEST(LaunchPlace, MpirunInsideAnAllocation) {
    expect_place(place_in({{"OMPI_COMM_WORLD_RANK", "1"},
                           {"OMPI_COMM_WORLD_SIZE", "2"},
                           {"PMIX_RANK", "1"},
                           {"SLURM_PROCID", "0"},
                           {"SLURM_NTASKS", "8"}}),
                 "mpirun", 1, 2);
}

TEST(LaunchPlace, NonsenseIsNoLaunch) {
    for (const char* size : {"", "x", "-2", "2x", "99999999999999999999"}) {
        expect_place(place_in({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", size}}), "local", 0,
                     1);
    }
    expect_place(place_in({{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "3"}}), "local", 0, 1);
}

}  // namespace
}  // namespace arcmeter::comm
