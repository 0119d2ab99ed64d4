// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/step_instance.h"

#include <cstring>
#include <stdexcept>

#include "engine/backend/cuda/nvtx_range.h"
#include "engine/backend/cuda/side_work.h"
#include "engine/backend/operations.h"
#include "engine/graph/collectives.h"
#include "kernels/cuda/convert.h"

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using graph::Part;

namespace {

const char* name_of(Part part) {
    switch (part) {
        case Part::forward:
            return "forward";
        case Part::head:
            return "head";
        case Part::backward:
            return "backward";
        case Part::communication:
            return "communication";
        case Part::optimizer:
            return "optimizer";
    }
    return "";
}

Enqueue bind_operation(const Bindings& bindings, const Operation& op, const CollectiveMarks& marks) {
    if (is_product(op.kind)) return bind_product(bindings, op);
    if (is_head(op.kind)) return bind_head(bindings, op);
    if (is_collective(op.kind)) return bind_collective(bindings, op, marks);
    if (op.kind == OpKind::class_update) return bind_class_update(bindings, op);
    if (op.kind == OpKind::sgd_update) return bind_sgd(bindings);
    return bind_elementwise(bindings, op);
}

/// Images that arrive as floats are put into the activations' type and order.
Enqueue bind_float_images(const Bindings& bindings) {
    const CudaProgram& program = *bindings.program;
    const graph::TensorId images = program.graph().images;
    const graph::Shape& shape = program.graph().tensor(images).shape;
    const kernels::cuda::ReorderArgs args{shape.n, shape.c, shape.spatial(), program.layout(images).channels};
    const auto* floats = reinterpret_cast<const float*>(bindings.input() + program.input().images);
    return [args, floats, type = program.type(images), to = bindings.data(images)](Stream stream) {
        kernels::cuda::nchw_to_nhwc(args, floats, type, to, stream);
    };
}

/// NaN in everything that lives within a step.
Enqueue bind_poison(const Bindings& bindings) {
    const CudaProgram& program = *bindings.program;
    const graph::ArenaPlan& arena = program.arena();
    std::byte* transient = bindings.memory + arena.persistent_bytes;
    std::byte* workspaces = bindings.library_workspace();
    const auto transient_bytes = static_cast<std::size_t>(arena.transient_bytes);
    const auto workspace_bytes =
        static_cast<std::size_t>(program.regions().counters - program.regions().library_workspace);
    return [=](Stream stream) {
        ARCMETER_CUDA_CHECK(cudaMemsetAsync(transient, 0xff, transient_bytes, stream));
        ARCMETER_CUDA_CHECK(cudaMemsetAsync(workspaces, 0xff, workspace_bytes, stream));
    };
}

}  // namespace

StepInstance::StepInstance(const Bindings& bindings)
    : bindings_(bindings),
      requests_(static_cast<std::size_t>(graph::next_request(bindings.program->graph()))),
      collectives_(requests_.size()),
      input_(bindings.program->input().bytes),
      result_(sizeof(StepResult)) {
    bindings_.requests = &requests_;
    bind();
    for (const Launch& launch : launches_) {
        if (segments_.empty() || segments_.back() != launch.part) segments_.push_back(launch.part);
    }
    for (std::size_t i = 0; i <= segments_.size(); ++i) marks_.emplace_back();
    if (bindings.options->time_launches) {
        for (std::size_t i = 0; i < launches_.size(); ++i) launch_ends_.emplace_back();
    }
}

void StepInstance::bind() {
    const graph::Graph& graph = bindings_.program->graph();
    const bool floats = graph.images != no_tensor && graph.tensor(graph.images).type != graph::DataType::u8;
    if (floats) {
        launches_.push_back(
            {"float_images", OpKind::input_conversion, Part::forward, {}, bind_float_images(bindings_)});
    }
    const std::vector<bool>& joins = bindings_.program->joins();
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        const Operation& op = graph.operations()[i];
        if (op.kind == OpKind::batch_norm_finalize) continue;  // part of the launch that takes the statistics
        launches_.push_back({op.name, op.kind, op.part,
                             product_algorithm(*bindings_.program, *bindings_.products, op),
                             bind_operation(bindings_, op, collectives_), runs_beside(op.kind), joins[i]});
    }
}

void StepInstance::send(const StepInput& input, cudaStream_t copies, cudaStream_t compute) {
    const CudaProgram& program = *bindings_.program;
    const graph::Graph& graph = program.graph();
    const InputLayout& layout = program.input();
    kernels::cuda::StepScalars scalars;
    scalars.step = input.step;
    scalars.learning_rate = static_cast<float>(input.learning_rate);
    std::memcpy(input_.data() + layout.scalars, &scalars, sizeof scalars);
    const bool known = input.batch != 0 && input.batch == batch_;
    if (!known) {
        const auto copy = [&](std::int64_t offset, const void* from, std::int64_t bytes) {
            if (from) std::memcpy(input_.data() + offset, from, static_cast<std::size_t>(bytes));
        };
        if (graph.labels != no_tensor) copy(layout.labels, input.labels, graph.tensor(graph.labels).bytes());
        const void* images = input.images ? static_cast<const void*>(input.images) : input.float_images;
        copy(layout.images, images, layout.bytes - layout.images);
    }
    ARCMETER_CUDA_CHECK(cudaMemcpyAsync(bindings_.input(), input_.data(),
                                        static_cast<std::size_t>(known ? layout.labels : layout.bytes),
                                        cudaMemcpyHostToDevice, copies));
    ARCMETER_CUDA_CHECK(cudaEventRecord(sent_, copies));
    ARCMETER_CUDA_CHECK(cudaStreamWaitEvent(compute, sent_, 0));
    batch_ = input.batch;
    step_ = input.step;
}

void StepInstance::mark(std::size_t index, cudaStream_t stream, bool captured) const {
    const unsigned flags = captured ? cudaEventRecordExternal : cudaEventRecordDefault;
    ARCMETER_CUDA_CHECK(cudaEventRecordWithFlags(marks_[index], stream, flags));
}

void StepInstance::join(const StepStreams& streams) {
    if (!side_busy_) return;
    ARCMETER_CUDA_CHECK(cudaEventRecord(side_done_, streams.side));
    ARCMETER_CUDA_CHECK(cudaStreamWaitEvent(streams.main, side_done_, 0));
    side_busy_ = false;
}

void StepInstance::enqueue_launch(std::size_t index, const StepStreams& streams) {
    const Launch& launch = launches_[index];
    const NvtxRange range(launch.name.c_str());
    if (launch.joins) join(streams);
    const bool beside = launch.beside && streams.side != streams.main;
    if (beside) {
        ARCMETER_CUDA_CHECK(cudaEventRecord(forked_, streams.main));
        ARCMETER_CUDA_CHECK(cudaStreamWaitEvent(streams.side, forked_, 0));
        side_busy_ = true;
    }
    launch.enqueue(beside ? streams.side : streams.main);
    if (!launch_ends_.empty()) ARCMETER_CUDA_CHECK(cudaEventRecord(launch_ends_[index], streams.main));
}

bool StepInstance::enqueue(const StepStreams& streams, bool captured, const std::atomic<bool>* stop) {
    const CudaProgram& program = *bindings_.program;
    cudaStream_t stream = streams.main;
    side_busy_ = false;
    StepResult* result = reinterpret_cast<StepResult*>(result_.data());
    const kernels::cuda::StepState* state = bindings_.state();
    ARCMETER_CUDA_CHECK(
        cudaMemcpyAsync(&bindings_.state()->scalars, bindings_.input() + program.input().scalars,
                        sizeof(kernels::cuda::StepScalars), cudaMemcpyDeviceToDevice, stream));
    ARCMETER_CUDA_CHECK(cudaMemcpyAsync(&result->loss_scale, &state->loss_scale, sizeof(kernels::LossScale),
                                        cudaMemcpyDeviceToHost, stream));
    if (bindings_.options->poison_activations) bind_poison(bindings_)(stream);
    std::size_t segment = 0;
    collectives_.set_captured(captured);
    for (std::size_t i = 0; i < launches_.size();) {
        const Part part = launches_[i].part;
        const NvtxRange part_range(name_of(part));
        join(streams);  // what runs beside counts to its own part
        mark(segment++, stream, captured);
        for (; i < launches_.size() && launches_[i].part == part; ++i) {
            if (stop && stop->load(std::memory_order_relaxed)) {
                join(streams);
                return false;
            }
            enqueue_launch(i, streams);
        }
    }
    join(streams);
    mark(segment, stream, captured);
    if (program.graph().result != no_tensor) {
        ARCMETER_CUDA_CHECK(cudaMemcpyAsync(result, bindings_.data(program.graph().result), result_slot_bytes,
                                            cudaMemcpyDeviceToHost, stream));
    }
    return true;
}

void StepInstance::capture(const StepStreams& streams) {
    cudaStream_t stream = streams.main;
    cudaGraph_t graph = nullptr;
    ARCMETER_CUDA_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    try {
        enqueue(streams, true, nullptr);
    } catch (...) {
        cudaStreamEndCapture(stream, &graph);
        if (graph) ARCMETER_CUDA_LOG(cudaGraphDestroy(graph));
        cudaGetLastError();
        throw;
    }
    ARCMETER_CUDA_CHECK(cudaStreamEndCapture(stream, &graph));
    try {
        graph_.emplace(graph);
    } catch (...) {
        ARCMETER_CUDA_LOG(cudaGraphDestroy(graph));
        throw;
    }
    ARCMETER_CUDA_CHECK(cudaGraphDestroy(graph));
}

void StepInstance::add_launch_times(std::vector<double>& total_ms) const {
    cudaEvent_t before = marks_.front();
    total_ms.resize(launch_ends_.size());
    for (std::size_t i = 0; i < launch_ends_.size(); ++i) {
        float milliseconds = 0;
        ARCMETER_CUDA_CHECK(cudaEventElapsedTime(&milliseconds, before, launch_ends_[i]));
        total_ms[i] += milliseconds;
        before = launch_ends_[i];
    }
}

bool StepInstance::is_done() const {
    const cudaError_t state = cudaEventQuery(done_);
    if (state == cudaErrorNotReady) {
        cudaGetLastError();  // not an error: the step has not ended
        return false;
    }
    ARCMETER_CUDA_CHECK(state);
    return true;
}

StepReport StepInstance::report() const {
    StepReport report;
    report.step = step_;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        float elapsed_ms = 0;
        ARCMETER_CUDA_CHECK(cudaEventElapsedTime(&elapsed_ms, marks_[i], marks_[i + 1]));
        part_of(report.parts, segments_[i]) += static_cast<double>(elapsed_ms);
        report.step_ms += static_cast<double>(elapsed_ms);
    }
    report.collective_ms = collectives_.elapsed_ms();
    report.loss = static_cast<double>(result().loss);
    report.accuracy = static_cast<double>(result().accuracy);
    return report;
}

}  // namespace arcmeter::backend::cuda
