// SPDX-License-Identifier: Apache-2.0
// What one run is: the configuration that the window, the command line, the store and every engine share.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arcmeter::protocol {

enum class FcType { e, fc, gdc };
enum class Loss { arcface, cosface, combined, softmax };
enum class Parallelism { data, model, partial_fc };
enum class Precision { fp32, tf32, fp16, bf16 };
enum class Device { automatic, cpu, cuda };
enum class Method { dlperf, quick, steady };
enum class Recompute { automatic, none, units, blocks };
/// Of class centres or their momentum, as they are kept from step to step.
enum class StatePrecision { fp32, bf16 };
/// Where the class centres' state lies: all on the device; the momentum in host memory; both in host memory.
enum class ClassMemory { device, host, host_all };
enum class Launcher { local, mpirun, slurm };
enum class CommunicationPrecision { fp32, bf16 };

/// Every name is the one used in JSON, on the command line, in the store and in exports.
template <typename Enum>
struct EnumName {
    Enum value;
    std::string_view name;
};

const std::vector<EnumName<FcType>>& names_of(FcType);
const std::vector<EnumName<Loss>>& names_of(Loss);
const std::vector<EnumName<Parallelism>>& names_of(Parallelism);
const std::vector<EnumName<Precision>>& names_of(Precision);
const std::vector<EnumName<Device>>& names_of(Device);
const std::vector<EnumName<Method>>& names_of(Method);
const std::vector<EnumName<Recompute>>& names_of(Recompute);
const std::vector<EnumName<StatePrecision>>& names_of(StatePrecision);
const std::vector<EnumName<ClassMemory>>& names_of(ClassMemory);
const std::vector<EnumName<Launcher>>& names_of(Launcher);
const std::vector<EnumName<CommunicationPrecision>>& names_of(CommunicationPrecision);

template <typename Enum>
std::string_view to_string(Enum value) {
    for (const auto& entry : names_of(value)) {
        if (entry.value == value) return entry.name;
    }
    return {};
}

template <typename Enum>
std::optional<Enum> enum_from_string(std::string_view name) {
    for (const auto& entry : names_of(Enum{})) {
        if (entry.name == name) return entry.value;
    }
    return std::nullopt;
}

/// What is known of a network without building it; engine/models must agree (a test compares them).
struct ModelInfo {
    std::string_view name;
    std::string_view title;
    FcType fc_type;
    std::vector<FcType> fc_types;
    std::int64_t embedding_size;
    double bn_eps;
};

const std::vector<ModelInfo>& models();
const ModelInfo* find_model(std::string_view name);

inline constexpr std::int64_t default_synthetic_classes = 85'742;
inline constexpr std::int64_t max_num_classes = 2'147'483'647;
inline constexpr std::int64_t max_batch_size = 65'536;
inline constexpr std::int64_t max_devices_per_node = 256;
inline constexpr std::int64_t max_nodes = 4096;
inline constexpr std::int64_t max_global_batch_size = std::int64_t{1} << 24;
inline constexpr std::string_view synthetic_dataset = "synthetic";

/// Defaults are the published report's. A field that is std::nullopt takes the value `effective_*` gives.
struct RunConfig {
    std::string model = "r100";
    std::optional<FcType> fc_type;
    std::string dataset = std::string(synthetic_dataset);  ///< `synthetic` or a folder with train.rec
    std::optional<std::int64_t> num_classes;               ///< nullopt: the dataset's, 85,742 for synthetic
    Loss loss = Loss::arcface;
    Parallelism parallelism = Parallelism::data;
    double sample_ratio = 0.1;
    Precision precision = Precision::fp32;
    std::int64_t batch_size_per_device = 64;
    Device device = Device::automatic;
    std::vector<std::int64_t> device_ids;  ///< of each node, one for each of its ranks; empty: 0, 1, 2, ...
    std::int64_t devices_per_node = 1;     ///< ranks on each node; on the CPU they share its cores
    std::int64_t nodes = 1;
    std::vector<std::string>
        hosts;  ///< as many as nodes; empty: this machine, or what the launcher was given
    Launcher launcher =
        Launcher::local;  ///< how the ranks are started; several local ranks need mpirun as well
    std::int64_t communication_bucket_bytes = 25'000'000;  ///< gradients reduced in one all_reduce, about
    CommunicationPrecision communication_precision =
        CommunicationPrecision::fp32;  ///< of gradients on the wire
    std::int64_t communication_timeout_s =
        60;  ///< a rank that does not join a collective for so long ends the run
    Method method = Method::dlperf;
    std::optional<std::int64_t> repeats;
    std::optional<std::int64_t> iterations;
    std::optional<std::int64_t> warmup;
    std::int64_t repeat = 0;  ///< which repeat this launch of a worker is, from 0
    std::optional<std::int64_t> memory_limit_bytes;
    Recompute recompute = Recompute::automatic;
    StatePrecision class_precision = StatePrecision::fp32;     ///< of the class centres
    StatePrecision momentum_precision = StatePrecision::fp32;  ///< of the class centres' momentum
    ClassMemory class_memory = ClassMemory::device;
    std::int64_t data_threads = 0;  ///< 0: chosen by the engine
    std::int64_t cpu_threads = 0;   ///< 0: every core
    std::optional<double> bn_eps;
    double input_scale = 0.0078125;
    double learning_rate = 0.1;
    bool scale_learning_rate = false;  ///< times global batch / 512
    std::vector<std::int64_t> learning_rate_steps{100'000, 160'000};
    std::vector<double> learning_rate_scales{0.1, 0.01};
    double momentum = 0.9;
    double weight_decay = 5e-4;
    std::int64_t seed = 0;
    bool deterministic = false;

    bool operator==(const RunConfig&) const = default;

    FcType effective_fc_type() const;
    double effective_bn_eps() const;
    std::int64_t effective_repeats() const;     ///< 5 dlperf, 1 quick, 3 steady (the least)
    std::int64_t effective_iterations() const;  ///< warm-up included: 150 dlperf and steady, 30 quick
    std::int64_t effective_warmup() const;      ///< 50 dlperf and steady, 10 quick
    std::int64_t world_size() const { return nodes * devices_per_node; }
    std::int64_t global_batch_size() const { return batch_size_per_device * world_size(); }
    bool is_synthetic() const { return dataset == synthetic_dataset; }
};

/// One thing wrong with one field: `message` is a whole sentence naming field, value and what is allowed.
struct ConfigProblem {
    std::string field;
    std::string message;
};

/// Fewer classes than this cannot be divided over the ranks: `model` and `partial_fc` give each rank one at
/// least.
std::int64_t least_classes(const RunConfig& config);

/// Everything that can be seen without a device or a file. Empty: the configuration can work.
std::vector<ConfigProblem> validate(const RunConfig& config);

/// Throws Error(invalid_config) with the first problem's sentence.
void require_valid(const RunConfig& config);

/// All fields, defaults included; nullopt fields are left out.
nlohmann::json to_json(const RunConfig& config);

/// Unknown fields and wrong types are refused with Error(invalid_config) naming the field. Does not validate
/// ranges.
RunConfig run_config_from_json(const nlohmann::json& object);

/// One row of the field table that the command line, `--help` and the window's tooltips are made from.
struct ConfigField {
    std::string_view name;     ///< JSON name; the option is the same in kebab-case
    std::string_view allowed;  ///< for people: "fp32, tf32, fp16, bf16"
    std::string_view help;     ///< one sentence
    /// Sets the field from the text of a command-line value; throws Error(invalid_config).
    void (*set_from_text)(RunConfig&, const std::string&);
};

const std::vector<ConfigField>& config_fields();

/// `batch_size_per_device` -> `batch-size-per-device`.
std::string kebab_case(std::string_view name);

/// The shell command that repeats this run: `arcmeter-cli run` with every field that is not the default.
std::string to_command_line(const RunConfig& config);

/// "16GiB", "512MiB", "16000000000", "16GB" -> bytes; nullopt when it is none of these or overflows.
std::optional<std::int64_t> parse_bytes(std::string_view text);

}  // namespace arcmeter::protocol
