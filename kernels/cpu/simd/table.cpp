// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

const KernelTable table = {
    .statistics_partials = statistics_partials,
    .channel_map = channel_map,
    .backward_reduce_partials = backward_reduce_partials,
    .backward_apply = backward_apply,
    .add = add,
    .to_bfloat16 = to_bfloat16,
    .to_float = to_float,
    .depthwise3_forward = depthwise3_forward,
    .depthwise3_data_gradient = depthwise3_data_gradient,
    .depthwise3_weight_partials = depthwise3_weight_partials,
    .depthwise_global_forward = depthwise_global_forward,
    .depthwise_global_data_gradient = depthwise_global_data_gradient,
    .depthwise_global_weight_gradient = depthwise_global_weight_gradient,
    .sgd_update = sgd_update,
    .inverse_norms = inverse_norms,
    .unit_norm = unit_norm,
    .unit_norm_backward = unit_norm_backward,
    .softmax_forward_chunk = softmax_forward_chunk,
    .softmax_backward_chunk = softmax_backward_chunk,
    .centre_gradient = centre_gradient,
    .centre_update = centre_update,
};

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA
