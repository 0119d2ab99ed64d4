// SPDX-License-Identifier: GPL-3.0-or-later
// A worker for fault injection: speaks the protocol of engine/protocol/events.h and misbehaves as the
// environment variable ARCMETER_FAKE says. It measures nothing; its figure is 100 + repeat samples/s.
//
//   normal (default)   plays every iteration and ends well
//   garbage            writes lines that are no events, without end
//   stray              writes three stray lines and an unknown event, then plays normally
//   wrong_protocol     says hello with protocol 99
//   no_hello           begins with a step
//   die                kills itself by SIGKILL in the middle of the measured iterations
//   hang               ignores SIGTERM and plays for ever
//   mute               on SIGTERM ends at once with exit code 3 and no result
//   huge               writes a line of 3 MiB, then plays normally
//   error              says out_of_memory in the middle and exits 1
//   no_device          says device_unavailable and exits 4
//   no_result          plays, says no result and exits 0
//   backwards          repeats the same iteration for ever
//   recovers           says an error it goes on from, then plays normally
//   jitter             figures spread by 20 % from repeat to repeat
//   plan_dies          plan --serve dies at its first question
//   plan_slow          plan --serve answers after 300 ms
//   limit              plan --find says batch ARCMETER_FAKE_PLANNED; a run of more than ARCMETER_FAKE_LIMIT
//   says
//                      out_of_memory
//   above_limit        as limit, but such a run ends well with a peak above its memory limit
//   limit_dies         as limit, but every run kills itself by SIGSEGV
//
//   rank_dies          rank 1 kills itself by SIGKILL in the middle
//   rank_error         rank 1 exits with code 1 in the middle
//   linger             ranks other than 0 stay until they are told to end
//
// ARCMETER_FAKE_STEP_MS is how long one step really takes (default 1). Under mpirun or srun only rank 0
// speaks.
#include <unistd.h>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace {

using namespace arcmeter;
using namespace arcmeter::protocol;

volatile std::sig_atomic_t stop_asked = 0;
std::int64_t clock_ms = 0;

std::int64_t number_of(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? std::atoll(value) : 0;
}

std::string script() {
    const char* value = std::getenv("ARCMETER_FAKE");
    return value ? value : "normal";
}

int step_ms() {
    const char* value = std::getenv("ARCMETER_FAKE_STEP_MS");
    return value ? std::atoi(value) : 1;
}

int number_of(const char* open_mpi, const char* slurm, int otherwise) {
    for (const char* name : {open_mpi, slurm}) {
        if (const char* value = std::getenv(name)) return std::atoi(value);
    }
    return otherwise;
}

int rank() {
    return number_of("OMPI_COMM_WORLD_RANK", "SLURM_PROCID", 0);
}

int world_size() {
    return number_of("OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", 1);
}

void say_line(const std::string& line) {
    if (rank() != 0) return;
    std::cout << line << '\n' << std::flush;
}

void say(const EventBody& body) {
    say_line(to_line({clock_ms++, body}));
}

Hello hello() {
    return {script() == "wrong_protocol" ? 99 : protocol_version, "arcmeter", "0.1.0-fake", {"cpu"}};
}

Environment environment() {
    Environment out;
    out.host = "fakehost";
    out.cpu = "Fake CPU";
    out.cpu_cores = 2;
    out.device = "cpu";
    out.devices = {{"Fake CPU", "cpu", std::int64_t{8} << 30, "", ""}};
    out.ranks = world_size();
    return out;
}

Plan plan_of(const RunConfig& config) {
    Plan out;
    out.parameters = 1'003'264;
    out.flops_per_sample = 1'315'000'000;
    out.num_classes = config.num_classes.value_or(default_synthetic_classes);
    out.memory.weights = 4 << 20;
    out.memory.activations = config.batch_size_per_device << 20;
    out.device = "cpu";
    out.memory_available_bytes = std::int64_t{8} << 30;
    out.overhead_source = "assumed";
    out.estimated_samples_per_s = 100;
    return out;
}

double figure(const RunConfig& config) {
    const double spread = script() == "jitter" ? 20.0 * static_cast<double>(config.repeat % 2) : 0.0;
    return 100.0 + 0.1 * static_cast<double>(config.repeat) + spread;
}

Step step_of(const RunConfig& config, std::int64_t iteration) {
    Step step;
    step.repeat = config.repeat;
    step.iteration = iteration;
    step.samples_per_s = figure(config);
    step.step_ms = 1000.0 * static_cast<double>(config.batch_size_per_device) / step.samples_per_s;
    step.parts.forward = step.step_ms * 0.3;
    step.parts.backward = step.step_ms * 0.6;
    (world_size() > 1 ? step.parts.communication : step.parts.optimizer) = step.step_ms * 0.1;
    step.loss = 10.0 / static_cast<double>(iteration);
    step.accuracy = 0.5;
    step.device_memory_bytes = 64 << 20;
    step.host_memory_bytes = 96 << 20;
    return step;
}

Result result_of(const RunConfig& config, std::int64_t measured, bool partial) {
    Result result;
    result.samples_per_s = measured > 0 ? figure(config) : std::nan("");
    result.repeats = {figure(config)};
    result.min = result.max = figure(config);
    const bool above =
        script() == "above_limit" && config.batch_size_per_device > number_of("ARCMETER_FAKE_LIMIT");
    result.peak_device_memory_bytes = above ? *config.memory_limit_bytes + 1 : 64 << 20;
    result.peak_host_memory_bytes = 96 << 20;
    result.final_loss = 0.5;
    result.accuracy = 0.5;
    result.repeat = config.repeat;
    result.measured_iterations = measured;
    result.batch_size_per_device = config.batch_size_per_device;
    result.parts = step_of(config, 1).parts;
    result.world_size = world_size();
    if (world_size() > 1) {
        result.collectives = {{"all_reduce", "gradients", 1, 4'013'056, 1.5}};
        result.communication_bytes_per_step = 4'013'056;
    }
    result.partial = partial;
    return result;
}

void prelude(const std::string& how) {
    while (how == "garbage") {
        say_line("Segmentation fold (core dumplings)");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (how == "stray") {
        say_line("OMP: Info #276: omp_set_nested routine deprecated");
        say_line("{\"event\": 7}");
        say_line("[1, 2");
    }
    if (how == "huge") say_line(std::string(3 << 20, 'x'));
    if (how != "no_hello") say(hello());
    if (how == "stray") say_line(R"({"event":"horoscope","time_ms":1,"sign":"leo"})");
}

/// One iteration's misbehaviour; an exit code ends the worker.
std::optional<int> misbehave(const std::string& how, const RunConfig& config, std::int64_t iteration,
                             std::int64_t middle) {
    if (how == "backwards") say(step_of(config, 1));
    if (iteration != middle) return std::nullopt;
    if (how == "die") {
        std::cerr << "about to meet the reaper" << std::endl;
        std::raise(SIGKILL);
    }
    if (how == "recovers")
        say(ErrorEvent{ErrorCode::internal, 0, "A temperature could not be read.", "", true});
    if (how == "error") {
        say(ErrorEvent{ErrorCode::out_of_memory, 0, "9.1 GiB do not fit into 8.0 GiB.",
                       "Use a smaller batch.", false});
        return exit_failed;
    }
    return std::nullopt;
}

int play(const RunConfig& config) {
    const std::string how = script();
    prelude(how);
    if (how == "no_device") {
        say(ErrorEvent{ErrorCode::device_unavailable, 0, "There is no GPU here.", "Use --device cpu.",
                       false});
        return exit_no_device;
    }
    if (how == "limit_dies") std::raise(SIGSEGV);
    if (how == "limit" && config.batch_size_per_device > number_of("ARCMETER_FAKE_LIMIT")) {
        say(plan_of(config));
        say(ErrorEvent{ErrorCode::out_of_memory, 0, "It does not fit.", "", false});
        return exit_failed;
    }
    const std::int64_t warmup = config.effective_warmup();
    const std::int64_t last = config.effective_iterations();
    if (how != "no_hello") {
        say(environment());
        say(plan_of(config));
        say(Phase{RunPhase::preparing, config.repeat, last, warmup, "building the network"});
        say(Phase{RunPhase::warmup, config.repeat, last, warmup, ""});
    }
    for (std::int64_t iteration = 1; iteration <= last || how == "hang"; ++iteration) {
        std::this_thread::sleep_for(std::chrono::milliseconds(step_ms()));
        if (iteration == warmup + 1) say(Phase{RunPhase::measuring, config.repeat, last, warmup, ""});
        if (const auto code = misbehave(how, config, iteration, (warmup + last) / 2)) return *code;
        say(step_of(config, iteration));
        if (iteration % 10 == 0) say(Telemetry{0, "cpu", 0.9, 64 << 20, {}, {}, 2400.0, ""});
        if (!stop_asked || how == "hang") continue;
        if (how != "mute") say(result_of(config, std::max<std::int64_t>(0, iteration - warmup), true));
        return exit_stopped;
    }
    if (how == "no_result") return exit_done;
    say(result_of(config, last - warmup, false));
    say(Phase{RunPhase::finished, config.repeat, last, warmup, ""});
    return exit_done;
}

/// A plan with what `find` asks for.
Plan limit_of(RunConfig config, const std::string& find) {
    const std::int64_t found = number_of("ARCMETER_FAKE_PLANNED");
    config.batch_size_per_device = std::max<std::int64_t>(1, found);
    Plan plan = plan_of(config);
    plan.limit = PlannedLimit{find,
                              found,
                              "activations",
                              plan.memory.total() + (1 << 20),
                              {{1, 5 << 20, true}, {found + 2, (found + 6) << 20, false}}};
    return plan;
}

void answer_plan(const std::string& line, std::string find = {}) {
    try {
        nlohmann::json question = nlohmann::json::parse(line);
        if (question.contains("find")) find = question["find"].get<std::string>();
        question.erase("find");
        question.erase("curve_points");
        const RunConfig config = run_config_from_json(question);
        require_valid(config);
        say(find.empty() ? plan_of(config) : limit_of(config, find));
    } catch (const Error& error) {
        say(ErrorEvent{error.code(), 0, error.what(), error.hint(), false});
    }
}

int serve_plans() {
    std::string line;
    while (std::getline(std::cin, line)) {
        if (script() == "plan_dies") return 7;
        if (script() == "plan_slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
        answer_plan(line);
    }
    return exit_done;
}

/// What ranks other than 0 do, which have no configuration and nothing to say.
int play_along() {
    const std::string how = script();
    std::this_thread::sleep_for(std::chrono::milliseconds(8 * step_ms()));
    if (how == "rank_dies" && rank() == 1) std::raise(SIGKILL);
    if (how == "rank_error") return exit_failed;
    while (how == "linger" && !stop_asked) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return exit_done;
}

int run(bool stop_on_close) {
    std::string line;
    if (rank() != 0) return play_along();
    if (!std::getline(std::cin, line)) return exit_usage;
    // Like the real worker: a standard input that closes means stop.
    if (stop_on_close) {
        std::thread([] {
            while (std::cin.get() != std::char_traits<char>::eof()) {
            }
            stop_asked = 1;
        }).detach();
    }
    const int code = play(run_config_from_json(nlohmann::json::parse(line)));
    std::cout << std::flush;
    std::_Exit(code);  // the thread above may still wait for input
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGTERM, [](int) { stop_asked = 1; });
    const std::string_view command = argc > 1 ? argv[1] : "";
    const std::string_view option = argc > 2 ? argv[2] : "";
    if (command == "run") return run(option == "--stop-on-close");
    if (command == "plan" && option == "--serve") return serve_plans();
    if (command == "plan") {
        std::string line;
        std::getline(std::cin, line);
        answer_plan(line, option == "--find" && argc > 3 ? argv[3] : "");
        return exit_done;
    }
    if (command == "devices") {
        say_line(
            R"({"devices":[{"name":"Fake CPU","kind":"cpu"}],"cuda":{"available":false,"reason":"fake"}})");
        return exit_done;
    }
    if (command == "dataset") {
        std::cerr << "fake dataset " << option << std::endl;
        return option == "verify" ? exit_failed : exit_done;
    }
    return exit_usage;
}
