// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/cpu_executor.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "engine/backend/cpu/parameter_order.h"
#include "engine/backend/initialise.h"
#include "engine/backend/operations.h"
#include "engine/graph/collectives.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/process_memory.h"
#include "kernels/cpu/convert.h"

namespace arcmeter::backend::cpu {

using Clock = std::chrono::steady_clock;
using graph::no_tensor;
using graph::OpKind;
using graph::Part;

namespace {

/// Values of a bfloat16 tensor made at a time; a multiple of four.
constexpr std::int64_t initial_piece = 1 << 16;

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

std::size_t checked_total(const CpuProgram& program, const ExecutorOptions& options) {
    const std::int64_t total = program.total_bytes();
    if (options.memory_limit_bytes && total > *options.memory_limit_bytes) {
        throw Error(ErrorCode::out_of_memory,
                    "The training step needs " + std::to_string(total) +
                        " bytes; memory_limit_bytes allows " + std::to_string(*options.memory_limit_bytes) +
                        ".",
                    "Use a smaller batch, fewer classes, recompute units or a higher limit.");
    }
    return static_cast<std::size_t>(total);
}

bool is_head(OpKind kind) {
    return kind == OpKind::unit_normalize || kind == OpKind::unit_normalize_backward ||
           kind == OpKind::class_sample || kind == OpKind::margin_softmax_forward ||
           kind == OpKind::margin_softmax_backward || kind == OpKind::margin_softmax_finish ||
           kind == OpKind::margin_softmax_accuracy || kind == OpKind::class_update;
}

bool is_communication(OpKind kind) {
    return kind == OpKind::all_reduce || kind == OpKind::all_gather || kind == OpKind::reduce_scatter ||
           kind == OpKind::wait;
}

}  // namespace

int use_threads(const ExecutorOptions& options) {
    const int threads = options.threads > 0 ? static_cast<int>(options.threads) : omp_get_num_procs();
    omp_set_num_threads(threads);
    return threads;
}

CpuExecutor::CpuExecutor(graph::Graph graph, std::unique_ptr<ProductLibrary> library,
                         const ExecutorOptions& options)
    : graph_(std::move(graph)),
      options_(options),
      threads_(use_threads(options)),
      library_(std::move(library)),
      program_(graph_, *library_),
      memory_(checked_total(program_, options)) {
    bind();
}

void CpuExecutor::bind() {
    bindings_.program = &program_;
    bindings_.arena = memory_.data();
    bindings_.copies = bindings_.arena + program_.arena().total_bytes();
    bindings_.product_workspace = bindings_.copies + program_.copies_bytes();
    bindings_.kernel_workspace =
        reinterpret_cast<float*>(bindings_.product_workspace + program_.product_workspace_bytes());
    bindings_.wire =
        reinterpret_cast<std::byte*>(bindings_.kernel_workspace) + program_.kernel_workspace_bytes();
    bindings_.options = &options_;
    bindings_.step = &step_;
    bindings_.collectives = &collectives_;
    collectives_.resize(static_cast<std::size_t>(graph::next_request(graph_)));
    for (std::size_t i = 0; i < graph_.operations().size(); ++i) {
        const graph::Operation& op = graph_.operations()[i];
        launches_.push_back({op.name, op.kind, op.part, bind_operation(i)});
    }
}

Run CpuExecutor::bind_operation(std::size_t index) {
    const graph::Operation& op = graph_.operations()[index];
    if (is_product(op.kind)) return bind_product(bindings_, index);
    if (is_head(op.kind)) return bind_head(bindings_, op);
    if (is_communication(op.kind)) return bind_collective(bindings_, index);
    if (op.kind == OpKind::sgd_update) return bind_sgd(bindings_, op);
    return bind_elementwise(bindings_, op);
}

void CpuExecutor::initialise(std::uint64_t seed) {
    std::vector<float> values;
    for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
        const auto id = static_cast<graph::TensorId>(i);
        const graph::Tensor& tensor = graph_.tensors()[i];
        if (tensor.initialiser == graph::Initialiser::none || program_.arena().placements[i].offset < 0)
            continue;
        const std::uint64_t key = tensor_key(seed, tensor.name);
        if (std::holds_alternative<PlainForm>(program_.form(id))) {
            fill_plain(id, key);
            continue;
        }
        values.resize(static_cast<std::size_t>(tensor.shape.elements()));
        fill_initial(tensor, key, values);
        write_tensor(id, values);
    }
    copies_stale_ = true;
}

/// In place, or in small pieces: the class centres may be most of the memory there is.
void CpuExecutor::fill_plain(graph::TensorId id, std::uint64_t key) {
    const graph::Tensor& tensor = graph_.tensor(id);
    const std::int64_t count = tensor.shape.elements();
    if (tensor.type == graph::DataType::f32) {
        fill_initial(tensor, key, {bindings_.as<float>(id), static_cast<std::size_t>(count)});
        return;
    }
    std::vector<float> piece;
    for (std::int64_t first = 0; first < count; first += initial_piece) {
        piece.resize(static_cast<std::size_t>(std::min(initial_piece, count - first)));
        fill_initial(tensor, key, piece, first);
        kernels::cpu::convert(static_cast<std::int64_t>(piece.size()), piece.data(),
                              bindings_.as<kernels::bfloat16>(id) + first);
    }
}

void CpuExecutor::write_tensor(graph::TensorId id, std::span<const float> values) {
    const graph::Tensor& tensor = graph_.tensor(id);
    if (static_cast<std::int64_t>(values.size()) != tensor.shape.elements()) {
        throw std::logic_error("write_tensor " + tensor.name +
                               ": the number of values differs from the shape");
    }
    if (tensor.type == graph::DataType::bf16) {
        kernels::cpu::convert(tensor.shape.elements(), values.data(), bindings_.as<kernels::bfloat16>(id));
    } else {
        from_logical(program_, id, values, bindings_.as<float>(id));
    }
    copies_stale_ = true;
}

std::vector<float> CpuExecutor::read_tensor(graph::TensorId id) {
    const graph::Tensor& tensor = graph_.tensor(id);
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
    if (tensor.role == graph::Role::activation) {
        const kernels::ActivationLayout layout = program_.layout(id);
        kernels::ActivationLayout logical = layout;
        logical.block = 1;
        kernels::cpu::reorder(layout, program_.type(id), bindings_.data(id), logical,
                              kernels::ElementType::f32, values.data());
    } else if (tensor.type == graph::DataType::bf16) {
        kernels::cpu::convert(tensor.shape.elements(), bindings_.as<kernels::bfloat16>(id), values.data());
    } else {
        to_logical(program_, id, bindings_.as<float>(id), values);
    }
    return values;
}

void CpuExecutor::load_input(const StepInput& input) {
    const bool bytes = graph_.tensor(graph_.images).type == graph::DataType::u8;
    if (bytes ? !input.images : !input.float_images) {
        throw std::logic_error(bytes ? "the graph reads images as bytes"
                                     : "the graph reads images as floats");
    }
    step_ = input;
    if (graph_.labels != no_tensor && input.labels) {
        const std::int64_t batch = graph_.tensor(graph_.labels).shape.c;
        std::memcpy(bindings_.data(graph_.labels), input.labels,
                    static_cast<std::size_t>(batch) * sizeof(std::int32_t));
    }
    if (bytes) return;
    const std::int64_t count = graph_.tensor(graph_.images).shape.elements();
    if (program_.type(graph_.images) == kernels::ElementType::bf16) {
        kernels::cpu::convert(count, input.float_images, bindings_.as<kernels::bfloat16>(graph_.images));
    } else {
        std::memcpy(bindings_.data(graph_.images), input.float_images,
                    static_cast<std::size_t>(count) * sizeof(float));
    }
}

void CpuExecutor::poison() {
    const auto fill = [](std::byte* begin, std::int64_t bytes) {
        std::fill_n(reinterpret_cast<float*>(begin), bytes / static_cast<std::int64_t>(sizeof(float)),
                    std::numeric_limits<float>::quiet_NaN());
    };
    fill(bindings_.arena + program_.arena().persistent_bytes, program_.arena().transient_bytes);
    fill(bindings_.product_workspace, program_.product_workspace_bytes() + program_.kernel_workspace_bytes());
}

void CpuExecutor::submit(const StepInput& input) {
    omp_set_num_threads(threads_);  // another executor may have set its own
    if (copies_stale_) {
        refresh_weight_copies(bindings_);
        copies_stale_ = false;
    }
    if (options_.poison_activations) poison();
    load_input(input);
    StepReport report;
    report.step = input.step;
    const Clock::time_point start = Clock::now();
    Clock::time_point before = start;
    for (Launch& launch : launches_) {
        launch.run();
        if (stopped()) return;  // also where a wait came back because of it
        const Clock::time_point after = Clock::now();
        const double elapsed = milliseconds(after - before);
        part_of(report.parts, launch.part) += elapsed;
        launch.total_ms += elapsed;
        before = after;
    }
    ++steps_run_;
    report.step_ms = milliseconds(before - start);
    for (const StartedCollective& collective : collectives_) report.collective_ms.push_back(collective.ms);
    if (graph_.result != no_tensor) {
        report.loss = bindings_.as<float>(graph_.result)[0];
        report.accuracy = bindings_.as<float>(graph_.result)[1];
    }
    reports_.push_back(report);
}

std::vector<StepReport> CpuExecutor::collect() {
    return std::exchange(reports_, {});
}

std::int64_t CpuExecutor::device_memory_bytes() const {
    return telemetry::process_memory().anonymous_bytes;
}

std::vector<std::string> CpuExecutor::describe() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < launches_.size(); ++i) {
        const Launch& launch = launches_[i];
        const Product* product = program_.product(i);
        const double mean = steps_run_ > 0 ? launch.total_ms / static_cast<double>(steps_run_) : 0;
        lines.push_back(std::to_string(mean) + " ms\t" + std::string(to_string(launch.kind)) + "\t" +
                        launch.name + "\t" + (product ? product->algorithm() : ""));
    }
    return lines;
}

}  // namespace arcmeter::backend::cpu
