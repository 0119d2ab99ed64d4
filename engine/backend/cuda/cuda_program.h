// SPDX-License-Identifier: Apache-2.0
// A graph prepared for a CUDA device without one: layouts, orders of weights, copies, workspaces, arena. The
// plan and the executor are made from the same program, and the executor allocates exactly total_bytes(), so
// they cannot disagree. No header of CUDA is needed.
//
// Activations lie in NHWC: a matrix [batch * height * width][channels]. Convolution weights, their gradients
// and momentum lie in KRSC, a linear layer's columns in the order of its NHWC input. The images have three
// channels, which no fast convolution reads: they are stored with four (FP32) or eight (half) of which the
// rest is zero, and so are the first convolution's weights. Their gradients are then zero too, and they stay
// zero.
#pragma once

#include <map>
#include <set>
#include <variant>
#include <vector>

#include "engine/backend/backend.h"
#include "engine/backend/cuda/products.h"
#include "engine/graph/memory_plan.h"
#include "kernels/depthwise_shape.h"
#include "kernels/layout.h"

namespace arcmeter::backend::cuda {

/// How the values of a parameter (and its gradient and momentum) relate to logical order.
struct ConvolutionForm {
    std::int64_t stored_channels = 0;  ///< innermost extent; those beyond the logical ones are zero
};
struct DepthwiseForm {
    kernels::DepthwiseShape shape;  ///< the order is the kernels' (kernels/cuda/depthwise.h)
};
struct LinearForm {
    std::int64_t channels = 0;  ///< of one input sample; a row's order is (row, column, channel)
    std::int64_t spatial = 0;
};
struct PlainForm {};
using ParameterForm = std::variant<PlainForm, ConvolutionForm, DepthwiseForm, LinearForm>;

/// A step is prepared twice, so that the next one's input can be sent while one runs.
inline constexpr std::size_t instances = 2;

/// Loss and accuracy.
inline constexpr std::int64_t result_slot_bytes = 2 * sizeof(float);

/// Bytes from the start of the executor's one allocation. The arena comes first.
struct Regions {
    std::int64_t half_copies = 0;
    std::int64_t library_workspace = 0;
    std::int64_t side_workspace = 0;  ///< of the operations that run beside the others
    std::int64_t kernel_workspace = 0;
    std::int64_t counters = 0;      ///< of the kernels' reductions; zero between launches
    std::int64_t update_table = 0;  ///< kernels::cuda::SgdTensor of every updated tensor
    std::int64_t copy_table = 0;    ///< the same of every weight with a half copy
    std::int64_t class_table = 0;   ///< the same of the rows of every class_update
    std::int64_t wire = 0;          ///< where elements are rounded to travel
    std::int64_t state = 0;         ///< kernels::cuda::StepState
    std::int64_t input[instances] = {};
    std::int64_t result[instances] = {};
    std::int64_t end = 0;
};

/// One input buffer: what a step is sent, in one copy.
struct InputLayout {
    std::int64_t scalars = 0;  ///< the step's number, rate
    std::int64_t labels = 0;
    std::int64_t images = 0;  ///< bytes [n, 112, 112, 3], or floats in logical order
    std::int64_t bytes = 0;
};

class CudaProgram {
public:
    CudaProgram(const graph::Graph& graph, const ExecutorOptions& options);

    const graph::Graph& graph() const { return graph_; }
    const graph::ArenaPlan& arena() const { return arena_; }
    const Regions& regions() const { return regions_; }
    const InputLayout& input() const { return input_; }
    std::int64_t library_workspace_bytes() const { return library_workspace_bytes_; }
    std::int64_t kernel_workspace_bytes() const { return kernel_workspace_bytes_; }

    /// See find_joins.
    const std::vector<bool>& joins() const { return joins_; }
    std::int64_t total_bytes() const { return regions_.end; }
    protocol::MemoryPlan memory() const;

    kernels::ElementType type(graph::TensorId id) const;
    Arithmetic arithmetic(graph::TensorId id) const;             ///< of products over that tensor
    kernels::ActivationLayout layout(graph::TensorId id) const;  ///< NHWC, as stored
    const ParameterForm& form(graph::TensorId id) const;
    std::int64_t stored_elements(graph::TensorId id) const;  ///< of a parameter, gradient or momentum

    /// Offset of the half copy that products read, from the start of the copies; -1: they read the master.
    std::int64_t half_copy(graph::TensorId weight) const;
    const std::map<graph::TensorId, std::int64_t>& half_copies() const { return half_copies_; }

    /// Where an all_reduce rounds its elements to, from the start of the allocation: its runs one after the
    /// other, each from a multiple of the arena's alignment on.
    std::int64_t wire(std::int32_t request) const { return regions_.wire + wire_offsets_.at(request); }

    /// The BatchNormFinalize that reads these means: whatever takes the statistics finishes it in the same
    /// launch. Null where none does.
    const graph::Operation* finalize_of(graph::TensorId mean) const;

    kernels::DepthwiseShape depthwise(const graph::Operation& op) const;
    /// Of a convolution or its gradients.
    ConvolutionShape convolution(const graph::Operation& op) const;
    /// Of a linear layer or its gradients; without bias for the gradients.
    MatmulShape linear(const graph::Operation& op) const;

    /// Half operands of the head lie in the kernel workspace, in this order.
    struct HeadWorkspace {
        std::int64_t unit = 0;     ///< [batch][width]
        std::int64_t centres = 0;  ///< [chunk][width]; where classes are sampled they are gathered instead
        std::int64_t logits = 0;   ///< [batch][logits_stride]
        std::int64_t bytes = 0;
    };
    HeadWorkspace head_workspace(const graph::Operation& op) const;

    /// Floats from one row of a margin operation's logits to the next: a whole number of 32-byte sectors.
    static std::int64_t logits_stride(std::int64_t columns) { return (columns + 7) / 8 * 8; }

private:
    void find_padded_images();
    void prepare(const graph::Operation& op);
    void prepare_sgd(const graph::Operation& op);
    void prepare_product(graph::TensorId weight, graph::TensorId x, const ParameterForm& form);
    void prepare_wire(const graph::Operation& op);
    void need_kernel_workspace(std::size_t bytes);
    void need_side_workspace(std::size_t bytes);
    graph::Graph with_finalizes_in_statistics() const;
    void place_regions();
    std::int64_t tensor_bytes(graph::TensorId id) const;

    const graph::Graph& graph_;
    bool tf32_ = false;
    std::int64_t library_workspace_bytes_ = 0;
    std::int64_t kernel_workspace_bytes_ = 0;
    std::int64_t side_workspace_bytes_ = 0;
    std::vector<bool> joins_;  ///< by operation
    std::int64_t half_copies_bytes_ = 0;
    std::int64_t updated_tensors_ = 0;
    std::int64_t class_updates_ = 0;
    std::int64_t wire_bytes_ = 0;
    std::map<std::int32_t, std::int64_t> wire_offsets_;  ///< by request
    std::map<graph::TensorId, ParameterForm> forms_;
    std::map<graph::TensorId, std::int64_t> half_copies_;
    std::map<graph::TensorId, std::size_t> finalizes_;  ///< by means
    std::set<graph::TensorId> logits_;
    graph::TensorId padded_images_ = graph::no_tensor;
    graph::ArenaPlan arena_;
    InputLayout input_;
    Regions regions_;
};

}  // namespace arcmeter::backend::cuda
