// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli history: list, show, delete, tag, export.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/models/HistoryFilter.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app::cli {

/// The filter options that list and export share.
class FilterOptions {
public:
    FilterOptions(CLI::App& command, const std::string& showDefault);
    HistoryFilter read() const;  ///< throws Error(invalid_config) for an unknown state

private:
    std::string m_show;
    std::string m_text, m_model, m_dataset, m_parallelism, m_precision, m_device, m_framework, m_tag, m_state;
};

class HistoryCommands {
public:
    explicit HistoryCommands(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int list();
    int show();
    int remove();
    int tag();
    int exportTable();

    CLI::App* m_command;
    CLI::App* m_list;
    CLI::App* m_show;
    CLI::App* m_delete;
    CLI::App* m_tag;
    CLI::App* m_export;
    FilterOptions m_listFilter;
    FilterOptions m_exportFilter;
    std::string m_database;
    bool m_json = false;
    bool m_removeTag = false;
    std::vector<qint64> m_ids;
    qint64 m_id = 0;
    qint64 m_stepsOf = 0;
    std::vector<std::string> m_tags;
    std::string m_format = "csv";
    std::string m_output = "-";
};

}  // namespace arcmeter::app::cli
