// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/export/Escape.h"
#include "app/report/ReportRenderer.h"

namespace arcmeter::app {
namespace {

constexpr double barCharacters = 40;

QString block(const ReportHeading& heading) {
    return QString(heading.level, QLatin1Char('#')) + QLatin1Char(' ') + heading.text +
           QStringLiteral("\n\n");
}

QString block(const ReportParagraph& paragraph) {
    return paragraph.text + QStringLiteral("\n\n");
}

QString block(const ReportTable& table) {
    QString head = QStringLiteral("|");
    QString rule = QStringLiteral("|");
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        head += QStringLiteral(" %1 |").arg(markdownText(table.columns[c]));
        rule += table.isFigure[static_cast<std::size_t>(c)] ? QStringLiteral(" ---: |")
                                                            : QStringLiteral(" --- |");
    }
    QString out = head + QLatin1Char('\n') + rule + QLatin1Char('\n');
    for (const auto& row : table.rows) {
        out += QLatin1Char('|');
        for (const ReportCell& cell : row) out += QStringLiteral(" %1 |").arg(markdownText(cell.text));
        out += QLatin1Char('\n');
    }
    return out + QLatin1Char('\n');
}

QString block(const ReportChart& chart) {
    double largest = 0;
    qsizetype nameWidth = 0;
    for (const ReportChart::Series& series : chart.series) {
        nameWidth = std::max(nameWidth, series.name.size());
        for (const auto& value : series.values) largest = std::max(largest, value.value_or(0));
    }
    if (largest <= 0) return {};
    QString out = QStringLiteral("```text\n%1 (%2)\n").arg(chart.title, chart.unit);
    for (qsizetype c = 0; c < chart.categories.size(); ++c) {
        for (const ReportChart::Series& series : chart.series) {
            const auto& value = series.values[static_cast<std::size_t>(c)];
            if (!value) continue;
            const int length = std::max(1, static_cast<int>(*value / largest * barCharacters + 0.5));
            out += QStringLiteral("%1  %2  %3 %4\n")
                       .arg(chart.categories[c].leftJustified(4), series.name.leftJustified(nameWidth),
                            QString(length, QChar(0x2588)), QString::number(*value, 'f', 1));
        }
    }
    return out + QStringLiteral("```\n\n");
}

}  // namespace

QByteArray renderReportMarkdown(const ReportDocument& document) {
    QString out = QStringLiteral("# %1\n\n").arg(document.title);
    for (const ReportBlock& each : document.blocks) {
        out += std::visit([](const auto& item) { return block(item); }, each);
    }
    return (out.trimmed() + QLatin1Char('\n')).toUtf8();
}

}  // namespace arcmeter::app
