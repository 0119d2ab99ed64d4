// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/EngineCommands.h"

#include <unistd.h>
#include <QFile>
#include <cerrno>
#include <cstring>
#include <vector>

#include "app/settings/Settings.h"
#include "app/worker/EngineLocator.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {
namespace {

[[noreturn]] void become(const QString& engine, const char* command, const std::vector<std::string>& rest) {
    std::vector<std::string> words{QFile::encodeName(engine).toStdString(), command};
    words.insert(words.end(), rest.begin(), rest.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    throw Error(ErrorCode::internal, words.front() + " could not be started: " + std::strerror(errno) + ".");
}

}  // namespace

EngineCommands::EngineCommands(CLI::App& app) {
    m_dataset = app.add_subcommand(
        "dataset", "Make, describe or check a data set: dataset make|info|verify (--help with each)");
    m_devices =
        app.add_subcommand("devices", "What this machine could train on, and why not on a GPU [--json]");
    for (CLI::App* command : {m_dataset, m_devices}) {
        command->prefix_command();
        command->set_help_flag();  // the engine's own help
    }
}

int EngineCommands::execute() {
    const bool dataset = m_dataset->parsed();
    const QString engine = findEngine(Settings().enginePath());
    become(engine, dataset ? "dataset" : "devices", (dataset ? m_dataset : m_devices)->remaining());
}

}  // namespace arcmeter::app::cli
