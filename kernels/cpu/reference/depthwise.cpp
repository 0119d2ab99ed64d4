// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/depthwise.h"

#include "kernels/elements.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

double element(ElementType type, const void* data, std::int64_t index) {
    return static_cast<double>(read_element(type, data, index));
}

/// Position in the kernel's weight order of plane g, kernel index k, output channel c.
std::int64_t weight_at(const DepthwiseShape& shape, std::int64_t c, std::int64_t g, std::int64_t k) {
    const std::int64_t area = shape.kernel * shape.kernel;
    return ((c / shape.block * shape.channels_per_group + g) * area + k) * shape.block + c % shape.block;
}

bool inside(std::int64_t position, std::int64_t size) {
    return position >= 0 && position < size;
}

/// body(output pixel, input pixel, kernel index) for all that meet, in one channel plane.
template <class Body>
void for_each_meeting(const DepthwiseShape& shape, Body body) {
    for (std::int64_t out = 0; out < shape.out_height() * shape.out_width(); ++out) {
        for (std::int64_t k = 0; k < shape.kernel * shape.kernel; ++k) {
            const std::int64_t iy = out / shape.out_width() * shape.stride + k / shape.kernel - shape.pad;
            const std::int64_t ix = out % shape.out_width() * shape.stride + k % shape.kernel - shape.pad;
            if (inside(iy, shape.in_height) && inside(ix, shape.in_width)) {
                body(out, iy * shape.in_width + ix, k);
            }
        }
    }
}

double output_value(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                    std::int64_t n, std::int64_t c, std::int64_t out) {
    const ActivationLayout in_layout = shape.input();
    double sum = 0;
    for (std::int64_t k = 0; k < shape.kernel * shape.kernel; ++k) {
        const std::int64_t iy = out / shape.out_width() * shape.stride + k / shape.kernel - shape.pad;
        const std::int64_t ix = out % shape.out_width() * shape.stride + k % shape.kernel - shape.pad;
        for (std::int64_t g = 0; g < shape.channels_per_group; ++g) {
            if (inside(iy, shape.in_height) && inside(ix, shape.in_width)) {
                sum += element(type, x, in_layout.offset(n, c ^ g, iy * shape.in_width + ix)) *
                       static_cast<double>(weight[weight_at(shape, c, g, k)]);
            }
        }
    }
    return sum;
}

/// Position of the output that reads input `in` through kernel index k, or -1.
std::int64_t reader(std::int64_t in, std::int64_t k, const DepthwiseShape& shape, std::int64_t out_size) {
    const std::int64_t scaled = in + shape.pad - k;
    return scaled >= 0 && scaled % shape.stride == 0 && scaled / shape.stride < out_size
               ? scaled / shape.stride
               : -1;
}

double input_gradient(const DepthwiseShape& shape, ElementType type, const void* dy, const float* weight,
                      std::int64_t n, std::int64_t c, std::int64_t in) {
    const ActivationLayout out_layout = shape.output();
    double sum = 0;
    for (std::int64_t k = 0; k < shape.kernel * shape.kernel; ++k) {
        const std::int64_t oy = reader(in / shape.in_width, k / shape.kernel, shape, shape.out_height());
        const std::int64_t ox = reader(in % shape.in_width, k % shape.kernel, shape, shape.out_width());
        for (std::int64_t g = 0; g < shape.channels_per_group; ++g) {
            if (oy >= 0 && ox >= 0) {
                sum += element(type, dy, out_layout.offset(n, c ^ g, oy * shape.out_width() + ox)) *
                       static_cast<double>(weight[weight_at(shape, c ^ g, g, k)]);
            }
        }
    }
    return sum;
}

}  // namespace

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y) {
    const ActivationLayout out = shape.output();
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t c = 0; c < shape.channels; ++c) {
            for (std::int64_t s = 0; s < out.spatial; ++s) {
                write_element(type, y, out.offset(n, c, s),
                              static_cast<float>(output_value(shape, type, x, weight, n, c, s)));
            }
        }
    }
}

void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx) {
    const ActivationLayout in = shape.input();
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t c = 0; c < shape.channels; ++c) {
            for (std::int64_t s = 0; s < in.spatial; ++s) {
                write_element(type, dx, in.offset(n, c, s),
                              static_cast<float>(input_gradient(shape, type, dy, weight, n, c, s)));
            }
        }
    }
}

void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient) {
    const ActivationLayout in = shape.input();
    const ActivationLayout out = shape.output();
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        for (std::int64_t g = 0; g < shape.channels_per_group; ++g) {
            for (std::int64_t k = 0; k < shape.kernel * shape.kernel; ++k) {
                double sum = 0;
                for (std::int64_t n = 0; n < shape.batch; ++n) {
                    for_each_meeting(shape, [&](std::int64_t o, std::int64_t i, std::int64_t kernel_index) {
                        if (kernel_index == k) {
                            sum += element(type, dy, out.offset(n, c, o)) *
                                   element(type, x, in.offset(n, c ^ g, i));
                        }
                    });
                }
                weight_gradient[weight_at(shape, c, g, k)] = static_cast<float>(sum);
            }
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference
