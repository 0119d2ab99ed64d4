// SPDX-License-Identifier: GPL-3.0-or-later
// Imported rows and kept comparisons: the statements behind RunStore's functions of the same names.
#pragma once

#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class Connection;

/// Inside a transaction; returns the import's number.
qint64 insertImport(Connection& connection, const ImportRecord& record, const std::vector<ImportedRow>& rows);

std::vector<HistoryRow> readImported(Connection& connection);   ///< of imports that are not undone
std::vector<ImportRecord> readImports(Connection& connection);  ///< the same, newest first
std::vector<double> readImportedRepeats(Connection& connection, qint64 rowId);

void writeComparison(Connection& connection, const SavedComparison& comparison);
/// Throws Error when there is no `from`, or there is a `to`.
void moveComparison(Connection& connection, const QString& from, const QString& to);
std::vector<SavedComparison> readComparisons(Connection& connection);  ///< by name

}  // namespace arcmeter::app
