// SPDX-License-Identifier: GPL-3.0-or-later
// The projection against what was published: every series is projected from its one-device row and nothing
// else, and held against its rows of more devices.
#pragma once

#include <vector>

#include "app/projection/LinkCatalog.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

struct ValidatedRow {
    HistoryRow row;  ///< as published
    int devices = 1;
    double projected = 0;    ///< samples/s
    double error = 0;        ///< projected / published - 1
    double linearError = 0;  ///< the same of plain linear scaling
};

struct Validation {
    std::vector<ValidatedRow> rows;

    double meanError() const;  ///< of the errors' sizes
    double worstError() const;
    double meanLinearError() const;
};

/// `framework`: whose rows; MXNet's were measured with host pipelines that the projection knows nothing of.
Validation validateProjection(const std::vector<HistoryRow>& published, const QString& framework,
                              const LinkCatalog& catalog);

}  // namespace arcmeter::app
