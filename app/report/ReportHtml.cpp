// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Escape.h"
#include "app/report/BarLayout.h"
#include "app/report/ReportRenderer.h"

namespace arcmeter::app {
namespace {

constexpr double chartWidth = 620;
constexpr double chartHeight = 240;

const char* const style =
    ":root { color-scheme: light dark; }\n"
    "body { font: 15px/1.5 system-ui, 'Noto Sans CJK SC', sans-serif; max-width: 1080px; margin: 32px auto;"
    " padding: 0 20px; }\n"
    ".wide { overflow-x: auto; }\n"
    "table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }\n"
    "th, td { padding: 4px 10px; border-bottom: 1px solid #8884; text-align: left; }\n"
    "th { border-bottom-width: 2px; vertical-align: bottom; }\n"
    ".n { text-align: right; }\n"
    "figure { margin: 12px 0 28px; }\n"
    "svg { max-width: 100%; height: auto; }\n"
    "h2 { margin-top: 40px; border-bottom: 1px solid #8884; }\n";

QString number(double value) {
    return QString::number(value, 'f', 1);
}

QString svgText(double x, double y, const char* anchor, const QString& text, const QString& ink) {
    return QStringLiteral("<text x=\"%1\" y=\"%2\" text-anchor=\"%3\" fill=\"%4\">%5</text>\n")
        .arg(number(x), number(y), QLatin1String(anchor), ink, htmlText(text));
}

QString svgBar(const QRectF& area, std::size_t series) {
    return QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\" fill=\"%5\"/>\n")
        .arg(number(area.x()), number(area.y()), number(area.width()), number(area.height()),
             barColor(series));
}

QString block(const ReportHeading& heading) {
    return QStringLiteral("<h%1>%2</h%1>\n").arg(heading.level).arg(htmlText(heading.text));
}

QString block(const ReportParagraph& paragraph) {
    return QStringLiteral("<p>%1</p>\n").arg(htmlText(paragraph.text));
}

QString block(const ReportTable& table) {
    const auto place = [&](std::size_t column) {
        return table.isFigure[column] ? QStringLiteral(" class=\"n\"") : QString();
    };
    QString out = QStringLiteral("<div class=\"wide\"><table>\n<thead><tr>");
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        out += QStringLiteral("<th%1>%2</th>")
                   .arg(place(static_cast<std::size_t>(c)), htmlText(table.columns[c]));
    }
    out += QStringLiteral("</tr></thead>\n<tbody>\n");
    for (const auto& row : table.rows) {
        out += QStringLiteral("<tr>");
        for (std::size_t c = 0; c < row.size(); ++c) {
            out += QStringLiteral("<td%1>%2</td>").arg(place(c), htmlText(row[c].text));
        }
        out += QStringLiteral("</tr>\n");
    }
    return out + QStringLiteral("</tbody></table></div>\n");
}

QString block(const ReportChart& chart) {
    return QStringLiteral("<figure>\n%1<figcaption>%2</figcaption>\n</figure>\n")
        .arg(chartSvg(chart, QStringLiteral("currentColor")), htmlText(chart.title));
}

}  // namespace

QString chartSvg(const ReportChart& chart, const QString& ink) {
    const BarLayout layout = layoutBars(chart, chartWidth, chartHeight);
    QString out =
        QStringLiteral(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1\" height=\"%2\" viewBox=\"0 0 %1 %2\" "
            "role=\"img\" font-family=\"sans-serif\" font-size=\"10\">\n<title>%3</title>\n")
            .arg(chartWidth)
            .arg(chartHeight)
            .arg(htmlText(chart.title));
    for (const BarLayout::Label& tick : layout.ticks) {
        out += QStringLiteral(
                   "<line x1=\"%1\" y1=\"%2\" x2=\"%3\" y2=\"%2\" stroke=\"%4\" stroke-opacity=\"0.2\"/>\n")
                   .arg(number(layout.plot.left()), number(tick.at.y()), number(layout.plot.right()), ink);
        out += svgText(tick.at.x(), tick.at.y() + 3, "end", tick.text, ink);
    }
    for (const BarLayout::Bar& bar : layout.bars) {
        out += svgBar(bar.area, bar.series);
        out += svgText(bar.area.center().x(), bar.area.top() - 3, "middle", bar.value, ink);
    }
    for (const BarLayout::Label& category : layout.categories) {
        out += svgText(category.at.x(), category.at.y(), "middle", category.text, ink);
    }
    for (const BarLayout::Key& key : layout.legend) {
        out += svgBar(key.area, key.series);
        out += svgText(key.area.right() + 4, key.area.bottom() - 1, "start", key.name, ink);
    }
    out += svgText(layout.width - 8, 13, "end", chart.unit, ink);
    return out + QStringLiteral("</svg>\n");
}

QByteArray renderReportHtml(const ReportDocument& document) {
    const QString language =
        document.language == QStringLiteral("zh_CN") ? QStringLiteral("zh-CN") : QStringLiteral("en");
    QString out =
        QStringLiteral(
            "<!DOCTYPE html>\n<html lang=\"%1\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%2</title>\n<style>\n%3"
            "</style>\n</head>\n<body>\n<h1>%2</h1>\n")
            .arg(language, htmlText(document.title), QLatin1String(style));
    for (const ReportBlock& each : document.blocks) {
        out += std::visit([](const auto& item) { return block(item); }, each);
    }
    return (out + QStringLiteral("</body>\n</html>\n")).toUtf8();
}

}  // namespace arcmeter::app
