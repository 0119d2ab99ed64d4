// SPDX-License-Identifier: Apache-2.0
// What a worker says: one JSON object a line on standard output. The first event is `hello`.
// Unknown events and unknown fields are ignored; a missing or wrongly typed required field is an error.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/protocol/error.h"

namespace arcmeter::protocol {

inline constexpr int protocol_version = 1;

/// One line longer than this is refused: no worker of ours writes one, and memory stays bounded.
inline constexpr std::size_t max_line_bytes = 1 << 20;

struct Hello {
    int protocol = protocol_version;
    std::string engine = "arcmeter";  ///< "arcmeter", "pytorch", ...
    std::string version;
    std::vector<std::string> backends;  ///< built in: "cpu", "cuda"
};

struct DeviceInfo {
    std::string name;
    std::string kind;  ///< "cpu" or "cuda"
    std::int64_t memory_bytes = 0;
    std::string driver;
    std::string note;             ///< clocks, power limit, other processes: free text for people
    std::string pci_bus_id = {};  ///< "0000:4b:00.0"; empty for a CPU
};

/// Where one rank of a run computes.
struct RankPlace {
    std::int64_t rank = 0;
    std::string host;
    std::string device;        ///< "cpu" or the GPU's name
    std::string cores;         ///< it is pinned to, "0-3,8"; empty: it is not
    std::int64_t threads = 0;  ///< of the CPU backend
};

struct Environment {
    std::string host;
    std::string os;
    std::string cpu;
    std::int64_t cpu_cores = 0;
    std::string governor;
    double load_average = 0;  ///< one minute, before the run
    std::int64_t memory_bytes = 0;
    std::int64_t memory_available_bytes = 0;
    std::vector<DeviceInfo> devices;
    std::map<std::string, std::string> libraries;  ///< name -> version
    std::string commit;
    std::string launcher = "local";
    std::int64_t ranks = 1;
    std::vector<RankPlace> places;  ///< by rank; empty for a run of one
    std::string device;             ///< "cpu" or "cuda": what this run trains on
    std::string device_reason;      ///< why `auto` chose it; empty when it was asked for
};

/// Bytes by part, for one device (rank 0's). `activations` holds everything whose lifetime ends within a
/// step, `communication` what collectives gather into, reduce in or send from besides the gradients
/// themselves.
struct MemoryPlan {
    std::int64_t weights = 0;
    std::int64_t gradients = 0;
    std::int64_t optimizer = 0;
    std::int64_t activations = 0;
    std::int64_t workspace = 0;
    std::int64_t head_weights = 0;
    std::int64_t head_optimizer = 0;
    std::int64_t head_activations = 0;
    std::int64_t data = 0;
    std::int64_t communication = 0;
    std::int64_t overhead = 0;
    std::int64_t host = 0;  ///< host memory that stands in for the device's (class_memory); not in the total

    std::int64_t total() const;
    bool operator==(const MemoryPlan&) const = default;
};

/// What one step communicates of one kind, on one rank. `bytes` is the size of what is reduced, of what all
/// ranks gather, or of what they scatter; how much of it crosses a link depends on the algorithm and the
/// number of ranks.
struct Collective {
    std::string kind;        ///< all_reduce, all_gather, reduce_scatter
    std::string payload;     ///< gradients, class_gradients, embeddings, labels, softmax_sums, row_maximum,
                             ///< embedding_gradients, result
    std::int64_t calls = 0;  ///< a step
    std::int64_t bytes = 0;  ///< a step
    double ms = 0;  ///< a step, from the first rank-local start to the end, hidden or not; 0: not measured
};

/// What one step costs with a recompute policy, on one rank.
struct PolicyCost {
    std::string recompute;  ///< none, units, blocks
    double flops = 0;       ///< 2 per multiply-accumulate of every product that runs
    double bytes = 0;       ///< every operand of every operation read or written once
    std::int64_t memory_total = 0;
    bool fits = true;
};

/// Total memory at one value of the field that is searched.
struct LimitPoint {
    std::int64_t value = 0;
    std::int64_t memory_total = 0;
    bool fits = true;
};

/// The largest value of a field that fits. In JSON its fields stand beside the plan's, which is that of
/// `found`.
struct PlannedLimit {
    std::string find;        ///< batch-size, num-classes
    std::int64_t found = 0;  ///< 0: not even the least value fits; the plan is then the least value's
    std::string bound_by;    ///< the part of memory that grows, or "range": the largest value allowed fits
    std::int64_t needed_for_next = 0;  ///< bytes of the next step (batch + 1, classes + 1 %); 0 with "range"
    std::vector<LimitPoint> curve;     ///< ascending; empty unless asked for
};

struct Plan {
    std::int64_t parameters = 0;        ///< class centres not counted
    std::int64_t flops_per_sample = 0;  ///< backbone, forward + backward
    std::int64_t head_flops_per_sample = 0;
    /// What the operations without a matrix product or convolution (normalisation, activation, addition,
    /// update) read and write, each operand once: what a device's memory must move however fast its
    /// arithmetic is. 0: not known.
    std::int64_t bytes_per_sample = 0;
    std::int64_t num_classes = 0;
    MemoryPlan memory;
    std::string device;                       ///< "cpu" or "cuda"
    std::int64_t memory_available_bytes = 0;  ///< to one rank; 0: not known; the cap where one is set
    bool fits = true;
    std::string overhead_source;         ///< "measured" or "assumed"
    double estimated_samples_per_s = 0;  ///< 0: not known
    std::int64_t world_size = 1;
    std::int64_t communication_bytes_per_step = 0;  ///< sum over `collectives`
    std::vector<Collective> collectives;
    std::string recompute;              ///< none, units, blocks: what the run takes
    std::vector<PolicyCost> policies;   ///< all of them, from the fastest
    std::optional<PlannedLimit> limit;  ///< only where it was asked for
};

enum class RunPhase { preparing, tuning, warmup, measuring, finished };
std::string_view to_string(RunPhase phase);
std::optional<RunPhase> run_phase_from_string(std::string_view name);

struct Phase {
    RunPhase phase = RunPhase::preparing;
    std::int64_t repeat = 0;
    std::int64_t iterations = 0;  ///< planned, warm-up included
    std::int64_t warmup = 0;
    std::string detail;  ///< for people; may be empty
};

/// Milliseconds of one step by part. `communication` is what was not hidden behind computation.
struct StepParts {
    double data_wait = 0;
    double forward = 0;
    double head = 0;
    double backward = 0;
    double communication = 0;
    double optimizer = 0;
};

struct Step {
    std::int64_t repeat = 0;
    std::int64_t iteration = 0;  ///< from 1
    double samples_per_s = 0;    ///< of all ranks together
    double step_ms = 0;
    StepParts parts;
    double loss = 0;
    double accuracy = 0;  ///< share of the batch whose own class has the largest cosine, before the margin
    std::int64_t device_memory_bytes = 0;
    std::int64_t host_memory_bytes = 0;  ///< anonymous pages
};

struct Telemetry {
    std::int64_t device_index = 0;
    std::string device;      ///< "cpu" or "cuda"
    double utilization = 0;  ///< 0 to 1
    std::int64_t memory_used_bytes = 0;
    std::optional<double> power_w;
    std::optional<double> temperature_c;
    std::optional<double> sm_clock_mhz;  ///< the CPU's mean core clock on the CPU
    std::string throttle_reasons;
};

struct Result {
    double samples_per_s =
        0;  ///< of this repeat, all ranks together; the run's figure is the median over repeats
    std::vector<double> repeats;
    double min = 0;
    double max = 0;
    double stddev = 0;
    std::optional<double> ci95;  ///< half width; needs two repeats
    StepParts parts;             ///< means over the measured iterations
    std::int64_t peak_device_memory_bytes = 0;
    std::int64_t peak_host_memory_bytes = 0;
    std::int64_t planned_memory_bytes = 0;  ///< what the plan said the device's peak would be; 0: not known
    double model_flops_utilization = 0;     ///< share of the device's peak; 0: peak not known
    double flops_per_s = 0;
    /// bytes_per_sample of the plan times samples_per_s, as a share of the rate at which the device copies
    /// memory; 0: not known.
    double memory_bandwidth_utilization = 0;
    double final_loss = 0;
    double accuracy = 0;                            ///< last 50 iterations
    std::int64_t communication_bytes_per_step = 0;  ///< sum over `collectives`
    std::vector<Collective> collectives;            ///< means over the measured iterations
    std::int64_t world_size = 1;
    std::int64_t repeat = 0;
    std::int64_t measured_iterations = 0;
    std::int64_t batch_size_per_device = 0;
    std::int64_t num_classes = 0;
    bool partial = false;
};

struct ErrorEvent {
    ErrorCode code = ErrorCode::internal;
    std::int64_t rank = 0;
    std::string message;
    std::string hint;
    bool can_go_on = false;
};

using EventBody = std::variant<Hello, Environment, Plan, Phase, Step, Telemetry, Result, ErrorEvent>;

struct Event {
    std::int64_t time_ms = 0;  ///< since the worker started
    EventBody body;
};

nlohmann::json to_json(const Event& event);
nlohmann::json to_json(const EventBody& body);
nlohmann::json to_json(const MemoryPlan& memory);
nlohmann::json to_json(const StepParts& parts);

/// One line without its newline, never containing one. NaN and infinity are written as null.
std::string to_line(const Event& event);

/// What one line of a worker's output is.
struct ParsedLine {
    std::optional<Event> event;  ///< empty and no problem: an event of a kind this version does not know
    std::string problem;         ///< one sentence; empty when there is none
};

ParsedLine parse_line(std::string_view line);

}  // namespace arcmeter::protocol
