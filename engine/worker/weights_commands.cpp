// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/weights_commands.h"

namespace arcmeter::worker {

void add_weights_commands(CLI::App&, int&) {}

}  // namespace arcmeter::worker
