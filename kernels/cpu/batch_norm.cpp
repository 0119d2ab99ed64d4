// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/batch_norm.h"

#include "kernels/math/batch_norm.h"

namespace arcmeter::kernels::cpu {

void batch_norm_finalize(const BatchNormFinalizeArgs& args) {
    const double count = static_cast<double>(args.count);
    for (std::int64_t c = 0; c < args.channels; ++c) {
        const float inv_std = inverse_deviation(args.variance[c], args.eps);
        args.inv_std[c] = inv_std;
        args.scale[c] = args.gamma != nullptr ? args.gamma[c] * inv_std : inv_std;
        args.shift[c] = (args.beta != nullptr ? args.beta[c] : 0.0f) - args.mean[c] * args.scale[c];
        if (args.running_mean != nullptr) {
            args.running_mean[c] = running_average(args.running_mean[c], args.momentum, args.mean[c]);
        }
        if (args.running_var != nullptr) {
            args.running_var[c] = running_average(args.running_var[c], args.momentum,
                                                  unbiased_variance(args.variance[c], count));
        }
    }
}

void batch_norm_inference(const BatchNormInferenceArgs& args) {
    for (std::int64_t c = 0; c < args.channels; ++c) {
        const float inv_std = inverse_deviation(args.running_var[c], args.eps);
        if (args.inv_std != nullptr) {
            args.inv_std[c] = inv_std;
        }
        args.scale[c] = args.gamma != nullptr ? args.gamma[c] * inv_std : inv_std;
        args.shift[c] = (args.beta != nullptr ? args.beta[c] : 0.0f) - args.running_mean[c] * args.scale[c];
    }
}

}  // namespace arcmeter::kernels::cpu
