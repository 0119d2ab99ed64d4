// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/export/Escape.h"
#include "app/report/BarLayout.h"
#include "app/report/ReportRenderer.h"

namespace arcmeter::app {
namespace {

// In points: \unitlength is 1pt.
constexpr double chartWidth = 480;
constexpr double chartHeight = 190;

QString number(double value) {
    return QString::number(value, 'f', 1);
}

QString block(const ReportHeading& heading) {
    static const char* const commands[] = {"section", "subsection", "subsubsection"};
    return QStringLiteral("\\%1*{%2}\n")
        .arg(QLatin1String(commands[std::clamp(heading.level - 2, 0, 2)]), latexText(heading.text));
}

QString block(const ReportParagraph& paragraph) {
    return latexText(paragraph.text) + QStringLiteral("\n\n");
}

/// Heads are set on several lines, so that eleven columns fit the page.
QString block(const ReportTable& table) {
    QString specification;
    QStringList heads;
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        const bool figure = table.isFigure[static_cast<std::size_t>(c)];
        specification += figure ? QLatin1Char('r') : QLatin1Char('l');
        QString head = latexText(table.columns[c]);
        head.replace(QStringLiteral(" / "), QStringLiteral(" /~"));
        const QStringList words = head.split(QLatin1Char(' '));
        heads << QStringLiteral("\\shortstack[%1]{%2}")
                     .arg(figure ? QLatin1Char('r') : QLatin1Char('l'))
                     .arg(words.join(QStringLiteral("\\\\")));
    }
    QString out =
        QStringLiteral(
            "\\begin{center}\\footnotesize\n\\begin{tabular}{@{}%1@{}}\n\\toprule\n%2 \\\\\n\\midrule\n")
            .arg(specification, heads.join(QStringLiteral(" & ")));
    for (const auto& row : table.rows) {
        QStringList cells;
        for (const ReportCell& cell : row) cells << latexText(cell.text);
        out += cells.join(QStringLiteral(" & ")) + QStringLiteral(" \\\\\n");
    }
    return out + QStringLiteral("\\bottomrule\n\\end{tabular}\n\\end{center}\n\n");
}

/// \put takes y upwards; the layout's goes downwards.
QString put(double x, double y, const QString& what) {
    return QStringLiteral("\\put(%1,%2){%3}\n").arg(number(x), number(chartHeight - y), what);
}

QString label(double x, double y, char side, const QString& text) {
    const QString place = side == 'c' ? QString() : QStringLiteral("[%1]").arg(QLatin1Char(side));
    return put(x, y, QStringLiteral("\\makebox(0,0)%1{\\tiny %2}").arg(place, latexText(text)));
}

QString bar(const QRectF& area, std::size_t series) {
    return put(area.left(), area.bottom(),
               QStringLiteral("\\color{series%1}\\rule{%2pt}{%3pt}")
                   .arg(QString::number(series), number(area.width()), number(area.height())));
}

/// Ends the page: a table and its chart fill one, and stay together.
QString block(const ReportChart& chart) {
    const BarLayout layout = layoutBars(chart, chartWidth, chartHeight);
    QString out = QStringLiteral("\\begin{center}\n\\setlength{\\unitlength}{1pt}\n\\begin{picture}(%1,%2)\n")
                      .arg(number(chartWidth), number(chartHeight));
    for (const BarLayout::Label& tick : layout.ticks) {
        out += put(layout.plot.left(), tick.at.y(),
                   QStringLiteral("\\color{gridline}\\rule{%1pt}{0.3pt}").arg(number(layout.plot.width())));
        out += label(tick.at.x(), tick.at.y(), 'r', tick.text);
    }
    for (const BarLayout::Bar& each : layout.bars) {
        out += bar(each.area, each.series);
        out += label(each.area.center().x(), each.area.top() - 5, 'c', each.value);
    }
    for (const BarLayout::Label& category : layout.categories) {
        out += label(category.at.x(), category.at.y() - 3, 'c', category.text);
    }
    for (const BarLayout::Key& key : layout.legend) {
        out += bar(key.area, key.series);
        out += label(key.area.right() + 4, key.area.center().y(), 'l', key.name);
    }
    out += label(chartWidth - 8, 9, 'r', chart.unit);
    return out + QStringLiteral("\\end{picture}\n\n{\\small %1}\n\\end{center}\n\\clearpage\n\n")
                     .arg(latexText(chart.title));
}

QString preamble(const QString& body) {
    QString out =
        latexOpening(latexEngine(body)) + QStringLiteral(
                                              "\\usepackage{textcomp,booktabs,xcolor}\n"
                                              "\\usepackage[a4paper,landscape,margin=18mm]{geometry}\n"
                                              "\\definecolor{gridline}{gray}{0.8}\n");
    for (std::size_t series = 0; series < 4; ++series) {
        out += QStringLiteral("\\definecolor{series%1}{HTML}{%2}\n").arg(series).arg(barColor(series).mid(1));
    }
    return out + QStringLiteral(
                     "\\setlength{\\parindent}{0pt}\n\\setlength{\\parskip}{4pt}\n\\raggedbottom\n"
                     "\\sloppy\n");
}

}  // namespace

QByteArray renderReportLatex(const ReportDocument& document) {
    QString body = QStringLiteral("\\begin{document}\n{\\Large\\bfseries %1\\par}\n\\medskip\n")
                       .arg(latexText(document.title));
    for (const ReportBlock& each : document.blocks) {
        body += std::visit([](const auto& item) { return block(item); }, each);
    }
    body += QStringLiteral("\\end{document}\n");
    return (preamble(body) + body).toUtf8();
}

}  // namespace arcmeter::app
