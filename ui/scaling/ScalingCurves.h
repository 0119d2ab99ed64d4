// SPDX-License-Identifier: GPL-3.0-or-later
// What the Scaling page shows: measured and projected curves over numbers of devices, as plain values.
#pragma once

#include <QString>
#include <vector>

#include "app/projection/ProjectionTable.h"
#include "app/projection/Series.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

enum class ScalingQuantity { SamplesPerS, Speedup, Efficiency };
QString quantityName(ScalingQuantity quantity);
QString quantityText(ScalingQuantity quantity, double value);

struct ScalingPoint {
    int devices = 1;
    double samplesPerS = 0;
    double speedup = 1;     ///< against one device; where none was measured, against the fewest there are
    double efficiency = 1;  ///< speedup / devices
    qint64 runId = 0;       ///< 0: published or projected

    double value(ScalingQuantity quantity) const;
};

struct ScalingCurve {
    enum class Kind { Own, Published, Projected };

    QString name;
    Kind kind = Kind::Own;
    int color = 0;  ///< a projected curve has its series' own
    std::vector<ScalingPoint> points;
};

struct ProjectionChoice {
    bool wanted = true;
    int mostDevices = 64;
    app::TopologyChoice topology;
};

/// A measured curve for each series and, where wanted, its projection from the row of the fewest devices (a
/// run's own parts where it has them). A series of a network whose size is not known has no projection.
std::vector<ScalingCurve> scalingCurves(const std::vector<app::ScalingSeries>& series,
                                        const ProjectionChoice& choice, const app::LinkCatalog& catalog,
                                        const app::RunStore& store);

QString kindText(ScalingCurve::Kind kind);

/// For export: one row a point, `kind` measured, published or projected.
app::Table scalingTable(const std::vector<ScalingCurve>& curves, const app::TopologyChoice& choice);

}  // namespace arcmeter::ui
