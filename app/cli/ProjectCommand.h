// SPDX-License-Identifier: GPL-3.0-or-later
// arcmeter-cli project: from one measured run to what more devices would give.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/projection/ProjectionTable.h"

namespace arcmeter::app::cli {

class ProjectCommand {
public:
    explicit ProjectCommand(CLI::App& app);
    bool chosen() const { return m_command->parsed(); }
    int execute();

private:
    int project() const;
    int validate() const;
    std::vector<protocol::Parallelism> parallelisms(const ProjectionBase& base) const;
    std::vector<int> devices() const;

    CLI::App* m_command;
    std::string m_from;
    std::string m_database;
    std::string m_link;
    std::string m_intraLink;
    int m_devicesPerNode = 0;
    std::vector<int> m_devices;
    std::vector<std::string> m_parallelisms;
    bool m_published = false;
    bool m_json = false;
};

}  // namespace arcmeter::app::cli
