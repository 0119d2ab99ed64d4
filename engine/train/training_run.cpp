// SPDX-License-Identifier: Apache-2.0
#include "engine/train/training_run.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "engine/data/loader.h"
#include "engine/data/synthetic_source.h"
#include "engine/telemetry/environment.h"
#include "engine/telemetry/process_memory.h"
#include "engine/train/learning_rate.h"
#include "engine/train/measurement.h"
#include "engine/train/run_plan.h"
#include "engine/train/telemetry_thread.h"

namespace arcmeter::train {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::unique_ptr<data::BatchSource> make_source(const protocol::RunConfig& config, std::int64_t num_classes) {
    const auto batch = static_cast<std::int32_t>(config.batch_size_per_device);
    const auto seed = static_cast<std::uint64_t>(config.seed);
    if (config.is_synthetic()) {
        return std::make_unique<data::SyntheticSource>(batch, static_cast<std::int32_t>(num_classes), seed);
    }
    data::LoaderOptions options;
    options.batch_size = batch;
    options.seed = seed;
    options.data_threads = static_cast<int>(config.data_threads);
    return std::make_unique<data::Loader>(std::make_shared<data::FaceDataset>(config.dataset), options);
}

/// Writes the partial result and ends the process if a step does not come back within half a second of a stop; ends it
/// without one if the reader of the events does not read either.
class StopWatcher {
public:
    StopWatcher(const std::atomic<bool>& stop, std::function<void()> on_stuck)
        : thread_([this, &stop, on_stuck = std::move(on_stuck)](const std::stop_token& token) {
              while (!token.stop_requested() && !stop.load()) std::this_thread::sleep_for(20ms);
              const auto deadline = Clock::now() + 500ms;
              while (!token.stop_requested() && Clock::now() < deadline) std::this_thread::sleep_for(10ms);
              if (token.stop_requested()) return;
              std::thread([] {
                  std::this_thread::sleep_for(400ms);
                  _exit(exit_stopped);
              }).detach();
              if (answered_.exchange(true)) return;
              on_stuck();
              _exit(exit_stopped);
          }) {}

    /// The loop itself reports; false if the watcher already did.
    bool claim() { return !answered_.exchange(true); }

private:
    std::atomic<bool> answered_ = false;
    std::jthread thread_;
};

class TrainingRun {
public:
    TrainingRun(const protocol::RunConfig& config, EventWriter& events, const std::atomic<bool>& stop)
        : config_(config),
          events_(events),
          stop_(stop),
          iterations_(config.effective_iterations()),
          warmup_(config.effective_warmup()),
          measurement_(config.batch_size_per_device, warmup_) {}

    int run() {
        protocol::require_valid(config_);
        StopWatcher watcher(stop_, [this] { events_.write(result()); });
        prepare();
        train();
        while (!watcher.claim()) pause();  // the watcher is ending the process
        const protocol::Result final = result();
        events_.write(final);
        write_phase(protocol::RunPhase::finished);
        return final.partial ? exit_stopped : exit_done;
    }

private:
    bool stopped() const { return stop_.load() || events_.broken(); }

    void prepare() {
        backend::BackendChoice choice = backend::choose_backend(config_.device);
        choice.backend->require_precision(config_.precision);
        events_.write(telemetry::environment(*choice.backend, choice.reason));
        write_phase(protocol::RunPhase::preparing);
        PlannedRun planned = plan_run(config_, *choice.backend);
        events_.write(planned.plan);
        require_fits(planned.plan);
        num_classes_ = planned.plan.num_classes;
        flops_per_sample_ = static_cast<double>(planned.plan.flops_per_sample + planned.plan.head_flops_per_sample);
        peak_flops_ = choice.backend->peak_flops(config_.precision);
        bytes_per_sample_ = static_cast<double>(planned.plan.bytes_per_sample);
        peak_bytes_per_s_ = choice.backend->peak_bytes_per_s();
        source_ = make_source(config_, num_classes_);
        backend::ExecutorOptions options = executor_options(planned.config);
        options.stop = &stop_;
        executor_ = choice.backend->make_executor(planned.step.graph, options);
        executor_->initialise(static_cast<std::uint64_t>(config_.seed));
    }

    void train() {
        const TelemetryThread telemetry(events_);
        write_phase(protocol::RunPhase::warmup);
        for (std::int64_t iteration = 1; iteration <= iterations_ && !stopped(); ++iteration) {
            if (iteration == warmup_ + 1) begin_measuring();
            step(iteration);
        }
        executor_->drain();
        collect();
        if (!stopped()) measurement_.end(Clock::now());
    }

    void begin_measuring() {
        executor_->drain();
        collect();
        write_phase(protocol::RunPhase::measuring);
        measurement_.begin(Clock::now());
    }

    void step(std::int64_t iteration) {
        const Clock::time_point before = Clock::now();
        const data::Batch& batch = source_->next();
        data_waits_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - before).count());
        backend::StepInput input;
        input.step = static_cast<std::uint64_t>(iteration - 1);
        input.learning_rate = learning_rate(config_, iteration - 1);
        input.images = batch.images;
        input.labels = batch.labels;
        executor_->submit(input);
        collect();
    }

    void collect() {
        for (const backend::StepReport& report : executor_->collect()) {
            const double wait = data_waits_.front();
            data_waits_.pop_front();
            protocol::Step step =
                measurement_.add(static_cast<std::int64_t>(report.step) + 1, report, wait,
                                 executor_->device_memory_bytes(), telemetry::process_memory().anonymous_bytes, Clock::now());
            step.repeat = config_.repeat;
            events_.write(step);
        }
    }

    protocol::Result result() const {
        protocol::Result out = measurement_.result();
        out.repeat = config_.repeat;
        out.num_classes = num_classes_;
        out.flops_per_s = out.samples_per_s * flops_per_sample_;
        if (peak_flops_ > 0) out.model_flops_utilization = out.flops_per_s / peak_flops_;
        if (peak_bytes_per_s_ > 0) {
            out.memory_bandwidth_utilization = out.samples_per_s * bytes_per_sample_ / peak_bytes_per_s_;
        }
        return out;
    }

    void write_phase(protocol::RunPhase phase) {
        protocol::Phase event;
        event.phase = phase;
        event.repeat = config_.repeat;
        event.iterations = iterations_;
        event.warmup = warmup_;
        events_.write(event);
    }

    const protocol::RunConfig config_;
    EventWriter& events_;
    const std::atomic<bool>& stop_;
    const std::int64_t iterations_;
    const std::int64_t warmup_;
    Measurement measurement_;
    std::atomic<std::int64_t> num_classes_ = 0;
    std::atomic<double> flops_per_sample_ = 0;
    std::atomic<double> peak_flops_ = 0;
    std::atomic<double> bytes_per_sample_ = 0;
    std::atomic<double> peak_bytes_per_s_ = 0;
    std::unique_ptr<data::BatchSource> source_;
    std::unique_ptr<backend::Executor> executor_;
    std::deque<double> data_waits_;
};

protocol::ErrorEvent error_event(const Error& error) {
    protocol::ErrorEvent event;
    event.code = error.code();
    event.message = error.what();
    event.hint = error.hint();
    return event;
}

}  // namespace

int run_training(const protocol::RunConfig& config, EventWriter& events, const std::atomic<bool>& stop) {
    try {
        return TrainingRun(config, events, stop).run();
    } catch (const Error& error) {
        events.write(error_event(error));
        return exit_code_of(error.code());
    } catch (const std::bad_alloc&) {
        events.write(error_event(Error(ErrorCode::out_of_memory, "The system refused memory the run asked for.")));
        return exit_failed;
    } catch (const std::exception& error) {
        events.write(error_event(Error(ErrorCode::internal, std::string("Internal error: ") + error.what())));
        return exit_failed;
    }
}

}  // namespace arcmeter::train
