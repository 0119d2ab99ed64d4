// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/TableDocuments.h"

#include <QDateTime>
#include <algorithm>

#include "app/export/Escape.h"
#include "app/version/Version.h"

namespace arcmeter::app {
namespace {

constexpr int millimetresPerCharacter = 2;  // of \footnotesize, generous
constexpr int leastPaperMm = 210;
constexpr int mostPaperMm = 5000;  // TeX's own limit is 5.75 m
constexpr qsizetype mostShownCharacters = 60;

/// What of a table is worth a column on a page.
struct PageLayout {
    std::vector<std::size_t> columns;                 ///< that differ between rows
    std::vector<std::pair<QString, QString>> common;  ///< name and value of those that do not
    QStringList empty;                                ///< columns without any value
};

PageLayout layoutOf(const Table& table) {
    PageLayout layout;
    for (std::size_t c = 0; c < static_cast<std::size_t>(table.columns.size()); ++c) {
        const QString& name = table.columns[static_cast<qsizetype>(c)];
        const auto same = [&](const auto& row) { return row[c] == table.rows.front()[c]; };
        if (table.rows.empty() || !std::all_of(table.rows.begin(), table.rows.end(), same)) {
            layout.columns.push_back(c);
        } else if (const QString text = plainText(table.rows.front()[c]); text.isEmpty()) {
            layout.empty << name;
        } else {
            layout.common.emplace_back(name, text);
        }
    }
    // A single row, or rows that are all alike, is still a table.
    if (layout.columns.empty()) {
        layout.common.clear();
        for (std::size_t c = 0; c < static_cast<std::size_t>(table.columns.size()); ++c) {
            if (!layout.empty.contains(table.columns[static_cast<qsizetype>(c)])) layout.columns.push_back(c);
        }
    }
    return layout;
}

QString madeBy() {
    return QStringLiteral("Arcmeter %1, %2")
        .arg(programVersion(), QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
}

QString shown(const Cell& cell) {
    const QString text = plainText(cell);
    return text.isEmpty() ? QStringLiteral("-") : text;
}

bool isNumeric(const Table& table, std::size_t column) {
    return std::all_of(table.rows.begin(), table.rows.end(), [column](const auto& row) {
        return isNumber(row[column]) || std::holds_alternative<std::monostate>(row[column]);
    });
}

QString htmlTable(const Table& table, const PageLayout& layout) {
    QString out = QStringLiteral("<div class=\"wide\"><table>\n<thead><tr>");
    for (const std::size_t c : layout.columns) {
        out += QStringLiteral("<th>%1</th>").arg(htmlText(table.columns[static_cast<qsizetype>(c)]));
    }
    out += QStringLiteral("</tr></thead>\n<tbody>\n");
    for (const auto& row : table.rows) {
        out += QStringLiteral("<tr>");
        for (const std::size_t c : layout.columns) {
            out += isNumber(row[c]) ? QStringLiteral("<td class=\"n\">") : QStringLiteral("<td>");
            out += htmlText(shown(row[c])) + QStringLiteral("</td>");
        }
        out += QStringLiteral("</tr>\n");
    }
    return out + QStringLiteral("</tbody>\n</table></div>\n");
}

/// Paper wide enough for every column on one line; long texts are wrapped at mostShownCharacters.
int paperWidthMm(const Table& table, const PageLayout& layout) {
    qsizetype characters = 0;
    for (const std::size_t c : layout.columns) {
        qsizetype widest = table.columns[static_cast<qsizetype>(c)].size();
        for (const auto& row : table.rows) widest = std::max(widest, plainText(row[c]).size());
        characters += std::min(widest, mostShownCharacters) + 3;
    }
    const auto wanted =
        static_cast<int>(std::min<qsizetype>(characters, mostPaperMm)) * millimetresPerCharacter;
    return std::clamp(wanted + 40, leastPaperMm, mostPaperMm);
}

QString columnSpecification(const Table& table, const PageLayout& layout) {
    QString out;
    for (const std::size_t c : layout.columns) {
        const bool isLong = std::any_of(table.rows.begin(), table.rows.end(), [c](const auto& row) {
            return plainText(row[c]).size() > mostShownCharacters;
        });
        out += isNumeric(table, c) ? QStringLiteral("r")
               : isLong ? QStringLiteral("p{%1mm}").arg(mostShownCharacters * millimetresPerCharacter)
                        : QStringLiteral("l");
    }
    return out;
}

QString latexRows(const Table& table, const PageLayout& layout) {
    QString out;
    for (const auto& row : table.rows) {
        QStringList cells;
        for (const std::size_t c : layout.columns) cells << latexText(shown(row[c]));
        // {} keeps a cell that begins with a bracket from being taken for an argument of the line before.
        out += QStringLiteral("{}") + cells.join(QStringLiteral(" & ")) + QStringLiteral(" \\\\\n");
    }
    return out;
}

QString allText(const Table& table) {
    QString all = table.columns.join(QString());
    for (const auto& row : table.rows) {
        for (const Cell& item : row) all += plainText(item);
    }
    return all;
}

QString latexPreamble(LatexEngine engine, int paperMm) {
    return latexOpening(engine) +
           QStringLiteral(
               "\\usepackage{textcomp,booktabs,longtable}\n"
               "\\usepackage[paperwidth=%1mm,paperheight=297mm,margin=15mm]{geometry}\n"
               "\\setlength{\\LTleft}{0pt}\n\\setlength{\\LTright}{0pt plus 1fill}\n")
               .arg(paperMm);
}

}  // namespace

QByteArray renderHtml(const Table& table) {
    const PageLayout layout = layoutOf(table);
    const QString title = htmlText(table.name);
    QString out = QStringLiteral(
                      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%1</title>\n<style>\n"
                      ":root { color-scheme: light dark; }\n"
                      "body { font: 14px/1.4 system-ui, sans-serif; margin: 24px; }\n"
                      ".wide { overflow-x: auto; }\n"
                      "table { border-collapse: collapse; font-variant-numeric: tabular-nums; }\n"
                      "th, td { padding: 3px 10px; border-bottom: 1px solid #8884; text-align: left; "
                      "white-space: nowrap; }\n"
                      "th { border-bottom-width: 2px; }\n.n { text-align: right; }\n"
                      "footer { margin-top: 16px; font-size: 12px; opacity: .75; }\n"
                      "</style>\n</head>\n<body>\n<h1>%1</h1>\n")
                      .arg(title) +
                  htmlTable(table, layout) + QStringLiteral("<footer>\n");
    for (const auto& [name, value] : layout.common) {
        out += QStringLiteral("<div>%1: %2</div>\n").arg(htmlText(name), htmlText(value));
    }
    if (!layout.empty.isEmpty()) {
        out += QStringLiteral("<div>Not known for any row: %1</div>\n")
                   .arg(htmlText(layout.empty.join(QStringLiteral(", "))));
    }
    out += QStringLiteral("<div>%1</div>\n</footer>\n</body>\n</html>\n").arg(htmlText(madeBy()));
    return out.toUtf8();
}

QByteArray renderLatex(const Table& table) {
    const PageLayout layout = layoutOf(table);
    QStringList heads;
    for (const std::size_t c : layout.columns) heads << latexText(table.columns[static_cast<qsizetype>(c)]);
    QString out = latexPreamble(latexEngine(allText(table)), paperWidthMm(table, layout));
    out += QStringLiteral(
               "\\begin{document}\n\\section*{%1}\n\\footnotesize\n\\begin{longtable}{%2}\n\\toprule\n")
               .arg(latexText(table.name), columnSpecification(table, layout));
    out += heads.join(QStringLiteral(" & ")) +
           QStringLiteral(" \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n");
    out += latexRows(table, layout) + QStringLiteral("\\end{longtable}\n\n\\noindent\n");
    for (const auto& [name, value] : layout.common) {
        out += QStringLiteral("%1: %2\\\\\n").arg(latexText(name), latexText(value));
    }
    if (!layout.empty.isEmpty()) {
        out += QStringLiteral("Not known for any row: %1\\\\\n")
                   .arg(latexText(layout.empty.join(QStringLiteral(", "))));
    }
    out += latexText(madeBy()) + QStringLiteral("\n\\end{document}\n");
    return out.toUtf8();
}

}  // namespace arcmeter::app
