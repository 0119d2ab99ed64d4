// SPDX-License-Identifier: GPL-3.0-or-later
// What a repeat comes to when its worker can no longer say so: the result rebuilt from its steps.
// Constant memory; the same sums serve the live figure.
#pragma once

#include <QtGlobal>
#include <array>
#include <optional>

#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::app {

class StepAccumulator {
public:
    explicit StepAccumulator(const protocol::RunConfig& config);

    void add(const protocol::Step& step);

    /// Samples/s over the steps after the warm-up: samples / sum of step times. nullopt before there is one.
    std::optional<double> samplesPerSecond() const;

    /// Marked partial. nullopt when nothing was measured.
    std::optional<protocol::Result> result(int repeat) const;

private:
    static constexpr std::size_t lastCount = 50;  ///< iterations that final loss and accuracy are means of

    qint64 m_warmup;
    qint64 m_samplesPerStep;
    protocol::RunConfig m_config;
    qint64 m_measured = 0;
    qint64 m_seen = 0;
    double m_milliseconds = 0;
    protocol::StepParts m_parts;
    qint64 m_devicePeak = 0;
    qint64 m_hostPeak = 0;
    std::array<double, lastCount> m_losses{};
    std::array<double, lastCount> m_accuracies{};
};

}  // namespace arcmeter::app
