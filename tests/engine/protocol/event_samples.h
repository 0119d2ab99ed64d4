// SPDX-License-Identifier: Apache-2.0
// One event of every kind with every field away from its default.
#pragma once

#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::protocol::test {

inline Hello sample_hello() {
    return {1, "pytorch", "2.1", {"cpu", "cuda"}};
}

inline Environment sample_environment() {
    Environment e;
    e.host = "host \"a\"";
    e.os = "Debian 12";
    e.cpu = "CPU \\ 1";
    e.cpu_cores = 8;
    e.governor = "performance";
    e.load_average = 0.25;
    e.memory_bytes = std::int64_t{1} << 40;
    e.memory_available_bytes = 123;
    e.devices = {{"GPU", "cuda", 99, "535.1", "busy", "0000:4b:00.0"}, {"CPU", "cpu", 1, "", ""}};
    e.libraries = {{"oneDNN", "2.6.3"}, {"x", ""}};
    e.commit = "abc";
    e.launcher = "mpirun";
    e.ranks = 4;
    e.places = {{0, "a", "cpu", "0-3,8", 5}, {1, "b", "GPU", "", 0}};
    e.device = "cuda";
    e.device_reason = "because";
    return e;
}

inline Plan sample_plan() {
    Plan p;
    p.parameters = 65'156'160;
    p.flops_per_sample = 72'494'000'000;
    p.head_flops_per_sample = 7;
    p.bytes_per_sample = 430'000'000;
    p.num_classes = 2'147'483'647;
    p.memory = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    p.device = "cpu";
    p.memory_available_bytes = 12;
    p.fits = false;
    p.overhead_source = "measured";
    p.estimated_samples_per_s = 1.75;
    p.world_size = 8;
    p.communication_bytes_per_step = 13;
    p.collectives = {{"all_reduce", "gradients", 11, 13, 0}};
    p.memory.host = 14;
    p.recompute = "units";
    p.policies = {{"none", 1e12, 2e9, 15, false}, {"units", 1.5e12, 3e9, 16, true}};
    p.limit = PlannedLimit{"num-classes", 17, "head_weights", 18, {{17, 19, true}, {18, 20, false}}};
    return p;
}

inline Step sample_step() {
    Step s;
    s.repeat = 2;
    s.iteration = 77;
    s.samples_per_s = 123.456789012345;
    s.step_ms = 0.1;
    s.parts = {1.5, 2.5, 3.5, 4.5, 5.5, 6.5};
    s.loss = 1e-30;
    s.accuracy = 1.0 / 3;
    s.device_memory_bytes = 5;
    s.host_memory_bytes = 6;
    return s;
}

inline Telemetry sample_telemetry() {
    Telemetry t;
    t.device_index = 3;
    t.device = "cuda";
    t.utilization = 0.5;
    t.memory_used_bytes = 8;
    t.power_w = 300.5;
    t.temperature_c = 55;
    t.sm_clock_mhz = 1980;
    t.throttle_reasons = "power cap";
    return t;
}

inline Result sample_result() {
    Result r;
    r.samples_per_s = 10.5;
    r.repeats = {10.25, 10.5, 11};
    r.min = 10.25;
    r.max = 11;
    r.stddev = 0.375;
    r.ci95 = 0.9;
    r.parts = {6, 5, 4, 3, 2, 1};
    r.peak_device_memory_bytes = 1;
    r.peak_host_memory_bytes = 2;
    r.planned_memory_bytes = 21;
    r.model_flops_utilization = 0.4;
    r.flops_per_s = 1e12;
    r.memory_bandwidth_utilization = 0.3;
    r.final_loss = 3.25;
    r.accuracy = 0.75;
    r.communication_bytes_per_step = 4;
    r.collectives = {{"all_gather", "embeddings", 1, 3, 0.5}, {"all_reduce", "gradients", 2, 1, 1.5}};
    r.world_size = 5;
    r.repeat = 1;
    r.measured_iterations = 100;
    r.batch_size_per_device = 64;
    r.num_classes = 85'742;
    r.partial = true;
    return r;
}

inline ErrorEvent sample_error() {
    return {ErrorCode::rank_lost, 3, "rank 3 is lost.\nSecond line.", "Try again.", true};
}

inline std::vector<Event> sample_events() {
    return {{0, sample_hello()},  {1, sample_environment()},
            {2, sample_plan()},   {3, Phase{RunPhase::measuring, 4, 150, 50, "detail"}},
            {4, sample_step()},   {5, sample_telemetry()},
            {6, sample_result()}, {std::int64_t{1} << 50, sample_error()}};
}

}  // namespace arcmeter::protocol::test
