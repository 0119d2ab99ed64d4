// SPDX-License-Identifier: Apache-2.0
// NCCL's entry points among processes of one machine whose devices are emulated: shared memory that the
// unique id names. A collective is polled by its stream, so that the host may look at its state meanwhile, as
// with a kernel that waits on a GPU.
#pragma once

#include "engine/backend/cuda/nccl_api.h"

namespace cuda_emulation {

const arcmeter::backend::cuda::NcclApi& nccl_api();

/// From now on this process joins nothing, and the others' ncclCommGetAsyncError says so.
void leave_nccl();

/// Collectives that this process has done, each replay counted.
long nccl_collectives();

}  // namespace cuda_emulation
