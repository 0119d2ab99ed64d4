// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Terminal.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/protocol/events.h"

namespace arcmeter::app::cli {

void print(const QString& text) {
    const QByteArray bytes = text.toUtf8();
    const auto size = static_cast<std::size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) != size || std::fflush(stdout) != 0) {
        throw Error(ErrorCode::invalid_config, "Standard output cannot be written.");
    }
}

void say(const QString& text) {
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

int reportError(const Error& error) {
    QString line = QStringLiteral("arcmeter-cli: ") + QString::fromUtf8(error.what());
    if (!error.hint().empty()) line += QLatin1Char(' ') + QString::fromStdString(error.hint());
    say(line + QLatin1Char('\n'));
    return exit_code_of(error.code());
}

int reportErrorEvent(const Error& error) {
    const protocol::ErrorEvent event{error.code(), 0, error.what(), error.hint(), false};
    say(QString::fromStdString(protocol::to_line({0, event})) + QLatin1Char('\n'));
    return exit_code_of(error.code());
}

QString alignedTable(const std::vector<QStringList>& rows, const std::vector<bool>& rightAligned) {
    std::vector<qsizetype> widths(rightAligned.size(), 0);
    for (const QStringList& row : rows) {
        for (std::size_t c = 0; c < widths.size(); ++c) {
            widths[c] = std::max(widths[c], row[static_cast<qsizetype>(c)].size());
        }
    }
    QString out;
    for (const QStringList& row : rows) {
        QString line;
        for (std::size_t c = 0; c < widths.size(); ++c) {
            const QString& text = row[static_cast<qsizetype>(c)];
            if (c > 0) line += QStringLiteral("  ");
            line += rightAligned[c] ? text.rightJustified(widths[c]) : text.leftJustified(widths[c]);
        }
        while (line.endsWith(QLatin1Char(' '))) line.chop(1);
        out += line + QLatin1Char('\n');
    }
    return out;
}

QString bytesText(qint64 bytes) {
    constexpr double gibibyte = 1024.0 * 1024 * 1024;
    const double value = static_cast<double>(bytes);
    if (value >= gibibyte) return QString::number(value / gibibyte, 'f', 2) + QStringLiteral(" GiB");
    return QString::number(value / (1024.0 * 1024), 'f', 1) + QStringLiteral(" MiB");
}

QString figureText(double value) {
    const int decimals = std::abs(value) >= 1000 ? 1 : std::abs(value) >= 10 ? 2 : 3;
    return QString::number(value, 'f', decimals);
}

}  // namespace arcmeter::app::cli
