// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as a table: fields down, sides across, under the headings figures, configuration and
// environment. GUI thread only.
#pragma once

#include <QAbstractTableModel>
#include <QIcon>
#include <optional>
#include <vector>

#include "app/compare/Comparison.h"

namespace arcmeter::ui {

class CompareModel : public QAbstractTableModel {
    Q_OBJECT

public:
    /// Beside Qt's own roles; Qt::DisplayRole has value and change in one line.
    enum Role {
        ValueRole = Qt::UserRole,  ///< QString: the value alone
        ChangeRole,                ///< QString: ratio to the baseline and difference from it; may be empty
        HeadingRole,               ///< bool: the row is a heading
        WarningRole,               ///< bool: the row is a difference between the environments
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setComparison(std::optional<app::Comparison> comparison);
    /// All fields instead of those in which two sides are known to differ. One side alone always shows all.
    void setAll(bool all);
    void setMarks(std::vector<QIcon> marks);  ///< one a side: what tells its curve from the others
    int fieldCount() const;                   ///< rows that are no headings
    bool isHeading(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Row {
        app::FieldGroup group = app::FieldGroup::Figures;
        std::optional<std::size_t> field;  ///< empty: the group's heading
    };

    void fill();
    QString valueText(const Row& row, std::size_t side) const;
    QString changeText(const Row& row, std::size_t side) const;
    QString toolTip(const Row& row) const;

    std::optional<app::Comparison> m_comparison;
    std::vector<Row> m_rows;
    std::vector<QIcon> m_marks;
    bool m_all = false;
};

/// The side's name in headers, lists and legends: "Run 12 · Y1 · batch 16 · FP32", "3 rows: Run 12 · …".
QString sideTitle(const app::ComparedColumn& column);
QString groupTitle(app::FieldGroup group);
QString fieldTitle(const app::ComparedField& field);  ///< a configuration's fields keep their names

}  // namespace arcmeter::ui
