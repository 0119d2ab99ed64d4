// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/run_config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/protocol/error.h"

namespace arcmeter::protocol {

const std::vector<EnumName<FcType>>& names_of(FcType) {
    static const std::vector<EnumName<FcType>> names{{FcType::e, "E"}, {FcType::fc, "FC"}, {FcType::gdc, "GDC"}};
    return names;
}

const std::vector<EnumName<Loss>>& names_of(Loss) {
    static const std::vector<EnumName<Loss>> names{{Loss::arcface, "arcface"},
                                                   {Loss::cosface, "cosface"},
                                                   {Loss::combined, "combined"},
                                                   {Loss::softmax, "softmax"}};
    return names;
}

const std::vector<EnumName<Parallelism>>& names_of(Parallelism) {
    static const std::vector<EnumName<Parallelism>> names{
        {Parallelism::data, "data"}, {Parallelism::model, "model"}, {Parallelism::partial_fc, "partial_fc"}};
    return names;
}

const std::vector<EnumName<Precision>>& names_of(Precision) {
    static const std::vector<EnumName<Precision>> names{{Precision::fp32, "fp32"},
                                                        {Precision::tf32, "tf32"},
                                                        {Precision::fp16, "fp16"},
                                                        {Precision::bf16, "bf16"}};
    return names;
}

const std::vector<EnumName<Device>>& names_of(Device) {
    static const std::vector<EnumName<Device>> names{
        {Device::automatic, "auto"}, {Device::cpu, "cpu"}, {Device::cuda, "cuda"}};
    return names;
}

const std::vector<EnumName<Method>>& names_of(Method) {
    static const std::vector<EnumName<Method>> names{
        {Method::dlperf, "dlperf"}, {Method::quick, "quick"}, {Method::steady, "steady"}};
    return names;
}

const std::vector<EnumName<Recompute>>& names_of(Recompute) {
    static const std::vector<EnumName<Recompute>> names{
        {Recompute::automatic, "auto"}, {Recompute::none, "none"}, {Recompute::units, "units"}};
    return names;
}

const std::vector<ModelInfo>& models() {
    static const std::vector<FcType> iresnet{FcType::e, FcType::fc};
    static const std::vector<ModelInfo> all{
        {"r18", "R18 (IResNet-18)", FcType::e, iresnet, 512, 2e-5},
        {"r34", "R34 (IResNet-34)", FcType::e, iresnet, 512, 2e-5},
        {"r50", "R50 (IResNet-50)", FcType::e, iresnet, 512, 2e-5},
        {"r100", "R100 (IResNet-100)", FcType::e, iresnet, 512, 2e-5},
        {"r200", "R200 (IResNet-200)", FcType::e, iresnet, 512, 2e-5},
        {"y1", "Y1 (MobileFaceNet)", FcType::gdc, {FcType::gdc}, 128, 1e-3},
        {"mbf", "MBF (MobileFaceNet x2)", FcType::gdc, {FcType::gdc}, 512, 1e-5},
    };
    return all;
}

const ModelInfo* find_model(std::string_view name) {
    for (const ModelInfo& model : models()) {
        if (model.name == name) return &model;
    }
    return nullptr;
}

FcType RunConfig::effective_fc_type() const {
    if (fc_type) return *fc_type;
    const ModelInfo* info = find_model(model);
    return info ? info->fc_type : FcType::e;
}

double RunConfig::effective_bn_eps() const {
    if (bn_eps) return *bn_eps;
    const ModelInfo* info = find_model(model);
    return info ? info->bn_eps : 2e-5;
}

std::int64_t RunConfig::effective_repeats() const {
    if (repeats) return *repeats;
    switch (method) {
        case Method::dlperf: return 5;
        case Method::steady: return 3;
        case Method::quick: return 1;
    }
    return 1;
}

std::int64_t RunConfig::effective_iterations() const {
    if (iterations) return *iterations;
    return method == Method::quick ? 30 : 150;
}

std::int64_t RunConfig::effective_warmup() const {
    if (warmup) return *warmup;
    const std::int64_t usual = method == Method::quick ? 10 : 50;
    return std::min(usual, effective_iterations() / 3);
}

namespace {

/// The shortest text that reads back as the same number: a value just outside its range must not look like the bound.
template <typename Value>
std::string text_of(Value value) {
    char text[32];
    return {text, std::to_chars(std::begin(text), std::end(text), value).ptr};
}

class Problems {
public:
    explicit Problems(std::vector<ConfigProblem>& list) : list_(list) {}

    void add(std::string_view field, const std::string& value, const std::string& allowed) {
        list_.push_back({std::string(field), std::string(field) + " is " + value + "; allowed: " + allowed + "."});
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
            std::string("a number ") + (low_open ? "above " : "from ") + text_of(low) + " to " + text_of(high));
    }

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
        for (const FcType type : info->fc_types) allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(type));
        problems.add("fc_type", std::string(to_string(fc_type)), allowed + " for model " + config.model);
    }
}

void validate_schedule(const RunConfig& config, Problems& problems) {
    problems.real("learning_rate", config.learning_rate, 0, 1e3);
    problems.real("momentum", config.momentum, 0, 0.9999);
    problems.real("weight_decay", config.weight_decay, 0, 1);
    if (config.learning_rate_steps.size() != config.learning_rate_scales.size()) {
        problems.add("learning_rate_scales", text_of(config.learning_rate_scales.size()) + " values",
                     "as many as learning_rate_steps, which has " + text_of(config.learning_rate_steps.size()));
    }
    for (std::size_t i = 0; i < config.learning_rate_steps.size(); ++i) {
        const std::int64_t before = i == 0 ? 0 : config.learning_rate_steps[i - 1];
        if (config.learning_rate_steps[i] <= before) {
            problems.add("learning_rate_steps", text_of(config.learning_rate_steps[i]) + " at place " + text_of(i + 1),
                         "iterations above 0 in ascending order");
        }
    }
    for (const double scale : config.learning_rate_scales) problems.real("learning_rate_scales", scale, 0, 1e3);
}

void validate_measurement(const RunConfig& config, Problems& problems) {
    if (config.repeats) problems.range("repeats", *config.repeats, 1, 1000);
    if (config.iterations) problems.range("iterations", *config.iterations, 1, 10'000'000);
    if (config.warmup) problems.range("warmup", *config.warmup, 0, 10'000'000);
    problems.range("repeat", config.repeat, 0, 999);
    const bool has_iterations = config.effective_iterations() >= 1;  // else that is the problem, not the warm-up
    if (has_iterations && config.effective_warmup() >= config.effective_iterations()) {
        problems.add("warmup", text_of(config.effective_warmup()),
                     "less than iterations, which is " + text_of(config.effective_iterations()));
    }
}

void validate_parallelism(const RunConfig& config, Problems& problems) {
    problems.range("batch_size_per_device", config.batch_size_per_device, 1, 65'536);
    if (config.num_classes) problems.range("num_classes", *config.num_classes, 1, max_num_classes);
    problems.real("sample_ratio", config.sample_ratio, 0, 1, true);
    problems.range("devices_per_node", config.devices_per_node, 1, 1);
    problems.range("nodes", config.nodes, 1, 1);
    if (config.memory_limit_bytes && *config.memory_limit_bytes < (std::int64_t{1} << 20)) {
        problems.add("memory_limit_bytes", text_of(*config.memory_limit_bytes), "1 MiB or more, as in 16GiB");
    }
}

void validate_device(const RunConfig& config, Problems& problems) {
    if (config.device == Device::cpu && (config.precision == Precision::tf32 || config.precision == Precision::fp16)) {
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

std::vector<ConfigProblem> validate(const RunConfig& config) {
    std::vector<ConfigProblem> list;
    Problems problems(list);
    validate_model(config, problems);
    validate_parallelism(config, problems);
    validate_measurement(config, problems);
    validate_schedule(config, problems);
    validate_device(config, problems);
    return list;
}

void require_valid(const RunConfig& config) {
    const std::vector<ConfigProblem> problems = validate(config);
    if (!problems.empty()) throw Error(ErrorCode::invalid_config, problems.front().message);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    double number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{} || !(number >= 0)) return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    static constexpr std::pair<std::string_view, double> units[] = {
        {"", 1},    {"B", 1},   {"kB", 1e3},      {"MB", 1e6},        {"GB", 1e9},
        {"TB", 1e12}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}};
    for (const auto& [name, factor] : units) {
        if (unit != name) continue;
        const double bytes = number * factor;
        if (bytes > 9e18) return std::nullopt;
        return static_cast<std::int64_t>(bytes);
    }
    return std::nullopt;
}

}  // namespace arcmeter::protocol
