// SPDX-License-Identifier: GPL-3.0-or-later
// Steps as a table: the keyboard- and screen-reader twin of the charts. Holds at most `maxRows` steps; beyond
// that the oldest go. append() costs nothing to speak of; rows appear at flush(), which the page calls at its
// own pace.
#pragma once

#include <QAbstractTableModel>
#include <deque>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::app {

class StepTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Repeat,
        Iteration,
        SamplesPerSecond,
        StepMs,
        DataWait,
        Forward,
        Head,
        Backward,
        Communication,
        Optimizer,
        Loss,
        Accuracy,
        DeviceMemory,
        HostMemory,
        ColumnCount
    };

    explicit StepTableModel(int maxRows = 100'000, QObject* parent = nullptr);

    void setSteps(const std::vector<protocol::Step>& steps);
    void append(const protocol::Step& step);
    void flush();
    void clear();
    const protocol::Step& stepAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    int m_maxRows;
    std::deque<protocol::Step> m_steps;
    std::vector<protocol::Step> m_waiting;
};

}  // namespace arcmeter::app
