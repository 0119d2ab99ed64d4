// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scaling/ScalingModel.h"

#include "ui/format/Format.h"

namespace arcmeter::ui {

void ScalingModel::setCurves(const std::vector<ScalingCurve>& curves) {
    beginResetModel();
    m_rows.clear();
    for (const ScalingCurve& curve : curves) {
        for (const ScalingPoint& point : curve.points) m_rows.push_back({curve.name, curve.kind, point});
    }
    endResetModel();
}

int ScalingModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ScalingModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant ScalingModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const bool number = index.column() >= Devices;
    if (role == Qt::TextAlignmentRole && number) return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
        case Kind:
            return kindText(row.kind);
        case Series:
            return row.series;
        case Devices:
            return integerText(row.point.devices);
        case SamplesPerS:
            return quantityText(ScalingQuantity::SamplesPerS, row.point.samplesPerS);
        case Speedup:
            return quantityText(ScalingQuantity::Speedup, row.point.speedup);
        case Efficiency:
            return quantityText(ScalingQuantity::Efficiency, row.point.efficiency);
        default:
            return {};
    }
}

QVariant ScalingModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
    switch (section) {
        case Kind:
            return tr("Figure");
        case Series:
            return tr("Series");
        case Devices:
            return tr("Devices");
        case SamplesPerS:
            return tr("Samples/s");
        case Speedup:
            return tr("Speedup");
        case Efficiency:
            return tr("Efficiency");
        default:
            return {};
    }
}

}  // namespace arcmeter::ui
