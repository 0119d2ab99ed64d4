// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Throttling.h"

#include <algorithm>

namespace arcmeter::app {

double Throttling::share() const {
    return samples > 0 ? static_cast<double>(throttled) / static_cast<double>(samples) : 0;
}

Throttling throttlingOf(const std::vector<protocol::Telemetry>& telemetry) {
    Throttling out;
    for (const protocol::Telemetry& word : telemetry) {
        ++out.samples;
        if (word.throttle_reasons.empty()) continue;
        ++out.throttled;
        for (const QString& reason :
             QString::fromStdString(word.throttle_reasons).split(QLatin1Char(','), Qt::SkipEmptyParts)) {
            if (!out.reasons.contains(reason.trimmed())) out.reasons << reason.trimmed();
        }
    }
    return out;
}

std::vector<StepSpan> throttledSpans(std::span<const protocol::Step> steps,
                                     std::span<const RepeatSecond> seconds) {
    std::vector<StepSpan> spans;
    double elapsedMs = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const protocol::Step& step = steps[i];
        const bool sameRepeat = i > 0 && steps[i - 1].repeat == step.repeat;
        if (!sameRepeat) elapsedMs = 0;
        const auto from = static_cast<qint64>(elapsedMs / 1000) + 1;
        elapsedMs += step.step_ms;
        const auto to = static_cast<qint64>(elapsedMs / 1000) + 1;
        const auto second = std::lower_bound(seconds.begin(), seconds.end(), RepeatSecond{step.repeat, from});
        if (second == seconds.end() || second->repeat != step.repeat || second->second > to) continue;
        const bool joined = sameRepeat && !spans.empty() && spans.back().repeat == step.repeat &&
                            spans.back().last == steps[i - 1].iteration;
        if (joined) {
            spans.back().last = step.iteration;
        } else {
            spans.push_back({step.repeat, step.iteration, step.iteration});
        }
    }
    return spans;
}

}  // namespace arcmeter::app
