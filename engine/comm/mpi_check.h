// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <string>

#include "engine/protocol/error.h"

namespace arcmeter::comm {

inline void check_mpi(int status, const char* call, const char* file, int line) {
    if (status == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING] = {};
    int length = 0;
    MPI_Error_string(status, text, &length);
    throw Error(ErrorCode::rank_lost, std::string("Communication with another rank failed: ") + text + " (" +
                                          call + ", " + file + ":" + std::to_string(line) + ").");
}

}  // namespace arcmeter::comm

/// Throws Error(rank_lost) with the call's text, file and line.
#define ARCMETER_MPI(call) ::arcmeter::comm::check_mpi((call), #call, __FILE__, __LINE__)
