// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine sees on this machine, as far as choosing configurations needs it.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace arcmeter::app {

struct MachineDevices {
    int cpuCores = 1;
    int cudaDevices = 0;
    QString cudaReason;  ///< why there is none; empty where there is one
};

/// Reads the line that `arcmeter-engine devices --json` prints; nullopt when it is something else.
std::optional<MachineDevices> machineFromJson(const QByteArray& json);

/// Asks the engine and waits. Throws Error(internal) when it does not answer sensibly.
MachineDevices queryMachine(const QString& engine);

}  // namespace arcmeter::app
