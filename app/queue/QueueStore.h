// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's tables in the run store. Writing functions wait for their commit; all throw arcmeter::Error.
#pragma once

#include <vector>

#include "app/queue/QueueEntry.h"

namespace arcmeter::app {

class RunStore;

class QueueStore {
public:
    explicit QueueStore(RunStore* store);  ///< must outlive this

    qint64 add(const QueueBatch& batch);      ///< at the end; the batch's id
    std::vector<QueueEntry> entries() const;  ///< all, in their order

    /// Takes over the batches of dead programs. Entries that were running there are waiting again, or have
    /// ended as their run did.
    void adoptOrphans();

    /// False when the entry is no longer waiting.
    bool claim(qint64 entryId);
    void setConfig(qint64 entryId, const protocol::RunConfig& config);
    void setRun(qint64 entryId, qint64 runId);
    void setState(qint64 entryId, QueueState state, const QString& reason = {});
    /// The entries in this order take the places that they hold now.
    void reorder(const std::vector<qint64>& entryIds);
    void remove(const std::vector<qint64>& entryIds);  ///< and batches that become empty
    /// Puts removed entries back, each with its number, place and state, and their batches where they went
    /// too.
    void restore(const std::vector<QueueEntry>& entries);

private:
    RunStore* m_store;
};

}  // namespace arcmeter::app
