// SPDX-License-Identifier: GPL-3.0-or-later
// The values a search has tried, newest last, and the one it is trying. GUI thread only.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "app/search/LimitSearch.h"

namespace arcmeter::ui {

class ProbeModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Value, Outcome, Planned, Peak, OffPlan, SamplesPerSecond, Run, ColumnCount };

    explicit ProbeModel(QObject* parent = nullptr);

    void clear();
    void setTrying(const std::optional<qint64>& value);
    void add(const app::SearchProbe& probe);
    const std::vector<app::SearchProbe>& probes() const { return m_probes; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const app::SearchProbe& probe, int column) const;

    std::vector<app::SearchProbe> m_probes;
    std::optional<qint64> m_trying;
};

/// "Runs", "Out of memory", "Above the limit".
QString outcomeText(app::SearchProbe::Outcome outcome);

}  // namespace arcmeter::ui
