// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ImportCommand.h"

#include <QFileInfo>

#include "app/cli/StoreOption.h"
#include "app/cli/Terminal.h"
#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/import/Importer.h"
#include "app/store/RunStore.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

QString qt(const json& text) {
    return QString::fromStdString(text.get<std::string>());
}

json problemsJson(const ImportPreview& preview) {
    json problems = json::array();
    for (const ImportProblem& problem : preview.problems) {
        problems.push_back({{"line", problem.line},
                            {"reason", problem.reason.toStdString()},
                            {"excerpt", problem.excerpt.toStdString()}});
    }
    return problems;
}

json rowsJson(const std::vector<HistoryRow>& rows) {
    return json::parse(renderTable(historyTable(rows), TableFormat::Json).toStdString());
}

/// The rows as they now stand in the store.
std::vector<HistoryRow> storedRows(const RunStore& store, std::size_t count) {
    std::vector<HistoryRow> rows = store.importedResults();
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(count));
    return rows;
}

std::vector<HistoryRow> rowsOf(const ImportPreview& preview) {
    std::vector<HistoryRow> rows;
    for (const ImportedRow& imported : preview.rows) rows.push_back(imported.row);
    return rows;
}

QString rowLine(const json& row, bool stored) {
    const auto text = [&row](const char* name) {
        const json& value = row.at(name);
        if (value.is_null()) return QStringLiteral("-");
        return value.is_string() ? qt(value) : QString::fromStdString(value.dump());
    };
    return QStringLiteral("  %1  %2 %3 %4 %5 %6, batch %7, %8 x %9: %10 samples/s\n")
        .arg(stored ? text("row") : QStringLiteral("would be taken:"), text("framework"), text("model"),
             text("dataset"), text("parallelism"), text("precision"), text("batch_size_per_device"),
             text("nodes"), text("gpus_per_node"), text("samples_per_s"));
}

}  // namespace

ImportCommand::ImportCommand(CLI::App& app)
    : m_command(app.add_subcommand(
          "import", "Results from files: Arcmeter's JSON, published rows as CSV, training logs")) {
    m_command->add_option("file", m_files, "The files");
    m_command->add_flag("--dry-run", m_dryRun, "Only say what would be taken and what cannot be read");
    m_command->add_flag("--list", m_list, "List what was imported");
    m_command->add_option("--undo", m_undo, "Take the rows of this import out again");
    m_command->add_option("--db", m_database, "The run database");
    m_command->add_flag("--json", m_json, "Print one JSON object");
    m_command->footer(
        "\nLogs: OneFlow (oneflow_face), MXNet (insightface ArcFace and Partial FC), arcface_torch. The "
        "figure of a\n"
        "log is the median of its throughput lines after the first 50 iterations. Damaged lines are reported "
        "and\n"
        "skipped. Imported rows stand in 'history list --show all' as imp:N.\n"
        "\nExamples:\n"
        "  arcmeter-cli import logs/1n8g/r100_b64_fp32_1.log results-of-another-machine.json\n"
        "  arcmeter-cli import --undo 3");
}

int ImportCommand::execute() {
    const bool files = !m_files.empty();
    if (files + m_list + (m_undo != 0) != 1) {
        throw Error(ErrorCode::invalid_config,
                    "import needs files, or --list, or --undo with a number; one of them.");
    }
    if (m_list) return list();
    return m_undo != 0 ? undo() : importFiles();
}

json ImportCommand::importFile(const std::string& file, RunStore* store) {
    const ImportPreview preview = readForImport(QString::fromStdString(file));
    json told{{"file", file},
              {"format", toString(preview.format).toStdString()},
              {"title", importFormatTitle(preview.format).toStdString()},
              {"problems", problemsJson(preview)},
              {"import", nullptr}};
    if (store && !preview.rows.empty()) {
        told["import"] = store->addImport({0,
                                           {},
                                           QFileInfo(preview.file).fileName(),
                                           toString(preview.format),
                                           preview.sha256,
                                           0,
                                           static_cast<qint64>(preview.problems.size())},
                                          preview.rows);
        told["rows"] = rowsJson(storedRows(*store, preview.rows.size()));
    } else {
        told["rows"] = rowsJson(rowsOf(preview));
    }
    return told;
}

void ImportCommand::printFile(const json& told) const {
    const std::size_t rows = told["rows"].size(), problems = told["problems"].size();
    const bool stored = !told["import"].is_null();
    QString text = QStringLiteral("%1: %2, %3 row(s)").arg(qt(told["file"]), qt(told["title"])).arg(rows);
    if (stored) text += QStringLiteral(", import %1").arg(told["import"].get<qint64>());
    if (problems > 0) text += QStringLiteral("; %1 line(s) could not be read").arg(problems);
    text += QLatin1Char('\n');
    for (const json& row : told["rows"]) text += rowLine(row, stored);
    for (const json& problem : told["problems"]) {
        text += QStringLiteral("  skipped line %1: %2: %3\n")
                    .arg(problem["line"].get<qint64>())
                    .arg(qt(problem["reason"]), qt(problem["excerpt"]));
    }
    print(text);
}

/// One file that cannot be taken does not keep the others out; the exit code is the first one's.
int ImportCommand::importFiles() {
    const auto store = m_dryRun ? nullptr : openOrCreateStore(m_database);
    int code = exit_done;
    json all = json::array();
    for (const std::string& file : m_files) {
        try {
            all.push_back(importFile(file, store.get()));
            if (!m_json) printFile(all.back());
        } catch (const Error& error) {
            const int failed = reportError(error);
            if (code == exit_done) code = failed;
        }
    }
    if (m_json) print(QString::fromStdString(json{{"files", all}}.dump()) + QLatin1Char('\n'));
    return code;
}

int ImportCommand::list() {
    const auto store = openStore(m_database);
    std::vector<QStringList> lines{{QStringLiteral("import"), QStringLiteral("date (UTC)"),
                                    QStringLiteral("file"), QStringLiteral("format"), QStringLiteral("rows"),
                                    QStringLiteral("skipped")}};
    json all = json::array();
    for (const ImportRecord& record : store->imports()) {
        lines.push_back({QString::number(record.id), record.importedAt, record.file, record.format,
                         QString::number(record.rows), QString::number(record.problems)});
        all.push_back({{"import", record.id},
                       {"date_utc", record.importedAt.toStdString()},
                       {"file", record.file.toStdString()},
                       {"format", record.format.toStdString()},
                       {"sha256", record.sha256.toStdString()},
                       {"rows", record.rows},
                       {"problems", record.problems}});
    }
    if (m_json) {
        print(QString::fromStdString(json{{"imports", all}}.dump()) + QLatin1Char('\n'));
    } else if (lines.size() == 1) {
        print(QStringLiteral("Nothing was imported. 'arcmeter-cli import FILE' takes results from files.\n"));
    } else {
        print(alignedTable(lines, {true, false, false, false, true, true}));
    }
    return exit_done;
}

int ImportCommand::undo() {
    openStoreForWriting(m_database)->undoImport(m_undo);
    say(QStringLiteral("Import %1 is undone.\n").arg(m_undo));
    return exit_done;
}

}  // namespace arcmeter::app::cli
