// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of arcmeter-cli with all their options: the one table behind parsing, --help, the man page and
// the shell's completion.
#pragma once

#include <CLI/CLI.hpp>

#include "app/cli/CompareCommand.h"
#include "app/cli/EngineCommands.h"
#include "app/cli/HistoryCommands.h"
#include "app/cli/ImportCommand.h"
#include "app/cli/PlanCommand.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/ReportCommand.h"
#include "app/cli/RunCommand.h"
#include "app/cli/SearchCommand.h"
#include "app/cli/SuiteCommands.h"

namespace arcmeter::app::cli {

class Commands {
public:
    Commands();
    CLI::App& table() { return m_table; }
    /// Throws CLI::ParseError, also for --help and --version.
    void parse(int argc, char** argv) { m_table.parse(argc, argv); }
    /// What was parsed draws pages: a QGuiApplication must be there before execute().
    bool needsFonts() const { return m_report.needsFonts(); }
    /// Carries out the command that was parsed; its exit code.
    int execute();

private:
    CLI::App m_table;
    RunCommand m_run;
    PlanCommand m_plan;
    SearchCommand m_search;
    ProjectCommand m_project;
    SuiteCommands m_suite;
    ReportCommand m_report;
    HistoryCommands m_history;
    CompareCommand m_compare;
    ImportCommand m_import;
    EngineCommands m_engine;
};

}  // namespace arcmeter::app::cli
