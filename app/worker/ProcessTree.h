// SPDX-License-Identifier: GPL-3.0-or-later
// Who descends from a process, as /proc says now.
#pragma once

#include <sys/types.h>
#include <vector>

namespace arcmeter::app {

/// Children, their children and so on; `process` itself is not among them.
std::vector<pid_t> descendantsOf(pid_t process);

}  // namespace arcmeter::app
