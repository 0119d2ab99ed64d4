// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli plan: parameters, FLOPs and memory of a configuration, without touching a device.
#pragma once

#include <CLI/CLI.hpp>
#include <QString>

#include "app/cli/ConfigOptions.h"
#include "engine/protocol/events.h"

namespace arcmeter::app::cli {

class PlanCommand {
public:
    explicit PlanCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    CLI::App* m_command;
    ConfigOptions m_options;
    std::string m_find;
    bool m_json = false;
};

/// `--find batch-size|num-classes`.
void addFindOption(CLI::App& command, std::string& find);

/// "Fits: 2.10 GiB of 15.40 GiB."
QString fitsText(const protocol::Plan& plan);

}  // namespace arcmeter::app::cli
