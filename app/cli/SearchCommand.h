// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli search: the largest batch or num_classes, planned and then proven by real runs.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/cli/ConfigOptions.h"
#include "app/search/LimitSearch.h"

namespace arcmeter::app::cli {

class SearchCommand {
public:
    explicit SearchCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int search();
    SearchOutcome carryOut(RunController& controller, LimitSearch& search,
                           const SearchRequest& request) const;

    CLI::App* m_command;
    ConfigOptions m_options;
    std::string m_find;
    std::string m_database;
    std::vector<std::string> m_tags;
    bool m_resume = false;
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
