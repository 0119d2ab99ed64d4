// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/CompareCommand.h"

#include <algorithm>

#include "app/cli/StoreOption.h"
#include "app/cli/Terminal.h"
#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

json cellJson(const Cell& value) {
    if (const auto* text = std::get_if<QString>(&value)) return text->toStdString();
    if (const auto* whole = std::get_if<qint64>(&value)) return *whole;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* truth = std::get_if<bool>(&value)) return *truth;
    return nullptr;
}

QString cellLine(const Cell& value) {
    if (const auto* text = std::get_if<QString>(&value)) return *text;
    if (const auto* whole = std::get_if<qint64>(&value)) return QString::number(*whole);
    if (const auto* real = std::get_if<double>(&value)) return QString::number(*real, 'g', 6);
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? QStringLiteral("yes") : QStringLiteral("no");
    return QStringLiteral("-");
}

json verdictJson(const Verdict& verdict) {
    json out{{"verdict", toString(verdict.judgement).toStdString()},
             {"repeats", {verdict.firstRepeats, verdict.secondRepeats}},
             {"sentence", verdictText(verdict).toStdString()}};
    if (!verdict.test) return out;
    const MannWhitney& test = *verdict.test;
    out["mann_whitney_u"] = test.u;
    out["p"] = test.p;
    out["exact"] = test.exact;
    out["cliffs_delta"] = test.cliffsDelta;
    out["shift_samples_per_s"] = test.shift;
    out["shift_ci95"] = test.interval ? json{test.interval->low, test.interval->high} : json();
    return out;
}

json comparisonJson(const Comparison& comparison, bool all) {
    json out{{"baseline", comparison.columns[comparison.baseline].reference().toStdString()},
             {"rows", json::array()},
             {"fields", json::array()}};
    for (std::size_t c = 0; c < comparison.columns.size(); ++c) {
        const ComparedColumn& column = comparison.columns[c];
        json row{{"row", column.reference().toStdString()},
                 {"title", column.title().toStdString()},
                 {"repeats", column.repeats},
                 {"verdict", c == comparison.baseline ? json() : verdictJson(comparison.verdicts[c])}};
        if (column.diagnosis) row["diagnosis"] = diagnosisJson(*column.diagnosis);
        out["rows"].push_back(std::move(row));
    }
    for (const ComparedField& field : comparison.fields) {
        if (!all && !field.differs && !field.isFigure()) continue;
        json values = json::array(), ratios = json::array();
        for (std::size_t c = 0; c < field.values.size(); ++c) {
            values.push_back(cellJson(field.values[c]));
            const auto ratio = comparison.ratio(field, c);
            ratios.push_back(ratio ? json(*ratio) : json());
        }
        json told{
            {"field", field.name.toStdString()}, {"differs", field.differs}, {"values", std::move(values)}};
        if (field.isFigure()) told["ratios"] = std::move(ratios);
        out["fields"].push_back(std::move(told));
    }
    return out;
}

QString valueWithRatio(const Comparison& comparison, const ComparedField& field, std::size_t column) {
    const QString text = cellLine(field.values[column]);
    const auto ratio = field.isFigure() ? comparison.ratio(field, column) : std::nullopt;
    if (!ratio || column == comparison.baseline) return text;
    return QStringLiteral("%1 (x %2)").arg(text, QString::number(*ratio, 'f', 3));
}

QString comparisonText(const Comparison& comparison, bool all) {
    std::vector<QStringList> lines;
    QStringList header{QString()};
    for (std::size_t c = 0; c < comparison.columns.size(); ++c) {
        const bool base = c == comparison.baseline;
        header << comparison.columns[c].title() + (base ? QStringLiteral(" (baseline)") : QString());
    }
    lines.push_back(header);
    for (const ComparedField& field : comparison.fields) {
        if (!all && !field.differs) continue;
        const bool mark = field.group == FieldGroup::Environment && field.differs;
        QStringList line{(mark ? QStringLiteral("! ") : QStringLiteral("  ")) + field.name};
        for (std::size_t c = 0; c < field.values.size(); ++c) line << valueWithRatio(comparison, field, c);
        lines.push_back(line);
    }
    QString text = alignedTable(lines, std::vector<bool>(comparison.columns.size() + 1, false));
    text += QStringLiteral("(! the machine or its software differs%1)\n\n")
                .arg(all ? QString() : QStringLiteral("; --all shows what is the same, too"));
    for (std::size_t c = 0; c < comparison.columns.size(); ++c) {
        if (c != comparison.baseline) text += verdictLine(comparison, c) + QLatin1Char('\n');
    }
    for (const ComparedColumn& column : comparison.columns) {
        if (column.diagnosis)
            text += QStringLiteral("%1: %2\n").arg(column.reference(), diagnosisLine(*column.diagnosis));
    }
    return text;
}

}  // namespace

CompareCommand::CompareCommand(CLI::App& app)
    : m_command(app.add_subcommand("compare", "Runs and published rows side by side, with a verdict")) {
    m_command->add_option("row", m_rows,
                          "12 (a run), ref:17 (a published row), imp:5 (an imported one), 12+13 (pooled)");
    m_command->add_option("--baseline", m_baseline,
                          "The row that the others are compared with (default: the first)");
    m_command->add_flag("--all", m_all, "Also what does not differ");
    m_command->add_option("--saved", m_saved, "A comparison kept under this name, instead of rows");
    m_command->add_option("--save", m_save, "Keep the comparison under this name");
    m_command->add_option("--format", m_format, "A table for a file instead: csv, tsv, json or md")
        ->check(CLI::IsMember({"csv", "tsv", "json", "md"}));
    m_command->add_option("--output,-o", m_output, "Its file; - is standard output")->capture_default_str();
    m_command->add_option("--db", m_database, "The run database");
    m_command->add_flag("--json", m_json, "Print one JSON object");
    m_command->footer(
        "\nThe verdict is a Mann-Whitney U test between the repeats (never iterations) of two rows; below 4 "
        "repeats\n"
        "a side it says that there are too few to tell.\n"
        "\nExamples:\n"
        "  arcmeter-cli compare 12 13\n"
        "  arcmeter-cli compare 12+14+16 13+15+17 ref:1 --baseline ref:1 --json");
}

SavedComparison CompareCommand::asked(const RunStore& store) const {
    SavedComparison comparison;
    if (!m_saved.empty()) {
        for (SavedComparison& kept : store.comparisons()) {
            if (kept.name == QString::fromStdString(m_saved)) comparison = kept;
        }
        if (comparison.columns.empty()) {
            throw Error(ErrorCode::invalid_config,
                        "There is no comparison '" + m_saved + "' in this database.");
        }
    }
    for (const std::string& row : m_rows)
        comparison.columns.push_back(columnFromString(QString::fromStdString(row)));
    if (comparison.columns.size() < 2) {
        throw Error(ErrorCode::invalid_config, "compare needs two rows at least.",
                    "arcmeter-cli history list --show all shows them.");
    }
    if (m_baseline.empty()) return comparison;
    const auto baseline = columnFromString(QString::fromStdString(m_baseline));
    const auto found = std::find(comparison.columns.begin(), comparison.columns.end(), baseline);
    if (found == comparison.columns.end()) {
        throw Error(ErrorCode::invalid_config,
                    "baseline is '" + m_baseline + "'; allowed: one of the rows that are compared.");
    }
    comparison.baseline = static_cast<std::size_t>(found - comparison.columns.begin());
    return comparison;
}

int CompareCommand::execute() {
    const auto store = m_save.empty() ? openStore(m_database) : openStoreForWriting(m_database);
    SavedComparison chosen = asked(*store);
    std::vector<ComparedColumn> columns;
    for (const auto& members : chosen.columns) columns.push_back(loadColumn(*store, members));
    const Comparison comparison = compare(std::move(columns), chosen.baseline);
    if (!m_save.empty()) {
        chosen.name = QString::fromStdString(m_save);
        store->saveComparison(chosen);
    }
    if (!m_format.empty()) {
        writeTable(comparisonTable(comparison, m_all),
                   *tableFormatFromString(QString::fromStdString(m_format)),
                   QString::fromStdString(m_output));
    } else if (m_json) {
        print(QString::fromStdString(comparisonJson(comparison, m_all).dump()) + QLatin1Char('\n'));
    } else {
        print(comparisonText(comparison, m_all));
    }
    return exit_done;
}

}  // namespace arcmeter::app::cli
