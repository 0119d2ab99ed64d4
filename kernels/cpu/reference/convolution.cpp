// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/convolution.h"

#include "kernels/elements.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

double element(ElementType type, const void* data, std::int64_t index) {
    return static_cast<double>(read_element(type, data, index));
}

/// The four quantities that tie an input pixel, an output pixel and a weight together.
class Geometry {
public:
    explicit Geometry(const ConvolutionShape& shape)
        : shape_(shape),
          in_(shape.input()),
          out_(shape.output()),
          in_per_group_(shape.in_channels / shape.groups),
          out_per_group_(shape.out_channels / shape.groups) {}

    std::int64_t in_per_group() const { return in_per_group_; }
    std::int64_t out_per_group() const { return out_per_group_; }
    std::int64_t group_of_output(std::int64_t o) const { return o / out_per_group_; }
    std::int64_t group_of_input(std::int64_t i) const { return i / in_per_group_; }

    std::int64_t input(std::int64_t n, std::int64_t i, std::int64_t y, std::int64_t x) const {
        return in_.offset(n, i, y * shape_.in_width + x);
    }
    std::int64_t output(std::int64_t n, std::int64_t o, std::int64_t y, std::int64_t x) const {
        return out_.offset(n, o, y * shape_.out_width() + x);
    }
    /// Weight of output channel o and input channel number i of its group.
    std::int64_t weight(std::int64_t o, std::int64_t i, std::int64_t ky, std::int64_t kx) const {
        return ((o * in_per_group_ + i) * shape_.kernel_height + ky) * shape_.kernel_width + kx;
    }

private:
    ConvolutionShape shape_;
    ActivationLayout in_;
    ActivationLayout out_;
    std::int64_t in_per_group_;
    std::int64_t out_per_group_;
};

bool inside(std::int64_t position, std::int64_t size) {
    return position >= 0 && position < size;
}

/// Position of the output that reads input `in` through kernel index k, or -1.
std::int64_t reader(std::int64_t in, std::int64_t k, const ConvolutionShape& shape, std::int64_t out_size) {
    const std::int64_t scaled = in + shape.pad - k;
    if (scaled < 0 || scaled % shape.stride != 0 || scaled / shape.stride >= out_size) {
        return -1;
    }
    return scaled / shape.stride;
}

double output_value(const ConvolutionShape& shape, const Geometry& at, ElementType type, const void* x,
                    const float* weight, std::int64_t n, std::int64_t o, std::int64_t oy, std::int64_t ox) {
    const std::int64_t first = at.group_of_output(o) * at.in_per_group();
    double sum = 0;
    for (std::int64_t i = 0; i < at.in_per_group(); ++i) {
        for (std::int64_t ky = 0; ky < shape.kernel_height; ++ky) {
            for (std::int64_t kx = 0; kx < shape.kernel_width; ++kx) {
                const std::int64_t iy = oy * shape.stride + ky - shape.pad;
                const std::int64_t ix = ox * shape.stride + kx - shape.pad;
                if (inside(iy, shape.in_height) && inside(ix, shape.in_width)) {
                    sum += element(type, x, at.input(n, first + i, iy, ix)) *
                           static_cast<double>(weight[at.weight(o, i, ky, kx)]);
                }
            }
        }
    }
    return sum;
}

double input_gradient(const ConvolutionShape& shape, const Geometry& at, ElementType type, const void* dy,
                      const float* weight, std::int64_t n, std::int64_t i, std::int64_t iy, std::int64_t ix) {
    const std::int64_t first = at.group_of_input(i) * at.out_per_group();
    double sum = 0;
    for (std::int64_t ky = 0; ky < shape.kernel_height; ++ky) {
        const std::int64_t oy = reader(iy, ky, shape, shape.out_height());
        for (std::int64_t kx = 0; oy >= 0 && kx < shape.kernel_width; ++kx) {
            const std::int64_t ox = reader(ix, kx, shape, shape.out_width());
            for (std::int64_t o = first; ox >= 0 && o < first + at.out_per_group(); ++o) {
                sum += element(type, dy, at.output(n, o, oy, ox)) *
                       static_cast<double>(weight[at.weight(o, i % at.in_per_group(), ky, kx)]);
            }
        }
    }
    return sum;
}

double weight_value(const ConvolutionShape& shape, const Geometry& at, ElementType type, const void* x,
                    const void* dy, std::int64_t o, std::int64_t i, std::int64_t ky, std::int64_t kx) {
    const std::int64_t channel = at.group_of_output(o) * at.in_per_group() + i;
    double sum = 0;
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t oy = 0; oy < shape.out_height(); ++oy) {
            const std::int64_t iy = oy * shape.stride + ky - shape.pad;
            for (std::int64_t ox = 0; inside(iy, shape.in_height) && ox < shape.out_width(); ++ox) {
                const std::int64_t ix = ox * shape.stride + kx - shape.pad;
                if (inside(ix, shape.in_width)) {
                    sum += element(type, x, at.input(n, channel, iy, ix)) *
                           element(type, dy, at.output(n, o, oy, ox));
                }
            }
        }
    }
    return sum;
}

}  // namespace

void convolution_forward(const ConvolutionShape& shape, ElementType type, const void* x, const float* weight,
                         void* y) {
    const Geometry at(shape);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t o = 0; o < shape.out_channels; ++o) {
            for (std::int64_t oy = 0; oy < shape.out_height(); ++oy) {
                for (std::int64_t ox = 0; ox < shape.out_width(); ++ox) {
                    const double sum = output_value(shape, at, type, x, weight, n, o, oy, ox);
                    write_element(type, y, at.output(n, o, oy, ox), static_cast<float>(sum));
                }
            }
        }
    }
}

void convolution_data_gradient(const ConvolutionShape& shape, ElementType type, const void* dy,
                               const float* weight, void* dx) {
    const Geometry at(shape);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t i = 0; i < shape.in_channels; ++i) {
            for (std::int64_t iy = 0; iy < shape.in_height; ++iy) {
                for (std::int64_t ix = 0; ix < shape.in_width; ++ix) {
                    const double sum = input_gradient(shape, at, type, dy, weight, n, i, iy, ix);
                    write_element(type, dx, at.input(n, i, iy, ix), static_cast<float>(sum));
                }
            }
        }
    }
}

void convolution_weight_gradient(const ConvolutionShape& shape, ElementType type, const void* x,
                                 const void* dy, float* weight_gradient) {
    const Geometry at(shape);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t o = 0; o < shape.out_channels; ++o) {
        for (std::int64_t i = 0; i < shape.in_channels / shape.groups; ++i) {
            for (std::int64_t ky = 0; ky < shape.kernel_height; ++ky) {
                for (std::int64_t kx = 0; kx < shape.kernel_width; ++kx) {
                    weight_gradient[at.weight(o, i, ky, kx)] =
                        static_cast<float>(weight_value(shape, at, type, x, dy, o, i, ky, kx));
                }
            }
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference
