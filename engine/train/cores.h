// SPDX-License-Identifier: Apache-2.0
// Which cores a rank computes on. Ranks of one machine that a launcher has not bound divide what there is, so
// that their threads do not wait for each other's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace arcmeter::train {

using Cores = std::vector<int>;  ///< ascending

/// Cores this process may run on.
Cores process_cores();

/// The part of `cores` that number `local_rank` of `local_size` processes takes: consecutive ones, as evenly
/// as they go; with fewer cores than processes, one core that is shared.
Cores share_of_cores(const Cores& cores, std::int64_t local_rank, std::int64_t local_size);

/// True where no core belongs to two of the sets: each process has been bound already.
bool are_disjoint(const std::vector<Cores>& sets);

/// Keeps every thread of this process on these cores, and those it will start. False where the system
/// refuses.
bool pin_process(const Cores& cores);

/// "0-3,8"
std::string to_text(const Cores& cores);

}  // namespace arcmeter::train
