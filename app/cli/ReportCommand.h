// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli report dlperf: the published report's tables with the stored runs beside them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace arcmeter::app::cli {

class ReportCommand {
public:
    explicit ReportCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    /// True for pages that need fonts: a QGuiApplication must be there before execute().
    bool needsFonts() const { return chosen() && m_format == "pdf"; }
    int execute();

private:
    CLI::App* m_command;
    CLI::App* m_dlperf;
    std::string m_format = "md";
    std::string m_language = "en";
    std::string m_output = "-";
    std::string m_database;
    std::string m_hardware;
    std::string m_precision;
};

}  // namespace arcmeter::app::cli
