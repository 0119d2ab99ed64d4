// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/search/LimitSearch.h"

#include <QMetaObject>

#include "app/search/SearchHistory.h"
#include "app/store/RunStore.h"
#include "app/worker/WorkerProcess.h"

namespace arcmeter::app {
namespace {

constexpr std::int64_t probeIterations = 20;
constexpr std::int64_t probeWarmup = 5;

QString text(std::string_view view) {
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

}  // namespace

QString toString(SearchProbe::Outcome outcome) {
    switch (outcome) {
        case SearchProbe::Outcome::Works:
            return QStringLiteral("works");
        case SearchProbe::Outcome::OutOfMemory:
            return QStringLiteral("out_of_memory");
        case SearchProbe::Outcome::AboveLimit:
            return QStringLiteral("above_limit");
    }
    return {};
}

protocol::RunConfig probeConfig(const protocol::RunConfig& config, protocol::Limit limit, qint64 value) {
    protocol::RunConfig probe = protocol::with_limit_value(config, limit, value);
    probe.method = protocol::Method::quick;
    probe.repeats = 1;
    probe.iterations = probeIterations;
    probe.warmup = probeWarmup;
    probe.repeat = 0;
    return probe;
}

class LimitSearch::Private {
public:
    Private(LimitSearch* search, RunStore* runStore, RunController* runController, const QString& enginePath)
        : q(search), store(runStore), controller(runController), engine(enginePath) {}

    void begin(const SearchRequest& newRequest);
    void askPlan();
    void takePlan(const protocol::Event& event);
    void planEnded(const WorkerExit& exit);
    void goOn();
    void probe(qint64 value);
    void runEnded(const RunOutcome& run);
    void take(const SearchProbe& probe);
    void end(SearchOutcome::State state, int exitCode, const RunFailure& failure = {});
    std::optional<qint64> neededForNext(qint64 found) const;

    LimitSearch* q;
    RunStore* store;
    RunController* controller;
    QString engine;
    SearchRequest request;
    QString tag;
    bool active = false;
    bool stopRequested = false;
    qint64 probeRunId = 0;  ///< of the probe that runs; 0: none
    std::optional<SearchBracket> bracket;
    std::optional<protocol::Plan> plan;
    std::unique_ptr<WorkerProcess> planner;
    RunFailure planFailure;
    int planExitCode = exit_failed;
    std::vector<SearchProbe> probes;
};

void LimitSearch::Private::begin(const SearchRequest& newRequest) {
    request = newRequest;
    request.run.engine.clear();  // only our own engine plans
    active = true;
    stopRequested = false;
    plan.reset();
    probes.clear();
    bracket.reset();
    const EarlierSearch earlier =
        request.resume ? earlierSearch(*store, request.run.config, request.limit) : EarlierSearch{};
    tag = earlier.tag.isEmpty() ? newSearchTag(request.limit) : earlier.tag;
    QMetaObject::invokeMethod(
        q,
        [this, earlier] {
            if (!active) return;
            for (const SearchProbe& known : earlier.probes) {
                probes.push_back(known);
                emit q->probeFinished(known);
            }
            stopRequested ? end(SearchOutcome::State::Stopped, exit_stopped) : askPlan();
        },
        Qt::QueuedConnection);
}

void LimitSearch::Private::askPlan() {
    plan.reset();
    planFailure = {};
    planExitCode = exit_failed;
    planner = std::make_unique<WorkerProcess>();
    QObject::connect(planner.get(), &WorkerProcess::event, q,
                     [this](const protocol::Event& event) { takePlan(event); });
    QObject::connect(planner.get(), &WorkerProcess::finished, q,
                     [this](const WorkerExit& exit) { planEnded(exit); });
    const protocol::RunConfig config = probeConfig(
        request.run.config, request.limit,
        protocol::limit_value(request.run.config, request.limit, protocol::default_synthetic_classes));
    planner->start({engine,
                    {QStringLiteral("plan"), QStringLiteral("--find"), text(to_string(request.limit))},
                    QByteArray::fromStdString(to_json(config).dump()) + '\n'});
}

void LimitSearch::Private::takePlan(const protocol::Event& event) {
    if (const auto* arrived = std::get_if<protocol::Plan>(&event.body)) {
        plan = *arrived;
    } else if (const auto* error = std::get_if<protocol::ErrorEvent>(&event.body)) {
        planFailure.code = text(to_string(error->code));
        planFailure.message = QString::fromStdString(error->message);
        planFailure.hint = QString::fromStdString(error->hint);
        planExitCode = exit_code_of(error->code);
    }
}

void LimitSearch::Private::planEnded(const WorkerExit& exit) {
    planner.release()->deleteLater();  // this runs inside its signal
    if (!active) return;
    if (stopRequested) {
        end(SearchOutcome::State::Stopped, exit_stopped);
        return;
    }
    if (!plan || !plan->limit || !planFailure.code.isEmpty()) {
        if (planFailure.code.isEmpty()) {
            planFailure.code =
                exit.started ? QStringLiteral("worker_died") : QStringLiteral("worker_missing");
            planFailure.message =
                plan ? QStringLiteral("The engine %1 cannot search for limits.").arg(engine) : exit.sentence;
        }
        end(SearchOutcome::State::Failed, planExitCode, planFailure);
        return;
    }
    if (!bracket) {
        const qint64 classes = plan->num_classes;
        const protocol::RunConfig& config = request.run.config;
        const qint64 least =
            config.is_synthetic()
                ? protocol::least_limit_value(config, request.limit, 1)
                : std::min<qint64>(classes, protocol::least_limit_value(config, request.limit, classes));
        bracket.emplace(request.limit, least, protocol::largest_limit_value(config, request.limit));
        for (const SearchProbe& known : probes) take(known);
    }
    bracket->suggest(plan->limit->found);
    emit q->planned(*plan);
    goOn();
}

void LimitSearch::Private::take(const SearchProbe& known) {
    known.outcome == SearchProbe::Outcome::Works ? bracket->addWorks(known.value)
                                                 : bracket->addFails(known.value);
}

void LimitSearch::Private::goOn() {
    const std::optional<qint64> value = bracket->next();
    if (value) {
        probe(*value);
        return;
    }
    end(SearchOutcome::State::Found, bracket->works() ? exit_done : exit_failed);
}

void LimitSearch::Private::probe(qint64 value) {
    NewRun run = request.run;
    run.config = probeConfig(request.run.config, request.limit, value);
    run.tags << searchTag << tag;
    run.probe = true;
    try {
        probeRunId = controller->start(run);
    } catch (const Error& error) {
        RunFailure failure;
        failure.code = text(to_string(error.code()));
        failure.message = QString::fromUtf8(error.what());
        failure.hint = QString::fromStdString(error.hint());
        end(SearchOutcome::State::Failed, exit_code_of(error.code()), failure);
        return;
    }
    emit q->probeStarted(value);
}

void LimitSearch::Private::runEnded(const RunOutcome& run) {
    if (!active || run.runId != probeRunId) return;
    probeRunId = 0;
    if (run.state == RunState::Stopped) {
        end(SearchOutcome::State::Stopped, exit_stopped);
        return;
    }
    HistoryRow row;
    row.id = run.runId;
    row.state = run.state;
    const auto found =
        probeOf(row, run.figures, {run.failure}, controller->config(), controller->plan(), request.limit);
    if (!found) {
        end(SearchOutcome::State::Failed, run.exitCode, run.failure);
        return;
    }
    const bool isFirstToWork = found->outcome == SearchProbe::Outcome::Works && !bracket->works();
    probes.push_back(*found);
    take(*found);
    emit q->probeFinished(*found);
    if (stopRequested) {
        end(SearchOutcome::State::Stopped, exit_stopped);
    } else if (isFirstToWork) {
        askPlan();  // the run has measured what the first plan may have assumed
    } else {
        goOn();
    }
}

/// By the plan of the probe that failed one step further, else by the plan.
std::optional<qint64> LimitSearch::Private::neededForNext(qint64 found) const {
    const qint64 next = protocol::next_limit_value(request.limit, found);
    for (const SearchProbe& known : probes) {
        if (known.value == next && known.plannedBytes)
            return std::max(*known.plannedBytes, known.peakBytes.value_or(0));
    }
    if (plan && plan->limit && plan->limit->found == found) return plan->limit->needed_for_next;
    return std::nullopt;
}

void LimitSearch::Private::end(SearchOutcome::State state, int exitCode, const RunFailure& failure) {
    active = false;
    SearchOutcome outcome;
    outcome.state = state;
    outcome.limit = request.limit;
    outcome.found = bracket ? bracket->works().value_or(0) : 0;
    outcome.config = outcome.found > 0
                         ? protocol::with_limit_value(request.run.config, request.limit, outcome.found)
                         : request.run.config;
    outcome.plan = plan;
    outcome.probes = probes;
    outcome.failure = failure;
    outcome.exitCode = exitCode;
    if (state == SearchOutcome::State::Found) {
        const bool isWholeRange =
            outcome.found == protocol::largest_limit_value(request.run.config, request.limit);
        outcome.boundBy =
            isWholeRange ? QStringLiteral("range") : QString::fromStdString(plan->limit->bound_by);
        outcome.neededForNext = isWholeRange ? 0 : neededForNext(outcome.found).value_or(0);
    }
    emit q->ended(outcome);
}

LimitSearch::LimitSearch(RunStore* store, RunController* controller, const QString& engine, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, store, controller, engine)) {
    connect(controller, &RunController::runEnded, this,
            [this](const RunOutcome& outcome) { d->runEnded(outcome); });
}

LimitSearch::~LimitSearch() {
    d->active = false;
}

void LimitSearch::setEngine(const QString& engine) {
    d->engine = engine;
}

void LimitSearch::start(const SearchRequest& request) {
    if (d->active)
        throw Error(ErrorCode::invalid_config, "A search is going already; stop it or wait for its end.");
    if (d->controller->isActive())
        throw Error(ErrorCode::invalid_config, "A run is going; stop it or wait for its end.");
    protocol::require_valid(request.run.config);
    d->begin(request);
}

void LimitSearch::stop() {
    if (!d->active) return;
    d->stopRequested = true;
    if (d->planner) d->planner->stop();
    if (d->probeRunId != 0) d->controller->stop();
}

void LimitSearch::stopAfterProbe() {
    if (!d->active) return;
    d->stopRequested = true;
    if (d->planner) d->planner->stop();
}

void LimitSearch::kill() {
    stop();
    if (d->planner) d->planner->kill();
    if (d->probeRunId != 0) d->controller->kill();
}

bool LimitSearch::isActive() const {
    return d->active;
}

const std::vector<SearchProbe>& LimitSearch::probes() const {
    return d->probes;
}

const std::optional<protocol::Plan>& LimitSearch::plan() const {
    return d->plan;
}

}  // namespace arcmeter::app
