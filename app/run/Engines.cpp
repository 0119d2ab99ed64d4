// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/Engines.h"

#include <algorithm>

#include "app/launch/Launchers.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

[[noreturn]] void refuse(const std::string& field, const std::string& value, const NewRun& run,
                         const std::string& allowed) {
    throw Error(ErrorCode::invalid_config, field + " is " + value + "; allowed with the engine '" +
                                               run.engine.toStdString() + "': " + allowed + ".");
}

}  // namespace

const PeerEngine* Engines::peerFor(const NewRun& run) const {
    const auto found = std::find_if(m_peers.begin(), m_peers.end(),
                                    [&run](const PeerEngine& peer) { return peer.name == run.engine; });
    return found == m_peers.end() ? nullptr : &*found;
}

void Engines::require(const NewRun& run) const {
    if (run.engine.isEmpty()) return;
    if (!peerFor(run)) {
        throw Error(ErrorCode::invalid_config,
                    "The engine '" + run.engine.toStdString() + "' is not here: no Python with it was found.",
                    "Set the Python that has torch and numpy in the settings, or by ARCMETER_TORCH_PYTHON.");
    }
    if (run.config.world_size() > 1) {
        refuse("nodes x devices_per_node", std::to_string(run.config.world_size()), run, "1");
    }
    if (run.config.launcher != protocol::Launcher::local) {
        refuse("launcher", std::string(to_string(run.config.launcher)), run, "local");
    }
}

WorkerLaunch Engines::launch(const NewRun& run, const protocol::RunConfig& repeat) const {
    const PeerEngine* peer = peerFor(run);
    return peer ? launchOf(*peer, repeat) : launchOf(m_own, repeat);
}

QString Engines::nameFor(const NewRun& run) const {
    const PeerEngine* peer = peerFor(run);
    return peer ? peer->title : m_own;
}

}  // namespace arcmeter::app
