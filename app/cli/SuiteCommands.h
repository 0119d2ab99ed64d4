// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli suite: list, run, resume.
#pragma once

#include <CLI/CLI.hpp>
#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/ConfigOptions.h"
#include "app/queue/QueueRunner.h"
#include "app/suite/SuiteCheck.h"

namespace arcmeter::app::cli {

class SuiteCommands {
public:
    explicit SuiteCommands(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int list();
    int listEntries(const Suite& suite);
    int run();
    int resume();
    Suite chosenSuite() const;
    std::unique_ptr<RunStore> openStore() const;
    QueueBatch batchOf(const Suite& suite, const std::vector<EntryCheck>& checks) const;
    /// Until nothing waits; `batch` 0 is everything.
    int drain(RunStore& store, QueueRunner& runner, RunController& controller, qint64 batch) const;

    CLI::App* m_command;
    CLI::App* m_list;
    CLI::App* m_run;
    CLI::App* m_resume;
    ConfigOptions m_options;
    std::string m_name;
    std::string m_listed;
    std::string m_database;
    std::vector<std::string> m_tags;
    std::vector<std::string> m_engines{"arcmeter"};
    bool m_interleave = false;
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
