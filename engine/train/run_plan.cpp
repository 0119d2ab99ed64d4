// SPDX-License-Identifier: Apache-2.0
#include "engine/train/run_plan.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "engine/data/face_dataset.h"
#include "engine/data/loader.h"
#include "engine/graph/collectives.h"
#include "engine/graph/cost.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/host.h"

namespace arcmeter::train {
namespace {

std::int64_t data_bytes(const protocol::RunConfig& config) {
    if (config.is_synthetic()) {
        return config.batch_size_per_device *
               static_cast<std::int64_t>(data::image_bytes + sizeof(std::int32_t));
    }
    data::LoaderOptions options;
    options.batch_size = static_cast<std::int32_t>(config.batch_size_per_device);
    options.data_threads = static_cast<int>(config.data_threads);
    return static_cast<std::int64_t>(data::loader_bytes(options));
}

bool is_same(const protocol::Collective& collective, const graph::CollectiveCost& cost) {
    return collective.kind == to_string(cost.kind) && collective.payload == to_string(cost.payload);
}

/// What a step communicates, by kind and payload.
std::vector<protocol::Collective> collectives_of(const graph::Graph& graph) {
    std::vector<protocol::Collective> collectives;
    for (const graph::CollectiveCost& cost : graph::collective_costs(graph)) {
        auto found =
            std::find_if(collectives.begin(), collectives.end(),
                         [&](const protocol::Collective& collective) { return is_same(collective, cost); });
        if (found == collectives.end()) {
            collectives.push_back(
                {std::string(to_string(cost.kind)), std::string(to_string(cost.payload)), 0, 0, 0});
            found = collectives.end() - 1;
        }
        ++found->calls;
        found->bytes += cost.bytes;
    }
    return collectives;
}

/// Open MPI's non-blocking all_reduce works in a copy of what it reduces, which it frees when it is done.
std::int64_t reduction_copy_bytes(const graph::Graph& graph) {
    std::int64_t largest = 0;
    for (const graph::CollectiveCost& cost : graph::collective_costs(graph)) {
        if (cost.kind == graph::OpKind::all_reduce) largest = std::max(largest, cost.bytes);
    }
    return largest;
}

std::string gibibytes(std::int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GiB", static_cast<double>(bytes) / (1 << 30));
    return text;
}

/// "2.10 GiB by the plan; 2.00 GiB are available": what is hardly too much is said by how much it is.
std::string too_much(std::int64_t needed, std::int64_t available) {
    const std::string by_the_plan = gibibytes(needed) + " by the plan";
    if (gibibytes(needed) != gibibytes(available))
        return by_the_plan + "; " + gibibytes(available) + " are available";
    const std::int64_t kibibytes = (needed - available + 1023) / 1024;
    return by_the_plan + ", " + std::to_string(kibibytes) + " KiB more than are available";
}

PlannedRun plan_with(const protocol::RunConfig& config, const backend::Backend& backend,
                     const PlanOptions& options) {
    const std::int64_t num_classes = resolve_num_classes(config);
    PlannedRun planned{
        config,
        build_step_graph(config, num_classes,
                         {.rank = options.rank, .class_chunk_bytes = backend.class_chunk_bytes()}),
        {}};
    protocol::Plan& plan = planned.plan;
    plan.parameters = planned.step.parameters;
    plan.flops_per_sample = planned.step.flops_per_sample;
    plan.head_flops_per_sample = planned.step.head_flops_per_sample;
    plan.bytes_per_sample = planned.step.bytes_per_sample;
    plan.num_classes = num_classes;
    plan.memory = backend.plan(planned.step.graph, executor_options(config));
    if (backend.shares_host_memory()) {
        plan.memory.data += data_bytes(config);
        plan.memory.communication += reduction_copy_bytes(planned.step.graph);
    }
    const backend::Overhead overhead = options.overhead.value_or(backend.overhead());
    plan.memory.overhead = overhead.bytes;
    plan.overhead_source = overhead.source;
    plan.device = backend.name();
    plan.world_size = config.world_size();
    plan.collectives = collectives_of(planned.step.graph);
    for (const protocol::Collective& collective : plan.collectives)
        plan.communication_bytes_per_step += collective.bytes;
    plan.memory_available_bytes = options.available_bytes.value_or(available_bytes(config, backend));
    plan.fits = plan.memory_available_bytes == 0 || plan.memory.total() <= plan.memory_available_bytes;
    plan.recompute = to_string(config.recompute);
    return planned;
}

/// From the fastest to the leanest: each computes all that the one before it computes, and more.
constexpr protocol::Recompute policies[] = {protocol::Recompute::none, protocol::Recompute::units,
                                            protocol::Recompute::blocks};

protocol::RunConfig with_policy(protocol::RunConfig config, protocol::Recompute policy) {
    config.recompute = policy;
    return config;
}

protocol::PolicyCost cost_of(const PlannedRun& planned) {
    const graph::OperationCost cost = graph::cost_of(planned.step.graph);
    return {planned.plan.recompute, cost.flops, cost.bytes, planned.plan.memory.total(), planned.plan.fits};
}

/// Whether `plan` is to be taken rather than `chosen`, which is faster.
bool is_better(const protocol::Plan& plan, const protocol::Plan& chosen) {
    if (chosen.fits) return false;
    return plan.fits || plan.memory.total() < chosen.memory.total();
}

}  // namespace

std::int64_t resolve_num_classes(const protocol::RunConfig& config) {
    if (config.is_synthetic()) return config.num_classes.value_or(protocol::default_synthetic_classes);
    const std::int64_t own = data::read_property(config.dataset).classes;
    if (config.num_classes && *config.num_classes < own) {
        throw Error(ErrorCode::invalid_config, "num_classes is " + std::to_string(*config.num_classes) +
                                                   "; allowed: " + std::to_string(own) +
                                                   " or more, the identities of " + config.dataset + ".");
    }
    return config.num_classes.value_or(own);
}

std::int64_t available_bytes(const protocol::RunConfig& config, const backend::Backend& backend) {
    const std::int64_t sharing = backend.shares_host_memory() ? config.devices_per_node : 1;
    const std::int64_t device = backend.available_bytes() / sharing;
    if (!config.memory_limit_bytes) return device;
    return device > 0 ? std::min(device, *config.memory_limit_bytes) : *config.memory_limit_bytes;
}

backend::ExecutorOptions executor_options(const protocol::RunConfig& config) {
    backend::ExecutorOptions options;
    options.threads = config.cpu_threads;
    if (config.cpu_threads == 0 && config.devices_per_node > 1) {
        options.threads = std::max<std::int64_t>(1, telemetry::cpu_cores() / config.devices_per_node);
    }
    options.deterministic = config.deterministic;
    options.memory_limit_bytes = config.memory_limit_bytes;
    options.momentum = config.momentum;
    options.weight_decay = config.weight_decay;
    options.seed = static_cast<std::uint64_t>(config.seed);
    options.tf32 = config.precision == protocol::Precision::tf32;
    return options;
}

PlannedRun plan_run(const protocol::RunConfig& config, const backend::Backend& backend,
                    const PlanOptions& options) {
    std::optional<PlannedRun> chosen;
    std::vector<protocol::PolicyCost> costs;
    for (const protocol::Recompute policy : policies) {
        PlannedRun planned = plan_with(with_policy(config, policy), backend, options);
        costs.push_back(cost_of(planned));
        const bool takes = config.recompute == protocol::Recompute::automatic
                               ? !chosen || is_better(planned.plan, chosen->plan)
                               : config.recompute == policy;
        if (takes) chosen = std::move(planned);
    }
    chosen->plan.policies = std::move(costs);
    return std::move(*chosen);
}

protocol::Plan plan_leanest(const protocol::RunConfig& config, const backend::Backend& backend,
                            const PlanOptions& options) {
    if (config.recompute != protocol::Recompute::automatic) return plan_with(config, backend, options).plan;
    protocol::Plan least;
    for (auto policy = std::rbegin(policies); policy != std::rend(policies); ++policy) {
        protocol::Plan plan = plan_with(with_policy(config, *policy), backend, options).plan;
        if (plan.fits) return plan;
        if (policy == std::rbegin(policies) || plan.memory.total() < least.memory.total())
            least = std::move(plan);
    }
    return least;
}

std::vector<std::size_t> collective_of_request(const graph::Graph& graph) {
    const std::vector<protocol::Collective> collectives = collectives_of(graph);
    std::vector<std::size_t> out;
    for (const graph::CollectiveCost& cost : graph::collective_costs(graph)) {
        const auto found =
            std::find_if(collectives.begin(), collectives.end(),
                         [&](const protocol::Collective& collective) { return is_same(collective, cost); });
        out.push_back(static_cast<std::size_t>(found - collectives.begin()));
    }
    return out;
}

void require_fits(const protocol::Plan& plan) {
    if (plan.fits) return;
    throw Error(ErrorCode::out_of_memory,
                "This run needs " + too_much(plan.memory.total(), plan.memory_available_bytes) + ".",
                "Use a smaller batch, fewer classes, parallelism partial_fc or recompute blocks.");
}

}  // namespace arcmeter::train
