// SPDX-License-Identifier: GPL-3.0-or-later
// Throughput and memory of the compared sides, one over the other, by iteration or by time. Published and
// imported figures are dashed levels.
#pragma once

#include <QIcon>
#include <QWidget>
#include <vector>

#include "ui/charts/Chart.h"
#include "ui/compare/CompareSides.h"

class QComboBox;

namespace arcmeter::ui {

class CompareCharts : public QWidget {
    Q_OBJECT

public:
    explicit CompareCharts(QWidget* parent = nullptr);
    ~CompareCharts() override;

    void setComparison(const ShownComparison& shown);
    Chart* throughput() const { return m_throughput; }
    Chart* memory() const { return m_memory; }
    QComboBox* axis() const { return m_axis; }

private:
    void link(Chart* source, Chart* other);
    void draw();
    QString stepName(qint64 step) const;

    Chart* m_throughput;
    Chart* m_memory;
    QComboBox* m_axis;
    ShownComparison m_shown;
};

/// Colour of the side at a place; from the seventh on colours come again, dashed.
ColorKey sideColor(std::size_t place);
bool sideDashed(std::size_t place);
/// A short piece of its line; levels are dashed.
QIcon sideMark(std::size_t place, bool isLevel, const ThemeColors& colors);

}  // namespace arcmeter::ui
