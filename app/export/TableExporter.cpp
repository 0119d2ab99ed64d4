// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/TableExporter.h"

#include <QFile>
#include <QLocale>
#include <QSaveFile>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/paths/AppPaths.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr std::array<std::pair<TableFormat, const char*>, 4> formatNames{{{TableFormat::Csv, "csv"},
                                                                          {TableFormat::Tsv, "tsv"},
                                                                          {TableFormat::Json, "json"},
                                                                          {TableFormat::Markdown, "md"}}};

QByteArray numberText(double value) {
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

/// Text a spreadsheet would run as a formula becomes plain text.
QString withoutFormula(const QString& text) {
    static const QString starts = QStringLiteral("=+-@\t\r");
    return !text.isEmpty() && starts.contains(text.front()) ? QLatin1Char('\'') + text : text;
}

/// The cell as UTF-8, free text passed through `escape`; empty for 'unknown'.
template <typename Escape>
QByteArray cellText(const Cell& cell, Escape escape) {
    if (const auto* text = std::get_if<QString>(&cell)) return escape(*text).toUtf8();
    if (const auto* whole = std::get_if<qint64>(&cell)) return QByteArray::number(*whole);
    if (const auto* real = std::get_if<double>(&cell)) return numberText(*real);
    if (const auto* truth = std::get_if<bool>(&cell)) return *truth ? "1" : "0";
    if (const auto* number = std::get_if<NumberText>(&cell)) return number->text.toUtf8();
    return {};
}

QString csvText(const QString& text) {
    QString safe = withoutFormula(text);
    const bool quoted = safe.contains(QLatin1Char(',')) || safe.contains(QLatin1Char('"')) ||
                        safe.contains(QLatin1Char('\n')) || safe.contains(QLatin1Char('\r'));
    if (!quoted) return safe;
    return QLatin1Char('"') + safe.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

QString tsvText(const QString& text) {
    QString safe = withoutFormula(text);
    for (QChar& c : safe) {
        if (c == QLatin1Char('\t') || c == QLatin1Char('\n') || c == QLatin1Char('\r')) c = QLatin1Char(' ');
    }
    return safe;
}

QString markdownText(const QString& text) {
    QString safe = text;
    safe.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('|'), QStringLiteral("\\|"));
    safe.replace(QLatin1Char('\n'), QStringLiteral("<br>")).remove(QLatin1Char('\r'));
    return safe;
}

template <typename Escape>
QByteArray renderSeparated(const Table& table, char separator, Escape escape) {
    QByteArray out;
    const auto line = [&](const auto& cells, const auto& textOf) {
        bool first = true;
        for (const auto& item : cells) {
            if (!first) out += separator;
            first = false;
            out += textOf(item);
        }
        out += '\n';
    };
    line(table.columns, [&](const QString& column) { return escape(column).toUtf8(); });
    for (const auto& row : table.rows) line(row, [&](const Cell& item) { return cellText(item, escape); });
    return out;
}

QByteArray renderMarkdown(const Table& table) {
    QByteArray out = "|";
    QByteArray rule = "|";
    for (const QString& column : table.columns) {
        out += ' ' + markdownText(column).toUtf8() + " |";
        rule += " --- |";
    }
    out += '\n' + rule + '\n';
    for (const auto& row : table.rows) {
        out += '|';
        for (const Cell& item : row) {
            const QByteArray text = cellText(item, markdownText);
            out += ' ' + (text.isEmpty() ? QByteArray("-") : text) + " |";
        }
        out += '\n';
    }
    return out;
}

QByteArray jsonText(const QString& text) {
    const std::string quoted = nlohmann::json(text.toStdString()).dump();
    return QByteArray::fromStdString(quoted);
}

QByteArray jsonCell(const Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return "null";
    if (const auto* text = std::get_if<QString>(&cell)) return jsonText(*text);
    if (const auto* truth = std::get_if<bool>(&cell)) return *truth ? "true" : "false";
    return cellText(cell, [](const QString& text) { return text; });
}

QByteArray renderJson(const Table& table) {
    QByteArray out = "[";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += r == 0 ? "\n  {" : ",\n  {";
        for (qsizetype c = 0; c < table.columns.size(); ++c) {
            if (c > 0) out += ", ";
            out += jsonText(table.columns[c]) + ": " + jsonCell(table.rows[r][static_cast<std::size_t>(c)]);
        }
        out += '}';
    }
    return out + "\n]\n";
}

[[noreturn]] void refuse(const QString& file, const QString& why) {
    throw Error(ErrorCode::invalid_config,
                QStringLiteral("%1 cannot be written: %2.").arg(file, why).toStdString());
}

void writeToStandardOutput(const QByteArray& bytes) {
    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.flush()) {
        refuse(QStringLiteral("Standard output"), out.errorString());
    }
}

}  // namespace

QString toString(TableFormat format) {
    for (const auto& [value, name] : formatNames) {
        if (value == format) return QLatin1String(name);
    }
    return {};
}

std::optional<TableFormat> tableFormatFromString(const QString& name) {
    for (const auto& [value, text] : formatNames) {
        if (name == QLatin1String(text)) return value;
    }
    return std::nullopt;
}

QByteArray renderTable(const Table& table, TableFormat format) {
    switch (format) {
        case TableFormat::Csv:
            return renderSeparated(table, ',', csvText);
        case TableFormat::Tsv:
            return renderSeparated(table, '\t', tsvText);
        case TableFormat::Json:
            return renderJson(table);
        case TableFormat::Markdown:
            return renderMarkdown(table);
    }
    return {};
}

void writeTable(const Table& table, TableFormat format, const QString& file) {
    const QByteArray bytes = renderTable(table, format);
    if (file == QStringLiteral("-")) {
        writeToStandardOutput(bytes);
        return;
    }
    paths::requireWritable(file);
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly)) refuse(file, out.errorString());
    out.write(bytes);
    if (!out.commit()) refuse(file, out.errorString());
}

}  // namespace arcmeter::app
