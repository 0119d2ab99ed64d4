// SPDX-License-Identifier: GPL-3.0-or-later
// Which program a run in the store belongs to, and whether that program still lives.
#pragma once

#include <QString>

namespace arcmeter::app {

struct Owner {
    QString host;
    QString boot;  ///< boot id of the kernel
    qint64 pid = 0;
    QString started;  ///< start time of the process in clock ticks, so that a reused pid is seen
    bool operator==(const Owner&) const = default;
};

Owner thisProgram();

/// True only when that is certain: another host's programs cannot be seen and count as alive.
bool isDead(const Owner& owner);

}  // namespace arcmeter::app
