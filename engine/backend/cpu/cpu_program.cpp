// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/cpu_program.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "engine/backend/operations.h"
#include "kernels/cpu/channel_statistics.h"

namespace arcmeter::backend::cpu {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using graph::Role;
using graph::TensorId;
using kernels::ElementType;

namespace {

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + graph::arena_alignment - 1) / graph::arena_alignment * graph::arena_alignment;
}

}  // namespace

CpuProgram::CpuProgram(const graph::Graph& graph, ProductLibrary& library)
    : graph_(graph), library_(library) {
    products_.resize(graph.operations().size());
    for (std::size_t i = 0; i < graph.operations().size(); ++i) prepare(i);
    place_copies();
    arena_ = graph::plan_arena(graph, [this](TensorId id) { return tensor_bytes(id); });
    place_wire();
}

std::int64_t CpuProgram::total_bytes() const {
    return arena_.total_bytes() + copies_bytes_ + product_workspace_bytes_ + kernel_workspace_bytes_ +
           wire_bytes_;
}

protocol::MemoryPlan CpuProgram::memory() const {
    protocol::MemoryPlan plan;
    plan.weights =
        arena_.bytes_of(graph_, Role::parameter) + arena_.bytes_of(graph_, Role::buffer) + copies_bytes_;
    plan.gradients = arena_.bytes_of(graph_, Role::gradient);
    plan.optimizer = arena_.bytes_of(graph_, Role::momentum);
    plan.head_weights = arena_.bytes_of(graph_, Role::class_centre);
    plan.head_optimizer =
        arena_.bytes_of(graph_, Role::class_momentum) + arena_.bytes_of(graph_, Role::class_gradient);
    plan.data = arena_.bytes_of(graph_, Role::input) + arena_.bytes_of(graph_, Role::result);
    plan.workspace = product_workspace_bytes_ + kernel_workspace_bytes_;
    plan.communication = arena_.bytes_of(graph_, Role::communication) + wire_bytes_;
    // Head and backbone share the transient region; what the backbone's own peak leaves is the head's.
    std::int64_t head_end = 0, backbone_end = 0;
    for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
        const graph::Placement& place = arena_.placements[i];
        if (place.offset < 0 || graph_.tensors()[i].role != Role::activation) continue;
        std::int64_t& end = graph_.tensors()[i].head_part ? head_end : backbone_end;
        end = std::max(end, place.offset - arena_.persistent_bytes + aligned(place.bytes));
    }
    plan.activations = std::min(backbone_end, arena_.transient_bytes);
    plan.head_activations = arena_.transient_bytes - plan.activations;
    return plan;
}

kernels::ActivationLayout CpuProgram::layout(TensorId id) const {
    const graph::Shape& shape = graph_.tensor(id).shape;
    const std::int64_t block = library_.channel_block();
    return {shape.n, shape.c, shape.spatial(), shape.c % block == 0 ? block : 1};
}

ElementType CpuProgram::type(TensorId id) const {
    return graph_.tensor(id).type == graph::DataType::bf16 ? ElementType::bf16 : ElementType::f32;
}

const ParameterForm& CpuProgram::form(TensorId id) const {
    static const ParameterForm plain = PlainForm{};
    const auto found = forms_.find(id);
    return found == forms_.end() ? plain : found->second;
}

kernels::cpu::DepthwiseShape CpuProgram::depthwise_shape(const Operation& op) const {
    const auto [x, weight, y] = product_tensors(op);
    const auto& attributes = op.get<graph::ConvolutionAttributes>();
    const graph::Shape& in = graph_.tensor(x).shape;
    return {.batch = in.n,
            .channels = in.c,
            .block = layout(x).block,
            .channels_per_group = in.c / attributes.groups,
            .kernel = attributes.kernel,
            .stride = attributes.stride,
            .pad = attributes.padding,
            .in_height = in.h,
            .in_width = in.w};
}

void CpuProgram::need_kernel_workspace(std::size_t floats) {
    kernel_workspace_bytes_ =
        std::max(kernel_workspace_bytes_, aligned(static_cast<std::int64_t>(floats * sizeof(float))));
}

void CpuProgram::prepare(std::size_t index) {
    const Operation& op = graph_.operations()[index];
    switch (op.kind) {
        case OpKind::convolution:
            prepare_convolution(index, Direction::forward);
            return;
        case OpKind::convolution_data_gradient:
            prepare_convolution(index, Direction::data_gradient);
            return;
        case OpKind::convolution_weight_gradient:
            prepare_convolution(index, Direction::weight_gradient);
            return;
        case OpKind::linear:
            prepare_linear(index, Direction::forward);
            return;
        case OpKind::linear_data_gradient:
            prepare_linear(index, Direction::data_gradient);
            return;
        case OpKind::linear_weight_gradient:
            prepare_linear(index, Direction::weight_gradient);
            need_kernel_workspace(kernels::cpu::channel_statistics_workspace(layout(op.input(1))));
            return;
        case OpKind::depthwise_convolution:
        case OpKind::depthwise_data_gradient:
            forms_[op.input(1)] = DepthwiseForm{depthwise_shape(op)};
            return;
        case OpKind::depthwise_weight_gradient:
            forms_[op.output(0)] = DepthwiseForm{depthwise_shape(op)};
            need_kernel_workspace(kernels::cpu::depthwise_workspace(depthwise_shape(op)));
            return;
        case OpKind::channel_statistics:
        case OpKind::channel_map:
        case OpKind::channel_map_backward_reduce:
            need_kernel_workspace(kernels::cpu::channel_statistics_workspace(layout(op.input(0))));
            return;
        case OpKind::sgd_update:
            for (std::size_t i = 0; i + 2 < op.inputs.size(); i += 3)
                forms_[op.inputs[i + 2]] = form(op.inputs[i]);
            return;
        default:
            return;
    }
}

void CpuProgram::prepare_convolution(std::size_t index, Direction direction) {
    const Operation& op = graph_.operations()[index];
    const auto [x, weight, y] = product_tensors(op);
    const auto& attributes = op.get<graph::ConvolutionAttributes>();
    const graph::Shape& in = graph_.tensor(x).shape;
    const ConvolutionShape shape{.batch = in.n,
                                 .in_channels = in.c,
                                 .out_channels = graph_.tensor(y).shape.c,
                                 .in_height = in.h,
                                 .in_width = in.w,
                                 .kernel = attributes.kernel,
                                 .stride = attributes.stride,
                                 .padding = attributes.padding,
                                 .in_block = layout(x).block,
                                 .out_block = layout(y).block};
    forms_[weight] = ConvolutionForm{shape, type(x)};
    products_[index] = library_.convolution(direction, shape, type(x));
}

void CpuProgram::prepare_linear(std::size_t index, Direction direction) {
    const auto [x, weight, y] = product_tensors(graph_.operations()[index]);
    const graph::Shape& in = graph_.tensor(x).shape;
    kernels::ActivationLayout one = layout(x);
    one.batch = 1;
    forms_[weight] = LinearForm{one};
    products_[index] =
        library_.linear(direction, in.n, in.c * in.spatial(), graph_.tensor(y).shape.c, type(x));
}

void CpuProgram::place_copies() {
    // Products of one weight share its rounded copy; those that also do the same (a convolution and its
    // recomputation) share any copy.
    std::map<std::tuple<TensorId, WeightCopy, OpKind>, std::int64_t> placed;
    for (std::size_t i = 0; i < products_.size(); ++i) {
        const Product* product = products_[i].get();
        if (!product) continue;
        product_workspace_bytes_ = std::max(product_workspace_bytes_,
                                            aligned(static_cast<std::int64_t>(product->workspace_bytes())));
        const WeightCopy kind = product->weight_copy();
        if (kind == WeightCopy::master) continue;
        const Operation& op = graph_.operations()[i];
        const TensorId weight = product_tensors(op).weight;
        const auto bytes = static_cast<std::int64_t>(product->weight_copy_bytes());
        const OpKind user = kind == WeightCopy::half ? OpKind::convolution : op.kind;
        const auto [place, is_first] = placed.try_emplace({weight, kind, user}, copies_bytes_);
        if (is_first) copies_bytes_ += aligned(bytes);
        copies_.push_back({weight, i, kind, place->second, bytes, !is_first});
    }
}

std::vector<ByteRun> CpuProgram::runs_of(const Operation& op) const {
    const auto& attributes = op.get<graph::CollectiveAttributes>();
    if (attributes.elements > 0) {
        constexpr std::int64_t size = sizeof(float);
        const std::int64_t offset = arena_.placements[static_cast<std::size_t>(op.input(0))].offset;
        return {{offset + attributes.first * size, attributes.elements * size}};
    }
    std::vector<graph::Placement> places;
    for (const TensorId id : op.inputs) places.push_back(arena_.placements[static_cast<std::size_t>(id)]);
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
    std::vector<ByteRun> runs;
    for (const graph::Placement& place : places) {
        const bool joins = !runs.empty() && place.offset == aligned(runs.back().offset + runs.back().bytes);
        if (joins) {
            runs.back().bytes = place.offset + place.bytes - runs.back().offset;
        } else {
            runs.push_back({place.offset, place.bytes});
        }
    }
    return runs;
}

/// Several buckets are on their way at a time: each has a place of its own.
void CpuProgram::place_wire() {
    for (const Operation& op : graph_.operations()) {
        if (op.kind != OpKind::all_reduce) continue;
        const auto& attributes = op.get<graph::CollectiveAttributes>();
        if (attributes.wire == graph::DataType::f32) continue;
        wire_offsets_[attributes.request] = wire_bytes_;
        for (const ByteRun& run : runs_of(op)) wire_bytes_ += aligned(run.bytes / 2);
    }
}

std::vector<ByteRun> CpuProgram::reduced_runs(std::size_t operation) const {
    const Operation& op = graph_.operations()[operation];
    std::vector<ByteRun> runs = runs_of(op);
    const auto wire = wire_offsets_.find(op.get<graph::CollectiveAttributes>().request);
    if (wire == wire_offsets_.end()) return runs;
    std::int64_t offset = wire->second;
    for (ByteRun& run : runs) {
        run.wire_offset = offset;
        offset += aligned(run.bytes / 2);
    }
    return runs;
}

std::int64_t CpuProgram::tensor_bytes(TensorId id) const {
    const graph::Tensor& tensor = graph_.tensor(id);
    // The loader's own batch is read in place.
    if (tensor.role == Role::input && tensor.type == graph::DataType::u8) return 0;
    const ParameterForm& parameter = form(id);
    if (const auto* convolution = std::get_if<ConvolutionForm>(&parameter)) {
        return static_cast<std::int64_t>(library_.master_bytes(convolution->shape, convolution->type));
    }
    return tensor.bytes();
}

}  // namespace arcmeter::backend::cpu
