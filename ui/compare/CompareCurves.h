// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of compared sides over a common axis: iterations, or the time that training took.
#pragma once

#include <vector>

#include "engine/protocol/events.h"
#include "ui/charts/SeriesStore.h"

namespace arcmeter::ui {

/// What curves need of a side's steps, all repeats of all its members one after the other.
class SideSteps {
public:
    void append(const std::vector<protocol::Step>& steps);  ///< of one member

    std::size_t size() const { return m_stepMs.size(); }
    double totalSeconds() const;
    double medianStepSeconds() const;  ///< 0 where there are no steps

private:
    friend struct SideCurves curvesByIteration(const SideSteps& steps);
    friend struct SideCurves curvesByTime(const SideSteps& steps, double binSeconds);

    std::vector<float> m_stepMs;
    std::vector<float> m_samplesPerSecond;
    std::vector<float> m_memoryBytes;
    std::vector<std::size_t> m_starts;  ///< places where a repeat begins, ascending
};

struct SideCurves {
    SeriesStore samplesPerSecond;
    SeriesStore memoryBytes;
};

SideCurves curvesByIteration(const SideSteps& steps);

/// One value for each `binSeconds` of added-up step time: that of the slowest step in it (and the largest
/// memory), so that no stall is lost.
SideCurves curvesByTime(const SideSteps& steps, double binSeconds);

/// Half of the quickest side's median step, rounded down to 1, 2 or 5 times a power of ten; more where the
/// longest side would need over 200,000 of them. In seconds; 1 where no side has steps.
double commonBinSeconds(const std::vector<const SideSteps*>& sides);

}  // namespace arcmeter::ui
