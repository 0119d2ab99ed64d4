// SPDX-License-Identifier: GPL-3.0-or-later
// The man page of arcmeter-cli.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace arcmeter::app::cli {

/// In the man macros of roff: what --help of the program and of each of its commands says.
std::string manPage(const CLI::App& table, const std::string& version);

}  // namespace arcmeter::app::cli
