// SPDX-License-Identifier: GPL-3.0-or-later
// Which state of a run may follow which.
#pragma once

#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// queued -> starting -> preparing -> warming up -> measuring, each of which may be left out forwards (a run
/// without warm-up, a worker that says no phases); starting again for the next repeat; an end from anywhere.
/// Nothing follows an end.
bool mayFollow(RunState from, RunState to);

}  // namespace arcmeter::app
