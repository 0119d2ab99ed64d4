// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli run: measures one configuration and stores the run.
#pragma once

#include <CLI/CLI.hpp>
#include <QString>
#include <string>
#include <vector>

#include "app/cli/ConfigOptions.h"
#include "app/run/RunController.h"

namespace arcmeter::app::cli {

class RunCommand {
public:
    explicit RunCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int measure();
    RunOutcome carryOut(RunController& controller, const NewRun& run) const;
    void printOutcome(const RunController& controller, const RunOutcome& outcome,
                      const QString& database) const;

    CLI::App* m_command;
    ConfigOptions m_options;
    std::string m_database;
    std::vector<std::string> m_tags;
    std::string m_note;
    std::string m_engine = "arcmeter";
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
