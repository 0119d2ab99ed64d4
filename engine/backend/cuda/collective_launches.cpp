// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/collective_launches.h"

#include <algorithm>
#include <stdexcept>

#include "engine/backend/cuda/nccl_communicator.h"
#include "engine/backend/operations.h"
#include "kernels/cuda/convert.h"

namespace arcmeter::backend::cuda {

using comm::ElementType;
using comm::Request;
using graph::CollectiveAttributes;
using graph::Operation;
using graph::OpKind;

namespace {

/// One run of an all_reduce: where its elements are, and where they are rounded to travel, if they are.
struct Message {
    std::byte* data = nullptr;
    std::byte* rounded = nullptr;
    std::int64_t bytes = 0;
    std::int64_t count() const { return bytes / static_cast<std::int64_t>(sizeof(float)); }
};

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + graph::arena_alignment - 1) / graph::arena_alignment * graph::arena_alignment;
}

/// Tensors that lie side by side are one message, the padding between them included.
std::vector<Message> runs_of(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<CollectiveAttributes>();
    if (attributes.elements > 0) {
        constexpr std::int64_t size = sizeof(float);
        return {{bindings.as<std::byte>(op.input(0)) + attributes.first * size, nullptr,
                 attributes.elements * size}};
    }
    std::vector<Message> tensors, runs;
    for (const graph::TensorId id : op.inputs) {
        const std::int64_t bytes =
            bindings.program->stored_elements(id) * static_cast<std::int64_t>(sizeof(float));
        tensors.push_back({bindings.as<std::byte>(id), nullptr, bytes});
    }
    std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.data < b.data; });
    for (const Message& tensor : tensors) {
        const bool joins = !runs.empty() && tensor.data == runs.back().data + aligned(runs.back().bytes);
        if (joins) {
            runs.back().bytes = tensor.data + tensor.bytes - runs.back().data;
        } else {
            runs.push_back(tensor);
        }
    }
    return runs;
}

std::vector<Message> messages_of(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<CollectiveAttributes>();
    std::vector<Message> messages = runs_of(bindings, op);
    if (attributes.wire == graph::DataType::f32) return messages;
    std::byte* wire = bindings.at(bindings.program->wire(attributes.request));
    for (Message& message : messages) {
        message.rounded = wire;
        wire += aligned(message.bytes / 2);
    }
    return messages;
}

void round(const Message& message, Stream stream) {
    kernels::cuda::convert(message.count(), kernels::ElementType::f32, message.data,
                           kernels::ElementType::bf16, message.rounded, stream);
}

void widen(const Message& message, Stream stream) {
    kernels::cuda::convert(message.count(), kernels::ElementType::bf16, message.rounded,
                           kernels::ElementType::f32, message.data, stream);
}

NcclCommunicator& communicator_of(const Bindings& bindings, const Operation& op) {
    if (bindings.communicator) return *bindings.communicator;
    throw std::logic_error("the graph of several ranks needs a communicator: " + op.name);
}

std::size_t request_of(const Operation& op) {
    return static_cast<std::size_t>(op.get<CollectiveAttributes>().request);
}

Enqueue bind_all_reduce(const Bindings& bindings, const Operation& op, const CollectiveMarks& marks) {
    const bool sum = op.get<CollectiveAttributes>().reduction == graph::Reduction::sum;
    NcclCommunicator* communicator = &communicator_of(bindings, op);
    return [=, &marks, request = request_of(op), requests = bindings.requests,
            reduction = sum ? comm::Reduction::sum : comm::Reduction::max,
            messages = messages_of(bindings, op)](Stream stream) {
        for (const Message& message : messages) {
            if (message.rounded) round(message, stream);
        }
        communicator->follow();
        marks.begin(request, communicator->stream());
        std::vector<Request>& started = requests->at(request);
        started.clear();
        for (const Message& message : messages) {
            started.push_back(
                communicator->all_reduce(message.rounded ? message.rounded : message.data, message.count(),
                                         message.rounded ? ElementType::bf16 : ElementType::f32, reduction));
        }
        marks.end(request, communicator->stream());
        communicator->extend(started.back());
    };
}

template <typename Start>
Enqueue bind_start(const Bindings& bindings, const Operation& op, const CollectiveMarks& marks, Start start) {
    NcclCommunicator* communicator = &communicator_of(bindings, op);
    return [=, &marks, request = request_of(op), requests = bindings.requests](Stream) {
        communicator->follow();
        marks.begin(request, communicator->stream());
        const Request started = start(*communicator);
        marks.end(request, communicator->stream());
        communicator->extend(started);
        requests->at(request) = {started};
    };
}

Enqueue bind_wait(const Bindings& bindings, const Operation& op) {
    std::vector<Message> rounded;
    if (op.get<CollectiveAttributes>().wire == graph::DataType::bf16) rounded = messages_of(bindings, op);
    NcclCommunicator* communicator = &communicator_of(bindings, op);
    return [=, request = request_of(op), requests = bindings.requests,
            rounded = std::move(rounded)](Stream stream) {
        for (const Request started : requests->at(request)) communicator->wait(started);
        for (const Message& message : rounded) widen(message, stream);
    };
}

}  // namespace

CollectiveMarks::CollectiveMarks(std::size_t requests) {
    for (std::size_t i = 0; i < requests; ++i) {
        begins_.emplace_back();
        ends_.emplace_back();
    }
}

void CollectiveMarks::record(cudaEvent_t event, cudaStream_t stream) const {
    ARCMETER_CUDA_CHECK(cudaEventRecordWithFlags(
        event, stream, captured_ ? cudaEventRecordExternal : cudaEventRecordDefault));
}

std::vector<double> CollectiveMarks::elapsed_ms() const {
    std::vector<double> all;
    for (std::size_t i = 0; i < begins_.size(); ++i) {
        float milliseconds = 0;
        ARCMETER_CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begins_[i], ends_[i]));
        all.push_back(static_cast<double>(milliseconds));
    }
    return all;
}

bool is_collective(OpKind kind) {
    return kind == OpKind::all_reduce || kind == OpKind::all_gather || kind == OpKind::reduce_scatter ||
           kind == OpKind::wait;
}

Enqueue bind_collective(const Bindings& bindings, const Operation& op, const CollectiveMarks& marks) {
    const graph::Graph& graph = bindings.program->graph();
    switch (op.kind) {
        case OpKind::all_reduce:
            return bind_all_reduce(bindings, op, marks);
        case OpKind::all_gather: {
            const graph::Tensor& mine = graph.tensor(op.input(0));
            return bind_start(bindings, op, marks,
                              [from = bindings.data(op.input(0)), to = bindings.data(op.output(0)),
                               count = mine.shape.elements(),
                               type = collective_type(mine.type)](comm::Communicator& ranks) {
                                  return ranks.all_gather(from, to, count, type);
                              });
        }
        case OpKind::reduce_scatter: {
            const graph::Tensor& mine = graph.tensor(op.output(0));
            return bind_start(bindings, op, marks,
                              [from = bindings.data(op.input(0)), to = bindings.data(op.output(0)),
                               count = mine.shape.elements(),
                               type = collective_type(mine.type)](comm::Communicator& ranks) {
                                  return ranks.reduce_scatter(from, to, count, type);
                              });
        }
        case OpKind::wait:
            return bind_wait(bindings, op);
        default:
            throw std::logic_error("not a collective: " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cuda
