# SPDX-License-Identifier: Apache-2.0
# The CUDA kernels, compiled by nvcc here and by a C++ compiler in tests/cuda_emulation.
set(arcmeter_cuda_sources)
foreach(operation IN ITEMS
        add
        batch_norm
        channel_map
        channel_map_backward
        channel_statistics
        class_centres
        class_sampling
        convert
        depthwise
        depthwise_global
        depthwise_plain
        depthwise3
        depthwise3_weight_gradient
        dropout
        fill
        input_conversion
        loss_scale
        margin_softmax
        patches
        sgd
        unit_norm
        winograd
        winograd_rows)
    list(APPEND arcmeter_cuda_sources ${CMAKE_CURRENT_LIST_DIR}/${operation}.cu)
endforeach()
