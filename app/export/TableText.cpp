// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/TableText.h"

#include <nlohmann/json.hpp>

#include "app/export/Escape.h"

namespace arcmeter::app {
namespace {

/// The cell as UTF-8, free text passed through `escape`; empty for 'unknown'.
template <typename Escape>
QByteArray cellText(const Cell& cell, Escape escape) {
    if (const auto* text = std::get_if<QString>(&cell)) return escape(*text).toUtf8();
    return plainText(cell).toUtf8();
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

QByteArray jsonText(const QString& text) {
    return QByteArray::fromStdString(nlohmann::json(text.toStdString()).dump());
}

QByteArray jsonCell(const Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return "null";
    if (const auto* text = std::get_if<QString>(&cell)) return jsonText(*text);
    if (const auto* truth = std::get_if<bool>(&cell)) return *truth ? "true" : "false";
    return plainText(cell).toUtf8();
}

QByteArray jsonObject(const Table& table, const std::vector<Cell>& row) {
    QByteArray out = "{";
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        if (c > 0) out += ", ";
        out += jsonText(table.columns[c]) + ": " + jsonCell(row[static_cast<std::size_t>(c)]);
    }
    return out + '}';
}

QByteArray sqlText(QString text) {
    // A NUL would end the statement in most programs.
    text.remove(QChar(0)).replace(QLatin1Char('\''), QStringLiteral("''"));
    return '\'' + text.toUtf8() + '\'';
}

QByteArray sqlName(QString name) {
    return '"' + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")).toUtf8() + '"';
}

QByteArray sqlCell(const Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return "NULL";
    if (const auto* text = std::get_if<QString>(&cell)) return sqlText(*text);
    return plainText(cell).toUtf8();
}

/// The narrowest type that holds every value of a column.
QByteArray sqlType(const Table& table, std::size_t column) {
    bool any = false;
    bool real = false;
    for (const auto& row : table.rows) {
        const Cell& value = row[column];
        if (std::holds_alternative<std::monostate>(value)) continue;
        if (std::holds_alternative<QString>(value)) return "TEXT";
        any = true;
        real = real || std::holds_alternative<double>(value) || std::holds_alternative<NumberText>(value);
    }
    if (!any) return "TEXT";
    return real ? "DOUBLE PRECISION" : "BIGINT";
}

}  // namespace

QByteArray renderCsv(const Table& table) {
    return renderSeparated(table, ',', csvText);
}

QByteArray renderTsv(const Table& table) {
    return renderSeparated(table, '\t', tsvText);
}

QByteArray renderJson(const Table& table) {
    QByteArray out = "[";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += (r == 0 ? "\n  " : ",\n  ") + jsonObject(table, table.rows[r]);
    }
    return out + "\n]\n";
}

QByteArray renderJsonLines(const Table& table) {
    QByteArray out;
    for (const auto& row : table.rows) out += jsonObject(table, row) + '\n';
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

QByteArray renderSql(const Table& table) {
    const QByteArray name = sqlName(table.name);
    QByteArray columns;
    QByteArray definitions;
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        const QByteArray column = sqlName(table.columns[c]);
        if (c > 0) {
            columns += ", ";
            definitions += ",\n";
        }
        columns += column;
        definitions += "    " + column + ' ' + sqlType(table, static_cast<std::size_t>(c));
    }
    QByteArray out = "BEGIN;\nCREATE TABLE " + name + " (\n" + definitions + "\n);\n";
    for (const auto& row : table.rows) {
        QByteArray values;
        for (std::size_t c = 0; c < row.size(); ++c) values += (c == 0 ? "" : ", ") + sqlCell(row[c]);
        out += "INSERT INTO " + name + " (" + columns + ") VALUES (" + values + ");\n";
    }
    return out + "COMMIT;\n";
}

}  // namespace arcmeter::app
