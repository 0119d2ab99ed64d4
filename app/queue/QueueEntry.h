// SPDX-License-Identifier: GPL-3.0-or-later
// The plain structs of the queue.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "app/suite/Suite.h"

namespace arcmeter::app {

enum class QueueState {
    Waiting,  ///< also one that was stopped: its whole repeats are kept
    Running,
    Finished,
    Failed,
    Skipped,
    Impossible,  ///< cannot run on this machine; listed with its reason
};

/// "waiting", "running", "finished", "failed", "skipped", "impossible".
QString toString(QueueState state);
std::optional<QueueState> queueStateFromString(const QString& name);

struct QueueEntry {
    qint64 id = 0;
    qint64 batchId = 0;
    qint64 place = 0;  ///< order over all batches
    QueueState state = QueueState::Waiting;
    SuiteEntry what;
    QStringList tags;
    QString reason;
    qint64 runId = 0;  ///< 0: not begun
    int repeatsDone = 0;
    QString batchTitle;
    bool interleaved = false;
    bool ownedElsewhere = false;  ///< by another program that lives
};

/// What is added to the queue at once.
struct QueueBatch {
    QString title;  ///< a suite's id, or what the user made
    bool interleaved = false;
    QStringList tags;  ///< given to every run
    struct Item {
        SuiteEntry what;
        QString impossible;  ///< why this machine cannot run it; empty when it can
    };
    std::vector<Item> items;
};

}  // namespace arcmeter::app
