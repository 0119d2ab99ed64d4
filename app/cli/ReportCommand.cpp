// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ReportCommand.h"

#include <algorithm>

#include "app/cli/StoreOption.h"
#include "app/export/TableExporter.h"
#include "app/paths/AppPaths.h"
#include "app/report/DlperfReport.h"
#include "app/report/pdf/ReportPdf.h"
#include "app/store/RunStore.h"

namespace arcmeter::app::cli {
namespace {

/// The first choice that has what was asked for; nullopt when nothing was, or no run has a place at all.
std::optional<ReportChoice> chooseRuns(const std::vector<HistoryRow>& history, const std::string& hardware,
                                       const std::string& precision) {
    if (hardware.empty() && precision.empty()) return std::nullopt;
    const std::vector<ReportChoice> choices = reportChoices(history);
    std::string known;
    for (const ReportChoice& choice : choices) {
        const std::string name = choice.hardware.toStdString();
        const std::string itsPrecision = choice.precision.toStdString();
        if ((hardware.empty() || hardware == name) && (precision.empty() || precision == itsPrecision)) {
            return choice;
        }
        known += (known.empty() ? "" : "; ") + name + ", " + itsPrecision;
    }
    throw Error(ErrorCode::invalid_config, "There is no run for the report with hardware '" + hardware +
                                               "' and precision '" + precision +
                                               "'; there are: " + (known.empty() ? "none" : known) + ".");
}

}  // namespace

ReportCommand::ReportCommand(CLI::App& app)
    : m_command(app.add_subcommand("report", "Reports of stored runs beside published ones")),
      m_dlperf(m_command->add_subcommand("dlperf", "The DLPerf InsightFace report with an Arcmeter column")) {
    m_command->require_subcommand(1);
    std::vector<std::string> formats;
    for (const ReportFormat format : reportFormats()) formats.push_back(toString(format).toStdString());
    m_dlperf->add_option("--format", m_format, "What kind of file")
        ->check(CLI::IsMember(formats))
        ->capture_default_str();
    m_dlperf->add_option("--language", m_language, "The report's language")
        ->check(CLI::IsMember({"en", "zh_CN"}))
        ->capture_default_str();
    m_dlperf->add_option("--output,-o", m_output, "A file, written whole or not at all; - is standard output")
        ->capture_default_str();
    m_dlperf->add_option("--db", m_database, "The run database");
    m_dlperf->add_option("--hardware", m_hardware, "Runs on this device only, as history export names it");
    m_dlperf->add_option("--precision", m_precision, "Runs of this precision only");
    m_dlperf->footer(
        "\nWithout --hardware and --precision the pair whose runs fill most cells is shown.\n"
        "Examples:\n"
        "  arcmeter-cli report dlperf --format html --output report.html\n"
        "  arcmeter-cli report dlperf --format tex --language zh_CN --precision bf16 --output report.tex");
}

int ReportCommand::execute() {
    const QString output = QString::fromStdString(m_output);
    paths::requireWritable(output);
    const auto store = openStore(m_database);
    const std::vector<HistoryRow> history = store->history();
    const DlperfFigures figures = dlperfFigures(history, chooseRuns(history, m_hardware, m_precision));
    const ReportFormat format = *reportFormatFromString(QString::fromStdString(m_format));
    writeWhole(renderReport(dlperfReport(figures, QString::fromStdString(m_language)), format), output);
    return exit_done;
}

}  // namespace arcmeter::app::cli
