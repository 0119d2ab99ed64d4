// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a text file of unknown origin, each byte checked: what is not plain UTF-8 text of a sensible
// length is told, not guessed at.
#pragma once

#include <QByteArray>
#include <QString>
#include <vector>

namespace arcmeter::app {

inline constexpr qint64 import_file_bytes_limit = 64LL << 20;
inline constexpr qsizetype import_line_bytes_limit = 1 << 20;

struct TextLine {
    qint64 number = 0;  ///< from 1
    QString text;       ///< without its end; of a damaged line its readable beginning
    QString damage;     ///< why it is no text, one clause; empty for a good line
};

/// The whole file; throws Error naming the file where it cannot be read or is larger than the limit.
QByteArray importFileBytes(const QString& file);

/// Lines end with LF or CRLF; a byte order mark at the start is skipped.
std::vector<TextLine> textLines(const QByteArray& bytes);

/// A line as messages show it: printable, at most 80 characters.
QString excerptOf(const QString& text);

}  // namespace arcmeter::app
