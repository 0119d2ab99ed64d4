// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartExport.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "engine/protocol/error.h"
#include "ui/charts/Picture.h"

namespace arcmeter::ui {
namespace {

constexpr int pixel_ratio = 2;

/// The chart as it stands on the screen plus room for the footer.
QSizeF sizeWithFooter(const Picture& chart) {
    return chart.pictureSize() + QSizeF(0, 34);
}

QByteArray asPng(Picture& chart, const QString& footer) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    chartImage(chart, footer).save(&buffer, "PNG");
    return bytes;
}

QByteArray asSvg(Picture& chart, const QString& footer) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    const QSizeF size = sizeWithFooter(chart);
    generator.setOutputDevice(&buffer);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF(QPointF(0, 0), size));
    generator.setTitle(chart.title());
    generator.setDescription(footer);
    QPainter painter(&generator);
    chart.paintForExport(painter, QRectF(QPointF(0, 0), size), footer);
    painter.end();
    return bytes;
}

QByteArray asPdf(Picture& chart, const QString& footer) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    const QSizeF size = sizeWithFooter(chart);
    writer.setTitle(chart.title());
    writer.setCreator(QStringLiteral("Arcmeter"));
    writer.setResolution(96);
    writer.setPageSize(QPageSize(size * 72.0 / 96.0, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    QPainter painter(&writer);
    chart.paintForExport(painter, QRectF(QPointF(0, 0), size), footer);
    painter.end();
    return bytes;
}

}  // namespace

QImage chartImage(Picture& chart, const QString& footer) {
    const QSizeF size = sizeWithFooter(chart);
    QImage image(size.toSize() * pixel_ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(pixel_ratio);
    image.setText(QStringLiteral("Description"), footer);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    chart.paintForExport(painter, QRectF(QPointF(0, 0), size), footer);
    return image;
}

void saveChart(Picture& chart, const QString& file, const QString& footer) {
    const QString ending = QFileInfo(file).suffix().toLower();
    QByteArray bytes;
    if (ending == QLatin1String("png")) {
        bytes = asPng(chart, footer);
    } else if (ending == QLatin1String("svg")) {
        bytes = asSvg(chart, footer);
    } else if (ending == QLatin1String("pdf")) {
        bytes = asPdf(chart, footer);
    } else {
        throw Error(ErrorCode::invalid_config, "The chart cannot be saved as " + file.toStdString() +
                                                   "; allowed endings: png, svg, pdf.");
    }
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit()) {
        throw Error(ErrorCode::internal, "The chart cannot be saved as " + file.toStdString() + ": " +
                                             out.errorString().toStdString() + ".");
    }
}

}  // namespace arcmeter::ui
