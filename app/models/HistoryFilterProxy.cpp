// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/HistoryFilterProxy.h"

#include "app/models/HistoryModel.h"

namespace arcmeter::app {

HistoryFilterProxy::HistoryFilterProxy(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(HistoryModel::SortRole);
    setDynamicSortFilter(true);
}

void HistoryFilterProxy::setHistoryModel(HistoryModel* model) {
    m_model = model;
    setSourceModel(model);
}

void HistoryFilterProxy::setFilter(const HistoryFilter& filter) {
    if (filter == m_filter) return;
    m_filter = filter;
    // Not invalidateFilter(): that takes scattered rows out one range at a time, which is slow for many of
    // them.
    invalidate();
}

const HistoryRow& HistoryFilterProxy::rowAt(int proxyRow) const {
    return m_model->rowAt(mapToSource(index(proxyRow, 0)).row());
}

std::vector<HistoryRow> HistoryFilterProxy::visibleRows() const {
    std::vector<HistoryRow> rows;
    rows.reserve(static_cast<std::size_t>(rowCount()));
    for (int row = 0; row < rowCount(); ++row) rows.push_back(rowAt(row));
    return rows;
}

bool HistoryFilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
    Q_UNUSED(sourceParent);
    return m_filter.accepts(m_model->rowAt(sourceRow));
}

bool HistoryFilterProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    // Unknown comes last whichever way the user sorts, so it is the larger one ascending and the smaller
    // descending.
    if (!a.isValid() || !b.isValid()) {
        const bool unknownIsLess = sortOrder() == Qt::DescendingOrder;
        if (a.isValid() == b.isValid()) return false;
        return a.isValid() ? !unknownIsLess : unknownIsLess;
    }
    if (a.typeId() == QMetaType::QString)
        return QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive) < 0;
    if (a.typeId() == QMetaType::Double) return a.toDouble() < b.toDouble();
    return a.toLongLong() < b.toLongLong();
}

}  // namespace arcmeter::app
