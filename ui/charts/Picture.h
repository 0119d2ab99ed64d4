// SPDX-License-Identifier: GPL-3.0-or-later
// What can be saved or copied as a picture.
#pragma once

#include <QRectF>
#include <QString>

class QPainter;

namespace arcmeter::ui {

class Picture {
public:
    virtual ~Picture() = default;

    virtual const QString& title() const = 0;
    virtual QSizeF pictureSize() const = 0;  ///< as it stands on the screen
    /// The whole of it in light colours, with title, legend and `footer` (where the figures come from) under
    /// it.
    virtual void paintForExport(QPainter& painter, const QRectF& area, const QString& footer) = 0;
};

}  // namespace arcmeter::ui
