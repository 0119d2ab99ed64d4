// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli import: results from files, what was imported, and its undoing.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/import/ImportPreview.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::app::cli {

class ImportCommand {
public:
    explicit ImportCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int importFiles();
    int list();
    int undo();
    nlohmann::json importFile(const std::string& file, RunStore* store);
    void printFile(const nlohmann::json& told) const;

    CLI::App* m_command;
    std::vector<std::string> m_files;
    std::string m_database;
    qint64 m_undo = 0;
    bool m_list = false;
    bool m_dryRun = false;
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
