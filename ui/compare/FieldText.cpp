// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/FieldText.h"

#include <QCoreApplication>
#include <cmath>

#include "ui/compare/CompareModel.h"
#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(FieldText)
};

struct Title {
    const char* field;
    const char* title;
};

constexpr Title titles[] = {
    {"samples_per_s", QT_TRANSLATE_NOOP("FieldText", "Samples/s")},
    {"samples_per_s_min", QT_TRANSLATE_NOOP("FieldText", "Samples/s, smallest repeat")},
    {"samples_per_s_max", QT_TRANSLATE_NOOP("FieldText", "Samples/s, largest repeat")},
    {"samples_per_s_stddev", QT_TRANSLATE_NOOP("FieldText", "Samples/s, standard deviation")},
    {"samples_per_s_ci95", QT_TRANSLATE_NOOP("FieldText", "Samples/s, half 95 % interval")},
    {"repeats", QT_TRANSLATE_NOOP("FieldText", "Repeats")},
    {"samples_per_s_per_device", QT_TRANSLATE_NOOP("FieldText", "Samples/s a device")},
    {"memory_mib", QT_TRANSLATE_NOOP("FieldText", "Peak memory")},
    {"model_flops_utilization", QT_TRANSLATE_NOOP("FieldText", "Share of the arithmetic peak")},
    {"memory_bandwidth_utilization", QT_TRANSLATE_NOOP("FieldText", "Share of the memory bandwidth")},
    {"forward_ms", QT_TRANSLATE_NOOP("FieldText", "Forward, a step")},
    {"backward_ms", QT_TRANSLATE_NOOP("FieldText", "Backward, a step")},
    {"head_ms", QT_TRANSLATE_NOOP("FieldText", "Head, a step")},
    {"optimizer_ms", QT_TRANSLATE_NOOP("FieldText", "Optimizer, a step")},
    {"communication_ms", QT_TRANSLATE_NOOP("FieldText", "Communication, a step")},
    {"data_wait_ms", QT_TRANSLATE_NOOP("FieldText", "Waiting for data, a step")},
    {"final_loss", QT_TRANSLATE_NOOP("FieldText", "Final loss")},
    {"accuracy", QT_TRANSLATE_NOOP("FieldText", "Accuracy")},
    {"max_num_classes", QT_TRANSLATE_NOOP("FieldText", "Largest number of classes")},
    {"bottleneck", QT_TRANSLATE_NOOP("FieldText", "What holds it back")},
    {"hardware", QT_TRANSLATE_NOOP("FieldText", "Hardware")},
    {"driver", QT_TRANSLATE_NOOP("FieldText", "Driver")},
    {"host", QT_TRANSLATE_NOOP("FieldText", "Host")},
    {"framework_version", QT_TRANSLATE_NOOP("FieldText", "Version of the framework")},
    {"program_version", QT_TRANSLATE_NOOP("FieldText", "Version of Arcmeter")},
    {"os", QT_TRANSLATE_NOOP("FieldText", "System")},
    {"cpu", QT_TRANSLATE_NOOP("FieldText", "CPU")},
    {"cpu_cores", QT_TRANSLATE_NOOP("FieldText", "Cores")},
    {"governor", QT_TRANSLATE_NOOP("FieldText", "Governor")},
    {"load_average", QT_TRANSLATE_NOOP("FieldText", "Load before the run")},
    {"memory_bytes", QT_TRANSLATE_NOOP("FieldText", "Memory of the machine")},
    {"commit", QT_TRANSLATE_NOOP("FieldText", "Source revision")},
    {"launcher", QT_TRANSLATE_NOOP("FieldText", "Launcher")},
};

QString realText(const app::ComparedField& field, double value) {
    const bool share =
        field.name.endsWith(QLatin1String("_utilization")) || field.name == QLatin1String("accuracy");
    if (field.isFigure() && share) return percentText(value);
    if (field.isFigure() && field.name.endsWith(QLatin1String("_ms"))) return millisecondsText(value);
    if (field.name == QLatin1String("memory_mib")) {
        const QString size = bytesText(std::abs(value) * 1048576.0);
        return value < 0 ? QStringLiteral("-") + size : size;
    }
    return numberText(value);
}

}  // namespace

QString cellText(const app::ComparedField& field, const app::Cell& value) {
    if (const auto* text = std::get_if<QString>(&value)) return *text;
    if (const auto* whole = std::get_if<qint64>(&value)) {
        return field.name.endsWith(QLatin1String("_bytes")) ? bytesText(static_cast<double>(*whole))
                                                            : integerText(*whole);
    }
    if (const auto* real = std::get_if<double>(&value)) return realText(field, *real);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? Words::tr("yes") : Words::tr("no");
    return unknownText();
}

QString fieldTitle(const app::ComparedField& field) {
    if (field.group == app::FieldGroup::Configuration) return field.name;
    for (const Title& each : titles) {
        if (field.name == QLatin1String(each.field)) return Words::tr(each.title);
    }
    return field.name;
}

QString groupTitle(app::FieldGroup group) {
    switch (group) {
        case app::FieldGroup::Figures:
            return Words::tr("Figures");
        case app::FieldGroup::Configuration:
            return Words::tr("Configuration");
        case app::FieldGroup::Environment:
            return Words::tr("Environment");
    }
    return {};
}

QString sideTitle(const app::ComparedColumn& column) {
    const QString first = rowTitle(column.row);
    if (column.members.size() < 2) return first;
    return Words::tr("%n row(s): %1", nullptr, static_cast<int>(column.members.size())).arg(first);
}

}  // namespace arcmeter::ui
