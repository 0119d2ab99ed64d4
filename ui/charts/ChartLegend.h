// SPDX-License-Identifier: GPL-3.0-or-later
// Names of a chart's lines with their colour and dash, wrapped over as many rows as they need.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "ui/charts/Chart.h"

namespace arcmeter::ui {

struct LegendEntry {
    enum class Mark { Line, Dashes, Area, Band };
    QString name;
    ColorKey color;
    Mark mark = Mark::Line;
};

class ChartLegend : public QWidget {
    Q_OBJECT

public:
    explicit ChartLegend(QWidget* parent = nullptr);

    void setEntries(std::vector<LegendEntry> entries);
    const std::vector<LegendEntry>& entries() const { return m_entries; }

    /// Paints the entries into `width` and returns the height they take; without a painter only measures.
    static double layOut(const std::vector<LegendEntry>& entries, QPainter* painter, const QPointF& origin,
                         double width, const QFont& font, const ThemeColors& colors);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitHeight();

    std::vector<LegendEntry> m_entries;
};

}  // namespace arcmeter::ui
