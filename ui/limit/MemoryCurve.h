// SPDX-License-Identifier: GPL-3.0-or-later
// Memory against batch or number of classes: the plan's curve, the limit as a level, the found value marked,
// and what probes measured as discs (they ran) and crosses (they did not fit). It paints itself, as its axis
// has no steps. For the keyboard and screen readers the dialog's tables hold the same figures.
#pragma once

#include <QFrame>

#include "app/search/LimitSearch.h"
#include "ui/charts/AxisScale.h"
#include "ui/charts/Picture.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {

class MemoryCurve : public QFrame, public Picture {
    Q_OBJECT

public:
    explicit MemoryCurve(QWidget* parent = nullptr);

    /// `valueName`: what the horizontal axis counts.
    void setCurve(const QString& title, const QString& valueName, const protocol::Plan& plan);
    void setProbes(std::vector<app::SearchProbe> probes);
    void clear(const QString& emptyText);

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
    void paintLevels(QPainter& painter, const Frame& frame) const;
    void paintProbes(QPainter& painter, const Frame& frame) const;
    void describe();

    QString m_title;
    QString m_valueName;
    QString m_emptyText;
    std::vector<protocol::LimitPoint> m_points;
    std::vector<app::SearchProbe> m_probes;
    qint64 m_found = 0;
    std::int64_t m_limit = 0;  ///< bytes; 0: not known
};

}  // namespace arcmeter::ui
