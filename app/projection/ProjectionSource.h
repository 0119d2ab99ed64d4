// SPDX-License-Identifier: GPL-3.0-or-later
// The measured step that a projection starts from: a run of ours, or a published row.
#pragma once

#include "app/projection/Projection.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// From a run's measured parts. Throws Error(invalid_config) where the run has no figure, or of a network
/// whose size is not known.
MeasuredStep measuredStep(const RunDetails& details, const LinkCatalog& catalog);

/// From a row alone: the step is known, its parts are taken from FLOPs (forward : backward = 1 : 2, the head
/// by its own) and, for the optimizer, from bytes at the machine's memory bandwidth. Throws
/// Error(invalid_config) where the row lacks model, batch, classes, devices or figure.
MeasuredStep publishedStep(const HistoryRow& row, const LinkCatalog& catalog);

/// `topology` for `devices`, with the machine's own links where none is given. Throws Error(invalid_config).
struct TopologyChoice {
    QString intraLink;       ///< empty: the machine's
    QString link;            ///< empty: the machine's
    int devicesPerNode = 0;  ///< 0: the machine's
};
Topology topologyFor(const HistoryRow& row, const TopologyChoice& choice, const LinkCatalog& catalog);

}  // namespace arcmeter::app
