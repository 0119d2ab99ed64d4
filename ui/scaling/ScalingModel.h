// SPDX-License-Identifier: GPL-3.0-or-later
// The scaling chart's figures as a table: its twin for the keyboard and screen readers.
#pragma once

#include <QAbstractTableModel>

#include "ui/scaling/ScalingCurves.h"

namespace arcmeter::ui {

class ScalingModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Kind, Series, Devices, SamplesPerS, Speedup, Efficiency, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setCurves(const std::vector<ScalingCurve>& curves);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        QString series;
        ScalingCurve::Kind kind;
        ScalingPoint point;
    };
    std::vector<Row> m_rows;
};

}  // namespace arcmeter::ui
