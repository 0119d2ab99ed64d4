// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/Chart.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/charts/ChartCanvas.h"
#include "ui/charts/ChartLegend.h"
#include "ui/theme/Icons.h"

namespace arcmeter::ui {
namespace {

constexpr int frame_interval_ms = 100;

}  // namespace

QColor ColorKey::in(const ThemeColors& colors) const {
    switch (set) {
        case Set::Series:
            return colors.series[static_cast<std::size_t>(index) % colors.series.size()];
        case Set::Part:
            return colors.parts[static_cast<std::size_t>(index) % colors.parts.size()];
        case Set::Muted:
            return colors.muted;
        case Set::Bad:
            return colors.bad;
        case Set::Warning:
            return colors.warning;
    }
    return colors.text;
}

ColorKey bandColor(ChartBand::Kind kind) {
    switch (kind) {
        case ChartBand::Kind::Quiet:
            break;
        case ChartBand::Kind::Notice:
            return {ColorKey::Set::Warning, 0};
        case ChartBand::Kind::Throttled:
            return {ColorKey::Set::Bad, 0};
        case ChartBand::Kind::Outlier:
            return {ColorKey::Set::Series, 3};
    }
    return {ColorKey::Set::Muted, 0};
}

Chart::Chart(const ChartSetup& setup, QWidget* parent)
    : QFrame(parent),
      m_setup(setup),
      m_title(new QLabel(setup.title, this)),
      m_unit(new QLabel(setup.unit, this)),
      m_legend(new ChartLegend(this)),
      m_canvas(new ChartCanvas(setup, this)),
      m_timer(new QTimer(this)) {
    setProperty("card", true);
    m_title->setFont(textFont(TextRole::Heading));
    m_unit->setProperty("muted", true);
    m_unit->setFont(textFont(TextRole::Small));
    auto* header = new QHBoxLayout;
    header->setSpacing(2 * space);
    header->addWidget(m_title);
    header->addWidget(m_unit, 0, Qt::AlignBaseline);
    header->addStretch();
    addMenuButton(header);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(3 * space, 2 * space, 2 * space, 2 * space);
    column->setSpacing(space);
    column->addLayout(header);
    column->addWidget(m_legend);
    column->addWidget(m_canvas, 1);
    m_timer->setSingleShot(true);
    m_timer->setInterval(frame_interval_ms);
    connect(m_timer, &QTimer::timeout, this, &Chart::refresh);
    connect(m_canvas, &ChartCanvas::viewPicked, this, [this](const std::optional<StepRange>& range) {
        setView(range);
        emit viewChanged(range);
    });
    connect(m_canvas, &ChartCanvas::readoutMoved, this, [this](const std::optional<qint64>& step) {
        setReadout(step);
        emit readoutChanged(step);
    });
}

Chart::~Chart() = default;

void Chart::addMenuButton(QHBoxLayout* header) {
    auto* menu = new QMenu(this);
    menu->addAction(tr("Save chart as…"), this, &Chart::exportRequested);
    menu->addAction(tr("Copy chart as picture"), this, &Chart::copyRequested);
    menu->addSeparator();
    menu->addAction(tr("Show everything"), this, [this] {
        setView(std::nullopt);
        emit viewChanged(std::nullopt);
    });
    auto* button = new QToolButton(this);
    button->setProperty("flat", true);
    button->setIcon(actionIcon(QStringLiteral("more")));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setToolTip(tr("Save, copy, reset the zoom"));
    button->setAccessibleName(tr("Menu of the chart %1").arg(m_setup.title));
    header->addWidget(button);
}

void Chart::setLines(std::vector<ChartLine> lines) {
    m_canvas->setLines(std::move(lines));
    updateLegend();
    dataChanged();
}

void Chart::setLevels(std::vector<ChartLevel> levels) {
    m_canvas->levels = std::move(levels);
    updateLegend();
    dataChanged();
}

void Chart::setBands(std::vector<ChartBand> bands) {
    m_canvas->bands = std::move(bands);
    updateLegend();
    dataChanged();
}

void Chart::hideLegend() {
    m_legend->hide();
}

void Chart::setBandName(const QString& name, ChartBand::Kind kind) {
    m_bandNames[kind] = name;
}

void Chart::setStepUnit(double unit) {
    m_canvas->stepUnit = unit;
    dataChanged();
}

void Chart::setExpectedSteps(qint64 steps) {
    m_canvas->expectedSteps = steps;
    dataChanged();
}

void Chart::setEmptyText(const QString& text) {
    m_canvas->emptyText = text;
    dataChanged();
}

void Chart::setStepName(std::function<QString(qint64)> name) {
    m_canvas->stepName = std::move(name);
}

void Chart::dataChanged() {
    m_dirty = true;
    if (isVisible() && !m_timer->isActive()) m_timer->start();
}

void Chart::refresh() {
    if (!isVisible() || !m_dirty) return;
    m_dirty = false;
    m_canvas->redraw();
    if (m_unit->text() != m_canvas->unit()) m_unit->setText(m_canvas->unit());
}

void Chart::setView(const std::optional<StepRange>& view) {
    if (m_canvas->view == view) return;
    m_canvas->view = view;
    m_dirty = true;
    refresh();
}

const std::optional<StepRange>& Chart::view() const {
    return m_canvas->view;
}

void Chart::setReadout(const std::optional<qint64>& step) {
    if (m_canvas->readout == step) return;
    m_canvas->readout = step;
    m_canvas->viewport()->update();
}

const QString& Chart::title() const {
    return m_setup.title;
}
int Chart::pointsShown() const {
    return m_canvas->pointsShown();
}
double Chart::lastFrameMs() const {
    return m_canvas->lastFrameMs();
}

void Chart::updateLegend() {
    std::vector<LegendEntry> entries;
    for (const ChartLine& line : m_canvas->lines) {
        const auto mark = m_setup.kind == ChartKind::Stacked ? LegendEntry::Mark::Area
                          : line.dashed                      ? LegendEntry::Mark::Dashes
                                                             : LegendEntry::Mark::Line;
        entries.push_back({line.name, line.color, mark});
    }
    for (const ChartLevel& level : m_canvas->levels) {
        entries.push_back({level.name + ' ' + m_canvas->valueText(level.value), level.color,
                           level.dashed ? LegendEntry::Mark::Dashes : LegendEntry::Mark::Line});
    }
    for (const auto& [kind, name] : m_bandNames) {
        const auto& bands = m_canvas->bands;
        const auto isIt = [kind = kind](const ChartBand& band) { return band.kind == kind; };
        if (std::none_of(bands.begin(), bands.end(), isIt)) continue;
        entries.push_back({name, bandColor(kind), LegendEntry::Mark::Band});
    }
    m_legend->setEntries(std::move(entries));
}

void Chart::showEvent(QShowEvent* event) {
    QFrame::showEvent(event);
    QTimer::singleShot(0, this, &Chart::refresh);  // once the layout has given the plot its size
}

void Chart::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    dataChanged();
}

void Chart::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::StyleChange) return;
    if (m_canvas) m_canvas->setColors(themeColors(palette()));
}

QSizeF Chart::pictureSize() const {
    return size();
}

void Chart::paintForExport(QPainter& painter, const QRectF& area, const QString& footer) {
    const ThemeColors colors = paperColors();
    painter.fillRect(area, colors.card);
    const QRectF inner = area.adjusted(14, 10, -14, -10);
    const QFont heading = textFont(TextRole::Heading);
    const QFont small = textFont(TextRole::Small);
    const double headingHeight = QFontMetricsF(heading).height() + 4;
    painter.setFont(heading);
    painter.setPen(colors.text);
    painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), headingHeight)),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("%1 (%2)").arg(m_setup.title, m_canvas->unit()));
    const double legendTop = inner.top() + headingHeight;
    const double legendHeight = ChartLegend::layOut(m_legend->entries(), &painter, {inner.left(), legendTop},
                                                    inner.width(), small, colors);
    const QRectF footerBox = QFontMetricsF(small).boundingRect(
        QRectF(inner.left(), 0, inner.width(), inner.height()), Qt::TextWordWrap, footer);
    const QRectF plot(inner.left(), legendTop + legendHeight + 6, inner.width(),
                      inner.bottom() - footerBox.height() - 8 - legendTop - legendHeight - 6);
    m_canvas->redraw();
    m_canvas->setColors(colors);
    const bool focused = m_canvas->hasFocus();
    const auto readout = std::exchange(m_canvas->readout, std::nullopt);
    if (focused) m_canvas->clearFocus();
    m_canvas->render(&painter, plot, m_canvas->viewport()->rect(), Qt::KeepAspectRatio);
    if (focused) m_canvas->setFocus();
    m_canvas->readout = readout;
    m_canvas->setColors(themeColors(palette()));
    painter.setFont(small);
    painter.setPen(colors.muted);
    painter.drawText(
        QRectF(inner.left(), inner.bottom() - footerBox.height(), inner.width(), footerBox.height()),
        Qt::AlignLeft | Qt::TextWordWrap, footer);
}

}  // namespace arcmeter::ui
