// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format/Format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>
#include <array>
#include <cmath>

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

/// Digits behind the point that leave about `significant` digits in all.
int decimalsFor(double value, int significant) {
    const double size = std::abs(value);
    if (size == 0) return 0;
    const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
    return std::clamp(significant - before, 0, significant);
}

struct Unit {
    double size;
    const char* name;
};

template <std::size_t N>
QString scaled(double value, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (value < unit.size) continue;
        const double number = value / unit.size;
        return QLocale().toString(number, 'f', std::min(2, decimalsFor(number, 3))) + ' ' + unit.name;
    }
    return QLocale().toString(value, 'f', 0) + ' ' + units.back().name;
}

}  // namespace

QString unknownText() {
    return QStringLiteral("–");
}

QString numberText(double value) {
    if (!std::isfinite(value)) return unknownText();
    return QLocale().toString(value, 'f', decimalsFor(value, 4));
}

QString integerText(qint64 value) {
    return QLocale().toString(value);
}

QString percentText(double share, int decimals) {
    if (!std::isfinite(share)) return unknownText();
    return Words::tr("%1 %").arg(QLocale().toString(share * 100, 'f', decimals));
}

QString bytesText(double bytes) {
    static constexpr std::array<Unit, 4> units{
        {{1099511627776.0, "TiB"}, {1073741824.0, "GiB"}, {1048576.0, "MiB"}, {1024.0, "KiB"}}};
    return scaled(bytes, units);
}

QString flopsText(double flopsPerSecond) {
    static constexpr std::array<Unit, 3> units{{{1e12, "TFLOP/s"}, {1e9, "GFLOP/s"}, {1e6, "MFLOP/s"}}};
    return scaled(flopsPerSecond, units);
}

QString millisecondsText(double milliseconds) {
    if (milliseconds >= 10'000) return Words::tr("%1 s").arg(QLocale().toString(milliseconds / 1000, 'f', 1));
    return Words::tr("%1 ms").arg(QLocale().toString(milliseconds, 'f', milliseconds < 100 ? 1 : 0));
}

QString durationText(qint64 milliseconds) {
    const qint64 seconds = (milliseconds + 500) / 1000;
    if (seconds < 90) return Words::tr("%1 s").arg(seconds);
    const qint64 minutes = (seconds + 30) / 60;
    if (minutes < 90) return Words::tr("%1 min").arg(minutes);
    if (minutes % 60 == 0) return Words::tr("%1 h").arg(minutes / 60);
    return Words::tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString localTimeText(const QString& utcIso) {
    if (utcIso.isEmpty()) return {};
    QDateTime time = QDateTime::fromString(utcIso, Qt::ISODate);
    if (!time.isValid()) return utcIso;
    return QLocale().toString(time.toLocalTime(), QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString stateText(app::RunState state) {
    switch (state) {
        case app::RunState::Queued:
            return Words::tr("Queued");
        case app::RunState::Starting:
            return Words::tr("Starting");
        case app::RunState::Preparing:
            return Words::tr("Preparing");
        case app::RunState::WarmingUp:
            return Words::tr("Warming up");
        case app::RunState::Measuring:
            return Words::tr("Measuring");
        case app::RunState::Finished:
            return Words::tr("Finished");
        case app::RunState::Failed:
            return Words::tr("Failed");
        case app::RunState::Stopped:
            return Words::tr("Stopped");
        case app::RunState::Interrupted:
            return Words::tr("Interrupted");
    }
    return {};
}

QString modelTitle(const std::string& model) {
    const protocol::ModelInfo* info = protocol::find_model(model);
    return QString::fromUtf8(info ? info->title.data() : model.data(),
                             static_cast<qsizetype>(info ? info->title.size() : model.size()));
}

QString precisionText(protocol::Precision precision) {
    const std::string_view name = protocol::to_string(precision);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toUpper();
}

QString parallelismText(protocol::Parallelism parallelism) {
    switch (parallelism) {
        case protocol::Parallelism::data:
            return Words::tr("data parallel");
        case protocol::Parallelism::model:
            return Words::tr("model parallel");
        case protocol::Parallelism::partial_fc:
            return Words::tr("Partial FC");
    }
    return {};
}

QString methodText(protocol::Method method) {
    switch (method) {
        case protocol::Method::dlperf:
            return Words::tr("DLPerf: 5 × 150 iterations");
        case protocol::Method::quick:
            return Words::tr("Quick: 1 × 30 iterations");
        case protocol::Method::steady:
            return Words::tr("Steady: until within 1 %");
    }
    return {};
}

QString deviceText(protocol::Device device) {
    switch (device) {
        case protocol::Device::automatic:
            return Words::tr("Automatic");
        case protocol::Device::cpu:
            return Words::tr("CPU");
        case protocol::Device::cuda:
            return Words::tr("GPU (CUDA)");
    }
    return {};
}

QString preflightText(const app::PreflightItem& item) {
    if (item.id == QLatin1String("load")) {
        return Words::tr("Other programs keep this machine busy (load %1); figures will be lower.")
            .arg(item.value);
    }
    if (item.id == QLatin1String("governor")) {
        return Words::tr("The CPU governor is %1; 'performance' gives steadier figures.").arg(item.value);
    }
    if (item.id == QLatin1String("battery")) {
        return Words::tr("This machine runs on battery; clocks may be held down.");
    }
    if (item.id == QLatin1String("memory")) return Words::tr("Only %1 of memory is free.").arg(item.value);
    return item.sentence;
}

QString datasetTitle(const QString& name) {
    return name == QLatin1String("synthetic") ? Words::tr("synthetic") : name;
}

QString configTitle(const protocol::RunConfig& config, const QString& datasetName) {
    const QStringList parts{
        QString::fromStdString(config.model).toUpper(),
        datasetTitle(datasetName),
        parallelismText(config.parallelism),
        precisionText(config.precision),
        Words::tr("batch %1").arg(config.batch_size_per_device),
    };
    return parts.join(QStringLiteral(" · "));
}

QString rowTitle(const app::HistoryRow& row) {
    QStringList parts;
    if (row.kind == app::HistoryRow::Kind::Run) {
        parts << Words::tr("Run %1").arg(row.id);
    } else {
        parts << row.framework.section(QStringLiteral(" ("), 0, 0);  // without the repository's name
    }
    if (!row.model.isEmpty()) parts << row.model.toUpper();
    if (row.nodes && row.devicesPerNode && *row.nodes * *row.devicesPerNode > 1) {
        parts << Words::tr("%1 × %2 devices").arg(*row.nodes).arg(*row.devicesPerNode);
    }
    if (row.batchSizePerDevice) parts << Words::tr("batch %1").arg(*row.batchSizePerDevice);
    if (!row.precision.isEmpty()) parts << row.precision.toUpper();
    return parts.join(QStringLiteral(" · "));
}

}  // namespace arcmeter::ui
