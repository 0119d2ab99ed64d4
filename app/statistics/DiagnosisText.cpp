// SPDX-License-Identifier: GPL-3.0-or-later
// A diagnosis in words of the program's language; numbers in the C locale.
#include <QCoreApplication>

#include "app/statistics/Diagnosis.h"

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Diagnosis)
};

QString percent(double share) {
    return QString::number(100 * share, 'f', 1) + QStringLiteral(" %");
}

/// The two bounds, and plainly what of them is not known.
QString boundText(const Diagnosis& d) {
    if (d.arithmetic && d.memory) {
        return Words::tr("%1 of the device's bound reached (arithmetic %2, memory %3)")
            .arg(percent(*d.bound), percent(*d.arithmetic), percent(*d.memory));
    }
    if (d.arithmetic)
        return Words::tr("%1 of the arithmetic peak, memory traffic not known").arg(percent(*d.arithmetic));
    return Words::tr("share of the device's bound not known");
}

}  // namespace

QString bottleneckTitle(Bottleneck bottleneck) {
    switch (bottleneck) {
        case Bottleneck::Unknown:
            return Words::tr("Not known");
        case Bottleneck::Data:
            return Words::tr("Waits for data");
        case Bottleneck::Communication:
            return Words::tr("Waits for other devices");
        case Bottleneck::Throttled:
            return Words::tr("Throttled");
        case Bottleneck::NearLimit:
            return Words::tr("Near the device's limit");
        case Bottleneck::MemoryBandwidth:
            return Words::tr("Bound by memory bandwidth");
        case Bottleneck::Launch:
            return Words::tr("Idle between operations");
        case Bottleneck::Kernels:
            return Words::tr("Bound by its kernels");
    }
    return {};
}

QString diagnosisFigures(const Diagnosis& d) {
    if (d.bottleneck == Bottleneck::Unknown) return Words::tr("nothing was measured that tells");
    QStringList words;
    if (d.dataWait)
        words << Words::tr("data wait %1, communication %2 of a step")
                     .arg(percent(*d.dataWait), percent(d.communication.value_or(0)));
    if (d.unaccounted.value_or(0) >= 0.01)
        words << Words::tr("%1 in no part of it").arg(percent(*d.unaccounted));
    if (d.throttled.value_or(0) > 0)
        words << Words::tr("throttled in %1 of the seconds (%2)")
                     .arg(percent(*d.throttled), d.throttleReasons.join(QStringLiteral(", ")));
    if (d.utilization && d.device == QStringLiteral("cuda"))
        words << Words::tr("device busy %1 of the time").arg(percent(*d.utilization));
    words << boundText(d);
    return words.join(QStringLiteral("; "));
}

QString diagnosisAdvice(const Diagnosis& d) {
    switch (d.bottleneck) {
        case Bottleneck::Data:
            return Words::tr(
                "Try more data_threads, a faster disk, or synthetic data to see the difference.");
        case Bottleneck::Communication:
            return Words::tr(
                "Try a larger batch per device, partial_fc instead of data parallelism, or a faster link.");
        case Bottleneck::Throttled:
            return Words::tr(
                "Look at cooling and the power limit; the figure is lower than the device can do.");
        case Bottleneck::NearLimit:
            return Words::tr("A lower precision or a smaller network is what makes it faster.");
        case Bottleneck::MemoryBandwidth:
            return Words::tr("Try a lower precision (half the bytes); recompute costs more here.");
        case Bottleneck::Launch:
            return Words::tr("Try a larger batch.");
        case Bottleneck::Kernels:
            return Words::tr("Try a larger batch or a lower precision.");
        case Bottleneck::Unknown:
            return {};
    }
    return {};
}

QString diagnosisLine(const Diagnosis& d) {
    const QString line = Words::tr("%1: %2.").arg(bottleneckTitle(d.bottleneck), diagnosisFigures(d));
    const QString advice = diagnosisAdvice(d);
    return advice.isEmpty() ? line : line + QLatin1Char(' ') + advice;
}

}  // namespace arcmeter::app
