// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Table.h"

#include <cmath>

namespace arcmeter::app {

Cell cell(const QString& text) {
    if (text.isEmpty()) return std::monostate{};
    return text;
}

Cell cell(double value) {
    if (!std::isfinite(value)) return std::monostate{};
    return value;
}

}  // namespace arcmeter::app
