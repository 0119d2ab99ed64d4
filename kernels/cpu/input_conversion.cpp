// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/input_conversion.h"

namespace arcmeter::kernels::cpu {

namespace {

void write(float* output, float value) {
    *output = value;
}

void write(bfloat16* output, float value) {
    *output = to_bfloat16(value);
}

template <class E>
void convert_row(const InputConversionArgs& args, std::int64_t n, std::int64_t row, E* output) {
    const std::uint8_t* pixels = args.pixels + (n * args.height + row) * args.width * 3;
    const bool mirrored = args.mirror != nullptr && args.mirror[n] != 0;
    const std::int64_t step = mirrored ? -3 : 3;
    const std::uint8_t* first = mirrored ? pixels + (args.width - 1) * 3 : pixels;
    for (std::int64_t c = 0; c < 3; ++c) {
        E* plane = output + ((n * 3 + c) * args.height + row) * args.width;
        for (std::int64_t x = 0; x < args.width; ++x) {
            write(plane + x, (static_cast<float>(first[x * step + c]) - 127.5f) * args.scale);
        }
    }
}

template <class E>
void convert_all(const InputConversionArgs& args) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < args.batch; ++n) {
        for (std::int64_t row = 0; row < args.height; ++row) {
            convert_row(args, n, row, static_cast<E*>(args.output));
        }
    }
}

}  // namespace

void input_conversion(const InputConversionArgs& args) {
    args.type == ElementType::f32 ? convert_all<float>(args) : convert_all<bfloat16>(args);
}

}  // namespace arcmeter::kernels::cpu
