// SPDX-License-Identifier: Apache-2.0
// The table of RunConfig's fields: JSON in and out, command-line text in and out, help.
#include <algorithm>
#include <charconv>
#include <sstream>

#include "engine/protocol/error.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::protocol {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(std::string_view field, const std::string& value, std::string_view allowed) {
    throw Error(ErrorCode::invalid_config,
                std::string(field) + " is " + value + "; allowed: " + std::string(allowed) + ".");
}

/// A value as a message shows it: whatever was given, the sentence stays short, is UTF-8 and needs no
/// recursion (dump() of deeply nested lists would exhaust the stack).
std::string shown(const json& value) {
    if (value.is_array()) return "a list";
    if (value.is_object()) return "an object";
    constexpr std::size_t longest = 80;
    std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    return text;
}

// ---- reading one JSON value
// ------------------------------------------------------------------------------------

void read(const json& value, std::string_view field, std::string& out) {
    if (!value.is_string()) refuse(field, shown(value), "a string");
    out = value.get<std::string>();
}

void read(const json& value, std::string_view field, bool& out) {
    if (!value.is_boolean()) refuse(field, shown(value), "true, false");
    out = value.get<bool>();
}

void read(const json& value, std::string_view field, std::int64_t& out) {
    const bool too_large =
        value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
    if (!value.is_number_integer() || too_large) refuse(field, shown(value), "a whole number");
    out = value.get<std::int64_t>();
}

void read(const json& value, std::string_view field, double& out) {
    if (!value.is_number()) refuse(field, shown(value), "a number");
    out = value.get<double>();
}

template <typename Enum>
requires std::is_enum_v<Enum>
void read(const json& value, std::string_view field, Enum& out) {
    const auto parsed = value.is_string() ? enum_from_string<Enum>(value.get<std::string>()) : std::nullopt;
    if (!parsed) {
        std::string allowed;
        for (const auto& entry : names_of(Enum{}))
            allowed += (allowed.empty() ? "" : ", ") + std::string(entry.name);
        refuse(field, shown(value), allowed);
    }
    out = *parsed;
}

template <typename Value>
void read(const json& value, std::string_view field, std::vector<Value>& out) {
    const bool is_text = std::is_same_v<Value, std::string>;
    if (!value.is_array()) refuse(field, shown(value), is_text ? "a list of names" : "a list of numbers");
    out.clear();
    for (const json& item : value) read(item, field, out.emplace_back());
}

template <typename Value>
void read(const json& value, std::string_view field, std::optional<Value>& out) {
    if (value.is_null()) {
        out.reset();
        return;
    }
    read(value, field, out.emplace());
}

// ---- command-line text to the JSON value it stands for
// ---------------------------------------------------------

json parse_scalar(const std::string& text) {
    const json value = json::parse(text, nullptr, false);
    return value.is_discarded() ? json(text) : value;
}

json value_from_text(const std::string&, const std::string& text) {
    return json(text);
}
json value_from_text(bool, const std::string& text) {
    if (text == "true" || text == "1" || text == "on" || text.empty()) return json(true);
    if (text == "false" || text == "0" || text == "off") return json(false);
    return json(text);
}
json value_from_text(std::int64_t, const std::string& text) {
    return parse_scalar(text);
}
json value_from_text(double, const std::string& text) {
    return parse_scalar(text);
}
template <typename Enum>
requires std::is_enum_v<Enum> json value_from_text(Enum, const std::string& text) {
    return json(text);
}
/// Names with commas between them; spaces around a name are dropped.
json value_from_text(const std::vector<std::string>&, const std::string& text) {
    json list = json::array();
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');) {
        const auto first = name.find_first_not_of(' ');
        const auto last = name.find_last_not_of(' ');
        list.push_back(first == std::string::npos ? std::string() : name.substr(first, last - first + 1));
    }
    return list;
}
template <typename Value>
json value_from_text(const std::vector<Value>&, const std::string& text) {
    if (text.empty()) return json::array();
    const json list = json::parse("[" + text + "]", nullptr, false);
    return list.is_discarded() ? json(text) : list;
}
template <typename Value>
json value_from_text(const std::optional<Value>&, const std::string& text) {
    return value_from_text(Value{}, text);
}

// ---- the table
// -------------------------------------------------------------------------------------------------

template <auto Member>
void set_json(RunConfig& config, std::string_view field, const json& value) {
    read(value, field, config.*Member);
}

template <typename Value>
void put(json& object, std::string_view field, const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
        object[std::string(field)] = std::string(to_string(value));
    } else {
        object[std::string(field)] = value;
    }
}

template <typename Value>
void put(json& object, std::string_view field, const std::optional<Value>& value) {
    if (value) put(object, field, *value);
}

struct Accessor {
    void (*from_json)(RunConfig&, std::string_view, const json&);
    void (*into_json)(json&, std::string_view, const RunConfig&);
};

template <auto Member>
constexpr Accessor accessor{&set_json<Member>,
                            [](json& object, std::string_view field, const RunConfig& config) {
                                put(object, field, config.*Member);
                            }};

struct Entry {
    ConfigField field;
    Accessor access;
};

template <auto Member>
void set_text(RunConfig& config, std::string_view field, const std::string& text) {
    read(value_from_text(config.*Member, text), field, config.*Member);
}

/// `dataset` means what leaving the field out means.
template <>
void set_text<&RunConfig::num_classes>(RunConfig& config, std::string_view field, const std::string& text) {
    if (text == "dataset") {
        config.num_classes.reset();
    } else {
        read(parse_scalar(text), field, config.num_classes);
    }
}

std::int64_t bytes_from_text(std::string_view field, const std::string& text) {
    const auto bytes = parse_bytes(text);
    if (!bytes) refuse(field, "'" + text + "'", "a size such as 16GiB, 900MiB or a number of bytes");
    return *bytes;
}

template <>
void set_text<&RunConfig::memory_limit_bytes>(RunConfig& config, std::string_view field,
                                              const std::string& text) {
    config.memory_limit_bytes = bytes_from_text(field, text);
}

template <>
void set_text<&RunConfig::communication_bucket_bytes>(RunConfig& config, std::string_view field,
                                                      const std::string& text) {
    config.communication_bucket_bytes = bytes_from_text(field, text);
}

// A field's name as a template argument lets one function pointer type serve the whole table.
template <std::size_t N>
struct Name {
    char text[N];
    constexpr Name(const char (&value)[N]) { std::copy_n(value, N, text); }  // NOLINT: implicit by design
};

template <Name name, auto Member>
Entry entry(std::string_view allowed, std::string_view help) {
    return {{name.text, allowed, help,
             [](RunConfig& config, const std::string& text) { set_text<Member>(config, name.text, text); }},
            accessor<Member>};
}

#define ARCMETER_FIELD(member, allowed, help) entry<#member, &RunConfig::member>(allowed, help)

const std::vector<Entry>& entries() {
    static const std::vector<Entry> table{
        ARCMETER_FIELD(model, "r18, r34, r50, r100, r200, y1, mbf", "The network that is trained."),
        ARCMETER_FIELD(fc_type, "E, FC, GDC", "The embedding output; the model's own when left out."),
        ARCMETER_FIELD(dataset, "synthetic, or a folder with train.rec",
                       "What is trained on. Synthetic data is one fixed batch in memory, without decoding."),
        ARCMETER_FIELD(num_classes, "1 to 2147483647, or dataset",
                       "Number of identities; a folder's own, or 85,742 for synthetic data, when left out."),
        ARCMETER_FIELD(loss, "arcface, cosface, combined, softmax", "The margin of the softmax loss."),
        ARCMETER_FIELD(parallelism, "data, model, partial_fc",
                       "How the class centres are held; partial_fc trains on sampled classes."),
        ARCMETER_FIELD(sample_ratio, "above 0 to 1", "Share of the classes that partial_fc uses in a step."),
        ARCMETER_FIELD(precision, "fp32, tf32, fp16, bf16", "Arithmetic of the network; fp32 is strict."),
        ARCMETER_FIELD(batch_size_per_device, "1 to 65536", "Images a device sees in one step."),
        ARCMETER_FIELD(device, "auto, cpu, cuda",
                       "Where the run trains; auto takes a usable GPU, else the CPU."),
        ARCMETER_FIELD(device_ids, "numbers from 0, one for each device of a node",
                       "Which GPUs of each node are used; the first ones when left out."),
        ARCMETER_FIELD(
            devices_per_node, "1 to 256",
            "Devices used on each node, each by a process of its own; on the CPU these share its cores."),
        ARCMETER_FIELD(nodes, "1 to 4096", "Machines used."),
        ARCMETER_FIELD(hosts, "names, as many as nodes",
                       "The machines that mpirun or Slurm starts processes on."),
        ARCMETER_FIELD(
            launcher, "local, mpirun, slurm",
            "How the processes are started; local starts several on this machine with mpirun too."),
        ARCMETER_FIELD(
            communication_bucket_bytes, "a size such as 25MB",
            "Gradients are all-reduced in buckets of about this size while the backward pass goes on."),
        ARCMETER_FIELD(communication_precision, "fp32, bf16",
                       "Type of the gradients on their way between ranks."),
        ARCMETER_FIELD(communication_timeout_s, "1 to 86400",
                       "Seconds after which a process that does not join the others ends the run."),
        ARCMETER_FIELD(
            method, "dlperf, quick, steady",
            "How the figure is measured: the published 5 x 150 iterations, one short look, or until the "
            "interval is within 1 %."),
        ARCMETER_FIELD(repeats, "1 to 1000",
                       "Repeats, each in a fresh process; the method's own when left out."),
        ARCMETER_FIELD(iterations, "1 to 10000000", "Iterations of a repeat, warm-up included."),
        ARCMETER_FIELD(warmup, "0 to iterations - 1", "Iterations at the start that the figure leaves out."),
        ARCMETER_FIELD(repeat, "0 to 999", "Which repeat one worker process is; set by the launcher."),
        ARCMETER_FIELD(memory_limit_bytes, "a size such as 16GiB",
                       "Refuse to use more device memory than this."),
        ARCMETER_FIELD(
            recompute, "auto, none, units, blocks",
            "What the backward pass computes again to save memory: nothing, BatchNorm + PReLU outputs (units), "
            "or all of a unit but its input (blocks); auto takes the fastest that fits."),
        ARCMETER_FIELD(class_precision, "fp32, bf16",
                       "How class centres are kept; bf16 is rounded stochastically at each update."),
        ARCMETER_FIELD(momentum_precision, "fp32, bf16", "How the class centres' momentum is kept; likewise."),
        ARCMETER_FIELD(
            class_memory, "device, host, host_all",
            "Where the class centres' state lies: on the device, its momentum in host memory (host), or both there "
            "(host_all); only the rows that a step uses are moved."),
        ARCMETER_FIELD(data_threads, "0 to 256", "JPEG decoding threads; 0 lets the engine choose."),
        ARCMETER_FIELD(cpu_threads, "0 to 1024", "Threads of the CPU backend; 0 uses every core."),
        ARCMETER_FIELD(bn_eps, "above 0 to 1", "Epsilon of BatchNorm; the model's own when left out."),
        ARCMETER_FIELD(input_scale, "above 0 to 1", "Factor on (pixel - 127.5)."),
        ARCMETER_FIELD(learning_rate, "0 to 1000", "Base learning rate."),
        ARCMETER_FIELD(scale_learning_rate, "true, false", "Multiply the rate by global batch / 512."),
        ARCMETER_FIELD(learning_rate_steps, "ascending iterations", "Iterations at which the rate changes."),
        ARCMETER_FIELD(learning_rate_scales, "one factor for each step",
                       "Factors on the base rate from each step on."),
        ARCMETER_FIELD(momentum, "0 to 0.9999", "Momentum of SGD."),
        ARCMETER_FIELD(weight_decay, "0 to 1", "Weight decay of SGD, on every trained tensor."),
        ARCMETER_FIELD(seed, "0 to 9223372036854775807",
                       "Seed of weights, data order, dropout and sampling."),
        ARCMETER_FIELD(deterministic, "true, false", "Bit-equal losses from run to run."),
    };
    return table;
}

std::string shell_quoted(const std::string& text) {
    const auto harmless = [](unsigned char c) {
        return std::isalnum(c) ||
               std::string_view("_-./,:@%+=").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), harmless)) return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string option_text(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string out;
    for (const json& item : value) {
        if (!out.empty()) out += ',';
        out += item.is_string() ? item.get<std::string>() : item.dump();
    }
    return out;
}

}  // namespace

const std::vector<ConfigField>& config_fields() {
    static const std::vector<ConfigField> fields = [] {
        std::vector<ConfigField> out;
        for (const Entry& item : entries()) out.push_back(item.field);
        return out;
    }();
    return fields;
}

json to_json(const RunConfig& config) {
    json object = json::object();
    for (const Entry& item : entries()) item.access.into_json(object, item.field.name, config);
    return object;
}

RunConfig run_config_from_json(const json& object) {
    if (!object.is_object()) refuse("configuration", shown(object), "a JSON object");
    RunConfig config;
    for (const auto& [key, value] : object.items()) {
        const auto found = std::find_if(entries().begin(), entries().end(),
                                        [&name = key](const Entry& item) { return item.field.name == name; });
        if (found == entries().end()) {
            throw Error(ErrorCode::invalid_config,
                        shown(json(key)) + " is not a field of a run configuration.");
        }
        if (key == "num_classes" && value == "dataset") continue;
        found->access.from_json(config, found->field.name, value);
    }
    return config;
}

std::string kebab_case(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

std::string to_command_line(const RunConfig& config) {
    const json values = to_json(config);
    const json defaults = to_json(RunConfig{});
    std::string out = "arcmeter-cli run";
    for (const Entry& item : entries()) {
        const std::string name(item.field.name);
        if (name == "repeat" || !values.contains(name)) continue;
        if (defaults.contains(name) && defaults[name] == values[name]) continue;
        out += " --" + kebab_case(name) + " " + shell_quoted(option_text(values[name]));
    }
    return out;
}

}  // namespace arcmeter::protocol
