// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a Table as CSV, TSV, JSON or Markdown: UTF-8, C-locale numbers that read back to the same value,
// files whole or not at all. In CSV and TSV an unknown cell is empty and free text that a spreadsheet would
// take for a formula (it begins with = + - @, tab or return) gets an apostrophe in front; numbers are never
// touched.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "app/export/Table.h"

namespace arcmeter::app {

enum class TableFormat { Csv, Tsv, Json, Markdown };

QString toString(TableFormat format);  ///< "csv", "tsv", "json", "md": also the file ending
std::optional<TableFormat> tableFormatFromString(const QString& name);

/// CSV: RFC 4180 with \n line ends. TSV: tab and line breaks inside text become spaces. JSON: an array of
/// objects, unknown is null. Markdown: a pipe table, unknown is '-'.
QByteArray renderTable(const Table& table, TableFormat format);

/// Writes the whole file or nothing; "-" is standard output. Throws Error naming the file and the reason.
void writeTable(const Table& table, TableFormat format, const QString& file);

}  // namespace arcmeter::app
