// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/protocol/events.h"

namespace arcmeter::worker {

protocol::Hello hello();

}  // namespace arcmeter::worker
