// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dropout.h"

#include <cmath>

#include "kernels/elements.h"
#include "kernels/math/random.h"

namespace arcmeter::kernels::cpu {

void dropout(const DropoutArgs& args) {
    const ActivationLayout& layout = args.layout;
    const double threshold = std::ceil(static_cast<double>(args.drop) * 4294967296.0);
    const float keep_scale = static_cast<float>(1.0 / (1.0 - static_cast<double>(args.drop)));
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < layout.batch; ++n) {
        for (std::int64_t c = 0; c < layout.channels; ++c) {
            const std::int64_t first = ((args.first_sample + n) * layout.channels + c) * layout.spatial;
            PhiloxResult bits{};
            for (std::int64_t s = 0; s < layout.spatial; ++s) {
                const std::uint64_t index = static_cast<std::uint64_t>(first + s);
                if (s == 0 || index % 4 == 0) {
                    bits = philox(index / 4, args.step, args.seed);
                }
                const bool keep = static_cast<double>(bits.word[index % 4]) >= threshold;
                const std::int64_t at = layout.offset(n, c, s);
                const float factor = keep ? keep_scale : 0.0f;
                write_element(args.type, args.y, at, read_element(args.type, args.x, at) * factor);
            }
        }
    }
}

}  // namespace arcmeter::kernels::cpu
