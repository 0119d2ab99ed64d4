// SPDX-License-Identifier: GPL-3.0-or-later
// The largest batch or number of classes that a device takes: first by the plan, then proven by real runs of
// 20 iterations, each in a fresh worker process, until one value runs and the next step (batch + 1, classes +
// 1 %) does not. Out of memory is an answer here, not a failure: the worker says so, the system kills it, or
// its measured peak is above the memory limit.
//
//   planning -> probing (-> planning again, once a run has measured what a process takes besides its plan) ->
//   ended
//
// Every probe is a run of the store, tagged `search` and with the search's own tag; resuming a search takes
// its probes from there. Lives in the thread that made it and needs its event loop; one search at a time.
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "app/run/RunController.h"
#include "app/search/SearchBracket.h"

namespace arcmeter::app {

class RunStore;

/// One value that was tried.
struct SearchProbe {
    enum class Outcome { Works, OutOfMemory, AboveLimit };

    qint64 value = 0;
    Outcome outcome = Outcome::Works;
    qint64 runId = 0;
    std::optional<qint64> plannedBytes;
    std::optional<qint64> peakBytes;  ///< as measured; empty where it did not get that far
    std::optional<double> samplesPerSecond;
    bool isKnownFromBefore = false;  ///< taken from the store by a resumed search
};

/// "works", "out_of_memory", "above_limit".
QString toString(SearchProbe::Outcome outcome);

struct SearchRequest {
    NewRun run;  ///< every field but the one searched for; method, repeats, iterations and warm-up are the
                 ///< search's own
    protocol::Limit limit = protocol::Limit::batch_size;
    bool resume = false;  ///< go on with the last search of the same configuration, where there is one
};

/// How a search ended. `found` is 0 where not even the least value works.
struct SearchOutcome {
    enum class State { Found, Stopped, Failed };

    State state = State::Failed;
    protocol::Limit limit = protocol::Limit::batch_size;
    protocol::RunConfig config;  ///< with the found value
    qint64 found = 0;
    QString boundBy;           ///< the part of memory that grows, or "range"
    qint64 neededForNext = 0;  ///< bytes; 0: not known or none
    std::optional<protocol::Plan> plan;
    std::vector<SearchProbe> probes;  ///< in the order of trying
    RunFailure failure;
    int exitCode = 1;
};

class LimitSearch : public QObject {
    Q_OBJECT

public:
    /// Store and controller must outlive the search, and the controller is the search's own while it goes:
    /// whoever follows it sees the probes as runs. `engine`: path of the worker program, which the controller
    /// has too.
    LimitSearch(RunStore* store, RunController* controller, const QString& engine, QObject* parent = nullptr);
    ~LimitSearch() override;

    void setEngine(const QString& engine);

    /// Throws Error(invalid_config) for a configuration that cannot work, or while a run goes; the rest
    /// follows by signals.
    void start(const SearchRequest& request);
    void stop();            ///< ends within a second; start() with `resume` goes on
    void stopAfterProbe();  ///< likewise, but the run of the moment may end first
    void kill();

    bool isActive() const;
    const std::vector<SearchProbe>& probes() const;
    const std::optional<protocol::Plan>& plan() const;  ///< of the value that fits by the plan

signals:
    void planned(const arcmeter::protocol::Plan& plan);
    void probeStarted(qint64 value);
    void probeFinished(const arcmeter::app::SearchProbe& probe);
    void ended(const arcmeter::app::SearchOutcome& outcome);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// What a probe of the search runs.
protocol::RunConfig probeConfig(const protocol::RunConfig& config, protocol::Limit limit, qint64 value);

}  // namespace arcmeter::app
