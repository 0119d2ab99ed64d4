// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/winograd_convolution.h"

#include <algorithm>
#include <map>

#include "engine/backend/cuda/operand_types.h"
#include "kernels/cuda/winograd.h"

namespace arcmeter::backend::cuda {
namespace {

using kernels::winograd_points;
using kernels::cuda::WinogradImages;
using kernels::cuda::WinogradRows;

/// Transformed values of a chunk that a large L2 cache holds beside the activations that come and go.
constexpr std::size_t cached_bytes[] = {std::size_t{96} << 20, std::size_t{32} << 20};
/// Left of the workspace limit for the matrix products.
constexpr std::size_t matmul_workspace = std::size_t{32} << 20;

std::size_t float_bytes(std::int64_t count) {
    return aligned_bytes(static_cast<std::size_t>(count) * sizeof(float));
}

/// TF32's weight gradients have operands along the sum.
bool has_rows(const WinogradPlan& plan) {
    return plan.tile == 2;
}

/// Parts of the workspace, one behind the other.
struct Parts {
    std::size_t weights, from,
        to;  ///< transformed weights; what the products read; what they write or also read

    Parts(const ConvolutionShape& shape, const WinogradPlan& plan)
        : weights(
              float_bytes(winograd_points(plan.tile) * plan.parts * shape.in_channels * shape.out_channels)),
          from(float_bytes(transformed(shape, plan, shape.in_channels))),
          to(float_bytes(transformed(shape, plan, shape.out_channels))) {}

    std::size_t bytes() const { return weights + from + to; }

    static WinogradImages images(const ConvolutionShape& shape, int tile, std::int64_t samples,
                                 std::int64_t channels) {
        return {samples, shape.in_height, shape.in_width, channels, tile};
    }

private:
    static std::int64_t transformed(const ConvolutionShape& shape, const WinogradPlan& plan,
                                    std::int64_t channels) {
        const WinogradImages all = images(shape, plan.tile, plan.samples, channels);
        return has_rows(plan) ? WinogradRows{all, plan.parts}.transformed() : all.transformed();
    }
};

/// A power of two that divides the rows of every cut (those along the sum are filled up with zeros): `times`
/// what gives a large device two blocks for each of its processors, if the products' blocks compute tiles of
/// 128 x 128, as the fastest do.
std::int64_t parts_of(const ConvolutionShape& shape, const WinogradPlan& plan, int times) {
    constexpr std::int64_t edge = 128, wanted_blocks = 264, least_rows = 256;
    const std::int64_t blocks = winograd_points(plan.tile) * ((shape.out_channels + edge - 1) / edge) *
                                ((shape.in_channels + edge - 1) / edge);
    const std::int64_t rows = Parts::images(shape, plan.tile, plan.samples, 1).tiles();
    const std::int64_t last_rows = Parts::images(shape, plan.tile, shape.batch % plan.samples, 1).tiles();
    const auto divides = [&](std::int64_t parts) {
        return has_rows(plan) || (rows % parts == 0 && last_rows % parts == 0);
    };
    std::int64_t parts = 1;
    while (parts * blocks < times * wanted_blocks && divides(2 * parts) && rows / (2 * parts) >= least_rows)
        parts *= 2;
    return parts;
}

/// Of fewer channels, writing and reading four times the activations takes longer than the products save.
constexpr std::int64_t least_tf32_channels = 128;

std::vector<int> tiles_worth_trying(Direction direction, const ConvolutionShape& shape,
                                    Arithmetic arithmetic) {
    if (arithmetic == Arithmetic::tf32) {
        const bool many = std::min(shape.in_channels, shape.out_channels) >= least_tf32_channels;
        return direction == Direction::weight_gradient && many ? std::vector{2} : std::vector<int>{};
    }
    if (arithmetic != Arithmetic::fp32) return {};
    const auto products = [&](int tile) {
        return winograd_points(tile) * Parts::images(shape, tile, 1, 1).tiles();
    };
    if (products(7) < products(4)) return {4, 7};
    return {4};
}

class WinogradConvolution : public Product {
public:
    WinogradConvolution(ProductLibrary& products, Direction direction, const ConvolutionShape& shape,
                        const WinogradPlan& plan, const ProductOptions& options)
        : direction_(direction), shape_(shape), plan_(plan), parts_(shape, plan) {
        ProductOptions rest = options;
        rest.workspace_limit = options.workspace_limit - parts_.bytes();
        for_chunks([&](std::int64_t first, std::int64_t samples) {
            auto& product = products_[{samples, accumulates(first)}];
            if (!product)
                product = products.matmul(matmul_of(samples, accumulates(first)),
                                          has_rows(plan) ? Arithmetic::tf32 : Arithmetic::fp32, rest);
            matmul_bytes_ = std::max(matmul_bytes_, product->workspace_bytes());
        });
    }

    std::size_t workspace_bytes() const override { return parts_.bytes() + matmul_bytes_; }
    std::string algorithm() const override {
        const std::string tile = std::to_string(plan_.tile);
        return "Winograd F(" + tile + "x" + tile + ", 3x3), " + std::to_string(plan_.samples) +
               " samples at a time" +
               (plan_.parts > 1 ? ", sums in " + std::to_string(plan_.parts) + " parts" : "");
    }

    void enqueue(const void* a, const void* b, const float*, void* out, void* workspace,
                 Stream stream) override {
        const Memory memory(parts_, workspace);
        const auto* const left = static_cast<const float*>(a);
        const auto* const right = static_cast<const float*>(b);
        auto* const result = static_cast<float*>(out);
        if (direction_ == Direction::weight_gradient) {
            enqueue_weight_gradient(left, right, result, memory, stream);
        } else {
            enqueue_activations(left, right, result, memory, stream);
        }
    }

private:
    struct Memory {
        Memory(const Parts& parts, void* workspace)
            : weights(static_cast<float*>(workspace)),
              from(weights + parts.weights / sizeof(float)),
              to(from + parts.from / sizeof(float)),
              matmul(to + parts.to / sizeof(float)) {}
        float *weights, *from, *to;  ///< `from` is of in_channels, `to` of out_channels
        void* matmul;
    };

    /// body(first sample, samples)
    template <class Body>
    void for_chunks(Body body) const {
        for (std::int64_t first = 0; first < shape_.batch; first += plan_.samples)
            body(first, std::min(plan_.samples, shape_.batch - first));
    }

    bool accumulates(std::int64_t first) const {
        return direction_ == Direction::weight_gradient && first > 0;
    }

    WinogradImages images(std::int64_t samples, std::int64_t channels) const {
        return Parts::images(shape_, plan_.tile, samples, channels);
    }
    WinogradRows rows(std::int64_t samples, std::int64_t channels) const {
        return {images(samples, channels), plan_.parts};
    }
    kernels::cuda::WinogradWeights matrix() const {
        return {shape_.out_channels, shape_.in_channels, plan_.tile};
    }

    MatmulShape matmul_of(std::int64_t samples, bool accumulate) const {
        const std::int64_t in = shape_.in_channels, out = shape_.out_channels;
        MatmulShape s{.accumulate = accumulate, .batch = winograd_points(plan_.tile) * plan_.parts};
        if (has_rows(plan_)) {  // dU [out][in] = to from^T
            s.transpose_b = true;
            s.m = out;
            s.n = s.ldc = in;
            s.k = s.lda = s.ldb = rows(samples, 1).part_rows();
            return s;
        }
        const std::int64_t tiles = images(samples, 1).tiles();
        if (direction_ == Direction::weight_gradient) {  // dU [out][in] = to^T from
            s.transpose_a = true;
            s.m = s.lda = out;
            s.n = s.ldb = s.ldc = in;
            s.k = tiles / plan_.parts;
            return s;
        }
        const bool forward = direction_ == Direction::forward;  // to = from U^T, and back
        s.transpose_b = true;
        s.m = tiles;
        s.n = s.ldc = forward ? out : in;
        s.k = s.lda = s.ldb = forward ? in : out;
        return s;
    }

    void multiply(std::int64_t first, std::int64_t samples, const float* a, const float* b, float* c,
                  const Memory& memory, Stream stream) {
        products_.at({samples, accumulates(first)})->enqueue(a, b, nullptr, c, memory.matmul, stream);
    }

    /// y of x, or dx of dy.
    void enqueue_activations(const float* x, const float* weights, float* y, const Memory& memory,
                             Stream stream) {
        const bool forward = direction_ == Direction::forward;
        kernels::cuda::winograd_weights(matrix(), weights, !forward, memory.weights, stream);
        const std::int64_t read = forward ? shape_.in_channels : shape_.out_channels;
        const std::int64_t written = forward ? shape_.out_channels : shape_.in_channels;
        float* const from = forward ? memory.from : memory.to;
        float* const to = forward ? memory.to : memory.from;
        const std::int64_t pixels = shape_.in_height * shape_.in_width;
        for_chunks([&](std::int64_t first, std::int64_t samples) {
            kernels::cuda::winograd_input(images(samples, read), x + first * pixels * read, from, stream);
            multiply(first, samples, from, memory.weights, to, memory, stream);
            kernels::cuda::winograd_output(images(samples, written), to, y + first * pixels * written,
                                           stream);
        });
    }

    void enqueue_weight_gradient(const float* x, const float* dy, float* dw, const Memory& memory,
                                 Stream stream) {
        const std::int64_t in = shape_.in_channels, out = shape_.out_channels;
        const std::int64_t pixels = shape_.in_height * shape_.in_width;
        for_chunks([&](std::int64_t first, std::int64_t samples) {
            const float* const left = x + first * pixels * in;
            const float* const right = dy + first * pixels * out;
            if (has_rows(plan_)) {
                kernels::cuda::winograd_input_rows(rows(samples, in), left, memory.from, stream);
                kernels::cuda::winograd_output_adjoint_rows(rows(samples, out), right, memory.to, stream);
            } else {
                kernels::cuda::winograd_input(images(samples, in), left, memory.from, stream);
                kernels::cuda::winograd_output_adjoint(images(samples, out), right, memory.to, stream);
            }
            multiply(first, samples, memory.to, memory.from, memory.weights, memory, stream);
        });
        kernels::cuda::winograd_weights_adjoint(matrix(), plan_.parts, memory.weights, dw, stream);
    }

    Direction direction_;
    ConvolutionShape shape_;
    WinogradPlan plan_;
    Parts parts_;
    std::map<std::pair<std::int64_t, bool>, std::unique_ptr<Product>> products_;  // by samples, accumulates
    std::size_t matmul_bytes_ = 0;
};

}  // namespace

std::string WinogradPlan::name() const {
    return "winograd " + std::to_string(samples) +
           (parts > 1 ? " in " + std::to_string(parts) + " parts" : "") +
           (tile != 4 ? ", tiles of " + std::to_string(tile) : "");
}

std::vector<WinogradPlan> winograd_plans(Direction direction, const ConvolutionShape& shape,
                                         Arithmetic arithmetic, std::size_t workspace_limit) {
    const bool plain = shape.kernel == 3 && shape.stride == 1 && shape.padding == 1;
    const bool aligned = shape.in_channels % 4 == 0 && shape.out_channels % 4 == 0;
    if (!plain || !aligned) return {};
    const auto fits = [&](const WinogradPlan& plan, std::size_t bytes) {
        return Parts(shape, plan).bytes() + matmul_workspace <= bytes;
    };
    std::vector<WinogradPlan> plans;
    const auto add = [&](int tile, std::size_t bytes, int parts_to_wish) {
        WinogradPlan plan{shape.batch, 1, tile};
        while (plan.samples > 1 && !fits(plan, bytes)) plan.samples = (plan.samples + 1) / 2;
        if (direction == Direction::weight_gradient) plan.parts = parts_of(shape, plan, parts_to_wish);
        while (plan.parts > 1 && !fits(plan, workspace_limit)) plan.parts /= 2;
        if (fits(plan, workspace_limit) && std::find(plans.begin(), plans.end(), plan) == plans.end())
            plans.push_back(plan);
    };
    for (const int tile : tiles_worth_trying(direction, shape, arithmetic)) {
        const std::size_t least = Parts(shape, {1, 1, tile}).weights + matmul_workspace;
        for (const int wished : {1, 2}) {
            add(tile, workspace_limit, wished);
            for (const std::size_t bytes : cached_bytes)
                add(tile, std::min(workspace_limit, bytes + least), wished);
        }
    }
    return plans;
}

std::unique_ptr<Product> make_winograd_convolution(ProductLibrary& products, Direction direction,
                                                   const ConvolutionShape& shape, const WinogradPlan& plan,
                                                   const ProductOptions& options) {
    return std::make_unique<WinogradConvolution>(products, direction, shape, plan, options);
}

}  // namespace arcmeter::backend::cuda
