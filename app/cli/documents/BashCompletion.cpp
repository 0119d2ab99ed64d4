// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/documents/BashCompletion.h"

#include "app/cli/documents/OptionTable.h"

namespace arcmeter::app::cli {
namespace {

constexpr const char* beginning =
    R"(# bash completion for arcmeter-cli, made from its own table of options when it was built.

_arcmeter_cli() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' options='' words='' word help
    # bash takes --model=r100 for three words.
    if [[ $current == = ]]; then
        current=''
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
        case $command/$word in
)";

constexpr const char* afterCommands = R"(                command=${command:+$command/}$word ;;
        esac
    done
    case $command in
)";

// A second word that is no option may be a command of the engine: dataset make.
constexpr const char* askEngine = R"(            word=${COMP_WORDS[2]}
            if [[ $COMP_CWORD -le 2 || ! $word =~ ^[a-z]+$ ]]; then word=''; fi
            help=$("$1" "$command" ${word:+"$word"} --help 2>/dev/null)
            options=$(sed -nE 's/^  ((-[a-z],)?--[a-z-]+).*/\1/p' <<<"$help" | tr ',' '\n')
            words=$(sed -nE '/^Subcommands:/,$ s/^  ([a-z]+) .*/\1/p' <<<"$help")
            ;;
)";

constexpr const char* end = R"(    esac
    if [[ $current == -* ]]; then words=$options; fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o default -F _arcmeter_cli arcmeter-cli
)";

/// The values of each option that is given before the word being typed.
std::string values(const CLI::App& command) {
    std::string cases;
    for (const CLI::Option* option : command.get_options()) {
        const std::vector<std::string> words = allowedWords(*option);
        if (!option->nonpositional() || !takesValue(*option) || words.empty()) continue;
        cases += "                " + joined(namesOf(*option), " | ") + ") words='" + joined(words, " ") +
                 "' ;;\n";
    }
    return cases.empty() ? cases : "            case $previous in\n" + cases + "            esac\n";
}

std::string options(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : namesOf(*option)) names.push_back(name);
    }
    return joined(names, " ");
}

std::string commandsBelow(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(below->get_name());
    }
    return joined(names, " ");
}

std::string branch(const std::string& path, const CLI::App& command) {
    if (command.get_prefix_command()) return "        " + path + ")\n" + askEngine;
    return "        " + path + ")\n            options='" + options(command) + "'\n            words='" +
           commandsBelow(command) + "'\n" + values(command) + "            ;;\n";
}

}  // namespace

std::string bashCompletion(const CLI::App& table) {
    std::vector<std::string> paths;
    std::string branches = branch("''", table);
    for (const NamedCommand& named : commandsOf(table)) {
        const std::string path = joined(named.words, "/");
        paths.push_back((named.words.size() == 1 ? "/" : "") + path);
        branches += branch(path, *named.command);
    }
    return beginning + ("            " + joined(paths, " | \\\n            ") + ")\n") + afterCommands +
           branches + end;
}

}  // namespace arcmeter::app::cli
