// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareModel.h"

#include <QFont>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "ui/compare/FieldText.h"
#include "ui/format/Format.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {

void CompareModel::setComparison(std::optional<app::Comparison> comparison) {
    beginResetModel();
    m_comparison = std::move(comparison);
    fill();
    endResetModel();
}

void CompareModel::setAll(bool all) {
    if (all == m_all) return;
    beginResetModel();
    m_all = all;
    fill();
    endResetModel();
}

void CompareModel::setMarks(std::vector<QIcon> marks) {
    m_marks = std::move(marks);
    if (columnCount() > 1) emit headerDataChanged(Qt::Horizontal, 1, columnCount() - 1);
}

void CompareModel::fill() {
    m_rows.clear();
    if (!m_comparison) return;
    const bool all = m_all || m_comparison->columns.size() < 2;
    for (const auto group :
         {app::FieldGroup::Figures, app::FieldGroup::Configuration, app::FieldGroup::Environment}) {
        const std::size_t heading = m_rows.size();
        for (std::size_t i = 0; i < m_comparison->fields.size(); ++i) {
            const app::ComparedField& field = m_comparison->fields[i];
            const bool wanted = all || field.contradicts || field.name == QLatin1String("samples_per_s");
            if (field.group == group && wanted) m_rows.push_back({group, i});
        }
        if (m_rows.size() > heading)
            m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(heading), Row{group, std::nullopt});
    }
}

int CompareModel::fieldCount() const {
    return static_cast<int>(
        std::count_if(m_rows.begin(), m_rows.end(), [](const Row& row) { return row.field.has_value(); }));
}

bool CompareModel::isHeading(int row) const {
    return !m_rows[static_cast<std::size_t>(row)].field;
}

int CompareModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_comparison ? 0 : static_cast<int>(m_comparison->columns.size()) + 1;
}

QString CompareModel::valueText(const Row& row, std::size_t side) const {
    const app::ComparedField& field = m_comparison->fields[*row.field];
    return cellText(field, field.values[side]);
}

QString CompareModel::changeText(const Row& row, std::size_t side) const {
    const app::ComparedField& field = m_comparison->fields[*row.field];
    if (!field.isFigure() || side == m_comparison->baseline) return {};
    const auto ratio = m_comparison->ratio(field, side);
    const auto delta = m_comparison->delta(field, side);
    if (!ratio || !delta || *delta == 0) return {};
    const QString sign = *delta > 0 ? QStringLiteral("+") : QString();
    const bool whole = std::holds_alternative<qint64>(field.values[side]);
    const app::Cell difference = whole ? app::Cell{qint64(std::llround(*delta))} : app::cell(*delta);
    return QStringLiteral("×%1  %2").arg(QLocale().toString(*ratio, 'f', 3),
                                         sign + cellText(field, difference));
}

QString CompareModel::toolTip(const Row& row) const {
    const app::ComparedField& field = m_comparison->fields[*row.field];
    const QString name = tr("Name in exports and on the command line: %1").arg(field.name);
    if (field.group == app::FieldGroup::Environment && field.contradicts)
        return tr("The machine or its software differs: figures may differ for that alone.") + '\n' + name;
    return name;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == HeadingRole) return !row.field;
    if (!row.field) {
        if (role == Qt::DisplayRole && index.column() == 0) return groupTitle(row.group);
        return role == Qt::FontRole ? QVariant(textFont(TextRole::Heading)) : QVariant();
    }
    const app::ComparedField& field = m_comparison->fields[*row.field];
    const bool warning = field.contradicts && field.group == app::FieldGroup::Environment;
    if (role == WarningRole) return warning;
    if (role == Qt::ToolTipRole) return toolTip(row);
    if (index.column() == 0) {
        return role == Qt::DisplayRole
                   ? QVariant(fieldTitle(field) + (warning ? QStringLiteral("  ⚠") : QString()))
                   : QVariant();
    }
    const auto side = static_cast<std::size_t>(index.column() - 1);
    if (role == ValueRole) return valueText(row, side);
    if (role == ChangeRole) return changeText(row, side);
    if (role == Qt::DisplayRole)
        return QString(valueText(row, side) + "  " + changeText(row, side)).trimmed();
    if (role == Qt::AccessibleDescriptionRole && warning) return tr("differs between the machines");
    return {};
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || !m_comparison) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    const auto side = static_cast<std::size_t>(section - 1);
    if (role == Qt::DecorationRole && section > 0 && side < m_marks.size()) return m_marks[side];
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    if (section == 0) return tr("Field");
    const QString title = sideTitle(m_comparison->columns[side]);
    return side == m_comparison->baseline ? tr("Baseline: %1").arg(title) : title;
}

Qt::ItemFlags CompareModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && isHeading(index.row()) ? flags & ~Qt::ItemIsSelectable : flags;
}

}  // namespace arcmeter::ui
