// SPDX-License-Identifier: GPL-3.0-or-later
// A report's chart on the screen: the same bars that its files show, in the window's colours. For the
// keyboard and screen readers the table before it holds the same figures.
#pragma once

#include <QFrame>

#include "app/report/ReportDocument.h"
#include "ui/charts/Picture.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {

class BarChart : public QFrame, public Picture {
    Q_OBJECT

public:
    explicit BarChart(app::ReportChart chart, QWidget* parent = nullptr);

    const QString& title() const override { return m_chart.title; }
    QSizeF pictureSize() const override { return size(); }
    void paintForExport(QPainter& painter, const QRectF& area, const QString& footer) override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintBars(QPainter& painter, const QRectF& area, const ThemeColors& colors) const;

    app::ReportChart m_chart;
};

}  // namespace arcmeter::ui
