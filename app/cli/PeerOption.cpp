// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PeerOption.h"

#include <algorithm>

#include "app/peer/TorchPeer.h"
#include "app/settings/Settings.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {

QString engineFrom(const std::string& name) {
    return name == "arcmeter" ? QString() : QString::fromStdString(name);
}

std::vector<PeerEngine> peersFor(const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), torchEngine.toStdString()) == names.end()) return {};
    const TorchFinding found = findTorchPeer(Settings().torchPython());
    if (found.engine) return {*found.engine};
    throw Error(ErrorCode::invalid_config,
                "The engine 'pytorch' cannot run here: " + found.reason.toStdString(),
                "ARCMETER_TORCH_PYTHON names a Python that has torch and numpy.");
}

}  // namespace arcmeter::app::cli
