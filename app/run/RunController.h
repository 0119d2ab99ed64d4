// SPDX-License-Identifier: GPL-3.0-or-later
// Carries one run at a time from Start to its stored end: launches the worker once a repeat, follows its
// events, writes them to the store, computes the figures. An explicit state machine:
//
//   queued -> starting -> preparing -> warming up -> measuring -> (next repeat: starting) -> finished
//   one repeat at a time: (next repeat: queued, until resume())
//   any of them -> failed (the worker died, wrote garbage, said error)    any of them -> stopped (the user)
//
// Lives in the thread that made it; every signal comes from that thread's event loop. start() may be called
// again once a run has ended.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "app/peer/PeerEngine.h"
#include "app/store/RunRecord.h"
#include "app/worker/WorkerProcess.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::app {

class RunStore;

/// How far a run is. Times in milliseconds.
struct RunProgress {
    int repeat = 0;          ///< from 0
    int repeatsPlanned = 1;  ///< may grow under `steady`
    qint64 iteration = 0;    ///< of this repeat, from 1; 0 before the first
    qint64 iterationsPlanned = 0;
    qint64 warmup = 0;
    double fraction = 0;  ///< 0 to 1 over all repeats
    qint64 elapsedMs = 0;
    std::optional<qint64> remainingMs;  ///< nullopt until steps give a speed
    std::optional<double>
        samplesPerSecond;  ///< of this repeat's measured steps so far, else of the last step
    std::optional<double> loss;
    std::optional<double> accuracy;
};

/// How a run ended. `exitCode` is the command line's (design: 0 done, 1 failed, 2 invalid, 3 stopped, 4 no
/// device).
struct RunOutcome {
    qint64 runId = 0;
    RunState state = RunState::Failed;
    int exitCode = 1;
    RunFigures figures;
    RunFailure failure;  ///< empty unless failed
    std::vector<protocol::Result> repeats;
};

class RunController : public QObject {
    Q_OBJECT

public:
    /// The store must outlive the controller. `engine`: path of the worker program.
    RunController(RunStore* store, const QString& engine, QObject* parent = nullptr);
    ~RunController() override;

    void setEngine(const QString& engine);
    const QString& engine() const;
    /// What NewRun::engine may name besides Arcmeter's own.
    void setPeers(std::vector<PeerEngine> peers);

    /// Throws Error(invalid_config) for a configuration that cannot work or whose launcher is not installed,
    /// Error when the store refuses the run. Returns the run's id; started() follows from the event loop.
    qint64 start(const NewRun& run);

    /// Goes on with a stored run that was set aside, stopped, interrupted or failed: its whole repeats count,
    /// the first that is missing is launched next. Throws Error when there is no such run or it still goes.
    void resume(qint64 runId);

    /// On: a run that has repeats left after one of them is set aside (runSetAside() instead of the next
    /// launch), so that repeats of several runs can alternate. Off at first.
    void setOneRepeatAtATime(bool on);

    /// A clean stop: what was measured is kept, marked partial. Ends within a second, or ten where a launcher
    /// has ranks to end. Does nothing when idle.
    void stop();
    void kill();  ///< a stop that does not wait for the worker

    bool isActive() const;
    RunState state() const;
    qint64 runId() const;  ///< of the current or last run; 0 before the first
    const protocol::RunConfig& config() const;
    RunProgress progress() const;
    const std::optional<protocol::Plan>& plan() const;
    const std::optional<protocol::Environment>& environment() const;
    const std::vector<PreflightItem>& preflight() const;

signals:
    void runStarted(qint64 runId);
    void stateChanged(arcmeter::app::RunState state);
    void phaseDetail(const QString& text);  ///< the worker's own words on what it prepares
    void environmentArrived(const arcmeter::protocol::Environment& environment);
    void planArrived(const arcmeter::protocol::Plan& plan);
    void preflightArrived(const std::vector<arcmeter::app::PreflightItem>& items);
    void stepArrived(
        const arcmeter::protocol::Step& step);  ///< every step, as it comes: throttle your drawing
    void telemetryArrived(const arcmeter::protocol::Telemetry& telemetry);
    void repeatFinished(const arcmeter::protocol::Result& result);
    void warningArrived(
        const QString& sentence);  ///< an error the run goes on from; a line that was no event
    void runEnded(const arcmeter::app::RunOutcome& outcome);
    void runSetAside(qint64 runId);  ///< resume() goes on with it; isActive() is false

private:
    class Private;
    std::unique_ptr<Private> d;
};

}  // namespace arcmeter::app
