// SPDX-License-Identifier: GPL-3.0-or-later
// A report as blocks, before any file format: what the renderers of this folder are given. Plain values.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <variant>
#include <vector>

namespace arcmeter::app {

struct ReportHeading {
    int level = 2;  ///< 2 to 4; 1 is the title
    QString text;
};

struct ReportParagraph {
    QString text;
};

/// What a reader sees, and the number behind it where there is one. Unknown is "-" without a number.
struct ReportCell {
    QString text;
    std::optional<double> number;
    int decimals = 0;  ///< as `text` shows the number
};

struct ReportTable {
    QStringList columns;
    std::vector<std::vector<ReportCell>> rows;  ///< each as long as `columns`
    std::vector<bool> isFigure;                 ///< by column: set to the right
};

/// Groups of bars. Stands directly after the table that holds the same figures.
struct ReportChart {
    struct Series {
        QString name;
        std::vector<std::optional<double>> values;  ///< one for each category
        int tableColumn = 0;                        ///< of the table before
    };
    QString title;
    QString unit;
    QStringList categories;  ///< one for each row of the table before
    std::vector<Series> series;
};

using ReportBlock = std::variant<ReportHeading, ReportParagraph, ReportTable, ReportChart>;

struct ReportDocument {
    QString title;
    QString language;  ///< "en" or "zh_CN"
    std::vector<ReportBlock> blocks;
};

}  // namespace arcmeter::app
