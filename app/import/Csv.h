// SPDX-License-Identifier: GPL-3.0-or-later
// Records of a CSV file (RFC 4180): cells with commas, quotes and line breaks in quotes.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "app/import/TextLines.h"

namespace arcmeter::app {

struct CsvRecord {
    qint64 line = 0;  ///< where it begins
    QStringList cells;
    QString damage;  ///< why it cannot be read, one clause; the cells then mean nothing
    QString text;    ///< its first line
};

/// Empty lines are skipped. A quote that is never closed damages its own line only.
std::vector<CsvRecord> csvRecords(const std::vector<TextLine>& lines);

}  // namespace arcmeter::app
