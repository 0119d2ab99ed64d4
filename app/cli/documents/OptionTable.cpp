// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/documents/OptionTable.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace arcmeter::app::cli {
namespace {

void addBelow(const CLI::App& parent, const std::vector<std::string>& words, std::vector<NamedCommand>& all) {
    for (const CLI::App* command : parent.get_subcommands([](const CLI::App*) { return true; })) {
        std::vector<std::string> below = words;
        below.push_back(command->get_name());
        all.push_back({below, command});
        addBelow(*command, below, all);
    }
}

/// What stands between the last `open` and a `close` at the very end; empty where there is none.
std::string enclosedAtEnd(const std::string& text, char open, char close) {
    const auto begin = text.rfind(open);
    if (begin == std::string::npos || text.back() != close) return {};
    return text.substr(begin + 1, text.size() - begin - 2);
}

/// "fp32, bf16" as two words; nothing where a part is more than one word: "synthetic, or a folder".
std::vector<std::string> wordList(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        part.erase(0, part.find_first_not_of(' '));
        const bool word = !part.empty() && std::none_of(part.begin(), part.end(),
                                                        [](unsigned char c) { return std::isspace(c) != 0; });
        if (!word) return {};
        words.push_back(part);
    }
    return words;
}

}  // namespace

std::vector<NamedCommand> commandsOf(const CLI::App& table) {
    std::vector<NamedCommand> all;
    addBelow(table, {}, all);
    return all;
}

std::vector<std::string> namesOf(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) names.push_back("-" + name);
    return names;
}

std::vector<std::string> allowedWords(const CLI::Option& option) {
    const std::vector<std::string> checked = wordList(enclosedAtEnd(option.get_type_name(), '{', '}'));
    return checked.empty() ? wordList(enclosedAtEnd(option.get_description(), '[', ']')) : checked;
}

bool takesValue(const CLI::Option& option) {
    return option.get_expected_max() != 0;  // a flag expects nothing
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    return CLI::detail::join(words, between);
}

}  // namespace arcmeter::app::cli
