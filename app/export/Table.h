// SPDX-License-Identifier: GPL-3.0-or-later
// A table ready to be exported: column names and typed cells. Plain values.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <variant>
#include <vector>

namespace arcmeter::app {

/// A number written exactly as its source printed it ("245.0"). Must be a valid JSON number.
struct NumberText {
    QString text;
    bool operator==(const NumberText&) const = default;
};

/// std::monostate is 'unknown'.
using Cell = std::variant<std::monostate, QString, qint64, double, bool, NumberText>;

struct Table {
    QStringList columns;
    std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`
    /// Letters, digits and underscores: the SQL table's name, the sheet's name, the document's title.
    QString name = QStringLiteral("arcmeter_table");
};

/// Empty text is 'unknown', and so is a number that is not finite.
Cell cell(const QString& text);
Cell cell(double value);
template <typename Value>
Cell cell(const std::optional<Value>& value) {
    if (!value) return std::monostate{};
    if constexpr (std::is_same_v<Value, double>) {
        return cell(*value);
    } else {
        return *value;
    }
}

/// The cell as plain text, numbers in the C locale and as short as reads back to the same value; empty for
/// 'unknown', 1 and 0 for true and false.
QString plainText(const Cell& cell);

bool isNumber(const Cell& cell);

}  // namespace arcmeter::app
