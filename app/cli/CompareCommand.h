// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli compare: rows side by side, with a verdict from their repeats.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/compare/Comparison.h"

namespace arcmeter::app::cli {

class CompareCommand {
public:
    explicit CompareCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    SavedComparison asked(const RunStore& store) const;

    CLI::App* m_command;
    std::vector<std::string> m_rows;
    std::string m_baseline;
    std::string m_saved;
    std::string m_save;
    std::string m_database;
    std::string m_format;
    std::string m_output = "-";
    bool m_all = false;
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
