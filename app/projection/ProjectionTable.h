// SPDX-License-Identifier: GPL-3.0-or-later
// A projection over numbers of devices, beside what was measured there: what the command line prints, the
// window draws and both export.
#pragma once

#include <optional>
#include <vector>

#include "app/export/Table.h"
#include "app/projection/ProjectionSource.h"

namespace arcmeter::app {

class RunStore;

struct ProjectionRow {
    protocol::Parallelism parallelism = protocol::Parallelism::data;
    ProjectedPoint point;
    std::optional<double> measured;  ///< samples/s of the same series' row with as many devices

    /// Share by which the projection differs from what was measured; nullopt where nothing was.
    std::optional<double> error() const;
};

/// Where a projection starts and what it assumes.
struct ProjectionBase {
    HistoryRow row;
    MeasuredStep step;
    Topology topology;
};

/// 1, 2, 4, ... 4096.
const std::vector<int>& usualDeviceCounts();

/// `id`: "12" for run 12, "ref:7" for published row 7. Throws Error(invalid_config) where there is none.
ProjectionBase projectionBase(const RunStore& store, const QString& id, const TopologyChoice& choice,
                              const LinkCatalog& catalog);

/// One row a parallelism and number of devices; `history` is searched for measured rows of the same series.
std::vector<ProjectionRow> projectionRows(const ProjectionBase& base,
                                          const std::vector<protocol::Parallelism>& parallelisms,
                                          const std::vector<int>& devices,
                                          const std::vector<HistoryRow>& history, const LinkCatalog& catalog);

/// For export; the column `kind` says 'projected' in every row.
Table projectionTable(const ProjectionBase& base, const std::vector<ProjectionRow>& rows);

}  // namespace arcmeter::app
