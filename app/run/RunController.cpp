// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/RunController.h"

#include <QMetaObject>
#include <QTimer>
#include <algorithm>
#include <cmath>

#include "app/launch/LauncherMessages.h"
#include "app/launch/Launchers.h"
#include "app/run/Preflight.h"
#include "app/run/RunStateMachine.h"
#include "app/store/RunStore.h"
#include "app/store/StepAccumulator.h"
#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

using protocol::Method;

constexpr int maxBadLines = 10;       // of one launch; a library's stray message is no reason to give up
constexpr int helloMs = 60'000;       // a worker that says nothing at all for this long is no worker
constexpr int maxSteadyRepeats = 15;  // spec: steady ends at 15 repeats at the latest
constexpr double steadyShare = 0.01;  // ... or when the 95 % interval is within 1 % of the mean

QString codeName(ErrorCode code) {
    const std::string_view name = to_string(code);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

RunFailure failureFrom(const Error& error) {
    return {
        codeName(error.code()), QString::fromUtf8(error.what()), QString::fromStdString(error.hint()), 0, {}};
}

std::vector<double> speedsOf(const std::vector<protocol::Result>& results) {
    std::vector<double> speeds;
    for (const protocol::Result& result : results) speeds.push_back(result.samples_per_s);
    return speeds;
}

int repeatsWanted(const protocol::RunConfig& config, const std::vector<protocol::Result>& results) {
    const auto least = static_cast<int>(config.effective_repeats());
    const auto done = static_cast<int>(results.size());
    if (config.method != Method::steady || done < least || done < 2) return least;
    const protocol::RepeatStatistics statistics = protocol::repeat_statistics(speedsOf(results));
    const bool steady = statistics.ci95.value_or(INFINITY) <= steadyShare * statistics.mean;
    return steady || done >= std::max(least, maxSteadyRepeats) ? done : done + 1;
}

}  // namespace

class RunController::Private {
public:
    Private(RunController* controller, RunStore* runStore, const QString& enginePath)
        : q(controller), store(runStore), engine(enginePath) {}

    void reset(const NewRun& run);
    const PeerEngine* peerOf(const NewRun& asked) const;
    void requireEngine(const NewRun& asked) const;
    void launch();
    bool go(RunState to);
    void take(const protocol::Event& event);
    void take(const protocol::Hello& hello);
    void take(const protocol::Environment& environment);
    void take(const protocol::Plan& arrived);
    void take(const protocol::Phase& phase);
    void take(protocol::Step step);
    void take(const protocol::Telemetry& telemetry, qint64 timeMs);
    void take(protocol::Result arrived);
    void take(const protocol::ErrorEvent& error);
    void takeBadLine(const QString& problem);
    void giveUp(const QString& code, const QString& message, const QString& hint = {});
    void workerEnded(const WorkerExit& exit);
    void keepPartialRepeat();
    void tellDeviation(const protocol::Result& repeatResult);
    void setAside();
    void begin();
    RunFailure failureOf(const WorkerExit& exit) const;
    void end(RunState state, const RunFailure& why, int exitCode);
    std::optional<qint64> remainingMs(const RunProgress& progress) const;

    RunController* q;
    RunStore* store;
    QString engine;
    std::vector<PeerEngine> peers;
    NewRun run;
    qint64 runId = 0;
    RunState state = RunState::Finished;
    bool active = false;
    bool stopRequested = false;
    bool oneRepeatAtATime = false;

    std::unique_ptr<WorkerProcess> worker;
    int stopGraceMs = 0;
    QTimer helloTimer;
    int repeat = 0;
    bool greeted = false;
    int badLines = 0;
    qint64 iteration = 0;
    qint64 iterationsPlanned = 0;
    qint64 warmup = 0;
    std::optional<StepAccumulator> sums;
    std::optional<protocol::Step> lastStep;
    std::optional<protocol::Result> result;  ///< of the repeat that runs
    RunFailure failure;
    int failureExitCode = exit_failed;

    std::vector<protocol::Result> results;
    std::optional<protocol::Plan> plan;
    std::optional<protocol::Environment> environment;
    std::vector<PreflightItem> preflight;
    QElapsedTimer clock;        ///< since start()
    QElapsedTimer launchClock;  ///< since the repeat's launch
    double stepSumMs = 0;       ///< of all steps of all repeats
    qint64 stepCount = 0;
    double overheadMs = 0;  ///< of the last launch: until its first step began
};

void RunController::Private::reset(const NewRun& newRun) {
    run = newRun;
    active = true;
    stopRequested = false;
    repeat = 0;
    failure = {};
    failureExitCode = exit_failed;
    results.clear();
    result.reset();
    lastStep.reset();
    sums.reset();
    plan.reset();
    environment.reset();
    iteration = 0;
    iterationsPlanned = run.config.effective_iterations();
    warmup = run.config.effective_warmup();
    stepSumMs = 0;
    stepCount = 0;
    overheadMs = 0;
    state = RunState::Queued;
    clock.start();
}

const PeerEngine* RunController::Private::peerOf(const NewRun& asked) const {
    const auto found = std::find_if(peers.begin(), peers.end(),
                                    [&](const PeerEngine& peer) { return peer.name == asked.engine; });
    return found == peers.end() ? nullptr : &*found;
}

void RunController::Private::requireEngine(const NewRun& asked) const {
    if (asked.engine.isEmpty()) return;
    if (!peerOf(asked)) {
        throw Error(ErrorCode::invalid_config,
                    "The engine '" + asked.engine.toStdString() + "' is not there: no Python with it was found.",
                    "Set the Python that has torch and numpy in the settings, or by ARCMETER_TORCH_PYTHON.");
    }
    if (asked.config.world_size() > 1) {
        throw Error(ErrorCode::invalid_config, "nodes x devices_per_node is " +
                                                   std::to_string(asked.config.world_size()) +
                                                   "; allowed with the engine '" + asked.engine.toStdString() + "': 1.");
    }
}

bool RunController::Private::go(RunState to) {
    if (!mayFollow(state, to)) return false;
    state = to;
    if (!isEnded(to)) store->setState(runId, to);
    emit q->stateChanged(to);
    return true;
}

void RunController::Private::launch() {
    greeted = false;
    badLines = 0;
    iteration = 0;
    result.reset();
    lastStep.reset();
    sums.emplace(run.config);
    go(RunState::Starting);

    protocol::RunConfig config = run.config;
    config.repeat = repeat;
    worker = std::make_unique<WorkerProcess>();
    QObject::connect(worker.get(), &WorkerProcess::event, q,
                     [this](const protocol::Event& event) { take(event); });
    QObject::connect(worker.get(), &WorkerProcess::badLine, q,
                     [this](const QString& problem) { takeBadLine(problem); });
    QObject::connect(worker.get(), &WorkerProcess::finished, q,
                     [this](const WorkerExit& exit) { workerEnded(exit); });
    launchClock.start();
    try {
        const PeerEngine* peer = peerOf(run);
        WorkerLaunch launch = peer ? launchOf(*peer, config) : launchOf(engine, config);
        // The engine's own arguments come last, but for Slurm, where a script holds them.
        const bool mayProbe = neededLauncher(config) != protocol::Launcher::slurm;
        if (run.probe && mayProbe) launch.arguments << QStringLiteral("--probe");
        stopGraceMs = launch.stopGraceMs;
        if (!launch.mayWait) helloTimer.start(helloMs);
        worker->start(launch);
    } catch (const Error& error) {  // the launcher was there for the last repeat
        worker.reset();
        end(RunState::Failed, failureFrom(error), exit_code_of(error.code()));
    }
}

void RunController::Private::take(const protocol::Event& event) {
    if (!active || !failure.code.isEmpty()) return;  // already giving up
    if (const auto* hello = std::get_if<protocol::Hello>(&event.body)) {
        take(*hello);
        return;
    }
    if (!greeted) {
        giveUp(QStringLiteral("wrong_protocol"),
               QStringLiteral("The engine %1 did not begin with 'hello'.").arg(engine));
        return;
    }
    std::visit(
        [&](const auto& body) {
            using Body = std::remove_cvref_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, protocol::Telemetry>) {
                take(body, event.time_ms);
            } else {
                take(body);
            }
        },
        event.body);
}

void RunController::Private::take(const protocol::Hello& hello) {
    helloTimer.stop();
    greeted = true;
    if (hello.protocol != protocol::protocol_version) {
        giveUp(QStringLiteral("wrong_protocol"),
               QStringLiteral("The engine %1 speaks protocol %2; this program speaks %3.")
                   .arg(engine)
                   .arg(hello.protocol)
                   .arg(protocol::protocol_version),
               QStringLiteral("Use an engine of the same release as this program."));
        return;
    }
    if (repeat == 0) store->recordHello(runId, hello);
}

void RunController::Private::take(const protocol::Environment& arrived) {
    if (repeat != 0) return;
    environment = arrived;
    store->recordEnvironment(runId, arrived);
    const std::vector<PreflightItem> more = preflightOf(arrived);
    preflight.insert(preflight.end(), more.begin(), more.end());
    store->recordPreflight(runId, preflight);
    emit q->environmentArrived(arrived);
    emit q->preflightArrived(preflight);
}

void RunController::Private::take(const protocol::Plan& arrived) {
    if (repeat != 0) return;
    plan = arrived;
    store->recordPlan(runId, arrived);
    emit q->planArrived(arrived);
}

void RunController::Private::take(const protocol::Phase& phase) {
    using protocol::RunPhase;
    if (phase.iterations > 0) iterationsPlanned = phase.iterations;
    if (phase.iterations > 0 && phase.warmup < phase.iterations) warmup = phase.warmup;
    if (!phase.detail.empty()) emit q->phaseDetail(QString::fromStdString(phase.detail));
    switch (phase.phase) {
        case RunPhase::preparing:
        case RunPhase::tuning:
            go(RunState::Preparing);
            break;
        case RunPhase::warmup:
            go(RunState::WarmingUp);
            break;
        case RunPhase::measuring:
            go(RunState::Measuring);
            break;
        case RunPhase::finished:
            break;  // said by the result and the worker's exit
    }
}

void RunController::Private::take(protocol::Step step) {
    if (step.iteration <= iteration) {
        takeBadLine(QStringLiteral("step %1 after step %2").arg(step.iteration).arg(iteration));
        return;
    }
    if (iteration == 0) overheadMs = std::max(0.0, static_cast<double>(launchClock.elapsed()) - step.step_ms);
    step.repeat = repeat;
    iteration = step.iteration;
    go(iteration <= warmup ? RunState::WarmingUp : RunState::Measuring);
    if (std::isfinite(step.step_ms) && step.step_ms > 0) {
        stepSumMs += step.step_ms;
        ++stepCount;
    }
    sums->add(step);
    lastStep = step;
    store->recordStep(runId, step);
    emit q->stepArrived(step);
}

void RunController::Private::take(const protocol::Telemetry& telemetry, qint64 timeMs) {
    store->recordTelemetry(runId, repeat, timeMs, telemetry);
    emit q->telemetryArrived(telemetry);
}

void RunController::Private::take(protocol::Result arrived) {
    if (!std::isfinite(arrived.samples_per_s) || arrived.samples_per_s <= 0)
        return;  // stopped before measuring
    arrived.repeat = repeat;
    result = std::move(arrived);
}

void RunController::Private::take(const protocol::ErrorEvent& error) {
    RunFailure said;
    said.code = codeName(error.code);
    said.message = QString::fromStdString(error.message);
    said.hint = QString::fromStdString(error.hint);
    said.rank = static_cast<int>(error.rank);
    if (error.can_go_on) {
        store->recordError(runId, said);
        emit q->warningArrived(said.rank > 0 ? QStringLiteral("Rank %1: %2").arg(said.rank).arg(said.message)
                                             : said.message);
        return;
    }
    failure = said;
    failureExitCode = exit_code_of(error.code);
}

void RunController::Private::takeBadLine(const QString& problem) {
    if (!active || !failure.code.isEmpty()) return;
    ++badLines;
    if (badLines >= maxBadLines) {
        giveUp(QStringLiteral("worker_garbage"),
               QStringLiteral("The engine %1 wrote %2 lines that are no events (the last: %3).")
                   .arg(engine)
                   .arg(badLines)
                   .arg(problem),
               QStringLiteral("Is this the right program?"));
    } else if (badLines == 1) {
        emit q->warningArrived(QStringLiteral("The engine wrote a line that is no event: %1.").arg(problem));
    }
}

void RunController::Private::giveUp(const QString& code, const QString& message, const QString& hint) {
    failure = {code, message, hint, 0, {}};
    failureExitCode = exit_failed;
    worker->kill();
}

RunFailure RunController::Private::failureOf(const WorkerExit& exit) const {
    RunFailure why = failure;
    const auto launchers = launcherFailure(exit.lastLines);
    if (why.code.isEmpty() && launchers) {
        why.code = launchers->code;
        why.message = launchers->message;
        why.rank = launchers->rank;
    } else if (why.code.isEmpty()) {
        why.code = exit.started ? QStringLiteral("worker_died") : QStringLiteral("worker_missing");
        why.message = exit.started && !exit.crashed && exit.exitCode == exit_done
                          ? QStringLiteral("The engine %1 ended without a result.").arg(engine)
                          : exit.sentence;
    }
    why.lastLines = exit.lastLines;
    return why;
}

void RunController::Private::workerEnded(const WorkerExit& exit) {
    helloTimer.stop();
    worker.release()->deleteLater();  // this runs inside its signal
    if (!active) return;
    const bool cleanStop = exit.started && !exit.crashed && exit.exitCode == exit_stopped;
    if (failure.code.isEmpty() && (stopRequested || cleanStop)) {
        keepPartialRepeat();
        end(RunState::Stopped, {}, exit_stopped);
        return;
    }
    const bool whole =
        exit.started && !exit.crashed && exit.exitCode == exit_done && result && !result->partial;
    if (!failure.code.isEmpty() || !whole) {
        const int code =
            failure.code.isEmpty() && (exit.exitCode == exit_usage || exit.exitCode == exit_no_device)
                ? exit.exitCode
                : failureExitCode;
        keepPartialRepeat();
        end(RunState::Failed, failureOf(exit), code);
        return;
    }
    results.push_back(*result);
    store->recordResult(runId, *result);
    emit q->repeatFinished(*result);
    tellDeviation(*result);
    if (static_cast<int>(results.size()) >= repeatsWanted(run.config, results)) {
        end(RunState::Finished, {}, exit_done);
        return;
    }
    ++repeat;
    oneRepeatAtATime && !stopRequested ? setAside() : launch();
}

void RunController::Private::setAside() {
    active = false;
    state = RunState::Queued;
    store->setState(runId, state);
    store->flush();
    emit q->stateChanged(state);
    emit q->runSetAside(runId);
}

/// From the event loop, so that the caller has the run's id before the first signal.
void RunController::Private::begin() {
    preflight = lookRound();
    store->recordPreflight(runId, preflight);
    QMetaObject::invokeMethod(
        q,
        [this, started = runId] {
            if (!active || runId != started) return;  // stopped before it began
            emit q->runStarted(runId);
            emit q->preflightArrived(preflight);
            if (environment) emit q->environmentArrived(*environment);
            if (plan) emit q->planArrived(*plan);
            if (!results.empty() && static_cast<int>(results.size()) >= repeatsWanted(run.config, results)) {
                go(RunState::Starting);
                end(RunState::Finished, {}, exit_done);
            } else {
                launch();
            }
        },
        Qt::QueuedConnection);
}

void RunController::Private::tellDeviation(const protocol::Result& repeatResult) {
    const std::optional<double> deviation = planDeviation(repeatResult);
    if (!deviation || std::abs(*deviation) <= largestPlanDeviation || repeat > 0) return;
    const double percent = *deviation * 100;
    emit q->warningArrived(QStringLiteral("The memory peak was %1 % %2 the plan.")
                               .arg(std::abs(percent), 0, 'f', 1)
                               .arg(percent > 0 ? QStringLiteral("above") : QStringLiteral("below")));
}

/// What the last repeat measured before it was cut short: the worker's own partial result, else our sums.
void RunController::Private::keepPartialRepeat() {
    if (!result && sums) result = sums->result(repeat);
    if (!result) return;
    result->partial = true;
    results.push_back(*result);
    store->recordResult(runId, *result);
    emit q->repeatFinished(*result);
    tellDeviation(*result);
}

void RunController::Private::end(RunState endState, const RunFailure& why, int exitCode) {
    RunOutcome outcome;
    outcome.runId = runId;
    outcome.state = endState;
    outcome.exitCode = exitCode;
    outcome.failure = why;
    outcome.repeats = results;
    outcome.figures = figuresOf(results);
    if (endState != RunState::Finished) outcome.figures.partial = true;
    active = false;
    try {
        store->finishRun(runId, endState, outcome.figures, why);
    } catch (const std::exception& error) {
        emit q->warningArrived(QString::fromUtf8(error.what()));
    }
    go(endState);
    emit q->runEnded(outcome);
}

std::optional<qint64> RunController::Private::remainingMs(const RunProgress& progress) const {
    if (stepCount == 0) return std::nullopt;
    const double stepMs = stepSumMs / static_cast<double>(stepCount);
    const double now = stepMs * static_cast<double>(iterationsPlanned - iteration);
    const double later = (stepMs * static_cast<double>(iterationsPlanned) + overheadMs) *
                         static_cast<double>(progress.repeatsPlanned - progress.repeat - 1);
    return static_cast<qint64>(std::max(0.0, now + later));
}

RunController::RunController(RunStore* store, const QString& engine, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, store, engine)) {
    d->helloTimer.setSingleShot(true);
    connect(&d->helloTimer, &QTimer::timeout, this, [this] {
        d->giveUp(QStringLiteral("timeout"),
                  QStringLiteral("The engine %1 said nothing for %2 s.").arg(d->engine).arg(helloMs / 1000));
    });
}

RunController::~RunController() {
    if (!d->active) return;
    d->worker.reset();  // kills it
    d->keepPartialRepeat();
    d->end(RunState::Stopped, {}, exit_stopped);
}

const QString& RunController::engine() const {
    return d->engine;
}

void RunController::setEngine(const QString& engine) {
    d->engine = engine;
}

void RunController::setPeers(std::vector<PeerEngine> peers) {
    d->peers = std::move(peers);
}

qint64 RunController::start(const NewRun& run) {
    if (d->active)
        throw Error(ErrorCode::invalid_config, "A run is going already; stop it or wait for its end.");
    protocol::require_valid(run.config);
    requireLauncher(run.config);
    d->requireEngine(run);
    const qint64 runId = d->store->createRun(run);
    d->runId = runId;
    d->reset(run);
    d->begin();
    return runId;
}

void RunController::resume(qint64 runId) {
    if (d->active)
        throw Error(ErrorCode::invalid_config, "A run is going already; stop it or wait for its end.");
    const RunDetails before = d->store->details(runId);
    NewRun run;
    run.config = before.config;
    run.engine = engineOf(before.row);
    d->requireEngine(run);
    d->store->reopenRun(runId);
    const RunDetails details = d->store->details(runId);  // without a repeat that was cut short
    run.datasetName = details.row.dataset;
    run.presetId = details.presetId;
    d->runId = runId;
    d->reset(run);
    d->results = details.repeats;
    d->repeat = static_cast<int>(d->results.size());
    d->plan = details.plan;
    d->environment = details.environment;
    d->begin();
}

void RunController::setOneRepeatAtATime(bool on) {
    d->oneRepeatAtATime = on;
}

void RunController::stop() {
    if (!d->active || d->stopRequested) return;
    d->stopRequested = true;
    if (d->worker) {
        d->worker->stop(d->stopGraceMs);
    } else {
        d->end(RunState::Stopped, {}, exit_stopped);
    }
}

void RunController::kill() {
    if (!d->active) return;
    stop();
    if (d->worker) d->worker->kill();
}

bool RunController::isActive() const {
    return d->active;
}

RunState RunController::state() const {
    return d->state;
}

qint64 RunController::runId() const {
    return d->runId;
}

const protocol::RunConfig& RunController::config() const {
    return d->run.config;
}

RunProgress RunController::progress() const {
    RunProgress progress;
    progress.repeat = d->repeat;
    progress.repeatsPlanned = std::max(repeatsWanted(d->run.config, d->results), d->repeat + 1);
    progress.iteration = d->iteration;
    progress.iterationsPlanned = d->iterationsPlanned;
    progress.warmup = d->warmup;
    const double within = d->iterationsPlanned > 0
                              ? static_cast<double>(d->iteration) / static_cast<double>(d->iterationsPlanned)
                              : 0;
    progress.fraction = std::clamp((d->repeat + within) / progress.repeatsPlanned, 0.0, 1.0);
    progress.elapsedMs = d->clock.isValid() ? d->clock.elapsed() : 0;
    progress.remainingMs = d->remainingMs(progress);
    if (d->sums) progress.samplesPerSecond = d->sums->samplesPerSecond();
    if (d->lastStep) {
        if (!progress.samplesPerSecond) progress.samplesPerSecond = d->lastStep->samples_per_s;
        progress.loss = d->lastStep->loss;
        progress.accuracy = d->lastStep->accuracy;
    }
    return progress;
}

const std::optional<protocol::Plan>& RunController::plan() const {
    return d->plan;
}

const std::optional<protocol::Environment>& RunController::environment() const {
    return d->environment;
}

const std::vector<PreflightItem>& RunController::preflight() const {
    return d->preflight;
}

}  // namespace arcmeter::app
