// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/RunController.h"

#include <QMetaObject>
#include <algorithm>
#include <cmath>

#include "app/launch/LauncherMessages.h"
#include "app/launch/Launchers.h"
#include "app/run/Preflight.h"
#include "app/run/RunControllerPrivate.h"
#include "app/run/RunStateMachine.h"
#include "app/store/RunStore.h"
#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

using protocol::Method;

constexpr int maxSteadyRepeats = 15;  // spec: steady ends at 15 repeats at the latest
constexpr double steadyShare = 0.01;  // ... or when the 95 % interval is within 1 % of the mean

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
        WorkerLaunch launch = engines.launch(run, config);
        // The engine's own arguments come last, but for Slurm, where a script holds them.
        const bool mayProbe = neededLauncher(config) != protocol::Launcher::slurm;
        if (run.probe && mayProbe) launch.arguments << QStringLiteral("--probe");
        stopGraceMs = launch.stopGraceMs;
        helloMs = launch.helloMs;
        if (helloMs > 0) helloTimer.start(helloMs);
        worker->start(launch);
    } catch (const Error& error) {  // the launcher was there for the last repeat
        worker.reset();
        end(RunState::Failed, failureFrom(error), exit_code_of(error.code()));
    }
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
                          ? QStringLiteral("The engine %1 ended without a result.").arg(engine())
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
        d->giveUp(
            QStringLiteral("timeout"),
            QStringLiteral("The engine %1 said nothing for %2 s.").arg(d->engine()).arg(d->helloMs / 1000));
    });
}

RunController::~RunController() {
    if (!d->active) return;
    d->worker.reset();  // kills it
    d->keepPartialRepeat();
    d->end(RunState::Stopped, {}, exit_stopped);
}

const QString& RunController::engine() const {
    return d->engines.own();
}

void RunController::setEngine(const QString& engine) {
    d->engines.setOwn(engine);
}

void RunController::setPeers(std::vector<PeerEngine> peers) {
    d->engines.setPeers(std::move(peers));
}

qint64 RunController::start(const NewRun& run) {
    if (d->active)
        throw Error(ErrorCode::invalid_config, "A run is going already; stop it or wait for its end.");
    protocol::require_valid(run.config);
    requireLauncher(run.config);
    d->engines.require(run);
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
    d->engines.require(run);
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
