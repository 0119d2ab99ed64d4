// SPDX-License-Identifier: GPL-3.0-or-later
// Other engines on the command line.
#pragma once

#include <string>
#include <vector>

#include "app/peer/PeerEngine.h"

namespace arcmeter::app::cli {

/// What --engine and --engines may name.
inline const std::vector<std::string> engineNames{"arcmeter", "pytorch"};

/// As NewRun and SuiteEntry want it: "arcmeter" is empty.
QString engineFrom(const std::string& name);

/// The peers among `names`, found and asked. Throws Error(invalid_config) where one is not here.
std::vector<PeerEngine> peersFor(const std::vector<std::string>& names);

}  // namespace arcmeter::app::cli
