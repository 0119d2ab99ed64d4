// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/batch_norm.h"

#include "kernels/cuda/reduction.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 128;

__global__ void finalize_kernel(BatchNormFinalizeArgs args) {
    const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (c < args.channels)
        finalize_channel(args, BatchNormChannel(args, c), c, args.mean[c], args.variance[c]);
}

__global__ void inference_kernel(BatchNormInferenceArgs args) {
    const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (c >= args.channels) return;
    const float inv_std = inverse_deviation(args.running_var[c], args.eps);
    const float scale = args.gamma != nullptr ? args.gamma[c] * inv_std : inv_std;
    if (args.inv_std != nullptr) args.inv_std[c] = inv_std;
    args.scale[c] = scale;
    args.shift[c] = (args.beta != nullptr ? args.beta[c] : 0.0f) - args.running_mean[c] * scale;
}

}  // namespace

void batch_norm_finalize(const BatchNormFinalizeArgs& args, Stream stream) {
    constexpr const char* name = "batch_norm_finalize";
    check_size(name, "channels", args.channels, 1, most_channels);
    check_size(name, "count", args.count);
    check_pointer(name, "mean", args.mean);
    check_pointer(name, "variance", args.variance);
    check_pointer(name, "inv_std", args.inv_std);
    check_pointer(name, "scale", args.scale);
    check_pointer(name, "shift", args.shift);
    ARCMETER_LAUNCH(finalize_kernel, LaunchShape{dim3(blocks_for(args.channels, threads)), dim3(threads)},
                    stream, args);
}

void batch_norm_inference(const BatchNormInferenceArgs& args, Stream stream) {
    constexpr const char* name = "batch_norm_inference";
    check_size(name, "channels", args.channels, 1, most_channels);
    check_pointer(name, "running_mean", args.running_mean);
    check_pointer(name, "running_var", args.running_var);
    check_pointer(name, "scale", args.scale);
    check_pointer(name, "shift", args.shift);
    ARCMETER_LAUNCH(inference_kernel, LaunchShape{dim3(blocks_for(args.channels, threads)), dim3(threads)},
                    stream, args);
}

}  // namespace arcmeter::kernels::cuda
