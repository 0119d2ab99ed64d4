// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ImportRows.h"

#include <QDateTime>
#include <nlohmann/json.hpp>

#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/store/Connection.h"
#include "app/store/RowFields.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

QString now() {
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ssZ"));
}

/// A string that is never NULL in a NOT NULL column.
QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}

QString rowJson(const HistoryRow& row) {
    const QByteArray list = renderTable(historyTable({row}), TableFormat::Json);
    const json parsed = json::parse(list.constBegin(), list.constEnd());
    json known = json::object();
    for (const auto& [name, value] : parsed.at(0).items()) {
        if (!value.is_null()) known[name] = value;
    }
    return QString::fromStdString(known.dump());
}

QString valueText(const json& value) {
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    if (value.is_boolean()) return value.get<bool>() ? QStringLiteral("1") : QStringLiteral("0");
    return QString::fromStdString(value.dump());
}

HistoryRow rowFrom(const QString& stored) {
    HistoryRow row;
    const json object = json::parse(stored.toStdString(), nullptr, false);
    if (object.is_object()) {
        // What a newer program wrote and this one does not know stays unknown.
        for (const auto& [name, value] : object.items())
            setRowField(row, QString::fromStdString(name), valueText(value));
    }
    row.kind = HistoryRow::Kind::Imported;
    return row;
}

std::vector<double> numbersFrom(const QString& stored) {
    std::vector<double> numbers;
    const json list = json::parse(stored.toStdString(), nullptr, false);
    if (!list.is_array()) return numbers;
    for (const json& item : list) {
        if (item.is_number()) numbers.push_back(item.get<double>());
    }
    return numbers;
}

QString definitionOf(const SavedComparison& comparison) {
    json columns = json::array();
    for (const std::vector<RowReference>& column : comparison.columns) {
        json members = json::array();
        for (const RowReference& member : column) members.push_back(toString(member).toStdString());
        columns.push_back(std::move(members));
    }
    const json definition{{"columns", std::move(columns)}, {"baseline", comparison.baseline}};
    return QString::fromStdString(definition.dump());
}

SavedComparison comparisonFrom(const QString& name, const QString& stored) {
    SavedComparison comparison;
    comparison.name = name;
    const json definition = json::parse(stored.toStdString(), nullptr, false);
    if (!definition.is_object()) return comparison;
    const json columns = definition.value("columns", json::array());
    for (const json& members : columns) {
        std::vector<RowReference> column;
        if (!members.is_array()) continue;
        for (const json& member : members) {
            if (!member.is_string()) continue;
            if (const auto reference =
                    rowReferenceFromString(QString::fromStdString(member.get<std::string>())))
                column.push_back(*reference);
        }
        if (!column.empty()) comparison.columns.push_back(std::move(column));
    }
    const json baseline = definition.value("baseline", json(0));
    if (baseline.is_number_unsigned() && baseline.get<std::size_t>() < comparison.columns.size())
        comparison.baseline = baseline.get<std::size_t>();
    return comparison;
}

}  // namespace

qint64 insertImport(Connection& connection, const ImportRecord& record,
                    const std::vector<ImportedRow>& rows) {
    QSqlQuery made =
        connection.run(QStringLiteral("INSERT INTO import (imported_at, file, format, sha256, problems) "
                                      "VALUES (?, ?, ?, ?, ?)"),
                       {now(), text(record.file), text(record.format), text(record.sha256), record.problems});
    const qint64 id = made.lastInsertId().toLongLong();
    QSqlQuery insert = connection.prepare(
        QStringLiteral("INSERT INTO imported_result (import_id, line, result, repeats) VALUES (?, ?, ?, ?)"));
    for (const ImportedRow& row : rows) {
        connection.run(insert,
                       {id, row.line, rowJson(row.row), QString::fromStdString(json(row.repeats).dump())});
    }
    return id;
}

std::vector<HistoryRow> readImported(Connection& connection) {
    std::vector<HistoryRow> rows;
    QSqlQuery query = connection.run(QStringLiteral(
        "SELECT imported_result.id, result, file FROM imported_result JOIN import ON import.id = import_id "
        "WHERE deleted_at IS NULL ORDER BY imported_result.id"));
    while (query.next()) {
        HistoryRow row = rowFrom(query.value(1).toString());
        row.id = query.value(0).toLongLong();
        row.importedFrom = query.value(2).toString();
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<ImportRecord> readImports(Connection& connection) {
    std::vector<ImportRecord> records;
    QSqlQuery query =
        connection.run(QStringLiteral("SELECT id, imported_at, file, format, sha256, problems, "
                                      "(SELECT count(*) FROM imported_result WHERE import_id = import.id) "
                                      "FROM import WHERE deleted_at IS NULL ORDER BY id DESC"));
    while (query.next()) {
        records.push_back({query.value(0).toLongLong(), query.value(1).toString(), query.value(2).toString(),
                           query.value(3).toString(), query.value(4).toString(), query.value(6).toLongLong(),
                           query.value(5).toLongLong()});
    }
    return records;
}

std::vector<double> readImportedRepeats(Connection& connection, qint64 rowId) {
    return numbersFrom(
        connection.text(QStringLiteral("SELECT repeats FROM imported_result WHERE id = ?"), {rowId}));
}

void writeComparison(Connection& connection, const SavedComparison& comparison) {
    connection.run(QStringLiteral("INSERT INTO comparison (name, created_at, definition) VALUES (?, ?, ?) "
                                  "ON CONFLICT (name) DO UPDATE SET definition = excluded.definition"),
                   {comparison.name, now(), definitionOf(comparison)});
}

void moveComparison(Connection& connection, const QString& from, const QString& to) {
    const auto count = [&connection](const QString& name) {
        return connection.number(QStringLiteral("SELECT count(*) FROM comparison WHERE name = ?"), {name});
    };
    if (to.trimmed().isEmpty()) {
        throw Error(ErrorCode::invalid_config, "A comparison needs a name of at least one letter.");
    }
    if (count(from) == 0) {
        throw Error(ErrorCode::invalid_config,
                    QStringLiteral("There is no comparison '%1' in this database.").arg(from).toStdString());
    }
    if (from != to && count(to) > 0) {
        throw Error(
            ErrorCode::invalid_config,
            QStringLiteral("There is a comparison '%1' already; choose another name.").arg(to).toStdString());
    }
    connection.run(QStringLiteral("UPDATE comparison SET name = ? WHERE name = ?"), {to, from});
}

std::vector<SavedComparison> readComparisons(Connection& connection) {
    std::vector<SavedComparison> comparisons;
    QSqlQuery query = connection.run(QStringLiteral("SELECT name, definition FROM comparison ORDER BY name"));
    while (query.next()) {
        comparisons.push_back(comparisonFrom(query.value(0).toString(), query.value(1).toString()));
    }
    return comparisons;
}

}  // namespace arcmeter::app
