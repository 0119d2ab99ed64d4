// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that are the engine's own: dataset and devices. This program becomes the engine (exec), so
// standard streams, signals and the exit code are the engine's.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace arcmeter::app::cli {

class EngineCommands {
public:
    explicit EngineCommands(CLI::App& app);
    int execute();

private:
    CLI::App* m_dataset;
    CLI::App* m_devices;
};

}  // namespace arcmeter::app::cli
