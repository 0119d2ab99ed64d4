// SPDX-License-Identifier: Apache-2.0
#include "engine/train/run_plan.h"

#include <algorithm>
#include <cstdio>

#include "engine/data/face_dataset.h"
#include "engine/data/loader.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/host.h"

namespace arcmeter::train {
namespace {

/// Anonymous memory of a worker besides what it plans: libraries' own state, generated code, stacks. Measured on the
/// CPU backend as peak minus plan over r18 .. r100 and y1: 9 to 12 MiB.
constexpr std::int64_t assumed_overhead_bytes = std::int64_t{10} << 20;

std::int64_t data_bytes(const protocol::RunConfig& config) {
    if (config.is_synthetic()) {
        return config.batch_size_per_device * static_cast<std::int64_t>(data::image_bytes + sizeof(std::int32_t));
    }
    data::LoaderOptions options;
    options.batch_size = static_cast<std::int32_t>(config.batch_size_per_device);
    options.data_threads = static_cast<int>(config.data_threads);
    return static_cast<std::int64_t>(data::loader_bytes(options));
}

/// What the system has, or the limit where that is less; 0 where neither is known.
std::int64_t available_bytes(const protocol::RunConfig& config) {
    const std::int64_t system = telemetry::system_memory().available_bytes;
    if (!config.memory_limit_bytes) return system;
    return system > 0 ? std::min(system, *config.memory_limit_bytes) : *config.memory_limit_bytes;
}

std::string gibibytes(std::int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GiB", static_cast<double>(bytes) / (1 << 30));
    return text;
}

PlannedRun plan_with(const protocol::RunConfig& config, const backend::Backend& backend, std::int64_t num_classes,
                     std::int64_t available) {
    PlannedRun planned{config, build_step_graph(config, num_classes), {}};
    protocol::Plan& plan = planned.plan;
    plan.parameters = planned.step.parameters;
    plan.flops_per_sample = planned.step.flops_per_sample;
    plan.head_flops_per_sample = planned.step.head_flops_per_sample;
    plan.bytes_per_sample = planned.step.bytes_per_sample;
    plan.num_classes = num_classes;
    plan.memory = backend.plan(planned.step.graph, executor_options(config));
    plan.memory.data += data_bytes(config);
    plan.memory.overhead = assumed_overhead_bytes;
    plan.overhead_source = "assumed";
    plan.device = backend.name();
    plan.memory_available_bytes = available;
    plan.fits = available == 0 || plan.memory.total() <= available;
    return planned;
}

}  // namespace

std::int64_t resolve_num_classes(const protocol::RunConfig& config) {
    if (config.is_synthetic()) return config.num_classes.value_or(protocol::default_synthetic_classes);
    const std::int64_t own = data::read_property(config.dataset).classes;
    if (config.num_classes && *config.num_classes < own) {
        throw Error(ErrorCode::invalid_config, "num_classes is " + std::to_string(*config.num_classes) +
                                                   "; allowed: " + std::to_string(own) + " or more, the identities of " +
                                                   config.dataset + ".");
    }
    return config.num_classes.value_or(own);
}

backend::ExecutorOptions executor_options(const protocol::RunConfig& config) {
    backend::ExecutorOptions options;
    options.threads = config.cpu_threads;
    options.deterministic = config.deterministic;
    options.memory_limit_bytes = config.memory_limit_bytes;
    options.momentum = config.momentum;
    options.weight_decay = config.weight_decay;
    options.seed = static_cast<std::uint64_t>(config.seed);
    return options;
}

PlannedRun plan_run(const protocol::RunConfig& config, const backend::Backend& backend) {
    const std::int64_t num_classes = resolve_num_classes(config);
    const std::int64_t available = available_bytes(config);
    protocol::RunConfig tried = config;
    if (config.recompute == protocol::Recompute::automatic) tried.recompute = protocol::Recompute::none;
    PlannedRun planned = plan_with(tried, backend, num_classes, available);
    if (planned.plan.fits || config.recompute != protocol::Recompute::automatic) return planned;
    tried.recompute = protocol::Recompute::units;
    return plan_with(tried, backend, num_classes, available);
}

void require_fits(const protocol::Plan& plan) {
    if (plan.fits) return;
    throw Error(ErrorCode::out_of_memory,
                "This run needs " + gibibytes(plan.memory.total()) + " by the plan; " +
                    gibibytes(plan.memory_available_bytes) + " are available.",
                "Use a smaller batch, fewer classes, parallelism partial_fc or recompute units.");
}

}  // namespace arcmeter::train
