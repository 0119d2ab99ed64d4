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
    QT_TRANSLATE_NOOP("Catalog", "DLPerf InsightFace"),
    QT_TRANSLATE_NOOP("Catalog", "Every configuration of the published report."),
    QT_TRANSLATE_NOOP("Catalog", "DLPerf quick"),
    QT_TRANSLATE_NOOP(
        "Catalog",
        "One short repeat of every network, dataset size and parallelism of the report on one device with a "
        "small batch: a first look on a small machine, within 10 minutes on two CPU cores."),
    QT_TRANSLATE_NOOP("Catalog", "DLPerf R100, face_emore"),
    QT_TRANSLATE_NOOP("Catalog",
                      "The report's R100 rows on face_emore: data, model parallel and Partial FC, batch 64 "
                      "and the largest that fits, 1 to 32 devices."),
    QT_TRANSLATE_NOOP("Catalog", "DLPerf R100, glint360k"),
    QT_TRANSLATE_NOOP("Catalog",
                      "The report's R100 rows on glint360k: data, model parallel and Partial FC, batch 64 "
                      "and the largest that fits, 1 to 8 devices."),
    QT_TRANSLATE_NOOP("Catalog", "DLPerf Y1, face_emore"),
    QT_TRANSLATE_NOOP("Catalog",
                      "The report's Y1 rows on face_emore: data and model parallel, batch 256 and the "
                      "largest that fits, 1 to 8 devices."),
    QT_TRANSLATE_NOOP("Catalog", "DLPerf max num_classes"),
    QT_TRANSLATE_NOOP("Catalog",
                      "The report's last table: the most classes that fit with R100, FP16, Partial FC 0.1 "
                      "and batch 64 on synthetic data, 1 and 8 devices."),
};

}  // namespace

QString catalogText(const QString& text) {
    return QCoreApplication::translate("Catalog", text.toUtf8().constData());
}

}  // namespace arcmeter::ui
