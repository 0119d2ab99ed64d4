// SPDX-License-Identifier: GPL-3.0-or-later
// Runs what waits in the store's queue, one worker at a time, through the RunController it is given. A
// failure or an out-of-memory becomes a row and the queue goes on. Entries of an interleaved batch take
// turns, one repeat each (A B A B). What was measured is never measured again: an entry that was stopped, or
// whose program died, goes on at its first missing repeat. Where the largest value of a field is asked for, a
// search finds it first; the search is part of its entry, and what it has proven outlives a stop too.
//
// Lives in the controller's thread. The controller may also be used directly while the queue does not run.
#pragma once

#include <QObject>
#include <QString>
#include <optional>
#include <vector>

#include "app/queue/CoolDown.h"
#include "app/queue/QueueEntry.h"
#include "app/queue/QueueStore.h"
#include "app/run/RunController.h"
#include "app/search/LimitSearch.h"

namespace arcmeter::app {

class QueueRunner : public QObject {
    Q_OBJECT

public:
    /// Store and controller must outlive this. An empty `reader` is systemTemperature().
    QueueRunner(RunStore* store, RunController* controller, TemperatureReader reader = {},
                QObject* parent = nullptr);

    /// All that the store holds, in order; batches that another living program runs too.
    const std::vector<QueueEntry>& entries() const { return m_entries; }
    const QueueEntry* entry(qint64 entryId) const;
    bool isRunning() const { return m_running; }       ///< cooling down and waiting for a foreign run count
    qint64 currentEntry() const { return m_current; }  ///< 0: none is being measured
    int count(QueueState state) const;
    bool isSearching() const { return m_searching; }  ///< for currentEntry()
    const LimitSearch& search() const { return m_search; }

    qint64 add(const QueueBatch& batch);  ///< at the end; does not start the queue
    void reload();                        ///< reads the store again

    /// Goes on until nothing waits, then drained(). Takes over what dead programs left; given a batch, it
    /// runs that one alone.
    void start(qint64 onlyBatch = 0);
    void pause();  ///< after the repeat or run that goes
    void stop();   ///< now: the present run is stopped, its whole repeats are kept, and it waits again
    void kill();   ///< a stop that does not wait for the worker
    void skip(qint64 entryId);                         ///< a running one is stopped first
    void retry(qint64 entryId);                        ///< a failed or skipped one waits again
    void move(qint64 entryId, int places);             ///< among those that wait; up is negative
    void remove(const std::vector<qint64>& entryIds);  ///< not the running one
    void removeEnded();
    void restore(
        const std::vector<QueueEntry>& removed);  ///< undoes a remove; what the copies say holds again

signals:
    void changed();                      ///< entries or running state
    void searchStarted(qint64 entryId);  ///< entryStarted() follows once the value is found
    void entryStarted(qint64 entryId);
    void entryEnded(qint64 entryId);
    void coolingDown(const QString& sentence);
    void drained();  ///< nothing waits any more, or the pause or stop has been reached

private:
    void next();
    void begin(const QueueEntry& entry);
    void beginSearch(const QueueEntry& entry);
    void beginRun(const QueueEntry& entry);
    void handleSearchEnd(const SearchOutcome& outcome);
    void handleStopped();
    void stopCurrent();
    void handleEnd(const RunOutcome& outcome);
    void handleSetAside(qint64 runId);
    void endEntry(QueueState state, const QString& reason = {});
    void proceed();
    void halt();
    const QueueEntry* choose() const;

    RunStore* m_store;
    RunController* m_controller;
    QueueStore m_queue;
    LimitSearch m_search;  ///< of entries with a maxField
    CoolDown m_coolDown;
    std::vector<QueueEntry> m_entries;
    bool m_running = false;
    bool m_pausing = false;
    bool m_stopping = false;
    bool m_skipping = false;
    bool m_searching = false;
    qint64 m_current = 0;
    qint64 m_onlyBatch = 0;  ///< 0: every batch
};

}  // namespace arcmeter::app
