// SPDX-License-Identifier: Apache-2.0
// What a launcher (mpirun, srun) tells a process it started, before MPI is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace arcmeter::comm {

struct LaunchPlace {
    std::string launcher = "local";  ///< "mpirun", "slurm"
    std::int64_t rank = 0;
    std::int64_t size = 1;
};

using Variables = std::function<std::optional<std::string>(const char* name)>;

/// The environment of this process.
std::optional<std::string> environment_variable(const char* name);

/// Open MPI's OMPI_COMM_WORLD_*, Slurm's SLURM_PROCID and SLURM_NTASKS where srun set up PMI for the process.
/// A process that nobody launched, or the only one that was, is rank 0 of 1.
LaunchPlace launch_place(const Variables& variables = environment_variable);

}  // namespace arcmeter::comm
