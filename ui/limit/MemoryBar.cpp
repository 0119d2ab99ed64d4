// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/limit/MemoryBar.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/format/Format.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

constexpr int bar_height = 12;
constexpr int square = 8;
constexpr int columns = 2;

QString partText(const MemoryPart& part) {
    return QStringLiteral("%1 %2").arg(part.name, bytesText(static_cast<double>(part.bytes)));
}

}  // namespace

MemoryBar::MemoryBar(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setObjectName(QStringLiteral("memoryBar"));
    setAccessibleName(tr("Memory by part"));
    hide();
}

void MemoryBar::setMemory(const protocol::MemoryPlan& memory, std::int64_t available) {
    m_parts = memoryGroups(memory);
    m_total = memory.total();
    m_available = available;
    QStringList words;
    for (const MemoryPart& part : m_parts) words << partText(part);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    show();
    updateGeometry();
    update();
}

void MemoryBar::clear() {
    m_parts.clear();
    hide();
}

double MemoryBar::scaleBytes() const {
    return static_cast<double>(std::max<std::int64_t>({m_total, m_available, 1}));
}

int MemoryBar::legendRows(int) const {
    return (static_cast<int>(m_parts.size()) + columns - 1) / columns;
}

int MemoryBar::heightForWidth(int width) const {
    const int line = QFontMetrics(textFont(TextRole::Small)).height() + 1;
    return bar_height + space + legendRows(width) * line;
}

QSize MemoryBar::sizeHint() const {
    return {200, heightForWidth(200)};
}

void MemoryBar::resizeEvent(QResizeEvent*) {
    setFixedHeight(heightForWidth(width()));
}

void MemoryBar::paintEvent(QPaintEvent*) {
    const ThemeColors colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double perByte = width() / scaleBytes();
    painter.fillRect(QRectF(0, 0, width(), bar_height), colors.border);
    double x = 0;
    for (const MemoryPart& part : m_parts) {
        const double wide = static_cast<double>(part.bytes) * perByte;
        const QColor color = colors.parts[static_cast<std::size_t>(part.color)];
        // A hair between neighbours tells them apart without colour.
        painter.fillRect(QRectF(x, 0, std::max(0.5, wide - 1), bar_height), color);
        x += wide;
    }
    if (m_available > 0 && m_total > m_available) {
        const double limit = static_cast<double>(m_available) * perByte;
        painter.fillRect(QRectF(limit, 0, width() - limit, bar_height), QBrush(colors.bad, Qt::BDiagPattern));
        painter.fillRect(QRectF(limit - 1, 0, 2, bar_height), colors.bad);
    }
    painter.setFont(textFont(TextRole::Small));
    const int line = painter.fontMetrics().height() + 1;
    const double column = width() / static_cast<double>(columns);
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const QRectF place(static_cast<double>(i % columns) * column,
                           bar_height + space + static_cast<double>(i / columns) * line, column, line);
        painter.fillRect(QRectF(place.left(), place.top() + (line - square) / 2.0, square, square),
                         colors.parts[static_cast<std::size_t>(m_parts[i].color)]);
        painter.setPen(colors.muted);
        const QRectF words = place.adjusted(square + space, 0, 0, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(partText(m_parts[i]), Qt::ElideRight,
                                                          static_cast<int>(words.width())));
    }
}

QString MemoryBar::partAt(int x) const {
    double end = 0;
    for (const MemoryPart& part : m_parts) {
        end += static_cast<double>(part.bytes) / scaleBytes() * width();
        if (x < end) return partText(part);
    }
    return tr("Free: %1").arg(bytesText(static_cast<double>(m_available - m_total)));
}

bool MemoryBar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    if (help->pos().y() <= bar_height) {
        QToolTip::showText(help->globalPos(), partAt(help->pos().x()), this);
    } else {
        QToolTip::showText(help->globalPos(), toolTip(), this);
    }
    return true;
}

}  // namespace arcmeter::ui
