// SPDX-License-Identifier: GPL-3.0-or-later
// Filters and sorts a HistoryModel. Unknown values sort last in both directions.
#pragma once

#include <QSortFilterProxyModel>
#include <vector>

#include "app/models/HistoryFilter.h"

namespace arcmeter::app {

class HistoryModel;

class HistoryFilterProxy : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit HistoryFilterProxy(QObject* parent = nullptr);

    void setHistoryModel(HistoryModel* model);
    const HistoryFilter& filter() const { return m_filter; }
    void setFilter(const HistoryFilter& filter);

    const HistoryRow& rowAt(int proxyRow) const;
    std::vector<HistoryRow> visibleRows() const;  ///< in the order shown: what an export of the table takes

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    HistoryModel* m_model = nullptr;
    HistoryFilter m_filter;
};

}  // namespace arcmeter::app
