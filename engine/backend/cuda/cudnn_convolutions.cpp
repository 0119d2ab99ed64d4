// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cudnn_convolutions.h"

#include <utility>

#include "engine/backend/cuda/convolution_graph.h"
#include "engine/backend/cuda/operand_types.h"
#include "engine/backend/cuda/patch_convolution.h"
#include "engine/backend/cuda/winograd_convolution.h"
#include "engine/protocol/error.h"
#include "kernels/cuda/convert.h"

namespace arcmeter::backend::cuda {
namespace {

struct Elements {
    std::int64_t x, w, y;
};

Elements elements_of(const ConvolutionShape& shape) {
    return {shape.batch * shape.in_channels * shape.in_height * shape.in_width,
            shape.out_channels * shape.in_channels * shape.kernel * shape.kernel,
            shape.batch * shape.out_channels * shape.out_height() * shape.out_width()};
}

/// cuDNN writes a weight gradient in the operands' type: in half it lands in the workspace and is widened
/// from there.
std::size_t narrow_gradient_bytes(Direction direction, const ConvolutionShape& shape, Arithmetic arithmetic) {
    if (direction != Direction::weight_gradient || !is_half(arithmetic)) return 0;
    return aligned_bytes(static_cast<std::size_t>(elements_of(shape).w) * element_bytes(arithmetic));
}

class CudnnConvolution : public Product {
public:
    CudnnConvolution(std::shared_ptr<CudnnHandle> cudnn, Direction direction, const ConvolutionShape& shape,
                     Arithmetic arithmetic, ConvolutionPlan plan)
        : cudnn_(std::move(cudnn)),
          direction_(direction),
          weights_(elements_of(shape).w),
          arithmetic_(arithmetic),
          narrow_gradient_bytes_(narrow_gradient_bytes(direction, shape, arithmetic)),
          plan_(std::move(plan)) {}

    std::size_t workspace_bytes() const override { return narrow_gradient_bytes_ + plan_.workspace_bytes; }
    std::string algorithm() const override { return "cuDNN engine " + plan_.engine; }

    void enqueue(const void* a, const void* b, const float*, void* out, void* workspace,
                 Stream stream) override {
        auto* const library_workspace = static_cast<char*>(workspace) + narrow_gradient_bytes_;
        if (narrow_gradient_bytes_ == 0) {
            execute(a, b, out, library_workspace, stream);
            return;
        }
        execute(a, b, workspace, library_workspace, stream);
        kernels::cuda::convert(weights_, element_type(arithmetic_), workspace, kernels::ElementType::f32, out,
                               stream);
    }

private:
    /// Ids of the tensors that a, b and out are, see Product::enqueue.
    std::vector<std::int64_t> ids() const {
        switch (direction_) {
            case Direction::data_gradient:
                return {y_id, w_id, x_id};
            case Direction::weight_gradient:
                return {x_id, y_id, w_id};
            case Direction::forward:
                break;
        }
        return {x_id, w_id, y_id};
    }

    void execute(const void* a, const void* b, void* out, void* workspace, Stream stream) {
        CudnnDescriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
        pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, ids());
        pack.set_addresses(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS,
                           {const_cast<void*>(a), const_cast<void*>(b), out});
        pack.set_addresses(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, {workspace});
        pack.finalize();
        ARCMETER_CHECK_LIBRARY(cudnnSetStream(cudnn_->get(), stream));
        ARCMETER_CHECK_LIBRARY(cudnnBackendExecute(cudnn_->get(), plan_.descriptor.get(), pack.get()));
    }

    std::shared_ptr<CudnnHandle> cudnn_;
    Direction direction_;
    std::int64_t weights_;
    Arithmetic arithmetic_;
    std::size_t narrow_gradient_bytes_;
    ConvolutionPlan plan_;
};

OperandBytes operand_bytes(Direction direction, const ConvolutionShape& shape, Arithmetic arithmetic) {
    const Elements elements = elements_of(shape);
    const std::size_t x = static_cast<std::size_t>(elements.x) * element_bytes(arithmetic);
    const std::size_t w = static_cast<std::size_t>(elements.w) * element_bytes(arithmetic);
    const std::size_t y = static_cast<std::size_t>(elements.y) * element_bytes(arithmetic);
    switch (direction) {
        case Direction::data_gradient:
            return {.a = y, .b = w, .out = x};
        case Direction::weight_gradient:
            return {.a = x, .b = y, .out = static_cast<std::size_t>(elements.w) * sizeof(float)};
        case Direction::forward:
            break;
    }
    return {.a = x, .b = w, .out = y};
}

[[noreturn]] void throw_unsupported(const std::string& product, Arithmetic arithmetic,
                                    const ProductOptions& options) {
    throw Error(ErrorCode::internal,
                "cuDNN has no engine for " + product + " in " + std::string(to_string(arithmetic)) +
                    " with a workspace of at most " + std::to_string(options.workspace_limit) + " bytes.");
}

}  // namespace

std::unique_ptr<Product> make_cudnn_convolution(const std::shared_ptr<CudnnHandle>& cudnn,
                                                ProductTuner& tuner, ProductLibrary& products,
                                                Direction direction, const ConvolutionShape& shape,
                                                Arithmetic arithmetic, const ProductOptions& options) {
    const std::string product = describe(direction, shape);
    const std::size_t narrow = narrow_gradient_bytes(direction, shape, arithmetic);
    if (narrow > options.workspace_limit) throw_unsupported(product, arithmetic, options);
    const std::size_t limit = options.workspace_limit - narrow;
    const auto make = [&](ConvolutionPlan plan) {
        return std::make_unique<CudnnConvolution>(cudnn, direction, shape, arithmetic, std::move(plan));
    };

    const CudnnTarget target(cudnn->get());
    const ConvolutionGraph graph(target, direction, shape, arithmetic);
    if (const auto known = tuner.known(product, arithmetic, options)) {
        for (const WinogradPlan& plan :
             winograd_plans(direction, shape, arithmetic, options.workspace_limit)) {
            if (plan.name() == *known)
                return make_winograd_convolution(products, direction, shape, plan, options);
        }
        for (const PatchPlan& plan : patch_plans(shape, arithmetic, options.workspace_limit)) {
            if (plan.name() == *known)
                return make_patch_convolution(products, direction, shape, plan, options);
        }
        if (auto plan = graph.plan(*known, options.deterministic, limit)) return make(std::move(*plan));
    }
    std::vector<std::unique_ptr<Product>> products_of_candidates;
    std::vector<Candidate> candidates;
    OperandBytes bytes = operand_bytes(direction, shape, arithmetic);
    const auto add = [&](std::string name, std::string engine, std::unique_ptr<Product> candidate) {
        candidates.push_back({std::move(name), std::move(engine)});
        bytes.workspace = std::max(bytes.workspace, candidate->workspace_bytes());
        products_of_candidates.push_back(std::move(candidate));
    };
    const std::string kind =
        std::string(to_string(arithmetic)) + ' ' + std::string(to_string(direction)) + " by cuDNN's engine ";
    for (ConvolutionPlan& plan : graph.candidates(options.deterministic, limit)) {
        const std::string name = plan.engine;
        add(name, kind + name.substr(0, name.find(':')), make(std::move(plan)));
    }
    for (const WinogradPlan& plan : winograd_plans(direction, shape, arithmetic, options.workspace_limit)) {
        add(plan.name(), {}, make_winograd_convolution(products, direction, shape, plan, options));
    }
    for (const PatchPlan& plan : patch_plans(shape, arithmetic, options.workspace_limit)) {
        add(plan.name(), {}, make_patch_convolution(products, direction, shape, plan, options));
    }
    if (candidates.empty()) throw_unsupported(product, arithmetic, options);
    const std::size_t best =
        tuner.choose(product, arithmetic, options, candidates, bytes,
                     [&](std::size_t candidate, const ProductOperands& operands, Stream stream) {
                         products_of_candidates[candidate]->enqueue(operands.a, operands.b, nullptr,
                                                                    operands.out, operands.workspace, stream);
                     });
    return std::move(products_of_candidates[best]);
}

}  // namespace arcmeter::backend::cuda
