# SPDX-License-Identifier: Apache-2.0
# What of the CUDA backend needs CUDA's runtime: compiled with the toolkit's header for the module, and with the emulated
# one for the tests.
set(arcmeter_cuda_backend_sources
    check.cpp
    collective_launches.cpp
    cuda_backend.cpp
    cuda_executor.cpp
    element_launches.cpp
    head_launches.cpp
    nccl_communicator.cpp
    nccl_library.cpp
    patch_convolution.cpp
    product_cache.cpp
    product_launches.cpp
    runtime.cpp
    sgd_launch.cpp
    step_instance.cpp
    winograd_convolution.cpp)
list(TRANSFORM arcmeter_cuda_backend_sources PREPEND ${PROJECT_SOURCE_DIR}/engine/backend/cuda/)
