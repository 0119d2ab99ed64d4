// SPDX-License-Identifier: GPL-3.0-or-later
// Collects the steps of a run and writes them in pieces and windows. record() may be called from any thread;
// write() belongs to the writer's thread.
#pragma once

#include <QtGlobal>
#include <mutex>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::app {

class Connection;

class StepRecorder {
public:
    explicit StepRecorder(qint64 runId, qint64 samplesPerStep);

    /// True when nothing was waiting before: the caller then posts a write().
    bool record(const protocol::Step& step);

    /// Writes everything recorded so far. The open piece stays in memory and is written again when it has
    /// grown, so its steps survive a write that failed.
    void write(Connection& connection);

private:
    void append(Connection& connection, const protocol::Step& step);
    void writePiece(Connection& connection);
    void writeWindows(Connection& connection);

    qint64 m_runId;
    qint64 m_samplesPerStep;
    std::mutex m_mutex;
    std::vector<protocol::Step> m_incoming;  ///< guarded by m_mutex
    std::vector<protocol::Step> m_piece;     ///< the open piece, of one repeat
    std::size_t m_windowsWritten = 0;        ///< steps of the piece whose windows are whole and written
};

}  // namespace arcmeter::app
