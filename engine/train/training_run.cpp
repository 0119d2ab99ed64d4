// SPDX-License-Identifier: Apache-2.0
#include "engine/train/training_run.h"

#include <unistd.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>

#include "engine/data/loader.h"
#include "engine/data/synthetic_source.h"
#include "engine/telemetry/environment.h"
#include "engine/telemetry/process_memory.h"
#include "engine/train/cores.h"
#include "engine/train/learning_rate.h"
#include "engine/train/measurement.h"
#include "engine/train/overhead_store.h"
#include "engine/train/rank_places.h"
#include "engine/train/run_plan.h"
#include "engine/train/stop_watcher.h"
#include "engine/train/telemetry_thread.h"
#include "kernels/cpu/dispatch.h"

namespace arcmeter::train {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::unique_ptr<data::BatchSource> make_source(const protocol::RunConfig& config, std::int64_t num_classes,
                                               comm::Job& job) {
    const auto batch = static_cast<std::int32_t>(config.batch_size_per_device);
    const auto seed = static_cast<std::uint64_t>(config.seed);
    const int rank = static_cast<int>(job.communicator().rank());
    if (config.is_synthetic()) {
        return std::make_unique<data::SyntheticSource>(batch, static_cast<std::int32_t>(num_classes), seed,
                                                       rank);
    }
    data::LoaderOptions options;
    options.batch_size = batch;
    options.rank = rank;
    options.world_size = static_cast<int>(config.world_size());
    options.seed = seed;
    options.data_threads = static_cast<int>(config.data_threads);
    if (options.data_threads == 0)
        options.data_threads = data::auto_data_threads(static_cast<int>(job.local_size()));
    return std::make_unique<data::Loader>(std::make_shared<data::FaceDataset>(config.dataset), options);
}

/// What must be the same on every rank: program, instruction set and libraries decide how weights lie in
/// memory.
std::string program_of(const protocol::Environment& environment) {
    std::string text =
        environment.commit + ", kernels for " + kernels::cpu::isa_name(kernels::cpu::active_isa());
    for (const auto& [name, version] : environment.libraries) text += ", " + name + " " + version;
    return text;
}

/// How long ranks have to say that they stop too; one that was killed says nothing.
constexpr auto rank_patience = 1000ms;

class TrainingRun {
public:
    TrainingRun(const protocol::RunConfig& config, const RunContext& context)
        : config_(config),
          context_(context),
          events_(context.events),
          communicator_(context.job.communicator()),
          iterations_(config.effective_iterations()),
          warmup_(config.effective_warmup()),
          measurement_(config.batch_size_per_device, config.world_size(), warmup_) {}

    int run() {
        protocol::require_valid(config_);
        require_ranks();
        context_.job.set_timeout(std::chrono::seconds(config_.communication_timeout_s));
        const auto writing_time = config_.world_size() > 1 ? 400ms + rank_patience : 400ms;
        StopWatcher watcher(context_.stop, context_.answered, writing_time, [this] { return report(); });
        try {
            prepare();
            train();
            if (!stopped()) context_.job.finish();
        } catch (const comm::Stopped&) {
            // Not even ready: the result says so.
        }
        while (context_.answered.exchange(true)) pause();  // another thread is ending the process
        const int code = report();
        if (code == exit_done) keep_overhead(result());
        if (code == exit_done || code == exit_stopped) write_phase(protocol::RunPhase::finished);
        return code;
    }

private:
    bool stopped() const { return context_.stop.load() || events_.broken(); }

    void require_ranks() const {
        if (config_.world_size() == communicator_.size()) return;
        throw Error(ErrorCode::invalid_config,
                    "nodes x devices_per_node is " + std::to_string(config_.world_size()) + "; allowed: " +
                        std::to_string(communicator_.size()) + ", the number of processes that were started.",
                    "Start as many processes with mpirun or srun as the configuration has devices.");
    }

    void require_collectives(const backend::Backend& backend) const {
        if (config_.world_size() == 1) return;
        const std::string reason = backend.collectives_unavailable_reason();
        if (reason.empty()) return;
        throw Error(
            ErrorCode::device_unavailable,
            "nodes x devices_per_node is " + std::to_string(config_.world_size()) + " on " + backend.name() +
                "; allowed: 1, because " + reason + ".",
            "Install NCCL (libnccl.so.2, of NVIDIA's repositories or pip's nvidia-nccl), use one device, or "
            "device cpu.");
    }

    /// Of this rank among its machine's.
    std::int64_t device_number() const {
        const std::int64_t rank = context_.job.local_rank();
        return config_.device_ids.empty() ? rank : config_.device_ids.at(static_cast<std::size_t>(rank));
    }

    /// Writes the result, and which ranks are lost if some are. Returns the exit code.
    int report() {
        const protocol::Result final = result();
        events_.write(final);
        if (!context_.stop.load() || communicator_.rank() != 0)
            return final.partial ? exit_stopped : exit_done;
        const std::vector<std::int64_t> lost = context_.job.silent_ranks(rank_patience);
        for (const std::int64_t rank : lost) {
            const comm::RankError error(
                ErrorCode::rank_lost, rank,
                "Rank " + std::to_string(rank) + " is lost: it was killed or does not answer.",
                "See the launcher's output, and the memory and log of that rank's machine.");
            events_.write(error_event(error, rank));
        }
        return lost.empty() ? exit_stopped : exit_failed;
    }

    void prepare() {
        backend::BackendChoice choice = backend::choose_backend(config_.device, device_number());
        choice.backend->require_precision(config_.precision);
        require_collectives(*choice.backend);
        write_environment(*choice.backend, choice.reason);
        write_phase(protocol::RunPhase::preparing);
        PlannedRun planned = plan_run(planned_config(), *choice.backend,
                                      {.rank = communicator_.rank(),
                                       .overhead = known_overhead(*choice.backend, config_.world_size())});
        events_.write(planned.plan);
        require_memory(planned.plan, *choice.backend);
        planned_memory_ = planned.plan.memory.total();
        planned_overhead_ = planned.plan.memory.overhead;
        num_classes_ = planned.plan.num_classes;
        flops_per_sample_ =
            static_cast<double>(planned.plan.flops_per_sample + planned.plan.head_flops_per_sample);
        measurement_.set_communication({planned.plan.collectives, collective_of_request(planned.step.graph)});
        const auto ranks = static_cast<double>(config_.world_size());
        peak_flops_ = choice.backend->peak_flops(config_.precision) * ranks;
        bytes_per_sample_ = static_cast<double>(planned.plan.bytes_per_sample);
        peak_bytes_per_s_ = choice.backend->peak_bytes_per_s() * ranks;
        // Only when every rank has seen what memory there is does any take its own.
        if (!communicator_.wait(communicator_.barrier())) throw comm::Stopped();
        source_ = make_source(config_, num_classes_, context_.job);
        backend::ExecutorOptions options = executor_options(planned.config);
        options.stop = &context_.stop;
        options.communicator = &communicator_;
        options.communication_timeout = std::chrono::seconds(config_.communication_timeout_s);
        options.progress = [this](const std::string& what) {
            write_phase(protocol::RunPhase::preparing, what);
        };
        device_ = choice.backend->device_info();
        executor_ = choice.backend->make_executor(planned.step.graph, options);
        executor_->initialise(static_cast<std::uint64_t>(config_.seed));
        backend_ = std::move(choice.backend);
    }

    void require_memory(protocol::Plan plan, const backend::Backend& backend) const {
        if (context_.probe) {
            protocol::RunConfig uncapped = config_;
            uncapped.memory_limit_bytes.reset();
            plan.memory_available_bytes =
                backend.shares_host_memory() ? available_bytes(uncapped, backend) : 0;
            plan.fits =
                plan.memory_available_bytes == 0 || plan.memory.total() <= plan.memory_available_bytes;
        }
        require_fits(plan);
    }

    /// What the process took besides its plan. A dataset's decoders would be in it.
    void keep_overhead(const protocol::Result& result) const {
        if (!config_.is_synthetic()) return;
        if (executor_->holds_memory_of_preparation()) return;
        record_overhead(*backend_, config_.world_size(),
                        result.peak_device_memory_bytes - (planned_memory_ - planned_overhead_));
    }

    /// A rank that has taken its cores computes on all of them.
    protocol::RunConfig planned_config() const {
        protocol::RunConfig config = config_;
        if (config.cpu_threads == 0 && !cores_.empty())
            config.cpu_threads = static_cast<std::int64_t>(cores_.size());
        return config;
    }

    /// The machine as it is before this process keeps to its part of it, and where every rank computes.
    void write_environment(const backend::Backend& backend, const std::string& reason) {
        protocol::Environment environment = telemetry::environment(backend, reason);
        environment.launcher = context_.launcher;
        environment.ranks = config_.world_size();
        if (config_.world_size() > 1) {
            cores_ = take_cores(context_.job);
            require_same_program(communicator_, program_of(environment));
            protocol::RankPlace place;
            place.host = environment.host;
            place.device = backend.name() == "cpu" ? "cpu" : environment.devices.front().name;
            place.cores = to_text(cores_);
            require_own_devices(communicator_, environment.host, environment.devices.front().pci_bus_id);
            place.threads = executor_options(planned_config()).threads;
            environment.places = gather_places(communicator_, place);
        }
        events_.write(environment);
    }

    void train() {
        std::optional<TelemetryThread> telemetry;
        if (communicator_.rank() == 0) telemetry.emplace(events_, device_);
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
        write_phase(protocol::RunPhase::measuring, executor_->note());
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
        input.batch = batch.id;
        executor_->submit(input);
        collect();
    }

    void collect() {
        for (const backend::StepReport& report : executor_->collect()) {
            const double wait = data_waits_.front();
            data_waits_.pop_front();
            protocol::Step step = measurement_.add(static_cast<std::int64_t>(report.step) + 1, report, wait,
                                                   executor_->device_memory_bytes(),
                                                   telemetry::process_memory().anonymous_bytes, Clock::now());
            step.repeat = config_.repeat;
            events_.write(step);
        }
    }

    protocol::Result result() const {
        protocol::Result out = measurement_.result();
        out.repeat = config_.repeat;
        out.num_classes = num_classes_;
        out.planned_memory_bytes = planned_memory_;
        out.flops_per_s = out.samples_per_s * flops_per_sample_;
        if (peak_flops_ > 0) out.model_flops_utilization = out.flops_per_s / peak_flops_;
        if (peak_bytes_per_s_ > 0) {
            out.memory_bandwidth_utilization = out.samples_per_s * bytes_per_sample_ / peak_bytes_per_s_;
        }
        return out;
    }

    void write_phase(protocol::RunPhase phase, const std::string& detail = {}) {
        protocol::Phase event;
        event.phase = phase;
        event.repeat = config_.repeat;
        event.iterations = iterations_;
        event.warmup = warmup_;
        event.detail = detail;
        events_.write(event);
    }

    const protocol::RunConfig config_;
    const RunContext& context_;
    EventWriter& events_;
    comm::Communicator& communicator_;
    const std::int64_t iterations_;
    const std::int64_t warmup_;
    Measurement measurement_;
    Cores cores_;
    std::atomic<std::int64_t> planned_memory_ = 0;
    std::int64_t planned_overhead_ = 0;
    std::atomic<std::int64_t> num_classes_ = 0;
    std::atomic<double> flops_per_sample_ = 0;
    std::atomic<double> peak_flops_ = 0;
    protocol::DeviceInfo device_;
    std::atomic<double> bytes_per_sample_ = 0;
    std::atomic<double> peak_bytes_per_s_ = 0;
    std::unique_ptr<data::BatchSource> source_;
    std::unique_ptr<backend::Backend> backend_;
    std::unique_ptr<backend::Executor> executor_;
    std::deque<double> data_waits_;
};

/// One error is written, by whoever comes first; the process of one that comes later is being ended.
int fail(const RunContext& context, const Error& error) {
    while (context.answered.exchange(true)) pause();
    context.events.write(error_event(error, context.job.communicator().rank()));
    return exit_code_of(error.code());
}

}  // namespace

protocol::ErrorEvent error_event(const Error& error, std::int64_t rank) {
    protocol::ErrorEvent event;
    event.code = error.code();
    const auto* of_rank = dynamic_cast<const comm::RankError*>(&error);
    event.rank = of_rank ? of_rank->rank() : rank;
    event.message = error.what();
    event.hint = error.hint();
    return event;
}

int run_training(const protocol::RunConfig& config, const RunContext& context) {
    try {
        return TrainingRun(config, context).run();
    } catch (const Error& error) {
        return fail(context, error);
    } catch (const std::bad_alloc&) {
        return fail(context, Error(ErrorCode::out_of_memory, "The system refused memory the run asked for."));
    } catch (const std::exception& error) {
        return fail(context, Error(ErrorCode::internal, std::string("Internal error: ") + error.what()));
    }
}

int run_training(const protocol::RunConfig& config, EventWriter& events, std::atomic<bool>& stop,
                 bool probe) {
    const std::unique_ptr<comm::Job> job = comm::single_job();
    std::atomic<bool> answered = false;
    return run_training(config, {events, stop, *job, "local", answered, probe});
}

}  // namespace arcmeter::train
