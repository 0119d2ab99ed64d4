// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareCurves.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace arcmeter::ui {
namespace {

constexpr double most_bins = 200'000;

double roundedDown(double value) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    const double digit = value / power;
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

double nextLarger(double rounded) {
    const double power = std::pow(10, std::floor(std::log10(rounded * 1.01)));
    return rounded / power < 1.5 ? 2 * power : rounded / power < 3 ? 5 * power : 10 * power;
}

/// Collects the values of one bin after the other; steps that reach over several bins count in each.
class Bins {
public:
    Bins(SideCurves& curves) : m_curves(curves) {}

    void add(qint64 first, qint64 last, float samplesPerSecond, float memory, bool newRepeat) {
        m_break = m_break || newRepeat;
        for (qint64 bin = std::max(first, m_bin); bin <= last; ++bin) {
            if (bin > m_bin) {
                close();
                if (std::exchange(m_break, false)) startSegment();
            }
            m_bin = bin;
            m_slowest = m_open ? std::min(m_slowest, samplesPerSecond) : samplesPerSecond;
            m_memory = m_open ? std::max(m_memory, memory) : memory;
            m_open = true;
        }
    }

    void close() {
        if (!m_open) return;
        m_curves.samplesPerSecond.append(m_slowest);
        m_curves.memoryBytes.append(m_memory);
        m_open = false;
    }

private:
    void startSegment() {
        m_curves.samplesPerSecond.startSegment();
        m_curves.memoryBytes.startSegment();
    }

    SideCurves& m_curves;
    qint64 m_bin = -1;
    float m_slowest = 0;
    float m_memory = 0;
    bool m_open = false;
    bool m_break = false;  ///< the next bin begins a repeat
};

}  // namespace

void SideSteps::append(const std::vector<protocol::Step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const protocol::Step& step = steps[i];
        if (i == 0 || steps[i - 1].repeat != step.repeat) m_starts.push_back(m_stepMs.size());
        m_stepMs.push_back(static_cast<float>(step.step_ms));
        m_samplesPerSecond.push_back(static_cast<float>(step.samples_per_s));
        const std::int64_t bytes =
            step.device_memory_bytes > 0 ? step.device_memory_bytes : step.host_memory_bytes;
        m_memoryBytes.push_back(static_cast<float>(bytes));
    }
}

double SideSteps::totalSeconds() const {
    return std::accumulate(m_stepMs.begin(), m_stepMs.end(), 0.0) / 1000;
}

double SideSteps::medianStepSeconds() const {
    if (m_stepMs.empty()) return 0;
    std::vector<float> sorted = m_stepMs;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return static_cast<double>(*middle) / 1000;
}

SideCurves curvesByIteration(const SideSteps& steps) {
    SideCurves curves;
    auto start = steps.m_starts.begin();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (start != steps.m_starts.end() && *start == i) {
            curves.samplesPerSecond.startSegment();
            curves.memoryBytes.startSegment();
            ++start;
        }
        curves.samplesPerSecond.append(steps.m_samplesPerSecond[i]);
        curves.memoryBytes.append(steps.m_memoryBytes[i]);
    }
    return curves;
}

SideCurves curvesByTime(const SideSteps& steps, double binSeconds) {
    SideCurves curves;
    Bins bins(curves);
    double seconds = 0;
    auto start = steps.m_starts.begin();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool newRepeat = start != steps.m_starts.end() && *start == i;
        if (newRepeat) ++start;
        const auto first = static_cast<qint64>(seconds / binSeconds);
        seconds += std::max(0.0, static_cast<double>(steps.m_stepMs[i]) / 1000);
        const auto end = static_cast<qint64>(std::ceil(seconds / binSeconds));
        bins.add(first, std::max(first, end - 1), steps.m_samplesPerSecond[i], steps.m_memoryBytes[i],
                 newRepeat);
    }
    bins.close();
    return curves;
}

double commonBinSeconds(const std::vector<const SideSteps*>& sides) {
    double quickest = 0, longest = 0;
    for (const SideSteps* side : sides) {
        const double median = side->medianStepSeconds();
        if (median > 0) quickest = quickest > 0 ? std::min(quickest, median) : median;
        longest = std::max(longest, side->totalSeconds());
    }
    if (!(quickest > 0)) return 1;
    double bin = roundedDown(quickest / 2);
    while (longest / bin > most_bins) bin = nextLarger(bin);
    return bin;
}

}  // namespace arcmeter::ui
