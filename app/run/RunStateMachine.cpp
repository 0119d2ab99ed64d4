// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/RunStateMachine.h"

namespace arcmeter::app {

bool mayFollow(RunState from, RunState to) {
    if (isEnded(from) || from == to) return false;
    switch (to) {
        case RunState::Queued:
            return false;
        case RunState::Starting:
            return true;  // the next repeat starts from wherever the last one stood
        case RunState::Preparing:
            return from == RunState::Starting;
        case RunState::WarmingUp:
            return from == RunState::Starting || from == RunState::Preparing;
        case RunState::Measuring:
            return from != RunState::Queued;
        case RunState::Finished:
            return from != RunState::Queued;
        case RunState::Failed:
        case RunState::Stopped:
            return true;
        case RunState::Interrupted:
            return false;  // given by the store to runs whose program died
    }
    return false;
}

}  // namespace arcmeter::app
