// SPDX-License-Identifier: GPL-3.0-or-later
// The drawing surface behind Chart: the one class that knows Qt Charts. No OpenGL (it would use the GPU under
// test), no animations, no mouse handling of Qt Charts (QTBUG-118669, QTBUG-115072, QTBUG-119712), axes made
// once (removeAxis releases ownership), points given by replace() only.
#pragma once

#include <QChartView>
#include <functional>
#include <optional>
#include <vector>

#include "ui/charts/AxisScale.h"
#include "ui/charts/Chart.h"
#include "ui/charts/ChartOverlay.h"

class QAreaSeries;
class QLineSeries;
class QValueAxis;

namespace arcmeter::ui {

class ChartCanvas : public QChartView {
    Q_OBJECT

public:
    explicit ChartCanvas(const ChartSetup& setup, QWidget* parent = nullptr);
    ~ChartCanvas() override;

    std::vector<ChartLine> lines;  ///< change through setLines(), which keeps the series in step
    std::vector<ChartLevel> levels;
    std::vector<ChartBand> bands;
    std::optional<StepRange> view;
    std::optional<qint64> readout;
    qint64 expectedSteps = 0;
    double stepUnit = 1;  ///< see Chart::setStepUnit()
    QString emptyText;
    std::function<QString(qint64)> stepName;

    void setLines(std::vector<ChartLine> newLines);
    void setColors(const ThemeColors& colors);
    void redraw();  ///< reads the stores, moves the axes, replaces the points
    QString unit() const;
    QString valueText(double value) const;
    int pointsShown() const { return m_points; }
    double lastFrameMs() const { return m_updateMs + m_paintMs; }

signals:
    void viewPicked(const std::optional<arcmeter::ui::StepRange>& range);
    void readoutMoved(const std::optional<qint64>& step);

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    /// The drawing library's series of one line: one for each unbroken stretch, kept and reused.
    struct Drawn {
        std::vector<QLineSeries*> stretches;
        QAreaSeries* area = nullptr;
    };

    void makeAxes();
    void styleAxis(QValueAxis* axis);
    void removeDrawn();
    void styleSeries();
    QLineSeries* addStretch(Drawn& drawn, const ChartLine& line);
    StepRange shownSteps() const;
    StepRange fullRange() const;
    void chooseUnit(double highest);
    void scaleX(const StepRange& steps);
    void scaleY(double low, double high);
    std::pair<double, double> valueRange(const StepRange& steps) const;
    std::pair<double, double> linesRange(const StepRange& steps) const;
    void redrawLines(const StepRange& steps, int columns);
    void redrawStack(const StepRange& steps, int columns);
    PlotMap map() const;
    std::vector<ReadoutRow> readoutRows(qint64 step) const;
    std::vector<LevelMark> levelMarks() const;
    bool hasValues() const;
    void zoom(double factor, double aroundStep);
    void pickView(double from, double to);
    void moveReadout(qint64 step);
    void describe();

    ChartSetup m_setup;
    ThemeColors m_colors;
    QChart* m_chart;
    QValueAxis* m_x;
    QValueAxis* m_y;
    std::vector<Drawn> m_drawn;
    AxisScale m_xScale, m_yScale;
    double m_unitSize = 1;
    std::optional<double> m_dragFrom;
    double m_dragTo = 0;
    int m_points = 0;
    double m_updateMs = 0;
    double m_paintMs = 0;
};

}  // namespace arcmeter::ui
