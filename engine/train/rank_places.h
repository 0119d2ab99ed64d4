// SPDX-License-Identifier: Apache-2.0
// Before ranks train together: each takes its cores, all hear where the others are, and that they run the
// same program.
#pragma once

#include <string>
#include <vector>

#include "engine/comm/job.h"
#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::train {

/// The same text on every rank; collective. Each rank's by rank; texts of up to 1 MiB.
std::vector<std::string> gather_texts(comm::Communicator& communicator, const std::string& text);

/// Rank 0's text on every rank; collective.
std::string broadcast_text(comm::Communicator& communicator, const std::string& text);

/// Pins this process to its share of its host's cores, unless the launcher has bound the ranks already.
/// Collective. Returns the cores, none where it could not be pinned.
std::vector<int> take_cores(comm::Job& job);

/// Where every rank computes; collective.
std::vector<protocol::RankPlace> gather_places(comm::Communicator& communicator,
                                               const protocol::RankPlace& own);

/// Throws RankError(device_unavailable) where two ranks of a host have the same GPU, by its PCI bus id; a
/// device without one is not looked at. Collective.
void require_own_devices(comm::Communicator& communicator, const std::string& host,
                         const std::string& pci_bus_id);

/// Throws RankError(invalid_config) on a rank whose `program` differs from rank 0's: another version,
/// instruction set or library would hold weights in another order. Collective.
void require_same_program(comm::Communicator& communicator, const std::string& program);

}  // namespace arcmeter::train
