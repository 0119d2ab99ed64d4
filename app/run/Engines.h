// SPDX-License-Identifier: GPL-3.0-or-later
// The programs that can carry a run: Arcmeter's own engine, and peers that were found beside it.
#pragma once

#include <QString>
#include <vector>

#include "app/peer/PeerEngine.h"
#include "app/store/RunRecord.h"
#include "app/worker/WorkerProcess.h"

namespace arcmeter::app {

class Engines {
public:
    explicit Engines(const QString& own) : m_own(own) {}

    const QString& own() const { return m_own; }
    void setOwn(const QString& program) { m_own = program; }
    void setPeers(std::vector<PeerEngine> peers) { m_peers = std::move(peers); }

    /// Throws Error(invalid_config) where `run` asks for an engine that is not here, or for what it cannot
    /// do.
    void require(const NewRun& run) const;
    /// The process for one repeat of `run`, whose configuration is `repeat`. Throws as launchOf().
    WorkerLaunch launch(const NewRun& run, const protocol::RunConfig& repeat) const;
    QString nameFor(const NewRun& run) const;  ///< for sentences: a program's path, "PyTorch 2.11.0"

private:
    const PeerEngine* peerFor(const NewRun& run) const;

    QString m_own;
    std::vector<PeerEngine> m_peers;
};

}  // namespace arcmeter::app
