// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands print, and how.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "engine/protocol/error.h"

namespace arcmeter::app::cli {

/// UTF-8 to standard output. Throws Error when it cannot be written (a full disk, a closed pipe).
void print(const QString& text);

/// UTF-8 to standard error.
void say(const QString& text);

/// One line on standard error; its exit code.
int reportError(const Error& error);

/// The error as the protocol's event, one JSON line on standard error; its exit code.
int reportErrorEvent(const Error& error);

/// Columns padded to their widest cell; `rightAligned` by column.
QString alignedTable(const std::vector<QStringList>& rows, const std::vector<bool>& rightAligned);

QString bytesText(qint64 bytes);   ///< "2.1 GiB"
QString figureText(double value);  ///< four significant digits at least, C locale: "5.123", "1234.5"

}  // namespace arcmeter::app::cli
