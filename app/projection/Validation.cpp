// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/Validation.h"

#include <algorithm>
#include <cmath>

#include "app/projection/Projection.h"
#include "app/projection/ProjectionSource.h"
#include "app/projection/Series.h"

namespace arcmeter::app {
namespace {

double meanSize(const std::vector<ValidatedRow>& rows, double ValidatedRow::*error) {
    double sum = 0;
    for (const ValidatedRow& row : rows) sum += std::abs(row.*error);
    return rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

void validate(const ScalingSeries& series, const LinkCatalog& catalog, std::vector<ValidatedRow>& rows) {
    const HistoryRow& one = series.first();
    const MeasuredStep step = publishedStep(one, catalog);
    const Projection projection(step, catalog.training());
    for (std::size_t i = 1; i < series.rows.size(); ++i) {
        ValidatedRow validated;
        validated.row = series.rows[i];
        validated.devices = devicesOf(validated.row);
        Topology there = topologyFor(one, {}, catalog);
        there.devices = validated.devices;
        const double published = *validated.row.samplesPerSecond;
        validated.projected = projection.at(there, step.head.parallelism).samplesPerS;
        validated.error = validated.projected / published - 1;
        validated.linearError = *one.samplesPerSecond * validated.devices / published - 1;
        rows.push_back(std::move(validated));
    }
}

}  // namespace

double Validation::meanError() const {
    return meanSize(rows, &ValidatedRow::error);
}

double Validation::meanLinearError() const {
    return meanSize(rows, &ValidatedRow::linearError);
}

double Validation::worstError() const {
    double worst = 0;
    for (const ValidatedRow& row : rows) worst = std::max(worst, std::abs(row.error));
    return worst;
}

Validation validateProjection(const std::vector<HistoryRow>& published, const QString& framework,
                              const LinkCatalog& catalog) {
    Validation validation;
    for (const ScalingSeries& series : scalingSeries(published)) {
        const HistoryRow& one = series.first();
        if (one.framework == framework && devicesOf(one) == 1) validate(series, catalog, validation.rows);
    }
    return validation;
}

}  // namespace arcmeter::app
