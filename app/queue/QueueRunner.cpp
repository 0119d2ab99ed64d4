// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/queue/QueueRunner.h"

#include <algorithm>
#include <utility>

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

QString sentenceOf(const Error& error) {
    return (QString::fromUtf8(error.what()) + QLatin1Char(' ') + QString::fromStdString(error.hint()))
        .trimmed();
}

NewRun runOf(const QueueEntry& entry) {
    NewRun run;
    run.config = entry.what.config;
    run.datasetName = storedDatasetName(entry.what);
    run.presetId = entry.what.presetId;
    run.tags = entry.tags;
    run.engine = entry.what.engine;
    return run;
}

bool isEnded(QueueState state) {
    return state != QueueState::Waiting && state != QueueState::Running;
}

}  // namespace

QueueRunner::QueueRunner(RunStore* store, RunController* controller, TemperatureReader reader,
                         QObject* parent)
    : QObject(parent),
      m_store(store),
      m_controller(controller),
      m_queue(store),
      m_search(store, controller, controller->engine()),
      m_coolDown(reader ? std::move(reader) : systemTemperature(this)) {
    connect(controller, &RunController::runEnded, this, &QueueRunner::handleEnd);
    connect(controller, &RunController::runSetAside, this, &QueueRunner::handleSetAside);
    connect(controller, &RunController::telemetryArrived, &m_coolDown, &CoolDown::watch);
    // Queued: the search ends within the end of its last probe, which is none of the queue's.
    connect(&m_search, &LimitSearch::ended, this, &QueueRunner::handleSearchEnd, Qt::QueuedConnection);
    connect(&m_coolDown, &CoolDown::done, this, &QueueRunner::next);
    connect(&m_coolDown, &CoolDown::waiting, this, [this](std::optional<double> temperature, double target) {
        emit coolingDown(
            temperature
                ? tr("The device was throttled: cooling down from %1 °C to %2 °C.")
                      .arg(*temperature, 0, 'f', 0)
                      .arg(target, 0, 'f', 0)
                : tr("The device was throttled: waiting a minute, because its temperature cannot be read."));
    });
    reload();
}

const QueueEntry* QueueRunner::entry(qint64 entryId) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [entryId](const QueueEntry& entry) { return entry.id == entryId; });
    return found == m_entries.end() ? nullptr : &*found;
}

int QueueRunner::count(QueueState state) const {
    return static_cast<int>(std::count_if(m_entries.begin(), m_entries.end(),
                                          [state](const QueueEntry& entry) { return entry.state == state; }));
}

qint64 QueueRunner::add(const QueueBatch& batch) {
    const qint64 id = m_queue.add(batch);
    reload();
    return id;
}

void QueueRunner::reload() {
    m_entries = m_queue.entries();
    emit changed();
}

void QueueRunner::start(qint64 onlyBatch) {
    m_pausing = false;
    m_onlyBatch = onlyBatch;
    if (m_running) {
        emit changed();
        return;
    }
    if (onlyBatch == 0) m_queue.adoptOrphans();
    reload();
    m_running = true;
    m_stopping = false;
    emit changed();
    next();
}

/// The first that waits; in an interleaved batch, of its waiting entries the one with the fewest repeats.
const QueueEntry* QueueRunner::choose() const {
    const auto mayRun = [this](const QueueEntry& entry) {
        if (m_onlyBatch != 0 && entry.batchId != m_onlyBatch) return false;
        return entry.state == QueueState::Waiting && !entry.ownedElsewhere;
    };
    const auto first = std::find_if(m_entries.begin(), m_entries.end(), mayRun);
    if (first == m_entries.end()) return nullptr;
    const QueueEntry* chosen = &*first;
    for (const QueueEntry& entry : m_entries) {
        const bool turn = first->interleaved && entry.batchId == first->batchId && mayRun(entry);
        if (turn && entry.repeatsDone < chosen->repeatsDone) chosen = &entry;
    }
    return chosen;
}

void QueueRunner::next() {
    if (!m_running || m_current != 0 || m_controller->isActive())
        return;  // a foreign run's end comes back here
    if (m_pausing || m_stopping) {
        halt();
        return;
    }
    reload();
    if (const QueueEntry* chosen = choose()) {
        begin(*chosen);
    } else {
        halt();
    }
}

void QueueRunner::begin(const QueueEntry& entry) {
    const QueueEntry own = entry;  // reload() replaces the list it stands in
    if (!m_queue.claim(own.id)) {
        QMetaObject::invokeMethod(this, &QueueRunner::next, Qt::QueuedConnection);
        return;
    }
    m_current = own.id;
    m_coolDown.beginRun();
    try {
        own.what.limit() && own.runId == 0 ? beginSearch(own) : beginRun(own);
    } catch (const Error& error) {
        endEntry(QueueState::Failed, sentenceOf(error));
        QMetaObject::invokeMethod(this, &QueueRunner::next, Qt::QueuedConnection);
    }
}

void QueueRunner::beginSearch(const QueueEntry& entry) {
    SearchRequest request;
    request.run = runOf(entry);
    request.limit = *entry.what.limit();
    request.resume = true;
    m_search.setEngine(m_controller->engine());
    m_search.start(request);
    m_searching = true;
    reload();
    emit searchStarted(entry.id);
}

void QueueRunner::beginRun(const QueueEntry& entry) {
    m_controller->setOneRepeatAtATime(entry.interleaved || m_pausing);
    if (entry.runId > 0) {
        m_controller->resume(entry.runId);
    } else {
        NewRun run = runOf(entry);
        if (entry.what.limit() == protocol::Limit::batch_size) run.tags << maxBatchTag;
        m_queue.setRun(entry.id, m_controller->start(run));
    }
    reload();
    emit entryStarted(entry.id);
}

void QueueRunner::handleSearchEnd(const SearchOutcome& outcome) {
    if (!std::exchange(m_searching, false)) return;
    if (outcome.state == SearchOutcome::State::Stopped) {
        handleStopped();
    } else if (outcome.state == SearchOutcome::State::Failed) {
        endEntry(QueueState::Failed, outcome.failure.message);
    } else if (outcome.found == 0) {
        endEntry(QueueState::Failed, tr("Not even the least value runs."));
    } else {
        m_queue.setConfig(m_current, outcome.config);
        reload();
        if (!m_pausing && !m_stopping) {
            try {
                beginRun(QueueEntry(*entry(m_current)));
                return;
            } catch (const Error& error) {
                endEntry(QueueState::Failed, sentenceOf(error));
            }
        } else {
            endEntry(QueueState::Waiting);
        }
    }
    proceed();
}

/// The run or search of the current entry was stopped: for a skip, or by whoever wants quiet. Then it waits,
/// with its whole repeats, or with what its search has proven.
void QueueRunner::handleStopped() {
    if (m_skipping) {
        endEntry(QueueState::Skipped, tr("Skipped while it ran."));
        return;
    }
    if (!m_pausing) m_stopping = true;
    endEntry(QueueState::Waiting);
}

void QueueRunner::handleEnd(const RunOutcome& outcome) {
    if (m_current == 0) {  // a run that the user started beside the queue
        QMetaObject::invokeMethod(this, &QueueRunner::next, Qt::QueuedConnection);
        return;
    }
    const QueueEntry* current = entry(m_current);
    if (m_searching || !current || current->runId != outcome.runId) return;  // a probe of the search
    if (outcome.state == RunState::Finished) {
        endEntry(QueueState::Finished);
    } else if (outcome.state == RunState::Failed) {
        endEntry(QueueState::Failed, outcome.failure.message);
    } else {
        handleStopped();
    }
    proceed();
}

void QueueRunner::handleSetAside(qint64 runId) {
    const QueueEntry* current = entry(m_current);
    if (!current || current->runId != runId) return;
    endEntry(QueueState::Waiting);
    proceed();
}

void QueueRunner::endEntry(QueueState state, const QString& reason) {
    const qint64 ended = m_current;
    m_current = 0;
    m_skipping = false;
    m_controller->setOneRepeatAtATime(false);
    m_queue.setState(ended, state, reason);
    reload();
    emit entryEnded(ended);
}

/// To the next entry, by way of a cool-down where it is needed and something follows.
void QueueRunner::proceed() {
    if (m_coolDown.wanted() && !m_pausing && !m_stopping && choose()) {
        m_coolDown.wait();
        return;
    }
    QMetaObject::invokeMethod(this, &QueueRunner::next, Qt::QueuedConnection);
}

void QueueRunner::halt() {
    m_running = false;
    m_pausing = false;
    m_stopping = false;
    emit changed();
    emit drained();
}

void QueueRunner::pause() {
    if (!m_running) return;
    m_pausing = true;
    if (m_current != 0) {
        m_search.stopAfterProbe();
        m_controller->setOneRepeatAtATime(true);  // what waits after this repeat is kept for later
        emit changed();
        return;
    }
    m_coolDown.cancel();
    halt();
}

void QueueRunner::stop() {
    if (!m_running) return;
    m_stopping = true;
    if (m_current != 0) {
        stopCurrent();
        return;
    }
    m_coolDown.cancel();
    halt();
}

void QueueRunner::stopCurrent() {
    m_searching ? m_search.stop() : m_controller->stop();
}

void QueueRunner::kill() {
    stop();
    m_search.kill();
    m_controller->kill();
}

void QueueRunner::skip(qint64 entryId) {
    const QueueEntry* found = entry(entryId);
    if (!found) return;
    if (entryId == m_current) {
        m_skipping = true;
        stopCurrent();
    } else if (found->state == QueueState::Waiting && !found->ownedElsewhere) {
        m_queue.setState(entryId, QueueState::Skipped, tr("Skipped before it ran."));
        reload();
    }
}

void QueueRunner::retry(qint64 entryId) {
    const QueueEntry* found = entry(entryId);
    if (!found || (found->state != QueueState::Failed && found->state != QueueState::Skipped)) return;
    m_queue.setState(entryId, QueueState::Waiting);
    reload();
}

void QueueRunner::move(qint64 entryId, int places) {
    std::vector<qint64> waiting;
    for (const QueueEntry& each : m_entries) {
        if (each.state == QueueState::Waiting && !each.ownedElsewhere) waiting.push_back(each.id);
    }
    const auto found = std::find(waiting.begin(), waiting.end(), entryId);
    if (found == waiting.end()) return;
    const auto from = found - waiting.begin();
    const auto last = static_cast<std::ptrdiff_t>(waiting.size()) - 1;
    const auto to = std::clamp<std::ptrdiff_t>(from + places, 0, last);
    waiting.erase(found);
    waiting.insert(waiting.begin() + to, entryId);
    m_queue.reorder(waiting);
    reload();
}

void QueueRunner::remove(const std::vector<qint64>& entryIds) {
    std::vector<qint64> removable;
    for (const qint64 id : entryIds) {
        const QueueEntry* found = entry(id);
        if (found && id != m_current && !found->ownedElsewhere) removable.push_back(id);
    }
    m_queue.remove(removable);
    reload();
}

void QueueRunner::removeEnded() {
    std::vector<qint64> ended;
    for (const QueueEntry& each : m_entries) {
        if (isEnded(each.state)) ended.push_back(each.id);
    }
    remove(ended);
}

void QueueRunner::restore(const std::vector<QueueEntry>& removed) {
    m_queue.restore(removed);
    reload();
}

}  // namespace arcmeter::app
