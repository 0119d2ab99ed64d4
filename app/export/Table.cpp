// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Table.h"

#include <QLocale>
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

QString plainText(const Cell& cell) {
    if (const auto* text = std::get_if<QString>(&cell)) return *text;
    if (const auto* whole = std::get_if<qint64>(&cell)) return QString::number(*whole);
    if (const auto* real = std::get_if<double>(&cell)) {
        return QString::number(*real, 'g', QLocale::FloatingPointShortest);
    }
    if (const auto* truth = std::get_if<bool>(&cell)) return QString::number(*truth ? 1 : 0);
    if (const auto* number = std::get_if<NumberText>(&cell)) return number->text;
    return {};
}

bool isNumber(const Cell& cell) {
    return std::holds_alternative<qint64>(cell) || std::holds_alternative<double>(cell) ||
           std::holds_alternative<NumberText>(cell);
}

}  // namespace arcmeter::app
