// SPDX-License-Identifier: Apache-2.0
// NCCL's C interface as far as it is used here, declared once more: the module is then built without NCCL and
// loads where there is none. Types and numbers are those of nccl.h from 2.18 on, which are kept from version
// to version.
#pragma once

#include <cuda_runtime.h>

#include <climits>
#include <cstddef>
#include <string>

struct ncclComm;  // NCCL's own

namespace arcmeter::backend::cuda {

struct NcclUniqueId {
    char bytes[128];
};

using NcclComm = ::ncclComm*;

/// ncclResult_t.
enum NcclResult : int { nccl_success = 0, nccl_remote_error = 6, nccl_in_progress = 7 };

/// ncclDataType_t.
enum NcclType : int { nccl_uint8 = 1, nccl_int32 = 2, nccl_float = 7, nccl_bfloat16 = 9 };

/// ncclRedOp_t.
enum NcclOp : int { nccl_sum = 0, nccl_max = 2 };

/// ncclConfig_t of 2.18; later versions read its size and version and take their own defaults for the rest.
struct NcclConfig {
    std::size_t size = sizeof(NcclConfig);
    unsigned magic = 0xcafebeef;
    unsigned version = 21800;
    int blocking = 0;
    int cga_cluster_size = INT_MIN;
    int min_ctas = INT_MIN;
    int max_ctas = INT_MIN;
    const char* net_name = nullptr;
    int split_share = INT_MIN;
};

/// Entry points by nccl.h's names, without the prefix.
struct NcclApi {
    int (*get_version)(int* version) = nullptr;
    const char* (*get_error_string)(int result) = nullptr;
    int (*get_unique_id)(NcclUniqueId* id) = nullptr;
    int (*comm_init_rank_config)(NcclComm* comm, int ranks, NcclUniqueId id, int rank,
                                 NcclConfig* config) = nullptr;
    int (*comm_get_async_error)(NcclComm comm, int* state) = nullptr;
    int (*comm_finalize)(NcclComm comm) = nullptr;
    int (*comm_destroy)(NcclComm comm) = nullptr;
    int (*comm_abort)(NcclComm comm) = nullptr;
    int (*all_reduce)(const void* from, void* to, std::size_t count, int type, int op, NcclComm comm,
                      cudaStream_t stream) = nullptr;
    int (*all_gather)(const void* from, void* to, std::size_t count, int type, NcclComm comm,
                      cudaStream_t stream) = nullptr;
    int (*reduce_scatter)(const void* from, void* to, std::size_t count, int type, int op, NcclComm comm,
                          cudaStream_t stream) = nullptr;
    int (*broadcast)(const void* from, void* to, std::size_t count, int type, int root, NcclComm comm,
                     cudaStream_t stream) = nullptr;
};

/// The first with a configuration of this size.
inline constexpr int nccl_oldest_version = 21800;

/// "2.28.9".
std::string nccl_version_text(int version);

struct NcclLibrary {
    const NcclApi* api = nullptr;
    int version = 0;
    std::string reason;  ///< why it cannot be used, in words that can follow "because"; empty when it can
};

/// Loads the library `file`; it stays loaded.
NcclLibrary load_nccl(const char* file);

/// libnccl.so.2, looked for once, as the dynamic loader looks for it.
const NcclLibrary& nccl_library();

}  // namespace arcmeter::backend::cuda
