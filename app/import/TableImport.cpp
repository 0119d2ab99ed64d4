// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TableImport.h"

#include <QCoreApplication>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/import/Csv.h"
#include "app/store/RowFields.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

/// What a row must have to be worth keeping: who measured it, and a figure. Empty: it has.
QString missingIn(const HistoryRow& row) {
    if (row.framework.isEmpty()) return Words::tr("framework is empty; a row needs one");
    const bool figure = row.samplesPerSecond || row.maxNumClasses || !row.failureCode.isEmpty();
    return figure ? QString() : Words::tr("neither samples_per_s nor max_num_classes is given");
}

void takeRow(ImportPreview& preview, ImportedRow row) {
    // A run on a CPU is exported with no GPUs: one device all the same.
    if (row.row.device == QStringLiteral("cpu") && row.row.devicesPerNode == 0) row.row.devicesPerNode = 1;
    preview.rows.push_back(std::move(row));
    ++preview.linesRead;
}

QStringList headerOf(const std::vector<CsvRecord>& records) {
    QStringList header;
    if (records.empty()) return header;
    for (const QString& cell : records.front().cells) header << cell.trimmed();
    return header;
}

/// Exports put an apostrophe before text that a spreadsheet would run as a formula.
QString withoutGuard(const QString& text) {
    static const QString starts = QStringLiteral("=+-@");
    const bool guarded = text.size() > 1 && text.front() == QLatin1Char('\'') && starts.contains(text[1]);
    return guarded ? text.mid(1) : text;
}

QString readCells(const QStringList& columns, const QStringList& cells, HistoryRow& row) {
    if (cells.size() != columns.size()) {
        return Words::tr("%1 cells where the header has %2").arg(cells.size()).arg(columns.size());
    }
    for (qsizetype c = 0; c < cells.size(); ++c) {
        const QString wrong = setRowField(row, columns[c], withoutGuard(cells[c].trimmed()));
        if (!wrong.isEmpty()) return wrong;
    }
    return missingIn(row);
}

/// The text of a JSON value as the CSV would have it; nullopt for lists and objects.
std::optional<QString> cellText(const json& value) {
    if (value.is_null()) return QString();
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    if (value.is_boolean()) return value.get<bool>() ? QStringLiteral("1") : QStringLiteral("0");
    if (value.is_number()) return QString::fromStdString(value.dump());
    return std::nullopt;
}

QString readRepeats(const json& results, std::vector<double>& repeats) {
    if (!results.is_array()) return Words::tr("'results' is no list");
    for (const json& result : results) {
        if (!result.is_object()) return Words::tr("'results' holds something that is no result");
        const auto figure = result.find("samples_per_s");
        if (figure == result.end() || !figure->is_number()) continue;
        const auto partial = result.find("partial");
        if (partial != result.end() && partial->is_boolean() && partial->get<bool>()) continue;
        if (const double value = figure->get<double>(); std::isfinite(value) && value > 0)
            repeats.push_back(value);
    }
    return {};
}

/// Unknown names are left out: `history show --json` has more than a row needs, a later version may too.
QString readObject(const json& object, ImportedRow& imported) {
    if (!object.is_object()) return Words::tr("no object with a row's columns");
    for (const auto& [name, value] : object.items()) {
        const QString field = QString::fromStdString(name);
        if (!isRowField(field)) continue;
        const auto text = cellText(value);
        if (!text) return Words::tr("'%1' is neither text nor a number").arg(field);
        const QString wrong = setRowField(imported.row, field, *text);
        if (!wrong.isEmpty()) return wrong;
    }
    if (const auto results = object.find("results"); results != object.end()) {
        const QString wrong = readRepeats(*results, imported.repeats);
        if (!wrong.isEmpty()) return wrong;
    }
    return missingIn(imported.row);
}

void takeObject(const json& object, qint64 line, const QString& text, ImportPreview& preview) {
    ImportedRow imported;
    imported.line = line;
    const QString wrong = readObject(object, imported);
    if (wrong.isEmpty()) {
        takeRow(preview, std::move(imported));
    } else {
        preview.problems.push_back({line, wrong, excerptOf(text)});
    }
}

/// One object a line, as exports write them, between lines with brackets.
void readJsonLines(const std::vector<TextLine>& lines, ImportPreview& preview) {
    for (const TextLine& line : lines) {
        QString text = line.text.trimmed();
        if (text.endsWith(QLatin1Char(','))) text.chop(1);
        if (line.damage.isEmpty() &&
            (text.isEmpty() || text == QStringLiteral("[") || text == QStringLiteral("]"))) {
            continue;
        }
        const json object = line.damage.isEmpty() ? json::parse(text.toStdString(), nullptr, false) : json();
        if (!line.damage.isEmpty() || object.is_discarded()) {
            const QString why = line.damage.isEmpty() ? Words::tr("no whole JSON object") : line.damage;
            preview.problems.push_back({line.number, why, excerptOf(text)});
        } else {
            takeObject(object, line.number, text, preview);
        }
    }
}

/// The lines that hold one whole object each: an export writes each row on a line of its own.
std::vector<const TextLine*> objectLines(const std::vector<TextLine>& lines) {
    std::vector<const TextLine*> found;
    for (const TextLine& line : lines) {
        const QString text = line.text.trimmed();
        const bool whole = text.endsWith(QLatin1Char('}')) || text.endsWith(QStringLiteral("},"));
        if (whole && text.startsWith(QLatin1Char('{'))) found.push_back(&line);
    }
    return found;
}

}  // namespace

bool looksLikeRowCsv(const std::vector<TextLine>& lines) {
    if (lines.empty()) return false;
    const QStringList columns = headerOf(csvRecords({lines.front()}));
    return columns.contains(QStringLiteral("framework")) && columns.size() > 1;
}

bool looksLikeRowJson(const QByteArray& bytes) {
    const QByteArray start = bytes.left(4096).trimmed();
    return start.startsWith('{') || start.startsWith('[');
}

void readCsvRows(const std::vector<TextLine>& lines, ImportPreview& preview) {
    preview.format = ImportFormat::PublishedCsv;
    const std::vector<CsvRecord> records = csvRecords(lines);
    const QStringList columns = headerOf(records);
    for (const QString& column : columns) {
        if (isRowField(column)) continue;
        throw Error(ErrorCode::data_corrupt, QStringLiteral("%1, line 1: '%2' is no known column.")
                                                 .arg(preview.file, excerptOf(column))
                                                 .toStdString());
    }
    for (std::size_t r = 1; r < records.size(); ++r) {
        ImportedRow imported;
        imported.line = records[r].line;
        const QString wrong = records[r].damage.isEmpty() ? readCells(columns, records[r].cells, imported.row)
                                                          : records[r].damage;
        if (wrong.isEmpty()) {
            takeRow(preview, std::move(imported));
        } else {
            preview.problems.push_back({records[r].line, wrong, excerptOf(records[r].text)});
        }
    }
}

void readJsonRows(const QByteArray& bytes, const std::vector<TextLine>& lines, ImportPreview& preview) {
    preview.format = ImportFormat::ArcmeterJson;
    const json whole = json::parse(bytes.constBegin(), bytes.constEnd(), nullptr, false);
    if (whole.is_object() && !whole.contains("rows")) {
        takeObject(whole, 1, lines.front().text, preview);
        return;
    }
    const json* rows = whole.is_array() ? &whole : whole.is_object() ? &whole.at("rows") : nullptr;
    if (!rows || !rows->is_array()) {
        readJsonLines(lines, preview);
        return;
    }
    const std::vector<const TextLine*> own = objectLines(lines);
    for (std::size_t r = 0; r < rows->size(); ++r) {
        const bool known = own.size() == rows->size();
        takeObject((*rows)[r], known ? own[r]->number : 1,
                   known ? own[r]->text.trimmed() : Words::tr("row %1").arg(r + 1), preview);
    }
}

}  // namespace arcmeter::app
