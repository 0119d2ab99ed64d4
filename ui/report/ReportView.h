// SPDX-License-Identifier: GPL-3.0-or-later
// A report document as widgets in one scrolled column. GUI thread only.
#pragma once

#include <QScrollArea>
#include <utility>
#include <vector>

#include "app/report/ReportDocument.h"

class QTableWidget;
class QVBoxLayout;

namespace arcmeter::ui {

class BarChart;

class ReportView : public QScrollArea {
    Q_OBJECT

public:
    explicit ReportView(QWidget* parent = nullptr);

    void setDocument(const app::ReportDocument& document);
    QStringList sections() const;  ///< the headings of level 2, in order
    void showSection(int section);

signals:
    void chartMenuAsked(arcmeter::ui::BarChart* chart, const QPoint& position);  ///< global

private:
    void add(QVBoxLayout* column, const app::ReportHeading& heading);
    void add(QVBoxLayout* column, const app::ReportParagraph& paragraph);
    void add(QVBoxLayout* column, const app::ReportTable& table);
    void add(QVBoxLayout* column, const app::ReportChart& chart);

    std::vector<std::pair<QString, QWidget*>> m_sections;
    QString m_heading;  ///< the last one: the name of the table that follows
};

/// Selected cells as TSV, or the whole table with its header where nothing is selected.
QString tableAsTsv(const QTableWidget& table);

}  // namespace arcmeter::ui
