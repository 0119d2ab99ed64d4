// SPDX-License-Identifier: Apache-2.0
// Which configurations can work, as far as that can be seen without a device or a file.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/protocol/error.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::protocol {
namespace {

/// The shortest text that reads back as the same number: a value just outside its range must not look like
/// the bound.
template <typename Value>
std::string text_of(Value value) {
    char text[32];
    return {text, std::to_chars(std::begin(text), std::end(text), value).ptr};
}

class Problems {
public:
    explicit Problems(std::vector<ConfigProblem>& list) : list_(list) {}

    void add(std::string_view field, const std::string& value, const std::string& allowed) {
        list_.push_back(
            {std::string(field), std::string(field) + " is " + value + "; allowed: " + allowed + "."});
    }

    void range(std::string_view field, std::int64_t value, std::int64_t low, std::int64_t high) {
        if (value >= low && value <= high) return;
        add(field, text_of(value), "a whole number from " + text_of(low) + " to " + text_of(high));
    }

    /// `low_open`: the lower bound itself is refused. NaN is refused by every comparison.
    void real(std::string_view field, double value, double low, double high, bool low_open = false) {
        const bool above = low_open ? value > low : value >= low;
        if (above && value <= high) return;
        add(field, text_of(value),
            std::string("a number ") + (low_open ? "above " : "from ") + text_of(low) + " to " +
                text_of(high));
    }

    std::size_t count() const { return list_.size(); }

private:
    std::vector<ConfigProblem>& list_;
};

std::string joined_model_names() {
    std::string out;
    for (const ModelInfo& model : models()) out += (out.empty() ? "" : ", ") + std::string(model.name);
    return out;
}

void validate_model(const RunConfig& config, Problems& problems) {
    const ModelInfo* info = find_model(config.model);
    if (!info) {
        problems.add("model", "'" + config.model + "'", joined_model_names());
        return;
    }
    const FcType fc_type = config.effective_fc_type();
    if (std::find(info->fc_types.begin(), info->fc_types.end(), fc_type) == info->fc_types.end()) {
        std::string allowed;
        for (const FcType type : info->fc_types)
            allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(type));
        problems.add("fc_type", std::string(to_string(fc_type)), allowed + " for model " + config.model);
    }
}

void validate_schedule(const RunConfig& config, Problems& problems) {
    problems.real("learning_rate", config.learning_rate, 0, 1e3);
    problems.real("momentum", config.momentum, 0, 0.9999);
    problems.real("weight_decay", config.weight_decay, 0, 1);
    if (config.learning_rate_steps.size() != config.learning_rate_scales.size()) {
        problems.add(
            "learning_rate_scales", text_of(config.learning_rate_scales.size()) + " values",
            "as many as learning_rate_steps, which has " + text_of(config.learning_rate_steps.size()));
    }
    for (std::size_t i = 0; i < config.learning_rate_steps.size(); ++i) {
        const std::int64_t before = i == 0 ? 0 : config.learning_rate_steps[i - 1];
        if (config.learning_rate_steps[i] <= before) {
            problems.add("learning_rate_steps",
                         text_of(config.learning_rate_steps[i]) + " at place " + text_of(i + 1),
                         "iterations above 0 in ascending order");
        }
    }
    for (const double scale : config.learning_rate_scales)
        problems.real("learning_rate_scales", scale, 0, 1e3);
}

void validate_measurement(const RunConfig& config, Problems& problems) {
    if (config.repeats) problems.range("repeats", *config.repeats, 1, 1000);
    if (config.iterations) problems.range("iterations", *config.iterations, 1, 10'000'000);
    if (config.warmup) problems.range("warmup", *config.warmup, 0, 10'000'000);
    problems.range("repeat", config.repeat, 0, 999);
    const bool has_iterations =
        config.effective_iterations() >= 1;  // else that is the problem, not the warm-up
    if (has_iterations && config.effective_warmup() >= config.effective_iterations()) {
        problems.add("warmup", text_of(config.effective_warmup()),
                     "less than iterations, which is " + text_of(config.effective_iterations()));
    }
}

void validate_parallelism(const RunConfig& config, Problems& problems) {
    problems.range("batch_size_per_device", config.batch_size_per_device, 1, max_batch_size);
    if (config.num_classes) problems.range("num_classes", *config.num_classes, 1, max_num_classes);
    problems.real("sample_ratio", config.sample_ratio, 0, 1, true);
    if (config.memory_limit_bytes && *config.memory_limit_bytes < (std::int64_t{1} << 20)) {
        problems.add("memory_limit_bytes", text_of(*config.memory_limit_bytes), "1 MiB or more, as in 16GiB");
    }
}

/// Data parallelism reduces the class centres' gradient over the ranks and updates FP32 state with it.
void validate_class_state(const RunConfig& config, Problems& problems) {
    if (config.parallelism != Parallelism::data || config.world_size() <= 1) return;
    const std::string allowed = " with parallelism data on several ranks; use model or partial_fc for others";
    if (config.class_precision != StatePrecision::fp32) {
        problems.add("class_precision", std::string(to_string(config.class_precision)), "fp32" + allowed);
    }
    if (config.momentum_precision != StatePrecision::fp32) {
        problems.add("momentum_precision", std::string(to_string(config.momentum_precision)),
                     "fp32" + allowed);
    }
    if (config.class_memory != ClassMemory::device) {
        problems.add("class_memory", std::string(to_string(config.class_memory)), "device" + allowed);
    }
}

/// A name that a launcher takes as one host, and never as an option of its own.
bool is_host_name(const std::string& name) {
    const auto is_allowed = [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= 253 && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), is_allowed);
}

template <typename Value>
bool has_repeats(std::vector<Value> values) {
    std::sort(values.begin(), values.end());
    return std::adjacent_find(values.begin(), values.end()) != values.end();
}

void validate_hosts(const RunConfig& config, Problems& problems) {
    for (const std::string& host : config.hosts) {
        if (is_host_name(host)) continue;
        problems.add("hosts", "a list with '" + host.substr(0, 80) + "'",
                     "names of letters, digits, '.', '-' and '_' that do not begin with '-'");
        return;
    }
    if (has_repeats(config.hosts)) problems.add("hosts", "a list with a name twice", "each host once");
    const bool counts_differ = static_cast<std::int64_t>(config.hosts.size()) != config.nodes;
    if (!config.hosts.empty() && counts_differ) {
        problems.add("hosts", text_of(config.hosts.size()) + " names",
                     "as many as nodes, which is " + text_of(config.nodes));
    }
    if (config.launcher == Launcher::local && !config.hosts.empty()) {
        problems.add("launcher", "local with hosts", "mpirun, slurm where hosts are named");
    } else if (config.launcher == Launcher::local && config.nodes > 1) {
        problems.add("launcher", "local with " + text_of(config.nodes) + " nodes",
                     "mpirun, slurm for several nodes");
    } else if (config.launcher == Launcher::mpirun && config.nodes > 1 && config.hosts.empty()) {
        problems.add("hosts", "empty",
                     "the names of the " + text_of(config.nodes) + " nodes, for launcher mpirun");
    }
}

void validate_device_ids(const RunConfig& config, Problems& problems) {
    if (config.device_ids.empty()) return;
    if (config.device == Device::cpu) {
        problems.add("device_ids", "a list with device cpu", "none: the CPU's ranks share its cores");
        return;
    }
    for (const std::int64_t id : config.device_ids) problems.range("device_ids", id, 0, 1023);
    if (has_repeats(config.device_ids))
        problems.add("device_ids", "a list with a number twice", "each device once");
    if (static_cast<std::int64_t>(config.device_ids.size()) != config.devices_per_node) {
        problems.add("device_ids", text_of(config.device_ids.size()) + " numbers",
                     "as many as devices_per_node, which is " + text_of(config.devices_per_node));
    }
}

void validate_ranks(const RunConfig& config, Problems& problems) {
    const std::size_t before = problems.count();
    problems.range("devices_per_node", config.devices_per_node, 1, max_devices_per_node);
    problems.range("nodes", config.nodes, 1, max_nodes);
    problems.range("communication_bucket_bytes", config.communication_bucket_bytes, 1, std::int64_t{1} << 40);
    problems.range("communication_timeout_s", config.communication_timeout_s, 1, 86'400);
    if (problems.count() != before) return;
    validate_hosts(config, problems);
    validate_device_ids(config, problems);
    const bool has_batch =
        config.batch_size_per_device >= 1 && config.batch_size_per_device <= max_batch_size;
    if (has_batch && config.global_batch_size() > max_global_batch_size) {
        problems.add(
            "batch_size_per_device",
            text_of(config.batch_size_per_device) + " on each of " + text_of(config.world_size()) + " ranks",
            "a global batch of " + text_of(max_global_batch_size) + " or less");
    }
    const std::int64_t classes = config.num_classes.value_or(default_synthetic_classes);
    const bool is_known = config.num_classes || config.is_synthetic();
    if (is_known && classes >= 1 && classes < least_classes(config)) {
        problems.add("num_classes", text_of(classes),
                     text_of(least_classes(config)) + " or more, one for each rank with parallelism " +
                         std::string(to_string(config.parallelism)));
    }
}

void validate_device(const RunConfig& config, Problems& problems) {
    if (config.device == Device::cpu &&
        (config.precision == Precision::tf32 || config.precision == Precision::fp16)) {
        problems.add("precision", std::string(to_string(config.precision)) + " with device cpu",
                     "fp32, bf16 on the CPU");
    }
    problems.range("data_threads", config.data_threads, 0, 256);
    problems.range("cpu_threads", config.cpu_threads, 0, 1024);
    if (config.bn_eps) problems.real("bn_eps", *config.bn_eps, 0, 1, true);
    problems.real("input_scale", config.input_scale, 0, 1, true);
    problems.range("seed", config.seed, 0, std::numeric_limits<std::int64_t>::max());
    if (config.dataset.empty()) {
        problems.add("dataset", "empty", "synthetic, or a folder that holds train.rec");
    }
}

}  // namespace

std::int64_t least_classes(const RunConfig& config) {
    return config.parallelism == Parallelism::data ? 1 : config.world_size();
}

std::vector<ConfigProblem> validate(const RunConfig& config) {
    std::vector<ConfigProblem> list;
    Problems problems(list);
    validate_model(config, problems);
    validate_parallelism(config, problems);
    validate_ranks(config, problems);
    validate_class_state(config, problems);
    validate_measurement(config, problems);
    validate_schedule(config, problems);
    validate_device(config, problems);
    return list;
}

void require_valid(const RunConfig& config) {
    const std::vector<ConfigProblem> problems = validate(config);
    if (!problems.empty()) throw Error(ErrorCode::invalid_config, problems.front().message);
}

}  // namespace arcmeter::protocol
