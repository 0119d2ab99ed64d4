// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that differ in nothing but the number of devices: what a scaling curve is made of.
#pragma once

#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// Whether the row has a figure and says on how many devices it was measured.
bool isScalingRow(const HistoryRow& row);

/// nodes x devices per node; 0 where the row does not say.
int devicesOf(const HistoryRow& row);

/// Same framework, network, data, head, arithmetic, batch a device and hardware.
bool sameSeries(const HistoryRow& left, const HistoryRow& right);

struct ScalingSeries {
    std::vector<HistoryRow>
        rows;  ///< by devices, one a number of devices: the newest run where there are more

    const HistoryRow& first() const { return rows.front(); }
    bool isPublished() const { return first().kind == HistoryRow::Kind::Published; }
};

/// Every series of `rows` (RunStore::history()), our own first, in the order of their newest rows.
std::vector<ScalingSeries> scalingSeries(const std::vector<HistoryRow>& rows);

/// "OneFlow r100 face_emore, data parallel, fp32, batch 64": what tells a series from the others. Not
/// translated: every word is a value of the configuration.
QString seriesTitle(const HistoryRow& row);

}  // namespace arcmeter::app
