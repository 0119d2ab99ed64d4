// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/Series.h"

#include <algorithm>
#include <tuple>

namespace arcmeter::app {
namespace {

bool isRun(const HistoryRow& row) {
    return row.kind == HistoryRow::Kind::Run;
}

void addRow(ScalingSeries& series, const HistoryRow& row) {
    const int devices = devicesOf(row);
    const auto place =
        std::find_if(series.rows.begin(), series.rows.end(),
                     [devices](const HistoryRow& there) { return devicesOf(there) >= devices; });
    // Runs come newest first: what is there already is newer.
    if (place != series.rows.end() && devicesOf(*place) == devices) return;
    series.rows.insert(place, row);
}

}  // namespace

int devicesOf(const HistoryRow& row) {
    return static_cast<int>(row.nodes.value_or(0) * row.devicesPerNode.value_or(0));
}

bool isScalingRow(const HistoryRow& row) {
    const bool ended = !isRun(row) || row.state == RunState::Finished;
    return ended && row.samplesPerSecond && devicesOf(row) > 0 && row.batchSizePerDevice && row.numClasses &&
           !row.model.isEmpty() && !row.parallelism.isEmpty();
}

bool sameSeries(const HistoryRow& left, const HistoryRow& right) {
    const auto key = [](const HistoryRow& row) {
        return std::tie(row.kind, row.source, row.framework, row.model, row.dataset, row.parallelism,
                        row.sampleRatio, row.precision, row.batchSizePerDevice, row.numClasses, row.hardware,
                        row.device, row.fcType, row.loss);
    };
    return key(left) == key(right);
}

std::vector<ScalingSeries> scalingSeries(const std::vector<HistoryRow>& rows) {
    std::vector<ScalingSeries> all;
    for (const HistoryRow& row : rows) {
        if (!isScalingRow(row)) continue;
        const auto found = std::find_if(all.begin(), all.end(), [&](const ScalingSeries& series) {
            return sameSeries(series.first(), row);
        });
        if (found == all.end()) {
            all.push_back({{row}});
        } else {
            addRow(*found, row);
        }
    }
    return all;
}

QString seriesTitle(const HistoryRow& row) {
    return QStringLiteral("%1 %2 %3 %4 %5 batch %6")
        .arg(row.framework.section(QLatin1Char(' '), 0, 0), row.model, row.dataset, row.parallelism,
             row.precision)
        .arg(row.batchSizePerDevice.value_or(0));
}

}  // namespace arcmeter::app
