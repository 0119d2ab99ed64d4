// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, wheel and keyboard of a chart. QChartView's own handlers are never called: see ChartCanvas.h.
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/charts/ChartCanvas.h"

namespace arcmeter::ui {
namespace {

constexpr double least_steps = 5;        ///< shown at the deepest zoom
constexpr double least_drag_pixels = 6;  ///< less than this is a click, not a selection

}  // namespace

void ChartCanvas::pickView(double from, double to) {
    const StepRange full = fullRange();
    const auto lowest = static_cast<double>(full.from);
    const auto highest = static_cast<double>(full.to);
    const double width = std::max(to - from, least_steps);
    if (width >= highest - lowest) {
        emit viewPicked(std::nullopt);
        return;
    }
    const double start = std::clamp(from, lowest, std::max(lowest, highest - width));
    emit viewPicked(StepRange{std::llround(start), std::llround(start + width)});
}

void ChartCanvas::zoom(double factor, double aroundStep) {
    const StepRange steps = shownSteps();
    const double from = aroundStep - (aroundStep - static_cast<double>(steps.from)) * factor;
    pickView(from, from + static_cast<double>(steps.to - steps.from) * factor);
}

void ChartCanvas::moveReadout(qint64 step) {
    const StepRange full = fullRange();
    emit readoutMoved(std::clamp(step, full.from, std::max(full.from, full.to - 1)));
}

void ChartCanvas::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    if (event->button() != Qt::LeftButton || !hasValues()) return;
    m_dragFrom = m_dragTo = event->position().x();
    event->accept();
}

void ChartCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragFrom) {
        m_dragTo = event->position().x();
        viewport()->update();
        return;
    }
    const PlotMap plot = map();
    const bool inside = plot.area.adjusted(-4, 0, 4, 0).contains(event->position());
    if (!inside || !hasValues()) {
        if (readout) emit readoutMoved(std::nullopt);
        return;
    }
    moveReadout(std::llround(plot.stepAt(event->position().x())));
}

void ChartCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (!m_dragFrom || event->button() != Qt::LeftButton) return;
    const double from = std::min(*m_dragFrom, m_dragTo);
    const double to = std::max(*m_dragFrom, m_dragTo);
    m_dragFrom.reset();
    if (to - from >= least_drag_pixels) pickView(map().stepAt(from), map().stepAt(to) + 1);
    viewport()->update();
}

void ChartCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    event->accept();
    emit viewPicked(std::nullopt);
}

void ChartCanvas::wheelEvent(QWheelEvent* event) {
    if (!hasValues() || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    zoom(std::pow(0.8, event->angleDelta().y() / 120.0), map().stepAt(event->position().x()));
    event->accept();
}

void ChartCanvas::keyPressEvent(QKeyEvent* event) {
    const StepRange steps = shownSteps();
    const qint64 stride = event->modifiers() & Qt::ControlModifier
                              ? std::max<qint64>((steps.to - steps.from) / 10, 1)
                              : std::max<qint64>((steps.to - steps.from) / 200, 1);
    const qint64 at = readout.value_or((steps.from + steps.to) / 2);
    switch (event->key()) {
        case Qt::Key_Left:
            moveReadout(at - stride);
            break;
        case Qt::Key_Right:
            moveReadout(at + stride);
            break;
        case Qt::Key_Home:
            moveReadout(steps.from);
            break;
        case Qt::Key_End:
            moveReadout(steps.to - 1);
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoom(0.7, static_cast<double>(at));
            break;
        case Qt::Key_Minus:
            zoom(1 / 0.7, static_cast<double>(at));
            break;
        case Qt::Key_0:
            emit viewPicked(std::nullopt);
            break;
        case Qt::Key_Escape:
            emit readoutMoved(std::nullopt);
            emit viewPicked(std::nullopt);
            break;
        default:
            event->ignore();
            return;
    }
    event->accept();
}

bool ChartCanvas::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave && readout) emit readoutMoved(std::nullopt);
    return QChartView::viewportEvent(event);
}

}  // namespace arcmeter::ui
