// SPDX-License-Identifier: GPL-3.0-or-later
// The completion script of arcmeter-cli for bash.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace arcmeter::app::cli {

/// Completes commands, options and the values that are one of a list; files everywhere else. The options of
/// commands that are the engine's own are asked of the program when they are wanted.
std::string bashCompletion(const CLI::App& table);

}  // namespace arcmeter::app::cli
