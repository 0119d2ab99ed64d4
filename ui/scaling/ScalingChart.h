// SPDX-License-Identifier: GPL-3.0-or-later
// Curves over numbers of devices. Devices lie on a base-2 logarithmic axis; throughput and speedup too, so
// that ideal scaling is a straight line; efficiency is linear from 0. Own runs are solid with discs,
// published rows solid with squares, projections dashed without marks, ideal scaling dotted. It paints
// itself: Qt Charts is laid out for steps, and a logarithmic axis of it drops a whole line at a value that is
// not positive.
//
// For the keyboard and screen readers the page's table holds the same figures.
#pragma once

#include <QFrame>

#include "ui/charts/Picture.h"
#include "ui/scaling/ScalingCurves.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {

class ScalingChart : public QFrame, public Picture {
    Q_OBJECT

public:
    explicit ScalingChart(QWidget* parent = nullptr);

    void setCurves(std::vector<ScalingCurve> curves);
    void setQuantity(ScalingQuantity quantity);
    void setEmptyText(const QString& text);

    const QString& title() const override { return m_title; }
    QSizeF pictureSize() const override { return size(); }
    void paintForExport(QPainter& painter, const QRectF& area, const QString& footer) override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Frame;
    Frame frameFor(const QRectF& area, const ThemeColors& colors) const;
    void paintAll(QPainter& painter, const QRectF& area, const ThemeColors& colors);
    void paintAxes(QPainter& painter, const Frame& frame) const;
    void paintIdeal(QPainter& painter, const Frame& frame) const;
    void paintCurve(QPainter& painter, const Frame& frame, const ScalingCurve& curve) const;
    double paintLegend(QPainter& painter, const QRectF& area, const ThemeColors& colors) const;
    QString nearestText(const QPointF& position) const;
    void describe();

    std::vector<ScalingCurve> m_curves;
    ScalingQuantity m_quantity = ScalingQuantity::SamplesPerS;
    QString m_title;
    QString m_emptyText;
    QRectF m_plot;  ///< of the last paint, for the tool tip
};

}  // namespace arcmeter::ui
