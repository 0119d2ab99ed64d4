// SPDX-License-Identifier: GPL-3.0-or-later
// The compact form in which steps are stored.
//
// A piece is a version byte (1) and qCompress'd bytes: little-endian uint32 count, then column by column:
// int64 iteration, device memory, host memory; float32 samples_per_s, step_ms, data_wait, forward, head,
// backward, communication, optimizer, loss, accuracy. float32 keeps seven digits, more than any clock here
// has.
#pragma once

#include <QByteArray>
#include <optional>
#include <span>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::app {

QByteArray encodeSteps(std::span<const protocol::Step> steps);

/// nullopt for bytes that no encodeSteps() wrote. The steps carry `repeat`.
std::optional<std::vector<protocol::Step>> decodeSteps(const QByteArray& bytes, int repeat);

}  // namespace arcmeter::app
