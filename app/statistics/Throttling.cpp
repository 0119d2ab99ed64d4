// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Throttling.h"

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

}  // namespace arcmeter::app
