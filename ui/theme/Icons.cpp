// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

/// The library is static: without a call its compiled-in files would be left out. The macro refuses
/// namespaces.
static void keepResources() {
    Q_INIT_RESOURCE(arcmeter_ui);
}

namespace arcmeter::ui {

void loadResources() {
    keepResources();
}

namespace {

/// Colours a drawing whose strokes and fills are 'currentColor' at paint time.
class PaletteIconEngine : public QIconEngine {
public:
    PaletteIconEngine(QByteArray svg, QColor color) : m_svg(std::move(svg)), m_color(std::move(color)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QByteArray svg = m_svg;
        svg.replace("currentColor", colorFor(mode).name().toUtf8());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new PaletteIconEngine(*this); }

private:
    QColor colorFor(QIcon::Mode mode) const {
        const QPalette palette = QApplication::palette();
        if (mode == QIcon::Disabled) return palette.color(QPalette::Disabled, QPalette::ButtonText);
        if (m_color.isValid()) return m_color;
        return palette.color(QPalette::Active,
                             mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText);
    }

    QByteArray m_svg;
    QColor m_color;
};

}  // namespace

QIcon actionIcon(const QString& name) {
    return actionIcon(name, QColor());
}

QIcon actionIcon(const QString& name, const QColor& color) {
    QFile file(QStringLiteral(":/arcmeter/icons/actions/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new PaletteIconEngine(file.readAll(), color));
}

QIcon programIcon() {
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        icon.addFile(QStringLiteral(":/arcmeter/icons/arcmeter-%1.png").arg(size), QSize(size, size));
    }
    return icon;
}

}  // namespace arcmeter::ui
