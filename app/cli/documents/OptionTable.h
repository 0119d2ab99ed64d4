// SPDX-License-Identifier: GPL-3.0-or-later
// What the man page and the shell's completion read of the command line's own table.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace arcmeter::app::cli {

/// One command: its words after the program's name ("history", "list") and its options.
struct NamedCommand {
    std::vector<std::string> words;
    const CLI::App* command;
};

/// Every command below `table` in the order of --help, each before the ones below it.
std::vector<NamedCommand> commandsOf(const CLI::App& table);

/// "--model", "-m" and every other name of an option; empty for a positional.
std::vector<std::string> namesOf(const CLI::Option& option);

/// The words that an option's value is one of: those that CLI11 checks, or the list "[fp32, bf16]" at the end
/// of its description. Empty where the value is a number, a name or free text.
std::vector<std::string> allowedWords(const CLI::Option& option);

bool takesValue(const CLI::Option& option);

std::string joined(const std::vector<std::string>& words, const std::string& between);

}  // namespace arcmeter::app::cli
