// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, published and imported results as one item model. All rows are held in memory as compact structs
// (50,000 runs load in under a second, about 30 MB); cells are made when asked for. Follows the store's
// changes. GUI thread only.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class RunStore;

class HistoryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Id,
        CreatedAt,
        Source,
        Framework,
        Model,
        DatasetName,
        Parallelism,
        PrecisionName,
        Nodes,
        DevicesPerNode,
        Batch,
        NumClasses,
        SamplesPerSecond,
        Ci95,
        MemoryMib,
        MaxNumClasses,
        Hardware,
        Method,
        State,
        Accuracy,
        Tags,
        ColumnCount
    };

    /// Beside Qt's own roles: the typed value to sort by (an invalid QVariant is 'unknown'), and what tells
    /// rows apart.
    enum Role {
        SortRole = Qt::UserRole,
        RunIdRole,        ///< qint64; 0 for published and imported rows
        IsPublishedRole,  ///< bool; imported rows count
    };

    /// The store must outlive the model. Rows are loaded by reload().
    explicit HistoryModel(RunStore* store, QObject* parent = nullptr);

    void reload();
    const HistoryRow& rowAt(int row) const;
    int rowOfRun(qint64 runId) const;  ///< -1 when it is not there

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::optional<HistoryRow> read(qint64 runId) const;
    void handleAdded(qint64 runId);
    void handleChanged(qint64 runId);
    void handleDeleted(const std::vector<qint64>& runIds);
    void handleRestored(const std::vector<qint64>& runIds);
    void handleImports();

    RunStore* m_store;
    std::vector<HistoryRow> m_rows;
};

}  // namespace arcmeter::app
