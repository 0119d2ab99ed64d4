// SPDX-License-Identifier: GPL-3.0-or-later
// Round axis ranges that change rarely: Qt Charts takes three times as long for a frame in which a range
// moves.
#pragma once

namespace arcmeter::ui {

struct AxisScale {
    double min = 0;
    double max = 1;
    double interval = 0.25;  ///< between ticks; 1, 2, 2.5 or 5 times a power of ten
    int decimals = 2;        ///< that tick labels need
    bool operator==(const AxisScale&) const = default;
};

/// A range of whole intervals that holds low..high with about `ticks` ticks. `wholeNumbers`: no interval
/// below 1.
AxisScale roundScale(double low, double high, int ticks, bool wholeNumbers = false);

}  // namespace arcmeter::ui
