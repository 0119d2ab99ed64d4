// SPDX-License-Identifier: GPL-3.0-or-later
// The raw series of one run, ready for charts: one value a step, steps counted on over the repeats.
#pragma once

#include <QString>
#include <array>
#include <vector>

#include "app/statistics/RunInsight.h"
#include "engine/protocol/events.h"
#include "ui/charts/Chart.h"
#include "ui/charts/SeriesStore.h"

namespace arcmeter::ui {

inline constexpr std::size_t part_count = 6;

/// In the order in which they are stacked from the axis up.
QString partName(std::size_t part);
double partOf(const protocol::StepParts& parts, std::size_t part);

class LiveData {
public:
    void clear();
    /// `warmup`: iterations at the start of each repeat that the figure leaves out.
    void append(const protocol::Step& step, qint64 warmup);

    qint64 steps() const { return samplesPerSecond.end() - 1; }
    QString stepName(qint64 step) const;  ///< "Repeat 2, iteration 17"
    const std::vector<ChartBand>& warmups() const { return m_warmups; }
    /// The steps of a repeat after its warm-up; an empty range where there are none.
    StepRange measuredSteps(qint64 repeat) const;
    qint64 stepOf(qint64 repeat, qint64 iteration) const;  ///< 0 where the repeat is not there

    SeriesStore samplesPerSecond;
    SeriesStore memory;  ///< bytes: of the device where it is a GPU, else of the process
    SeriesStore loss;
    std::array<SeriesStore, part_count> parts;

private:
    struct RepeatStart {
        qint64 step = 1;
        qint64 repeat = 0;
        qint64 iteration = 1;
    };
    void beginRepeat(const protocol::Step& step, qint64 warmup);

    std::vector<RepeatStart> m_repeats;
    std::vector<ChartBand> m_warmups;
};

/// Where a run's steps drift, throttle or belong to an outlying repeat; each says in a word what it is.
std::vector<ChartBand> noticeBands(const app::RunInsight& insight, const LiveData& data);

}  // namespace arcmeter::ui
