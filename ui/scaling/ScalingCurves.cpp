// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scaling/ScalingCurves.h"

#include <QCoreApplication>

#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(ScalingCurves)
};

ScalingCurve measuredCurve(const app::ScalingSeries& series) {
    ScalingCurve curve;
    curve.name = app::seriesTitle(series.first());
    curve.kind = series.isPublished() ? ScalingCurve::Kind::Published : ScalingCurve::Kind::Own;
    const double onOne = *series.first().samplesPerSecond / app::devicesOf(series.first());
    for (const app::HistoryRow& row : series.rows) {
        ScalingPoint point;
        point.devices = app::devicesOf(row);
        point.samplesPerS = *row.samplesPerSecond;
        point.speedup = point.samplesPerS / onOne;
        point.efficiency = point.speedup / point.devices;
        point.runId = series.isPublished() ? 0 : row.id;
        curve.points.push_back(point);
    }
    return curve;
}

app::MeasuredStep stepOf(const app::HistoryRow& row, const app::LinkCatalog& catalog,
                         const app::RunStore& store) {
    const bool run = row.kind == app::HistoryRow::Kind::Run;
    return run ? app::measuredStep(store.details(row.id), catalog) : app::publishedStep(row, catalog);
}

ScalingCurve projectedCurve(const ScalingCurve& measured, const app::HistoryRow& row,
                            const ProjectionChoice& choice, const app::LinkCatalog& catalog,
                            const app::RunStore& store) {
    ScalingCurve curve;
    curve.name = Words::tr("%1, projected").arg(measured.name);
    curve.kind = ScalingCurve::Kind::Projected;
    curve.color = measured.color;
    const app::MeasuredStep step = stepOf(row, catalog, store);
    const app::Projection projection(step, catalog.training());
    app::Topology topology = app::topologyFor(row, choice.topology, catalog);
    for (const int devices : app::usualDeviceCounts()) {
        if (devices < step.devices || devices > choice.mostDevices) continue;
        topology.devices = devices;
        const app::ProjectedPoint point = projection.at(topology, step.head.parallelism);
        curve.points.push_back({devices, point.samplesPerS, point.speedup, point.efficiency, 0});
    }
    return curve;
}

}  // namespace

QString quantityName(ScalingQuantity quantity) {
    switch (quantity) {
        case ScalingQuantity::SamplesPerS:
            return Words::tr("Throughput");
        case ScalingQuantity::Speedup:
            return Words::tr("Speedup");
        case ScalingQuantity::Efficiency:
            return Words::tr("Efficiency");
    }
    return {};
}

QString quantityText(ScalingQuantity quantity, double value) {
    return quantity == ScalingQuantity::Efficiency ? percentText(value) : numberText(value);
}

double ScalingPoint::value(ScalingQuantity quantity) const {
    switch (quantity) {
        case ScalingQuantity::SamplesPerS:
            return samplesPerS;
        case ScalingQuantity::Speedup:
            return speedup;
        case ScalingQuantity::Efficiency:
            return efficiency;
    }
    return 0;
}

QString kindText(ScalingCurve::Kind kind) {
    switch (kind) {
        case ScalingCurve::Kind::Own:
            return Words::tr("measured");
        case ScalingCurve::Kind::Published:
            return Words::tr("published");
        case ScalingCurve::Kind::Projected:
            return Words::tr("projected");
    }
    return {};
}

std::vector<ScalingCurve> scalingCurves(const std::vector<app::ScalingSeries>& series,
                                        const ProjectionChoice& choice, const app::LinkCatalog& catalog,
                                        const app::RunStore& store) {
    std::vector<ScalingCurve> curves;
    int color = 0;
    for (const app::ScalingSeries& one : series) {
        ScalingCurve measured = measuredCurve(one);
        measured.color = color++;
        curves.push_back(measured);
        if (!choice.wanted) continue;
        try {
            curves.push_back(projectedCurve(measured, one.first(), choice, catalog, store));
        } catch (const Error& error) {
            qWarning("%s", error.what());  // of a network that is not ours: the measured curve stands alone
        }
    }
    return curves;
}

app::Table scalingTable(const std::vector<ScalingCurve>& curves, const app::TopologyChoice& choice) {
    const auto linkCell = [](const QString& id) {
        return app::cell(id.isEmpty() ? QStringLiteral("the machine's") : id);
    };
    static const char* const kinds[] = {"measured", "published", "projected"};
    app::Table table;
    table.columns = {"kind",       "series", "devices", "samples_per_s", "speedup",
                     "efficiency", "run_id", "link",    "intra_link",    "program_version"};
    for (const ScalingCurve& curve : curves) {
        const bool projected = curve.kind == ScalingCurve::Kind::Projected;
        for (const ScalingPoint& point : curve.points) {
            table.rows.push_back(
                {app::cell(QString::fromLatin1(kinds[static_cast<int>(curve.kind)])), app::cell(curve.name),
                 app::Cell{qint64(point.devices)}, app::cell(point.samplesPerS), app::cell(point.speedup),
                 app::cell(point.efficiency), point.runId > 0 ? app::Cell{point.runId} : app::Cell{},
                 projected ? linkCell(choice.link) : app::Cell{},
                 projected ? linkCell(choice.intraLink) : app::Cell{}, app::cell(app::programVersion())});
        }
    }
    return table;
}

}  // namespace arcmeter::ui
