// SPDX-License-Identifier: GPL-3.0-or-later
// Rows from tables: published-row CSV and what Arcmeter exports as CSV or JSON.
#pragma once

#include "app/import/ImportPreview.h"
#include "app/import/TextLines.h"

namespace arcmeter::app {

/// CSV with a header line of known columns. Throws Error naming the file where the header is not one; damaged
/// rows go to `preview.problems`.
void readCsvRows(const std::vector<TextLine>& lines, ImportPreview& preview);

/// `history export --format json` (a list of rows, also one a line) or `history show --json` (one run with
/// its repeats). A file that ends too early still gives its whole lines.
void readJsonRows(const QByteArray& bytes, const std::vector<TextLine>& lines, ImportPreview& preview);

bool looksLikeRowCsv(const std::vector<TextLine>& lines);
bool looksLikeRowJson(const QByteArray& bytes);

}  // namespace arcmeter::app
