// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareSides.h"

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"

namespace arcmeter::ui {
namespace {

SidePointer readSide(const app::RunStore& store, const std::vector<app::RowReference>& members,
                     const std::function<bool()>& isStopped) {
    auto side = std::make_shared<CompareSide>();
    side->members = members;
    try {
        side->column = app::loadColumn(store, members);
        for (const app::RowReference& member : members) {
            if (isStopped()) break;
            if (member.kind == app::HistoryRow::Kind::Run) side->steps.append(store.steps(member.id));
        }
    } catch (const Error& error) {
        side->column.reset();
        side->problem = QString::fromUtf8(error.what());
    }
    return side;
}

void addCurves(ShownComparison& shown) {
    std::vector<const SideSteps*> steps;
    for (const SidePointer& side : shown.sides) steps.push_back(&side->steps);
    shown.binSeconds = commonBinSeconds(steps);
    for (const SideSteps* each : steps) {
        shown.byIteration.push_back(std::make_shared<SideCurves>(curvesByIteration(*each)));
        shown.byTime.push_back(std::make_shared<SideCurves>(curvesByTime(*each, shown.binSeconds)));
    }
}

}  // namespace

QString sideKey(const std::vector<app::RowReference>& members) {
    QStringList names;
    for (const app::RowReference& member : members) names << app::toString(member);
    return names.join(QLatin1Char('+'));
}

ShownComparison readComparison(const app::RunStore& store, const app::SavedComparison& asked,
                               const SideCache& known, const std::function<bool()>& isStopped) {
    ShownComparison shown;
    std::vector<app::ComparedColumn> columns;
    std::optional<std::size_t> baseline;
    for (std::size_t i = 0; i < asked.columns.size() && !isStopped(); ++i) {
        SidePointer side = known.value(sideKey(asked.columns[i]));
        if (!side) side = readSide(store, asked.columns[i], isStopped);
        shown.place.push_back(side->column ? std::optional(columns.size()) : std::nullopt);
        if (side->column && i == asked.baseline) baseline = columns.size();
        if (side->column) columns.push_back(*side->column);
        shown.sides.push_back(std::move(side));
    }
    if (isStopped()) return shown;
    if (!columns.empty()) shown.comparison = app::compare(std::move(columns), baseline.value_or(0));
    addCurves(shown);
    return shown;
}

}  // namespace arcmeter::ui
