// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/documents/ManPage.h"

#include <sstream>

#include "app/cli/documents/OptionTable.h"

namespace arcmeter::app::cli {
namespace {

/// Text that roff shows as it is: dashes that can be copied, nothing taken for a request.
std::string plain(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return !out.empty() && (out.front() == '.' || out.front() == '\'') ? "\\&" + out : out;
}

std::string bold(const std::string& text) {
    return "\\fB" + plain(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + plain(text) + "\\fR";
}

/// Paragraphs of --help; its indented lines stay lines of their own.
std::string prose(const std::string& text) {
    std::string out;
    bool indented = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const bool indent = line.starts_with("  ");
        if (indent != indented) out += indent ? ".RS 4\n.nf\n" : ".fi\n.RE\n";
        indented = indent;
        out += line.empty() ? ".PP\n" : plain(indent ? line.substr(2) : line) + '\n';
    }
    return indented ? out + ".fi\n.RE\n" : out;
}

std::string valueName(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
}

std::string heading(const CLI::Option& option) {
    if (!option.nonpositional()) return italic(option.get_name(true));
    std::string out;
    for (const std::string& name : namesOf(option)) out += (out.empty() ? "" : ", ") + bold(name);
    if (!takesValue(option)) return out;
    const std::string value = italic(valueName(option));
    return out + (option.get_expected_min() == 0 ? " [" + value + "]" : " " + value);
}

std::string explanation(const CLI::Option& option) {
    std::string text = option.get_description();
    const bool listed = text.ends_with(']');
    if (!listed && !text.ends_with('.')) text += '.';
    const std::vector<std::string> words = allowedWords(option);
    if (!listed && !words.empty()) text += " Allowed: " + joined(words, ", ") + ".";
    if (!option.get_default_str().empty()) text += " Default: " + option.get_default_str() + ".";
    if (option.get_required()) text += " Required.";
    return plain(text);
}

std::string options(const CLI::App& command) {
    std::string out;
    for (const CLI::Option* option : command.get_options()) {
        out += ".TP\n" + heading(*option) + '\n' + explanation(*option) + '\n';
    }
    return out;
}

std::string synopsis(const NamedCommand& named) {
    std::string out = bold("arcmeter-cli " + joined(named.words, " "));
    const bool hasBelow = !named.command->get_subcommands([](const CLI::App*) { return true; }).empty();
    if (hasBelow) return out + " " + italic("COMMAND");
    if (named.command->get_prefix_command()) return out + " " + italic("ARGUMENT") + "...";
    for (const CLI::Option* option : named.command->get_options()) {
        if (option->nonpositional()) continue;
        std::string word = italic(option->get_name(true));
        if (option->get_expected_max() > 1) word += "...";
        out += option->get_required() ? " " + word : " [" + word + "]";
    }
    return out + " [" + italic("OPTION") + "]...";
}

std::string section(const NamedCommand& named) {
    std::string out = ".SS \"" + plain(joined(named.words, " ")) + "\"\n" + synopsis(named) + "\n.PP\n" +
                      plain(named.command->get_description()) + ".\n";
    if (named.command->get_prefix_command()) {
        return out + bold("arcmeter-cli " + joined(named.words, " ") + " --help") +
               "\nlists what it takes; the engine answers.\n";
    }
    return out + options(*named.command) + prose(named.command->get_footer());
}

constexpr const char* environment = R"(.SH ENVIRONMENT
.TP
\fBARCMETER_ENGINE\fR
The worker program that trains, instead of the \fBarcmeter\-engine\fR beside this program.
.TP
\fBXDG_DATA_HOME\fR, \fBXDG_CONFIG_HOME\fR
Where runs and settings are kept; \fI~/.local/share\fR and \fI~/.config\fR when not set.
)";

}  // namespace

std::string manPage(const CLI::App& table, const std::string& version) {
    // "arcmeter-cli - what it does", a blank line, the rest.
    const std::string description = table.get_description();
    const auto firstLine = description.find('\n');
    std::string out = ".TH ARCMETER\\-CLI 1 \"\" \"Arcmeter " + version + "\" \"Arcmeter\"\n.SH NAME\n";
    out +=
        "arcmeter\\-cli \\- " + plain(description.substr(0, firstLine).substr(description.find(" - ") + 3));
    out += "\n.SH SYNOPSIS\n" + bold("arcmeter-cli") + " " + italic("COMMAND") + " [" + italic("OPTION") +
           "]...\n";
    out += ".SH DESCRIPTION\n" + prose(description.substr(description.find_first_not_of('\n', firstLine)));
    out += ".SH OPTIONS\n" + options(table) + ".SH COMMANDS\n";
    for (const NamedCommand& named : commandsOf(table)) out += section(named);
    return out + ".SH NOTES\n" + prose(table.get_footer()) + environment;
}

}  // namespace arcmeter::app::cli
