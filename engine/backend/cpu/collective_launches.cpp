// SPDX-License-Identifier: Apache-2.0
// Collectives over the arena. Gradients lie side by side in the order in which backward finishes them, so
// that a bucket is one message that needs no copy.
#include <stdexcept>

#include "engine/backend/cpu/launches.h"
#include "engine/backend/operations.h"
#include "kernels/cpu/convert.h"

namespace arcmeter::backend::cpu {

using comm::ElementType;
using graph::CollectiveAttributes;
using graph::Operation;
using graph::OpKind;

namespace {

constexpr std::int64_t float_bytes = sizeof(float);

/// One run of an all_reduce: where its elements are, and where they are rounded to travel, if they are.
struct Message {
    float* data = nullptr;
    kernels::bfloat16* rounded = nullptr;
    std::int64_t count = 0;
};

std::vector<Message> messages_of(const Bindings& bindings, std::size_t operation) {
    const auto& attributes = bindings.program->graph().operations()[operation].get<CollectiveAttributes>();
    std::vector<Message> messages;
    for (const ByteRun& run : bindings.program->reduced_runs(operation)) {
        Message& message = messages.emplace_back();
        message.data = reinterpret_cast<float*>(bindings.arena + run.offset);
        message.count = run.bytes / float_bytes;
        if (attributes.wire == graph::DataType::bf16) {
            message.rounded = reinterpret_cast<kernels::bfloat16*>(bindings.wire + run.wire_offset);
        }
    }
    return messages;
}

Run bind_all_reduce(const Bindings& bindings, std::size_t operation, StartedCollective& started) {
    const auto& attributes = bindings.program->graph().operations()[operation].get<CollectiveAttributes>();
    const auto reduction =
        attributes.reduction == graph::Reduction::sum ? comm::Reduction::sum : comm::Reduction::max;
    comm::Communicator* communicator = bindings.options->communicator;
    return [communicator, reduction, &started, messages = messages_of(bindings, operation)] {
        started.requests.clear();
        for (const Message& message : messages) {
            if (message.rounded) kernels::cpu::convert(message.count, message.data, message.rounded);
            void* travelling = message.rounded ? static_cast<void*>(message.rounded) : message.data;
            started.requests.push_back(
                communicator->all_reduce(travelling, message.count,
                                         message.rounded ? ElementType::bf16 : ElementType::f32, reduction));
        }
    };
}

Run bind_all_gather(const Bindings& bindings, const Operation& op, StartedCollective& started) {
    const graph::Tensor& mine = bindings.program->graph().tensor(op.input(0));
    return
        [communicator = bindings.options->communicator, &started, from = bindings.data(op.input(0)),
         to = bindings.data(op.output(0)), count = mine.shape.elements(), type = collective_type(mine.type)] {
            started.requests = {communicator->all_gather(from, to, count, type)};
        };
}

Run bind_reduce_scatter(const Bindings& bindings, const Operation& op, StartedCollective& started) {
    const graph::Tensor& mine = bindings.program->graph().tensor(op.output(0));
    return
        [communicator = bindings.options->communicator, &started, from = bindings.data(op.input(0)),
         to = bindings.data(op.output(0)), count = mine.shape.elements(), type = collective_type(mine.type)] {
            started.requests = {communicator->reduce_scatter(from, to, count, type)};
        };
}

Run bind_wait(const Bindings& bindings, std::size_t operation, StartedCollective& started) {
    const auto& attributes = bindings.program->graph().operations()[operation].get<CollectiveAttributes>();
    std::vector<Message> rounded;
    if (attributes.wire == graph::DataType::bf16) rounded = messages_of(bindings, operation);
    return [communicator = bindings.options->communicator, &started, rounded = std::move(rounded)] {
        started.ms = 0;
        for (const comm::Request request : started.requests) {
            const std::optional<double> ms = communicator->wait(request);
            if (!ms) return;  // the executor sees the stop flag and leaves the step
            started.ms += *ms;
        }
        for (const Message& message : rounded)
            kernels::cpu::convert(message.count, message.rounded, message.data);
    };
}

}  // namespace

Run bind_collective(const Bindings& bindings, std::size_t operation) {
    const Operation& op = bindings.program->graph().operations()[operation];
    if (!bindings.options->communicator) {
        throw std::logic_error("the graph of several ranks needs a communicator: " + op.name);
    }
    StartedCollective& started =
        bindings.collectives->at(static_cast<std::size_t>(op.get<CollectiveAttributes>().request));
    switch (op.kind) {
        case OpKind::all_reduce:
            return bind_all_reduce(bindings, operation, started);
        case OpKind::all_gather:
            return bind_all_gather(bindings, op, started);
        case OpKind::reduce_scatter:
            return bind_reduce_scatter(bindings, op, started);
        case OpKind::wait:
            return bind_wait(bindings, operation, started);
        default:
            throw std::logic_error("not a collective: " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cpu
