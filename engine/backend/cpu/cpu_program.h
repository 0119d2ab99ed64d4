// SPDX-License-Identifier: Apache-2.0
// A graph prepared for the CPU without any memory: layouts, products, workspaces, arena. The plan and the
// executor are made from the same program, so they cannot disagree.
#pragma once

#include <map>
#include <memory>
#include <variant>
#include <vector>

#include "engine/backend/backend.h"
#include "engine/backend/cpu/products.h"
#include "engine/graph/memory_plan.h"
#include "kernels/cpu/depthwise.h"

namespace arcmeter::backend::cpu {

/// How the bytes of a parameter (and its gradient and momentum) relate to logical order.
struct ConvolutionForm {
    ConvolutionShape shape;
    kernels::ElementType type;
};
struct DepthwiseForm {
    kernels::cpu::DepthwiseShape shape;
};
struct LinearForm {
    kernels::ActivationLayout x;  ///< of one sample: the order of the weight's columns
};
struct PlainForm {};
using ParameterForm = std::variant<PlainForm, ConvolutionForm, DepthwiseForm, LinearForm>;

/// Weights of one product in another layout than the master.
struct CopyPlacement {
    graph::TensorId weight = graph::no_tensor;
    std::size_t operation = 0;  ///< whose product reads it
    WeightCopy kind = WeightCopy::master;
    std::int64_t offset = 0;  ///< into the copies' region
    std::int64_t bytes = 0;
    bool is_shared = false;  ///< another operation's copy, named before: written there
};

/// Tensors of a collective that lie side by side in the arena, padding between them included: one message.
struct ByteRun {
    std::int64_t offset = 0;  ///< into the arena
    std::int64_t bytes = 0;
    std::int64_t wire_offset = 0;  ///< into the wire region, where the elements travel in another type
};

class CpuProgram {
public:
    CpuProgram(const graph::Graph& graph, ProductLibrary& library);

    const graph::Graph& graph() const { return graph_; }
    ProductLibrary& library() const { return library_; }
    const graph::ArenaPlan& arena() const { return arena_; }
    const std::vector<CopyPlacement>& copies() const { return copies_; }

    /// Of an all_reduce or of its wait: what is reduced.
    std::vector<ByteRun> reduced_runs(std::size_t operation) const;

    std::int64_t wire_bytes() const { return wire_bytes_; }
    std::int64_t copies_bytes() const { return copies_bytes_; }
    std::int64_t product_workspace_bytes() const { return product_workspace_bytes_; }
    std::int64_t kernel_workspace_bytes() const { return kernel_workspace_bytes_; }
    std::int64_t total_bytes() const;
    protocol::MemoryPlan memory() const;

    kernels::ActivationLayout layout(graph::TensorId id) const;
    kernels::ElementType type(graph::TensorId id) const;
    const ParameterForm& form(graph::TensorId id) const;
    Product* product(std::size_t operation) const { return products_[operation].get(); }
    kernels::cpu::DepthwiseShape depthwise_shape(const graph::Operation& op) const;

private:
    void prepare(std::size_t index);
    void prepare_convolution(std::size_t index, Direction direction);
    void prepare_linear(std::size_t index, Direction direction);
    void need_kernel_workspace(std::size_t floats);
    void place_copies();
    void place_wire();
    std::vector<ByteRun> runs_of(const graph::Operation& op) const;
    std::int64_t tensor_bytes(graph::TensorId id) const;

    const graph::Graph& graph_;
    ProductLibrary& library_;
    std::vector<std::unique_ptr<Product>> products_;  // by operation
    std::map<graph::TensorId, ParameterForm> forms_;
    std::vector<CopyPlacement> copies_;
    std::int64_t copies_bytes_ = 0;
    std::int64_t product_workspace_bytes_ = 0;
    std::int64_t kernel_workspace_bytes_ = 0;
    std::int64_t wire_bytes_ = 0;
    std::map<std::int32_t, std::int64_t> wire_offsets_;  // by request
    graph::ArenaPlan arena_;
};

}  // namespace arcmeter::backend::cpu
