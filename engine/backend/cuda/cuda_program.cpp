// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cuda_program.h"

#include <algorithm>
#include <stdexcept>

#include "engine/backend/cuda/side_work.h"
#include "engine/backend/operations.h"
#include "kernels/cuda/channel_map_backward.h"
#include "kernels/cuda/channel_statistics.h"
#include "kernels/cuda/class_sampling.h"
#include "kernels/cuda/depthwise.h"
#include "kernels/cuda/sgd.h"
#include "kernels/cuda/step_state.h"

namespace arcmeter::backend::cuda {

using graph::DataType;
using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using graph::Role;
using graph::TensorId;
using kernels::ElementType;

namespace {

std::int64_t aligned(std::int64_t bytes, std::int64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

/// What the runtime's own allocations start at.
constexpr std::int64_t region_alignment = 256;

bool reads_padded_images(const Operation& op, TensorId images) {
    const bool other = std::count(op.inputs.begin() + 1, op.inputs.end(), images) > 0;
    return !other && (op.kind == OpKind::convolution || op.kind == OpKind::convolution_weight_gradient);
}

}  // namespace

CudaProgram::CudaProgram(const graph::Graph& graph, const ExecutorOptions& options)
    : graph_(graph), tf32_(options.tf32), library_workspace_bytes_(options.library_workspace_bytes) {
    find_padded_images();
    joins_ = find_joins(graph_);
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        const Operation& op = graph.operations()[i];
        if (op.kind == OpKind::batch_norm_finalize) finalizes_[op.input(0)] = i;
        prepare(op);
    }
    graph::Graph lifetimes = with_finalizes_in_statistics();
    extend_lifetimes(joins_, lifetimes);
    arena_ = graph::plan_arena(
        lifetimes, [this](TensorId id) { return tensor_bytes(id); }, true);
    place_regions();
}

void CudaProgram::find_padded_images() {
    TensorId images = graph_.images;
    if (images == no_tensor) return;
    for (const Operation& op : graph_.operations()) {
        if (op.kind == OpKind::input_conversion) images = op.output(0);
    }
    if (graph_.tensor(images).type == DataType::u8) return;
    const auto readers = graph_.readers()[static_cast<std::size_t>(images)];
    const bool all = std::all_of(readers.begin(), readers.end(), [&](std::size_t reader) {
        return reads_padded_images(graph_.operations()[reader], images);
    });
    if (all) padded_images_ = images;
}

void CudaProgram::prepare(const Operation& op) {
    const auto [x, weight, y] = product_tensors(op);
    switch (op.kind) {
        case OpKind::convolution:
        case OpKind::convolution_data_gradient:
        case OpKind::convolution_weight_gradient:
            if (runs_beside(op.kind)) need_side_workspace(static_cast<std::size_t>(library_workspace_bytes_));
            prepare_product(weight, x, ConvolutionForm{layout(x).channels});
            return;
        case OpKind::linear_weight_gradient:
            need_kernel_workspace(sizeof(float) * kernels::cuda::channel_map_backward_workspace(
                                                      layout(y).rows(), layout(y).channels));
            [[fallthrough]];
        case OpKind::linear:
        case OpKind::linear_data_gradient:
            prepare_product(weight, x, LinearForm{layout(x).channels, layout(x).spatial});
            return;
        case OpKind::depthwise_weight_gradient:
            need_side_workspace(sizeof(float) * kernels::cuda::depthwise_workspace(depthwise(op)));
            [[fallthrough]];
        case OpKind::depthwise_convolution:
        case OpKind::depthwise_data_gradient:
            forms_[weight] = DepthwiseForm{depthwise(op)};
            return;
        case OpKind::channel_statistics:
        case OpKind::channel_map:
            need_kernel_workspace(sizeof(float) *
                                  kernels::cuda::channel_statistics_workspace(layout(op.input(0)).rows(),
                                                                              layout(op.input(0)).channels));
            return;
        case OpKind::channel_map_backward_reduce:
            need_kernel_workspace(sizeof(float) *
                                  kernels::cuda::channel_map_backward_workspace(
                                      layout(op.input(0)).rows(), layout(op.input(0)).channels));
            return;
        case OpKind::class_sample:
            need_kernel_workspace(sizeof(std::int32_t) * kernels::cuda::sample_classes_workspace(
                                                             graph_.tensor(op.input(0)).shape.c));
            return;
        case OpKind::margin_softmax_forward:
            logits_.insert(op.output(graph::margin_softmax::logits));
            need_kernel_workspace(static_cast<std::size_t>(head_workspace(op).bytes));
            return;
        case OpKind::margin_softmax_backward:
            logits_.insert(op.output(graph::margin_softmax::chunk_logits));
            need_kernel_workspace(static_cast<std::size_t>(head_workspace(op).bytes));
            return;
        case OpKind::sgd_update:
            prepare_sgd(op);
            return;
        case OpKind::class_update:
            ++class_updates_;
            return;
        case OpKind::all_reduce:
            prepare_wire(op);
            return;
        default:
            return;
    }
}

void CudaProgram::prepare_product(TensorId weight, TensorId x, const ParameterForm& form) {
    forms_[weight] = form;
    if (type(x) == ElementType::f32 || graph_.tensor(weight).role == Role::gradient) return;
    const auto [entry, added] = half_copies_.try_emplace(weight, half_copies_bytes_);
    if (added) half_copies_bytes_ += aligned(stored_elements(weight) * 2, graph::arena_alignment);
}

void CudaProgram::prepare_sgd(const Operation& op) {
    for (std::size_t i = 0; i + 2 < op.inputs.size(); i += 3) {
        forms_[op.inputs[i + 2]] = form(op.inputs[i]);
        ++updated_tensors_;
    }
}

/// Several buckets are on their way at a time: each has a place of its own, with room for every tensor to
/// begin at the arena's alignment.
void CudaProgram::prepare_wire(const Operation& op) {
    const auto& attributes = op.get<graph::CollectiveAttributes>();
    if (attributes.wire == DataType::f32) return;
    wire_offsets_[attributes.request] = wire_bytes_;
    for (const TensorId id : op.inputs) {
        const std::int64_t elements = attributes.elements > 0 ? attributes.elements : stored_elements(id);
        wire_bytes_ += aligned(aligned(elements * 4, graph::arena_alignment) / 2, graph::arena_alignment);
    }
}

/// The graph as lifetimes see it: what a BatchNormFinalize writes is written by the launch that takes the
/// statistics.
graph::Graph CudaProgram::with_finalizes_in_statistics() const {
    graph::Graph graph = graph_;
    for (Operation& op : graph.operations()) {
        for (const TensorId id : std::vector(op.outputs)) {
            const auto found = finalizes_.find(id);
            if (found == finalizes_.end()) continue;
            const Operation& finalize = graph_.operations()[found->second];
            op.inputs.insert(op.inputs.end(), finalize.inputs.begin() + 2, finalize.inputs.end());
            op.outputs.insert(op.outputs.end(), finalize.outputs.begin(), finalize.outputs.end());
        }
    }
    return graph;
}

const Operation* CudaProgram::finalize_of(TensorId mean) const {
    const auto found = finalizes_.find(mean);
    return found == finalizes_.end() ? nullptr : &graph_.operations()[found->second];
}

void CudaProgram::need_kernel_workspace(std::size_t bytes) {
    kernel_workspace_bytes_ =
        std::max(kernel_workspace_bytes_, aligned(static_cast<std::int64_t>(bytes), region_alignment));
}

void CudaProgram::need_side_workspace(std::size_t bytes) {
    side_workspace_bytes_ =
        std::max(side_workspace_bytes_, aligned(static_cast<std::int64_t>(bytes), region_alignment));
}

void CudaProgram::place_regions() {
    input_.labels = aligned(sizeof(kernels::cuda::StepScalars), graph::arena_alignment);
    input_.images = input_.labels;
    if (graph_.labels != no_tensor) input_.images += graph_.tensor(graph_.labels).bytes();
    input_.images = aligned(input_.images, graph::arena_alignment);
    input_.bytes = input_.images;
    if (graph_.images != no_tensor) {
        const graph::Tensor& images = graph_.tensor(graph_.images);
        input_.bytes += images.shape.elements() * (images.type == DataType::u8 ? 1 : 4);
    }
    std::int64_t end = 0;
    const auto place = [&end](std::int64_t bytes) {
        const std::int64_t offset = end;
        end += aligned(bytes, region_alignment);
        return offset;
    };
    const auto table = static_cast<std::int64_t>(sizeof(kernels::cuda::SgdTensor));
    place(arena_.total_bytes());
    regions_.half_copies = place(half_copies_bytes_);
    regions_.library_workspace = place(library_workspace_bytes_);
    regions_.side_workspace = place(side_workspace_bytes_);
    regions_.kernel_workspace = place(kernel_workspace_bytes_);
    regions_.counters = place(kernels::cuda::reduction_counters * sizeof(unsigned));
    regions_.update_table = place(table * updated_tensors_);
    regions_.copy_table = place(table * static_cast<std::int64_t>(half_copies_.size()));
    regions_.class_table = place(table * class_updates_);
    regions_.wire = place(wire_bytes_);
    regions_.state = place(sizeof(kernels::cuda::StepState));
    for (std::int64_t& input : regions_.input) input = place(input_.bytes);
    for (std::int64_t& result : regions_.result) result = place(result_slot_bytes);
    regions_.end = end;
}

protocol::MemoryPlan CudaProgram::memory() const {
    protocol::MemoryPlan plan;
    plan.gradients = arena_.bytes_of(graph_, Role::gradient);
    plan.optimizer = arena_.bytes_of(graph_, Role::momentum);
    plan.head_weights = arena_.bytes_of(graph_, Role::class_centre);
    plan.head_optimizer =
        arena_.bytes_of(graph_, Role::class_momentum) + arena_.bytes_of(graph_, Role::class_gradient);
    plan.weights = arena_.bytes_of(graph_, Role::parameter) + arena_.bytes_of(graph_, Role::buffer) +
                   regions_.library_workspace - regions_.half_copies;
    plan.data = arena_.bytes_of(graph_, Role::input) + regions_.end - regions_.input[0];
    plan.communication = arena_.bytes_of(graph_, Role::communication) + regions_.state - regions_.wire;
    plan.workspace = regions_.input[0] - regions_.library_workspace - (regions_.state - regions_.wire);
    // Head and backbone share the transient region; what the backbone's own peak leaves is the head's.
    std::int64_t backbone_end = 0;
    for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
        const graph::Placement& place = arena_.placements[i];
        const graph::Tensor& tensor = graph_.tensors()[i];
        if (place.offset < 0 || tensor.role != Role::activation || tensor.head_part) continue;
        backbone_end = std::max(backbone_end, place.offset - arena_.persistent_bytes +
                                                  aligned(place.bytes, graph::arena_alignment));
    }
    plan.activations = std::min(backbone_end, arena_.transient_bytes);
    plan.head_activations = arena_.transient_bytes - plan.activations;
    // The gap between the arena and what follows it.
    plan.workspace += regions_.half_copies - arena_.total_bytes();
    plan.host = arena_.host_bytes;
    return plan;
}

ElementType CudaProgram::type(TensorId id) const {
    switch (graph_.tensor(id).type) {
        case DataType::f16:
            return ElementType::f16;
        case DataType::bf16:
            return ElementType::bf16;
        default:
            return ElementType::f32;
    }
}

Arithmetic CudaProgram::arithmetic(TensorId id) const {
    switch (type(id)) {
        case ElementType::f16:
            return Arithmetic::fp16;
        case ElementType::bf16:
            return Arithmetic::bf16;
        case ElementType::f32:
            break;
    }
    return tf32_ ? Arithmetic::tf32 : Arithmetic::fp32;
}

kernels::ActivationLayout CudaProgram::layout(TensorId id) const {
    const graph::Shape& shape = graph_.tensor(id).shape;
    std::int64_t channels = shape.c;
    if (id == padded_images_) channels = aligned(channels, type(id) == ElementType::f32 ? 4 : 8);
    return {shape.n, channels, shape.spatial(), channels};
}

const ParameterForm& CudaProgram::form(TensorId id) const {
    static const ParameterForm plain = PlainForm{};
    const auto found = forms_.find(id);
    return found == forms_.end() ? plain : found->second;
}

std::int64_t CudaProgram::stored_elements(TensorId id) const {
    const graph::Shape& shape = graph_.tensor(id).shape;
    if (const auto* convolution = std::get_if<ConvolutionForm>(&form(id))) {
        return shape.n * shape.spatial() * convolution->stored_channels;
    }
    return shape.elements();
}

std::int64_t CudaProgram::half_copy(TensorId weight) const {
    const auto found = half_copies_.find(weight);
    return found == half_copies_.end() ? -1 : found->second;
}

kernels::DepthwiseShape CudaProgram::depthwise(const Operation& op) const {
    const graph::Shape& in = graph_.tensor(product_tensors(op).x).shape;
    const auto& attributes = op.get<graph::ConvolutionAttributes>();
    return {.batch = in.n,
            .channels = in.c,
            .block = in.c,
            .channels_per_group = in.c / attributes.groups,
            .kernel = attributes.kernel,
            .stride = attributes.stride,
            .pad = attributes.padding,
            .in_height = in.h,
            .in_width = in.w};
}

ConvolutionShape CudaProgram::convolution(const Operation& op) const {
    const auto [x, weight, y] = product_tensors(op);
    const graph::Shape& in = graph_.tensor(x).shape;
    const auto& attributes = op.get<graph::ConvolutionAttributes>();
    return {.batch = in.n,
            .in_channels = layout(x).channels,
            .out_channels = graph_.tensor(y).shape.c,
            .in_height = in.h,
            .in_width = in.w,
            .kernel = attributes.kernel,
            .stride = attributes.stride,
            .padding = attributes.padding};
}

MatmulShape CudaProgram::linear(const Operation& op) const {
    const auto [x, weight, y] = product_tensors(op);
    const std::int64_t batch = graph_.tensor(x).shape.n;
    const std::int64_t in = graph_.tensor(x).shape.elements() / batch;
    const std::int64_t out = graph_.tensor(y).shape.c;
    switch (op.kind) {
        case OpKind::linear_data_gradient:  // dx = dy W
            return {.m = batch, .n = in, .k = out, .lda = out, .ldb = in, .ldc = in, .float_output = false};
        case OpKind::linear_weight_gradient:  // dW = dy^T x
            return {.transpose_a = true, .m = out, .n = in, .k = batch, .lda = out, .ldb = in, .ldc = in};
        default:  // y = x W^T + bias
            return {.transpose_b = true,
                    .m = batch,
                    .n = out,
                    .k = in,
                    .lda = in,
                    .ldb = in,
                    .ldc = out,
                    .float_output = false,
                    .bias = op.input(2) != no_tensor};
    }
}

CudaProgram::HeadWorkspace CudaProgram::head_workspace(const Operation& op) const {
    HeadWorkspace workspace;
    const ElementType half = type(graph_.embedding);
    if (half == ElementType::f32) return workspace;
    const auto& attributes = op.get<graph::MarginSoftmaxAttributes>();
    const graph::Shape& unit = graph_.tensor(op.input(graph::margin_softmax::embedding)).shape;
    const bool sampled = op.input(graph::margin_softmax::rows) != no_tensor;
    const auto place = [&](std::int64_t elements) {
        const std::int64_t offset = workspace.bytes;
        workspace.bytes += aligned(elements * 2, region_alignment);
        return offset;
    };
    workspace.unit = place(unit.elements());
    workspace.centres = place(sampled ? 0 : attributes.chunk * unit.c);
    workspace.logits =
        place(op.kind == OpKind::margin_softmax_backward ? unit.n * logits_stride(attributes.chunk) : 0);
    return workspace;
}

std::int64_t CudaProgram::tensor_bytes(TensorId id) const {
    const graph::Tensor& tensor = graph_.tensor(id);
    switch (tensor.role) {
        case Role::result:
            return 0;  // each instance has its own
        case Role::input:
            // Bytes and labels are read where they arrive; floats are converted to a tensor of their own.
            if (tensor.type == DataType::u8 || tensor.type == DataType::i32) return 0;
            [[fallthrough]];
        case Role::activation:
            if (logits_.contains(id)) return tensor.shape.n * logits_stride(tensor.shape.c) * 4;
            return layout(id).elements() * graph::size_of(tensor.type);
        default:
            return stored_elements(id) * graph::size_of(tensor.type);
    }
}

}  // namespace arcmeter::backend::cuda
