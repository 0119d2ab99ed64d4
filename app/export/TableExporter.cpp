// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/TableExporter.h"

#include <QFile>
#include <QSaveFile>
#include <array>
#include <cstdio>

#include "app/export/TableDocuments.h"
#include "app/export/TableText.h"
#include "app/export/XlsxBook.h"
#include "app/paths/AppPaths.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

struct FormatEntry {
    TableFormat format;
    const char* name;
    const char* title;
    QByteArray (*render)(const Table&);
};

constexpr std::array<FormatEntry, 9> entries{{
    {TableFormat::Csv, "csv", "CSV", renderCsv},
    {TableFormat::Tsv, "tsv", "TSV", renderTsv},
    {TableFormat::Json, "json", "JSON", renderJson},
    {TableFormat::JsonLines, "jsonl", "JSON Lines", renderJsonLines},
    {TableFormat::Markdown, "md", "Markdown", renderMarkdown},
    {TableFormat::Html, "html", "HTML", renderHtml},
    {TableFormat::Latex, "tex", "LaTeX", renderLatex},
    {TableFormat::Xlsx, "xlsx", "XLSX", renderXlsx},
    {TableFormat::Sql, "sql", "SQL", renderSql},
}};

const FormatEntry& entryOf(TableFormat format) {
    return entries[static_cast<std::size_t>(format)];
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

const std::vector<TableFormat>& tableFormats() {
    static const std::vector<TableFormat> all = [] {
        std::vector<TableFormat> formats;
        for (const FormatEntry& entry : entries) formats.push_back(entry.format);
        return formats;
    }();
    return all;
}

QString toString(TableFormat format) {
    return QLatin1String(entryOf(format).name);
}

QString titleOf(TableFormat format) {
    return QLatin1String(entryOf(format).title);
}

std::optional<TableFormat> tableFormatFromString(const QString& name) {
    for (const FormatEntry& entry : entries) {
        if (name == QLatin1String(entry.name)) return entry.format;
    }
    return std::nullopt;
}

QByteArray renderTable(const Table& table, TableFormat format) {
    return entryOf(format).render(table);
}

void writeTable(const Table& table, TableFormat format, const QString& file) {
    writeWhole(renderTable(table, format), file);
}

void writeWhole(const QByteArray& bytes, const QString& file) {
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
