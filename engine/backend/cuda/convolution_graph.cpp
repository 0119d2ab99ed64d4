// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/convolution_graph.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace arcmeter::backend::cuda {
namespace {

using Knobs = std::map<std::int64_t, std::int64_t>;

cudnnDataType_t stored_type(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::fp16:
            return CUDNN_DATA_HALF;
        case Arithmetic::bf16:
            return CUDNN_DATA_BFLOAT16;
        case Arithmetic::fp32:
        case Arithmetic::tf32:
            break;
    }
    return CUDNN_DATA_FLOAT;
}

/// Dimensions in cuDNN's order (N, C, H, W), whatever the layout; the strides say that channels come last.
CudnnDescriptor channels_last_tensor(std::int64_t id, cudnnDataType_t type, std::int64_t n, std::int64_t c,
                                     std::int64_t h, std::int64_t w) {
    CudnnDescriptor tensor(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    tensor.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, id);
    tensor.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type);
    tensor.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, std::int64_t{16});
    tensor.set(CUDNN_ATTR_TENSOR_DIMENSIONS, std::vector{n, c, h, w});
    tensor.set(CUDNN_ATTR_TENSOR_STRIDES, std::vector{h * w * c, std::int64_t{1}, w * c, c});
    tensor.finalize();
    return tensor;
}

CudnnDescriptor convolution_of(const ConvolutionShape& shape) {
    const std::vector<std::int64_t> padding(2, shape.padding), stride(2, shape.stride), dilation(2, 1);
    CudnnDescriptor convolution(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    convolution.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT);
    convolution.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_CROSS_CORRELATION);
    convolution.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, std::int64_t{2});
    convolution.set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, padding);
    convolution.set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, padding);
    convolution.set(CUDNN_ATTR_CONVOLUTION_DILATIONS, dilation);
    convolution.set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, stride);
    convolution.finalize();
    return convolution;
}

/// cuDNN names the same attributes differently for each direction.
struct OperationNames {
    cudnnBackendDescriptorType_t type;
    cudnnBackendAttributeName_t convolution, x, w, y, alpha, beta;
};

OperationNames names_of(Direction direction) {
    switch (direction) {
        case Direction::data_gradient:
            return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA};
        case Direction::weight_gradient:
            return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA};
        case Direction::forward:
            break;
    }
    return {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA};
}

CudnnDescriptor graph_of(const CudnnTarget& target, Direction direction, const ConvolutionShape& shape,
                         Arithmetic arithmetic) {
    const cudnnDataType_t type = stored_type(arithmetic);
    const CudnnDescriptor x =
        channels_last_tensor(x_id, type, shape.batch, shape.in_channels, shape.in_height, shape.in_width);
    const CudnnDescriptor w =
        channels_last_tensor(w_id, type, shape.out_channels, shape.in_channels, shape.kernel, shape.kernel);
    const CudnnDescriptor y = channels_last_tensor(y_id, type, shape.batch, shape.out_channels,
                                                   shape.out_height(), shape.out_width());
    const CudnnDescriptor convolution = convolution_of(shape);
    const OperationNames names = names_of(direction);
    CudnnDescriptor operation(names.type);
    operation.set(names.convolution, convolution);
    operation.set(names.x, x);
    operation.set(names.w, w);
    operation.set(names.y, y);
    operation.set(names.alpha, 1.0F);
    operation.set(names.beta, 0.0F);
    operation.finalize();
    CudnnDescriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    target.apply(graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, std::nullopt);
    graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
    graph.finalize();
    return graph;
}

EngineTraits traits_of(const CudnnDescriptor& engine) {
    EngineTraits traits;
    for (const auto note : engine.get<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                                                   CUDNN_NUMERICAL_NOTE_TYPE_COUNT)) {
        if (note == CUDNN_NUMERICAL_NOTE_TENSOR_CORE) traits.tensor_cores = true;
        if (note == CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS) traits.down_converts_inputs = true;
        if (note == CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION) traits.reduced_precision_sums = true;
        if (note == CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC) traits.nondeterministic = true;
    }
    for (const auto note : engine.get<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE,
                                                                  CUDNN_BEHAVIOR_NOTE_TYPE_COUNT)) {
        if (note == CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION) traits.compiled_at_run_time = true;
    }
    return traits;
}

EngineTraits traits_of_engine_in(const CudnnDescriptor& configuration) {
    return traits_of(
        configuration.get_descriptors(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR, 1).at(0));
}

std::string name_of(std::int64_t engine, const Knobs& knobs) {
    std::string name = std::to_string(engine);
    char separator = ':';
    for (const auto& [knob, value] : knobs) {
        name += separator + std::to_string(knob) + '=' + std::to_string(value);
        separator = ',';
    }
    return name;
}

/// The number at the start of `text`, which is then cut off; nullopt where there is none.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

/// Reads what name_of writes.
std::optional<std::pair<std::int64_t, Knobs>> parse_name(std::string_view text) {
    const auto engine = take_number(text);
    if (!engine) return std::nullopt;
    Knobs knobs;
    for (char separator = ':'; !text.empty(); separator = ',') {
        if (!take(text, separator)) return std::nullopt;
        const auto knob = take_number(text);
        if (!knob || !take(text, '=')) return std::nullopt;
        const auto value = take_number(text);
        if (!value) return std::nullopt;
        knobs[*knob] = *value;
    }
    return std::pair(*engine, knobs);
}

Knobs knobs_of(const CudnnDescriptor& configuration) {
    Knobs knobs;
    for (const CudnnDescriptor& choice :
         configuration.get_descriptors(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES,
                                       CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, CUDNN_KNOB_TYPE_COUNTS)) {
        knobs[choice.get<cudnnBackendKnobType_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE)] =
            choice.get<std::int64_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE);
    }
    return knobs;
}

}  // namespace

CudnnTarget::CudnnTarget(const std::string& properties) : properties_(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR) {
    properties_->set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION,
                     std::vector<char>(properties.begin(), properties.end()));
    properties_->finalize();
}

void CudnnTarget::apply(CudnnDescriptor& descriptor, std::optional<cudnnBackendAttributeName_t> handle,
                        std::optional<cudnnBackendAttributeName_t> properties) const {
    if (properties_) {
        if (properties) descriptor.set(*properties, *properties_);
    } else if (handle) {
        descriptor.set(*handle, handle_);
    }
}

ConvolutionGraph::ConvolutionGraph(const CudnnTarget& target, Direction direction,
                                   const ConvolutionShape& shape, Arithmetic arithmetic)
    : target_(target), arithmetic_(arithmetic), graph_(graph_of(target, direction, shape, arithmetic)) {}

std::optional<CudnnDescriptor> ConvolutionGraph::make_engine(std::int64_t index) const {
    CudnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    engine.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph_);
    engine.set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, index);
    target_.apply(engine, std::nullopt, CUDNN_ATTR_ENGINE_DEVICEPROP);
    if (!engine.try_finalize()) return std::nullopt;
    return engine;
}

std::vector<CudnnDescriptor> ConvolutionGraph::configurations() const {
    std::vector<CudnnDescriptor> found;
    for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK}) {
        CudnnDescriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
        heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph_);
        heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE, mode);
        target_.apply(heuristics, std::nullopt, CUDNN_ATTR_ENGINEHEUR_DEVICEPROP);
        if (!heuristics.try_finalize()) continue;
        const std::size_t count =
            heuristics.count(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR);
        for (CudnnDescriptor& named : heuristics.get_descriptors(CUDNN_ATTR_ENGINEHEUR_RESULTS,
                                                                 CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, count)) {
            found.push_back(std::move(named));
        }
    }
    const auto engines = graph_.get<std::int64_t>(CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT);
    for (std::int64_t index = 0; index < engines; ++index) {
        const auto engine = make_engine(index);
        if (!engine) continue;
        CudnnDescriptor configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
        configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, *engine);
        if (configuration.try_finalize()) found.push_back(std::move(configuration));
    }
    return found;
}

std::optional<ConvolutionPlan> ConvolutionGraph::make_plan(const CudnnDescriptor& configuration,
                                                           bool deterministic,
                                                           std::size_t workspace_limit) const {
    const auto engine =
        configuration.get_descriptors(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR, 1);
    const EngineTraits traits = traits_of(engine.at(0));
    if (!allowed(traits, arithmetic_, deterministic)) return std::nullopt;
    CudnnDescriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    target_.apply(plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP);
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
    if (!plan.try_finalize()) return std::nullopt;
    const auto workspace =
        static_cast<std::size_t>(plan.get<std::int64_t>(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE));
    if (workspace > workspace_limit) return std::nullopt;
    const auto index = engine.at(0).get<std::int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
    return ConvolutionPlan{name_of(index, knobs_of(configuration)), traits, workspace, std::move(plan)};
}

std::vector<ConvolutionPlan> ConvolutionGraph::candidates(bool deterministic,
                                                          std::size_t workspace_limit) const {
    const std::vector<CudnnDescriptor> all = configurations();
    auto found = plans_of(all, Engines::compiled_before, deterministic, workspace_limit);
    if (found.empty()) found = plans_of(all, Engines::compiled_at_run_time, deterministic, workspace_limit);
    return found;
}

std::vector<ConvolutionPlan> ConvolutionGraph::plans_of(const std::vector<CudnnDescriptor>& configurations,
                                                        Engines engines, bool deterministic,
                                                        std::size_t workspace_limit) const {
    std::vector<ConvolutionPlan> found;
    std::set<std::string> names;
    for (const CudnnDescriptor& configuration : configurations) {
        const bool compiles = traits_of_engine_in(configuration).compiled_at_run_time;
        if (compiles != (engines == Engines::compiled_at_run_time)) continue;
        auto plan = make_plan(configuration, deterministic, workspace_limit);
        if (plan && names.insert(plan->engine).second) found.push_back(std::move(*plan));
    }
    return found;
}

std::optional<ConvolutionPlan> ConvolutionGraph::plan(const std::string& engine_name, bool deterministic,
                                                      std::size_t workspace_limit) const {
    const auto parsed = parse_name(engine_name);
    if (!parsed) return std::nullopt;
    const auto engine = make_engine(parsed->first);
    if (!engine) return std::nullopt;
    std::vector<CudnnDescriptor> choices;
    std::vector<cudnnBackendDescriptor_t> raw;
    for (const auto& [knob, value] : parsed->second) {
        CudnnDescriptor& choice = choices.emplace_back(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);
        choice.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, static_cast<cudnnBackendKnobType_t>(knob));
        choice.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, value);
        if (!choice.try_finalize()) return std::nullopt;
        raw.push_back(choice.get());
    }
    CudnnDescriptor configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, *engine);
    if (!raw.empty()) configuration.set(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, raw);
    if (!configuration.try_finalize()) return std::nullopt;
    return make_plan(configuration, deterministic, workspace_limit);
}

}  // namespace arcmeter::backend::cuda
