// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a Table in every format that leaves the program: UTF-8, C-locale numbers that read back to the same
// value, files whole or not at all. In CSV, TSV and XLSX free text that a spreadsheet would take for a
// formula (it begins with = + - @, tab or return) gets an apostrophe in front; numbers are never touched.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

#include "app/export/Table.h"

namespace arcmeter::app {

enum class TableFormat { Csv, Tsv, Json, JsonLines, Markdown, Html, Latex, Xlsx, Sql };

/// In the order in which they are offered.
const std::vector<TableFormat>& tableFormats();

/// "csv", "tsv", "json", "jsonl", "md", "html", "tex", "xlsx", "sql": also the file ending.
QString toString(TableFormat format);
std::optional<TableFormat> tableFormatFromString(const QString& name);
QString titleOf(TableFormat format);  ///< "CSV", "JSON Lines": a proper name, the same in every language

/// CSV: RFC 4180 with \n line ends, unknown is empty. TSV: the same with tabs; tabs and line breaks inside
/// text become spaces. JSON: an array of objects, unknown is null. JSON Lines: one object a line. Markdown: a
/// pipe table, unknown is '-'. HTML and LaTeX: see TableDocuments.h. XLSX: typed cells, unknown is empty.
/// SQL: CREATE TABLE and INSERTs in one transaction, for SQLite and PostgreSQL.
QByteArray renderTable(const Table& table, TableFormat format);

/// Writes the whole file or nothing; "-" is standard output. Throws Error naming the file and the reason.
void writeTable(const Table& table, TableFormat format, const QString& file);

/// The same for bytes that were rendered elsewhere.
void writeWhole(const QByteArray& bytes, const QString& file);

}  // namespace arcmeter::app
