// SPDX-License-Identifier: GPL-3.0-or-later
// The published results that ship with the program (resources/reference) and their way into the store.
#pragma once

#include <QByteArray>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class Connection;

/// Rows of one CSV file with a header line, plain or quoted cells. Throws Error(internal) naming file and
/// line.
std::vector<HistoryRow> parseReferenceCsv(const QString& name, const QByteArray& bytes);

/// All shipped rows, with the addresses of their sources.
std::vector<HistoryRow> shippedReferenceResults();

/// Makes reference_result hold exactly the shipped rows; does nothing when it already does. Inside a
/// transaction.
void loadReferenceResults(Connection& connection);

}  // namespace arcmeter::app
