// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ReferenceResults.h"

#include <QCryptographicHash>
#include <nlohmann/json.hpp>

#include "app/catalog/Resources.h"
#include "app/store/Connection.h"
#include "app/store/RowFields.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const QString& name, int line, const QString& what) {
    throw Error(ErrorCode::internal,
                QStringLiteral("%1, line %2: %3.").arg(name).arg(line).arg(what).toStdString());
}

QStringList cellsOf(const QString& line) {
    QStringList cells;
    QString cell;
    bool quoted = false;
    for (const QChar c : line) {
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
        } else if (c == QLatin1Char(',') && !quoted) {
            cells << cell;
            cell.clear();
        } else {
            cell += c;
        }
    }
    return cells << cell;
}

json shippedIndex() {
    const QByteArray bytes = resourceBytes(QStringLiteral("reference/sources.json"));
    return json::parse(bytes.constBegin(), bytes.constEnd());
}

QString nameIn(const json& item) {
    return QStringLiteral("reference/") + QString::fromStdString(item.get<std::string>());
}

QString shippedRevision() {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(resourceBytes(QStringLiteral("reference/sources.json")));
    const json index = shippedIndex();
    for (const json& file : index.at("files")) hash.addData(resourceBytes(nameIn(file)));
    return QString::fromLatin1(hash.result().toHex());
}

template <typename Value>
QVariant bound(const std::optional<Value>& value) {
    return value ? QVariant::fromValue(*value) : QVariant();
}

QString bound(const QString& text) {
    return text.isNull() ? QLatin1String("") : text;  // a null string would become NULL
}

void insertReference(Connection& connection, const HistoryRow& row) {
    connection.run(
        QStringLiteral(
            "INSERT INTO reference_result (source, source_url, framework, framework_version, model, "
            "dataset, parallelism, sample_ratio, precision, nodes, gpus_per_node, batch_size_per_device, "
            "batch_is_max, num_classes, samples_per_s, samples_per_s_text, memory_mib_per_gpu, "
            "max_num_classes, hardware) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {bound(row.source), bound(row.sourceUrl), bound(row.framework), bound(row.frameworkVersion),
         bound(row.model), bound(row.dataset), bound(row.parallelism), bound(row.sampleRatio),
         bound(row.precision), bound(row.nodes), bound(row.devicesPerNode), bound(row.batchSizePerDevice),
         bound(row.batchIsMax), bound(row.numClasses), bound(row.samplesPerSecond),
         bound(row.publishedFigure), bound(row.memoryMib), bound(row.maxNumClasses), bound(row.hardware)});
}

}  // namespace

std::vector<HistoryRow> parseReferenceCsv(const QString& name, const QByteArray& bytes) {
    const QStringList lines = QString::fromUtf8(bytes).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    if (lines.isEmpty()) refuse(name, 1, QStringLiteral("the header line is missing"));
    const QStringList columns = cellsOf(lines.front().trimmed());
    for (const QString& column : columns) {
        if (!isRowField(column)) refuse(name, 1, QStringLiteral("'%1' is no known column").arg(column));
    }
    std::vector<HistoryRow> rows;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QStringList cells = cellsOf(lines[i].trimmed());
        if (cells.size() != columns.size()) {
            refuse(name, static_cast<int>(i) + 1,
                   QStringLiteral("%1 cells where the header has %2").arg(cells.size()).arg(columns.size()));
        }
        HistoryRow row;
        row.kind = HistoryRow::Kind::Published;
        for (qsizetype c = 0; c < cells.size(); ++c) {
            const QString wrong = setRowField(row, columns[c], cells[c]);
            if (!wrong.isEmpty()) refuse(name, static_cast<int>(i) + 1, wrong);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<HistoryRow> shippedReferenceResults() {
    const json index = shippedIndex();
    std::vector<HistoryRow> all;
    for (const json& file : index.at("files")) {
        for (HistoryRow& row : parseReferenceCsv(nameIn(file), resourceBytes(nameIn(file)))) {
            const std::string url = index.at("sources").value(row.source.toStdString(), std::string());
            row.sourceUrl = QString::fromStdString(url);
            all.push_back(std::move(row));
        }
    }
    return all;
}

void loadReferenceResults(Connection& connection) {
    const QString revision = shippedRevision();
    const QString property =
        QStringLiteral("SELECT value FROM store_property WHERE name = 'reference_revision'");
    if (connection.text(property) == revision) return;
    connection.run(QStringLiteral("DELETE FROM reference_result"));
    for (const HistoryRow& row : shippedReferenceResults()) insertReference(connection, row);
    connection.run(QStringLiteral("INSERT OR REPLACE INTO store_property (name, value) "
                                  "VALUES ('reference_revision', ?)"),
                   {revision});
}

}  // namespace arcmeter::app
