// SPDX-License-Identifier: GPL-3.0-or-later
// About how long a run will take.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

struct DurationEstimate {
    qint64 milliseconds = 0;
    QString basis;  ///< what it is judged by: "an earlier run of the same configuration"
};

/// Knows the finished runs of this machine. Cheap to ask; refresh() after a run. Use from one thread.
class DurationEstimator {
public:
    /// `runs`: RunStore::runs(). `host`: this machine's name, by default the system's.
    explicit DurationEstimator(std::vector<HistoryRow> runs = {}, const QString& host = {});

    void refresh(std::vector<HistoryRow> runs);

    /// From the samples/s of the newest run of the same configuration; else of the run of the same network,
    /// device kind and precision with the nearest batch; else from the FLOP/s that another network reached on
    /// that kind of device; else from the plan's own estimate; else, on the CPU, guessed from its cores.
    /// nullopt without any.
    std::optional<DurationEstimate> estimate(const protocol::RunConfig& config,
                                             const std::optional<protocol::Plan>& plan) const;

private:
    struct Speed {
        double samplesPerSecond = 0;
        QString basis;
    };
    std::optional<Speed> speed(const protocol::RunConfig& config,
                               const std::optional<protocol::Plan>& plan) const;
    std::optional<Speed> speedOfLikeRun(const protocol::RunConfig& config,
                                        const std::optional<protocol::Plan>& plan) const;
    std::optional<Speed> speedByWork(const protocol::RunConfig& config, const protocol::Plan& plan) const;

    std::vector<HistoryRow> m_runs;  ///< finished runs with a figure, of this host, newest first
    QString m_host;
};

/// "about 40 s", "about 4 min", "about 2 h 10 min".
QString durationText(qint64 milliseconds);

}  // namespace arcmeter::app
