// SPDX-License-Identifier: GPL-3.0-or-later
// What the Compare page shows, read from the store: slow, for a thread of its own. A side is a row of History
// or several pooled ones.
#pragma once

#include <QHash>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/compare/Comparison.h"
#include "ui/compare/CompareCurves.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

struct CompareSide {
    std::vector<app::RowReference> members;
    std::optional<app::ComparedColumn> column;  ///< empty where the side cannot be read
    QString problem;                            ///< why not
    SideSteps steps;                            ///< none for published and imported rows
};

using SidePointer = std::shared_ptr<const CompareSide>;
using SideCache = QHash<QString, SidePointer>;  ///< by sideKey()

QString sideKey(const std::vector<app::RowReference>& members);

struct ShownComparison {
    std::vector<SidePointer> sides;  ///< in the order asked for
    std::optional<app::Comparison>
        comparison;  ///< of those sides that can be read; empty where there are none
    std::vector<std::optional<std::size_t>> place;               ///< of each side in `comparison`
    std::vector<std::shared_ptr<const SideCurves>> byIteration;  ///< one a side
    std::vector<std::shared_ptr<const SideCurves>> byTime;
    double binSeconds = 1;  ///< of byTime
};

/// Sides that are in `known` are not read again. A baseline that cannot be read gives way to the first side
/// that can. Between its parts it asks `isStopped` and then returns what it has.
ShownComparison readComparison(const app::RunStore& store, const app::SavedComparison& asked,
                               const SideCache& known, const std::function<bool()>& isStopped);

}  // namespace arcmeter::ui
