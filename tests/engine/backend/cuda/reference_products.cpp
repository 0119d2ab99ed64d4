// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/cuda/reference_products.h"

#include <cuda_runtime.h>

#include <cstring>
#include <deque>
#include <functional>
#include <stdexcept>
#include <vector>

#include "kernels/elements.h"
#include "kernels/math/tf32.h"

namespace arcmeter::backend::cuda::test {
namespace {

using kernels::ElementType;

ElementType stored_type(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::fp16:
            return ElementType::f16;
        case Arithmetic::bf16:
            return ElementType::bf16;
        default:
            return ElementType::f32;
    }
}

std::vector<float> operand(Arithmetic arithmetic, const void* data, std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const float value = kernels::read_element(stored_type(arithmetic), data, i);
        values[static_cast<std::size_t>(i)] =
            arithmetic == Arithmetic::tf32 ? kernels::round_to_tf32(value) : value;
    }
    return values;
}

/// Calls visit(input pixel, output pixel, kernel position) for every pair that a convolution joins in one
/// sample.
template <typename Visit>
void for_each_tap(const ConvolutionShape& s, Visit&& visit) {
    for (std::int64_t oh = 0; oh < s.out_height(); ++oh) {
        for (std::int64_t ow = 0; ow < s.out_width(); ++ow) {
            for (std::int64_t r = 0; r < s.kernel; ++r) {
                for (std::int64_t q = 0; q < s.kernel; ++q) {
                    const std::int64_t ih = oh * s.stride + r - s.padding, iw = ow * s.stride + q - s.padding;
                    if (ih < 0 || iw < 0 || ih >= s.in_height || iw >= s.in_width) continue;
                    visit(ih * s.in_width + iw, oh * s.out_width() + ow, r * s.kernel + q);
                }
            }
        }
    }
}

struct Sizes {
    explicit Sizes(const ConvolutionShape& s)
        : taps(s.kernel * s.kernel),
          in_pixels(s.in_height * s.in_width),
          out_pixels(s.out_height() * s.out_width()),
          x(s.batch * in_pixels * s.in_channels),
          y(s.batch * out_pixels * s.out_channels),
          w(s.out_channels * taps * s.in_channels) {}
    std::int64_t taps, in_pixels, out_pixels, x, y, w;
};

void store(ElementType type, const std::vector<double>& values, void* out) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        kernels::write_element(type, out, static_cast<std::int64_t>(i), static_cast<float>(values[i]));
    }
}

void forward(const ConvolutionShape& s, Arithmetic arithmetic, const void* a, const void* b, void* out) {
    const Sizes size(s);
    const auto x = operand(arithmetic, a, size.x), w = operand(arithmetic, b, size.w);
    std::vector<double> y(static_cast<std::size_t>(size.y));
#pragma omp parallel for
    for (std::int64_t n = 0; n < s.batch; ++n) {
        for_each_tap(s, [&](std::int64_t in, std::int64_t at, std::int64_t tap) {
            const float* pixel = x.data() + (n * size.in_pixels + in) * s.in_channels;
            double* to = y.data() + (n * size.out_pixels + at) * s.out_channels;
            for (std::int64_t o = 0; o < s.out_channels; ++o) {
                const float* row = w.data() + (o * size.taps + tap) * s.in_channels;
                double sum = 0;
                for (std::int64_t c = 0; c < s.in_channels; ++c)
                    sum += static_cast<double>(pixel[c]) * row[c];
                to[o] += sum;
            }
        });
    }
    store(stored_type(arithmetic), y, out);
}

void data_gradient(const ConvolutionShape& s, Arithmetic arithmetic, const void* a, const void* b,
                   void* out) {
    const Sizes size(s);
    const auto dy = operand(arithmetic, a, size.y), w = operand(arithmetic, b, size.w);
    std::vector<double> dx(static_cast<std::size_t>(size.x));
#pragma omp parallel for
    for (std::int64_t n = 0; n < s.batch; ++n) {
        for_each_tap(s, [&](std::int64_t in, std::int64_t at, std::int64_t tap) {
            const float* gradient = dy.data() + (n * size.out_pixels + at) * s.out_channels;
            double* to = dx.data() + (n * size.in_pixels + in) * s.in_channels;
            for (std::int64_t o = 0; o < s.out_channels; ++o) {
                const float* row = w.data() + (o * size.taps + tap) * s.in_channels;
                for (std::int64_t c = 0; c < s.in_channels; ++c)
                    to[c] += static_cast<double>(gradient[o]) * row[c];
            }
        });
    }
    store(stored_type(arithmetic), dx, out);
}

void weight_gradient(const ConvolutionShape& s, Arithmetic arithmetic, const void* a, const void* b,
                     void* out) {
    const Sizes size(s);
    const auto x = operand(arithmetic, a, size.x), dy = operand(arithmetic, b, size.y);
    std::vector<double> dw(static_cast<std::size_t>(size.w));
#pragma omp parallel for
    for (std::int64_t o = 0; o < s.out_channels; ++o) {
        for (std::int64_t n = 0; n < s.batch; ++n) {
            for_each_tap(s, [&](std::int64_t in, std::int64_t at, std::int64_t tap) {
                const float* pixel = x.data() + (n * size.in_pixels + in) * s.in_channels;
                const double gradient =
                    dy[static_cast<std::size_t>((n * size.out_pixels + at) * s.out_channels + o)];
                double* row = dw.data() + (o * size.taps + tap) * s.in_channels;
                for (std::int64_t c = 0; c < s.in_channels; ++c) row[c] += gradient * pixel[c];
            });
        }
    }
    store(ElementType::f32, dw, out);
}

void multiply(const MatmulShape& s, Arithmetic arithmetic, const void* a, const void* b, const float* bias,
              void* out) {
    const auto left =
        operand(arithmetic, a, ((s.transpose_a ? s.k : s.m) - 1) * s.lda + (s.transpose_a ? s.m : s.k));
    const auto right =
        operand(arithmetic, b, ((s.transpose_b ? s.n : s.k) - 1) * s.ldb + (s.transpose_b ? s.k : s.n));
    const ElementType type = s.float_output ? ElementType::f32 : stored_type(arithmetic);
    const std::int64_t a_row = s.transpose_a ? 1 : s.lda, a_column = s.transpose_a ? s.lda : 1;
    const std::int64_t b_row = s.transpose_b ? 1 : s.ldb, b_column = s.transpose_b ? s.ldb : 1;
#pragma omp parallel for
    for (std::int64_t i = 0; i < s.m; ++i) {
        for (std::int64_t j = 0; j < s.n; ++j) {
            double sum = bias ? bias[j] : 0;
            if (s.accumulate) sum += kernels::read_element(type, out, i * s.ldc + j);
            for (std::int64_t k = 0; k < s.k; ++k) {
                sum += static_cast<double>(left[static_cast<std::size_t>(i * a_row + k * a_column)]) *
                       right[static_cast<std::size_t>(k * b_row + j * b_column)];
            }
            kernels::write_element(type, out, i * s.ldc + j, static_cast<float>(sum));
        }
    }
}

using Compute = std::function<void(const void* a, const void* b, const float* bias, void* out)>;

class ReferenceProduct : public Product {
public:
    ReferenceProduct(Compute compute, bool bias) : compute_(std::move(compute)), bias_(bias) {}

    std::size_t workspace_bytes() const override { return 1024; }
    std::string algorithm() const override { return "plain loops"; }

    void enqueue(const void* a, const void* b, const float* bias, void* out, void* workspace,
                 Stream stream) override {
        for (const void* pointer :
             {a, b, static_cast<const void*>(out), static_cast<const void*>(workspace)}) {
            if (!pointer || reinterpret_cast<std::uintptr_t>(pointer) % 16 != 0) {
                throw std::logic_error("an operand is null or off a 16-byte boundary");
            }
        }
        if ((bias != nullptr) != bias_) throw std::logic_error("the bias is not what the shape says");
        calls_.emplace_back([this, a, b, bias, out, workspace] {
            std::memset(workspace, 0xff, workspace_bytes());
            compute_(a, b, bias, out);
        });
        const auto call = [](void* function) { (*static_cast<std::function<void()>*>(function))(); };
        if (cudaLaunchHostFunc(stream, call, &calls_.back()) != cudaSuccess)
            throw std::runtime_error("refused");
    }

private:
    Compute compute_;
    bool bias_;
    std::deque<std::function<void()>> calls_;  // a captured one is called again
};

class ReferenceProducts : public ProductLibrary {
public:
    std::map<std::string, std::string> versions() const override { return {{"plain loops", "1"}}; }

    std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                         Arithmetic arithmetic, const ProductOptions&) override {
        return std::make_unique<ReferenceProduct>(
            [=](const void* a, const void* b, const float*, void* out) {
                switch (direction) {
                    case Direction::forward:
                        return forward(shape, arithmetic, a, b, out);
                    case Direction::data_gradient:
                        return data_gradient(shape, arithmetic, a, b, out);
                    case Direction::weight_gradient:
                        return weight_gradient(shape, arithmetic, a, b, out);
                }
            },
            false);
    }

    std::unique_ptr<Product> matmul(const MatmulShape& shape, Arithmetic arithmetic,
                                    const ProductOptions&) override {
        return std::make_unique<ReferenceProduct>(
            [=](const void* a, const void* b, const float* bias, void* out) {
                const std::size_t in = kernels::size_of(stored_type(arithmetic));
                const std::size_t result = shape.float_output ? sizeof(float) : in;
                for (std::int64_t i = 0; i < shape.batch; ++i) {
                    const auto moved = [i](const void* data, std::int64_t elements, std::size_t bytes) {
                        return static_cast<const char*>(data) +
                               static_cast<std::size_t>(i * elements) * bytes;
                    };
                    multiply(shape, arithmetic, moved(a, shape.a_elements(), in),
                             moved(b, shape.b_elements(), in), bias,
                             const_cast<char*>(moved(out, shape.c_elements(), result)));
                }
            },
            shape.bias);
    }
};

}  // namespace

std::unique_ptr<ProductLibrary> make_reference_products() {
    return std::make_unique<ReferenceProducts>();
}

}  // namespace arcmeter::backend::cuda::test
