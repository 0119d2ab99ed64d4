// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

#include <stdexcept>

namespace arcmeter::graph {

std::int64_t size_of(DataType type) {
    switch (type) {
        case DataType::f32:
        case DataType::i32:
            return 4;
        case DataType::bf16:
        case DataType::f16:
            return 2;
        case DataType::u8:
            return 1;
    }
    throw std::logic_error("size_of: unknown data type");
}

bool is_persistent(Role role) {
    return role != Role::activation;
}

std::string_view to_string(OpKind kind) {
    switch (kind) {
        case OpKind::input_conversion:
            return "InputConversion";
        case OpKind::convolution:
            return "Convolution";
        case OpKind::depthwise_convolution:
            return "DepthwiseConvolution";
        case OpKind::batch_norm:
            return "BatchNorm";
        case OpKind::prelu:
            return "PReLU";
        case OpKind::add:
            return "Add";
        case OpKind::dropout:
            return "Dropout";
        case OpKind::linear:
            return "Linear";
        case OpKind::channel_statistics:
            return "ChannelStatistics";
        case OpKind::batch_norm_finalize:
            return "BatchNormFinalize";
        case OpKind::batch_norm_inference:
            return "BatchNormInference";
        case OpKind::channel_map:
            return "ChannelMap";
        case OpKind::channel_map_backward_reduce:
            return "ChannelMapBackwardReduce";
        case OpKind::channel_map_backward_apply:
            return "ChannelMapBackwardApply";
        case OpKind::convolution_data_gradient:
            return "ConvolutionDataGradient";
        case OpKind::convolution_weight_gradient:
            return "ConvolutionWeightGradient";
        case OpKind::depthwise_data_gradient:
            return "DepthwiseDataGradient";
        case OpKind::depthwise_weight_gradient:
            return "DepthwiseWeightGradient";
        case OpKind::linear_data_gradient:
            return "LinearDataGradient";
        case OpKind::linear_weight_gradient:
            return "LinearWeightGradient";
        case OpKind::unit_normalize:
            return "UnitNormalize";
        case OpKind::unit_normalize_backward:
            return "UnitNormalizeBackward";
        case OpKind::class_sample:
            return "ClassSample";
        case OpKind::margin_softmax_forward:
            return "MarginSoftmaxForward";
        case OpKind::margin_softmax_backward:
            return "MarginSoftmaxBackward";
        case OpKind::margin_softmax_finish:
            return "MarginSoftmaxFinish";
        case OpKind::margin_softmax_accuracy:
            return "MarginSoftmaxAccuracy";
        case OpKind::class_update:
            return "ClassUpdate";
        case OpKind::all_reduce:
            return "all_reduce";
        case OpKind::all_gather:
            return "all_gather";
        case OpKind::reduce_scatter:
            return "reduce_scatter";
        case OpKind::wait:
            return "wait";
        case OpKind::sgd_update:
            return "SgdUpdate";
    }
    return "?";
}

std::string_view to_string(Payload payload) {
    switch (payload) {
        case Payload::gradients:
            return "gradients";
        case Payload::class_gradients:
            return "class_gradients";
        case Payload::embeddings:
            return "embeddings";
        case Payload::labels:
            return "labels";
        case Payload::softmax_sums:
            return "softmax_sums";
        case Payload::row_maximum:
            return "row_maximum";
        case Payload::embedding_gradients:
            return "embedding_gradients";
        case Payload::result:
            return "result";
    }
    return "?";
}

TensorId Graph::add_tensor(Tensor tensor) {
    tensors_.push_back(std::move(tensor));
    return static_cast<TensorId>(tensors_.size() - 1);
}

Operation& Graph::add_operation(Operation operation) {
    operations_.push_back(std::move(operation));
    return operations_.back();
}

TensorId Graph::find(const std::string& name) const {
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        if (tensors_[i].name == name) return static_cast<TensorId>(i);
    }
    throw std::out_of_range("no tensor named " + name);
}

namespace {

std::vector<std::vector<std::size_t>> users(const Graph& graph, std::vector<TensorId> Operation::*side) {
    std::vector<std::vector<std::size_t>> out(graph.tensors().size());
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        for (const TensorId id : graph.operations()[i].*side) {
            if (id == no_tensor) continue;
            auto& list = out.at(static_cast<std::size_t>(id));
            if (list.empty() || list.back() != i) list.push_back(i);
        }
    }
    return out;
}

}  // namespace

std::vector<std::vector<std::size_t>> Graph::readers() const {
    return users(*this, &Operation::inputs);
}
std::vector<std::vector<std::size_t>> Graph::writers() const {
    return users(*this, &Operation::outputs);
}

void Graph::verify() const {
    std::vector<bool> written(tensors_.size(), false);
    for (std::size_t i = 0; i < tensors_.size(); ++i) written[i] = is_persistent(tensors_[i].role);
    for (const Operation& operation : operations_) {
        for (const TensorId id : operation.inputs) {
            if (id == no_tensor) continue;
            if (!written.at(static_cast<std::size_t>(id))) {
                throw std::logic_error(operation.name + " reads " + tensor(id).name +
                                       " before it is written");
            }
        }
        for (const TensorId id : operation.outputs) {
            if (id != no_tensor) written.at(static_cast<std::size_t>(id)) = true;
        }
    }
}

}  // namespace arcmeter::graph
