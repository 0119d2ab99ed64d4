// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/events.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace arcmeter::protocol {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<RunPhase, std::string_view>, 5> phase_names{
    {{RunPhase::preparing, "preparing"},
     {RunPhase::tuning, "tuning"},
     {RunPhase::warmup, "warmup"},
     {RunPhase::measuring, "measuring"},
     {RunPhase::finished, "finished"}}};

/// What events hold lists of.
template <typename T>
concept Record = std::is_same_v<T, DeviceInfo> || std::is_same_v<T, RankPlace> ||
    std::is_same_v<T, Collective> || std::is_same_v<T, PolicyCost> || std::is_same_v<T, LimitPoint>;

/// One description of an event's fields serves writing and reading: a visitor is called with name and member.
struct Writer {
    json& object;

    void operator()(const char* name, const double& value) {
        object[name] = std::isfinite(value) ? json(value) : json();
    }
    void operator()(const char* name, const std::optional<double>& value) {
        if (value) (*this)(name, *value);
    }
    void operator()(const char* name, const StepParts& value) { object[name] = to_json(value); }
    void operator()(const char* name, const MemoryPlan& value) { object[name] = to_json(value); }
    void operator()(const char* name, const RunPhase& value) { object[name] = std::string(to_string(value)); }
    void operator()(const char* name, const ErrorCode& value) {
        object[name] = std::string(arcmeter::to_string(value));
    }
    template <Record Value>
    void operator()(const char* name, const std::vector<Value>& value);
    template <typename Value>
    void operator()(const char* name, const Value& value) {
        object[name] = value;
    }
};

struct FieldError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Reader {
    const json& object;

    const json* find(const char* name) const {
        const auto found = object.find(name);
        return found == object.end() ? nullptr : &*found;
    }
    [[noreturn]] void wrong(const char* name, const char* wanted) const {
        throw FieldError("field '" + std::string(name) + "' is not " + wanted);
    }

    void operator()(const char* name, double& value) {
        const json* found = find(name);
        if (!found) return;
        if (found->is_null()) {
            value = std::nan("");
        } else if (found->is_number()) {
            value = found->get<double>();
        } else {
            wrong(name, "a number");
        }
    }
    void operator()(const char* name, std::optional<double>& value) {
        const json* found = find(name);
        if (found && !found->is_null()) (*this)(name, value.emplace());
    }
    template <typename Integer>
    requires std::is_integral_v<Integer>
    void operator()(const char* name, Integer& value) {
        const json* found = find(name);
        if (!found) return;
        if constexpr (std::is_same_v<Integer, bool>) {
            if (!found->is_boolean()) wrong(name, "true or false");
        } else {
            if (!found->is_number_integer()) wrong(name, "a whole number");
            const bool fits = found->is_number_unsigned()
                                  ? std::in_range<Integer>(found->get<std::uint64_t>())
                                  : std::in_range<Integer>(found->get<std::int64_t>());
            if (!fits) wrong(name, "a whole number in range");
        }
        value = found->get<Integer>();
    }
    void operator()(const char* name, std::string& value) {
        const json* found = find(name);
        if (!found) return;
        if (!found->is_string()) wrong(name, "a string");
        value = found->get<std::string>();
    }
    void operator()(const char* name, std::vector<std::string>& value) {
        read_list(name, value, &json::is_string, "a list of strings");
    }
    void operator()(const char* name, std::vector<double>& value) {
        read_list(name, value, &json::is_number, "a list of numbers");
    }
    void operator()(const char* name, std::map<std::string, std::string>& value) {
        const json* found = find(name);
        if (!found) return;
        if (!found->is_object()) wrong(name, "an object of strings");
        for (const auto& [key, item] : found->items()) {
            if (!item.is_string()) wrong(name, "an object of strings");
            value[key] = item.get<std::string>();
        }
    }
    void operator()(const char* name, StepParts& value);
    void operator()(const char* name, MemoryPlan& value);
    template <Record Value>
    void operator()(const char* name, std::vector<Value>& value);
    void operator()(const char* name, RunPhase& value) {
        const json* found = find(name);
        const auto parsed =
            found && found->is_string() ? run_phase_from_string(found->get<std::string>()) : std::nullopt;
        if (!parsed) wrong(name, "a known phase");
        value = *parsed;
    }
    void operator()(const char* name, ErrorCode& value) {
        std::string text;
        (*this)(name, text);
        value = error_code_from_string(text).value_or(ErrorCode::internal);
    }

private:
    template <typename Value>
    void read_list(const char* name, std::vector<Value>& value, bool (json::*is)() const noexcept,
                   const char* wanted) {
        const json* found = find(name);
        if (!found) return;
        if (!found->is_array()) wrong(name, wanted);
        for (const json& item : *found) {
            if (!(item.*is)()) wrong(name, wanted);
            value.push_back(item.get<Value>());
        }
    }
};

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Hello> {
    v("protocol", e.protocol), v("engine", e.engine), v("version", e.version), v("backends", e.backends);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, DeviceInfo> {
    v("name", e.name), v("kind", e.kind), v("memory_bytes", e.memory_bytes), v("driver", e.driver),
        v("note", e.note), v("pci_bus_id", e.pci_bus_id);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, RankPlace> {
    v("rank", e.rank), v("host", e.host), v("device", e.device), v("cores", e.cores), v("threads", e.threads);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Collective> {
    v("kind", e.kind), v("payload", e.payload), v("calls", e.calls), v("bytes", e.bytes), v("ms", e.ms);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Environment> {
    v("host", e.host), v("os", e.os), v("cpu", e.cpu), v("cpu_cores", e.cpu_cores), v("governor", e.governor);
    v("load_average", e.load_average), v("memory_bytes", e.memory_bytes);
    v("memory_available_bytes", e.memory_available_bytes), v("devices", e.devices),
        v("libraries", e.libraries);
    v("commit", e.commit), v("launcher", e.launcher), v("ranks", e.ranks), v("places", e.places);
    v("device", e.device), v("device_reason", e.device_reason);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, MemoryPlan> {
    v("weights", e.weights), v("gradients", e.gradients), v("optimizer", e.optimizer);
    v("activations", e.activations), v("workspace", e.workspace), v("head_weights", e.head_weights);
    v("head_optimizer", e.head_optimizer), v("head_activations", e.head_activations), v("data", e.data);
    v("communication", e.communication), v("overhead", e.overhead);
    v("host", e.host);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, PolicyCost> {
    v("recompute", e.recompute), v("flops", e.flops), v("bytes", e.bytes);
    v("memory_total", e.memory_total), v("fits", e.fits);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, LimitPoint> {
    v("value", e.value), v("memory_total", e.memory_total), v("fits", e.fits);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, PlannedLimit> {
    v("find", e.find), v("found", e.found), v("bound_by", e.bound_by);
    v("needed_for_next", e.needed_for_next), v("curve", e.curve);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Plan> {
    v("parameters", e.parameters), v("flops_per_sample", e.flops_per_sample);
    v("head_flops_per_sample", e.head_flops_per_sample), v("bytes_per_sample", e.bytes_per_sample),
        v("num_classes", e.num_classes), v("memory", e.memory);
    v("device", e.device), v("memory_available_bytes", e.memory_available_bytes), v("fits", e.fits);
    v("overhead_source", e.overhead_source), v("estimated_samples_per_s", e.estimated_samples_per_s);
    v("world_size", e.world_size), v("communication_bytes_per_step", e.communication_bytes_per_step);
    v("collectives", e.collectives), v("recompute", e.recompute), v("policies", e.policies);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Phase> {
    v("phase", e.phase), v("repeat", e.repeat), v("iterations", e.iterations), v("warmup", e.warmup);
    v("detail", e.detail);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, StepParts> {
    v("data_wait", e.data_wait), v("forward", e.forward), v("head", e.head), v("backward", e.backward);
    v("communication", e.communication), v("optimizer", e.optimizer);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Step> {
    v("repeat", e.repeat), v("iteration", e.iteration), v("samples_per_s", e.samples_per_s);
    v("step_ms", e.step_ms), v("parts", e.parts), v("loss", e.loss), v("accuracy", e.accuracy);
    v("device_memory_bytes", e.device_memory_bytes), v("host_memory_bytes", e.host_memory_bytes);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Telemetry> {
    v("device_index", e.device_index), v("device", e.device), v("utilization", e.utilization);
    v("memory_used_bytes", e.memory_used_bytes), v("power_w", e.power_w), v("temperature_c", e.temperature_c);
    v("sm_clock_mhz", e.sm_clock_mhz), v("throttle_reasons", e.throttle_reasons);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, Result> {
    v("samples_per_s", e.samples_per_s), v("repeats", e.repeats), v("min", e.min), v("max", e.max);
    v("stddev", e.stddev), v("ci95", e.ci95), v("parts", e.parts);
    v("peak_device_memory_bytes", e.peak_device_memory_bytes),
        v("peak_host_memory_bytes", e.peak_host_memory_bytes),
        v("planned_memory_bytes", e.planned_memory_bytes);
    v("model_flops_utilization", e.model_flops_utilization), v("flops_per_s", e.flops_per_s);
    v("memory_bandwidth_utilization", e.memory_bandwidth_utilization);
    v("final_loss", e.final_loss), v("accuracy", e.accuracy);
    v("communication_bytes_per_step", e.communication_bytes_per_step), v("collectives", e.collectives);
    v("world_size", e.world_size), v("repeat", e.repeat), v("measured_iterations", e.measured_iterations);
    v("batch_size_per_device", e.batch_size_per_device), v("num_classes", e.num_classes),
        v("partial", e.partial);
}

template <typename Visitor, typename T>
void fields(Visitor&& v, T& e) requires std::is_same_v<std::remove_const_t<T>, ErrorEvent> {
    v("code", e.code), v("rank", e.rank), v("message", e.message), v("hint", e.hint),
        v("can_go_on", e.can_go_on);
}

template <Record Value>
void Writer::operator()(const char* name, const std::vector<Value>& value) {
    json list = json::array();
    for (const Value& record : value) {
        json item;
        fields(Writer{item}, record);
        list.push_back(std::move(item));
    }
    object[name] = std::move(list);
}

void Reader::operator()(const char* name, StepParts& value) {
    const json* found = find(name);
    if (!found) return;
    if (!found->is_object()) wrong(name, "an object");
    fields(Reader{*found}, value);
}

void Reader::operator()(const char* name, MemoryPlan& value) {
    const json* found = find(name);
    if (!found) return;
    if (!found->is_object()) wrong(name, "an object");
    fields(Reader{*found}, value);
}

template <Record Value>
void Reader::operator()(const char* name, std::vector<Value>& value) {
    const json* found = find(name);
    if (!found) return;
    if (!found->is_array()) wrong(name, "a list");
    for (const json& item : *found) {
        if (!item.is_object()) wrong(name, "a list of objects");
        fields(Reader{item}, value.emplace_back());
    }
}

template <typename T>
constexpr const char* event_name = nullptr;
template <>
constexpr const char* event_name<Hello> = "hello";
template <>
constexpr const char* event_name<Environment> = "environment";
template <>
constexpr const char* event_name<Plan> = "plan";
template <>
constexpr const char* event_name<Phase> = "phase";
template <>
constexpr const char* event_name<Step> = "step";
template <>
constexpr const char* event_name<Telemetry> = "telemetry";
template <>
constexpr const char* event_name<Result> = "result";
template <>
constexpr const char* event_name<ErrorEvent> = "error";

/// Fields without which an event means nothing.
template <typename T>
constexpr std::array<const char*, 0> required{};
template <>
constexpr std::array<const char*, 1> required<Hello>{"protocol"};
template <>
constexpr std::array<const char*, 1> required<Phase>{"phase"};
template <>
constexpr std::array<const char*, 2> required<Step>{"iteration", "step_ms"};
template <>
constexpr std::array<const char*, 1> required<Result>{"samples_per_s"};
template <>
constexpr std::array<const char*, 1> required<ErrorEvent>{"message"};
template <>
constexpr std::array<const char*, 1> required<Plan>{"memory"};

template <typename T>
bool try_read(const std::string& name, const json& object, EventBody& out) {
    if (name != event_name<T>) return false;
    for (const char* field : required<T>) {
        if (!object.contains(field)) throw FieldError("field '" + std::string(field) + "' is missing");
    }
    T body;
    fields(Reader{object}, body);
    if constexpr (std::is_same_v<T, Plan>) {
        if (object.contains("find")) fields(Reader{object}, body.limit.emplace());
    }
    out = std::move(body);
    return true;
}

template <typename... T>
bool read_any(const std::string& name, const json& object, std::variant<T...>& out) {
    return (try_read<T>(name, object, out) || ...);
}

}  // namespace

std::string_view to_string(RunPhase phase) {
    for (const auto& [value, name] : phase_names) {
        if (value == phase) return name;
    }
    return {};
}

std::optional<RunPhase> run_phase_from_string(std::string_view name) {
    for (const auto& [value, text] : phase_names) {
        if (text == name) return value;
    }
    return std::nullopt;
}

std::int64_t MemoryPlan::total() const {
    return weights + gradients + optimizer + activations + workspace + head_weights + head_optimizer +
           head_activations + data + communication + overhead;
}

json to_json(const MemoryPlan& memory) {
    json object;
    fields(Writer{object}, memory);
    object["memory_total"] = memory.total();
    return object;
}

json to_json(const StepParts& parts) {
    json object;
    fields(Writer{object}, parts);
    return object;
}

json to_json(const EventBody& body) {
    return std::visit(
        [](const auto& value) {
            using T = std::remove_cvref_t<decltype(value)>;
            json object;
            object["event"] = event_name<T>;
            fields(Writer{object}, value);
            if constexpr (std::is_same_v<T, Plan>) {
                object["memory_total"] = value.memory.total();
                if (value.limit) fields(Writer{object}, *value.limit);
            }
            return object;
        },
        body);
}

json to_json(const Event& event) {
    json object = to_json(event.body);
    object["time_ms"] = event.time_ms;
    return object;
}

std::string to_line(const Event& event) {
    // Bytes that are not UTF-8 (a file name, a library's message) must not end the protocol.
    return to_json(event).dump(-1, ' ', false, json::error_handler_t::replace);
}

ParsedLine parse_line(std::string_view line) {
    ParsedLine out;
    if (line.size() > max_line_bytes) {
        out.problem = "a line of " + std::to_string(line.size()) + " bytes is longer than any event";
        return out;
    }
    const json object = json::parse(line, nullptr, false);
    if (object.is_discarded() || !object.is_object()) {
        out.problem = "a line is not a JSON object";
        return out;
    }
    const auto name = object.find("event");
    if (name == object.end() || !name->is_string()) {
        out.problem = "a JSON object has no field 'event'";
        return out;
    }
    Event event;
    try {
        if (!read_any(name->get<std::string>(), object, event.body)) return out;
        Reader{object}("time_ms", event.time_ms);
    } catch (const FieldError& error) {
        out.problem = "event '" + name->get<std::string>() + "': " + error.what();
        return out;
    }
    out.event = std::move(event);
    return out;
}

}  // namespace arcmeter::protocol
