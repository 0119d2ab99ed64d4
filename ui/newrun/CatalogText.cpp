// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/CatalogText.h"

#include <QCoreApplication>

namespace arcmeter::ui {
namespace {

/// Every text of resources/catalog, for lupdate to find; a test compares them.
[[maybe_unused]] constexpr const char* texts[] = {
    QT_TRANSLATE_NOOP("Catalog", "Quick look (no GPU)"),
    QT_TRANSLATE_NOOP("Catalog",
                      "MobileFaceNet on synthetic images, one short repeat: charts move within seconds and "
                      "it ends within a minute."),
    QT_TRANSLATE_NOOP("Catalog", "R100, face_emore, data parallel, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "R100, face_emore, model parallel, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "R100, face_emore, Partial FC 0.1, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "R100, glint360k, data parallel, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "R100, glint360k, model parallel, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "R100, glint360k, Partial FC 0.1, batch 64"),
    QT_TRANSLATE_NOOP("Catalog", "Y1 (MobileFaceNet), face_emore, data parallel, batch 256"),
    QT_TRANSLATE_NOOP("Catalog", "Y1 (MobileFaceNet), face_emore, model parallel, batch 256"),
    QT_TRANSLATE_NOOP("Catalog",
                      "The published report's main series on one device: FP32, 5 repeats of 150 iterations."),
    QT_TRANSLATE_NOOP("Catalog",
                      "The published report's series with 360,232 classes: CosFace, FP32, 5 repeats of 150 "
                      "iterations."),
    QT_TRANSLATE_NOOP("Catalog",
                      "The published report's series of the small network: FP32, 5 repeats of 150 "
                      "iterations."),
    QT_TRANSLATE_NOOP("Catalog", "Synthetic (no files needed)"),
    QT_TRANSLATE_NOOP("Catalog", "face_emore (MS1MV2)"),
    QT_TRANSLATE_NOOP("Catalog", "glint360k"),
};

}  // namespace

QString catalogText(const QString& text) {
    return QCoreApplication::translate("Catalog", text.toUtf8().constData());
}

}  // namespace arcmeter::ui
