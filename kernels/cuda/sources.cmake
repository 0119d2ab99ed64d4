# SPDX-License-Identifier: Apache-2.0
# The CUDA kernels, compiled by nvcc here and by a C++ compiler in tests/cuda_emulation.
set(arcmeter_cuda_sources)
foreach(operation IN ITEMS
        batch_norm
        channel_map
        channel_statistics)
    list(APPEND arcmeter_cuda_sources ${CMAKE_CURRENT_LIST_DIR}/${operation}.cu)
endforeach()
