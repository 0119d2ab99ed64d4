// SPDX-License-Identifier: GPL-3.0-or-later
// What RunController keeps of the run it carries: for app/run/RunController*.cpp alone.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "app/run/Engines.h"
#include "app/run/RunController.h"
#include "app/store/StepAccumulator.h"

namespace arcmeter::app {

class RunStore;

QString codeName(ErrorCode code);

class RunController::Private {
public:
    Private(RunController* controller, RunStore* runStore, const QString& enginePath)
        : q(controller), store(runStore), engines(enginePath) {}

    void reset(const NewRun& run);
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
    QString engine() const { return engines.nameFor(run); }  ///< for sentences

    RunController* q;
    RunStore* store;
    Engines engines;
    NewRun run;
    qint64 runId = 0;
    RunState state = RunState::Finished;
    bool active = false;
    bool stopRequested = false;
    bool oneRepeatAtATime = false;

    std::unique_ptr<WorkerProcess> worker;
    int stopGraceMs = 0;
    int helloMs = 0;
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

}  // namespace arcmeter::app
