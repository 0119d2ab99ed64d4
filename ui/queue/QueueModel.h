// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's entries as a table, and dragging as moving. GUI thread only; figures of ended entries are read
// from the store once each.
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <optional>
#include <vector>

#include "app/export/Table.h"
#include "app/queue/QueueRunner.h"
#include "app/run/DurationEstimator.h"

namespace arcmeter::ui {

class QueueModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { State, Configuration, Batch, Repeats, SamplesPerSecond, Note, ColumnCount };

    /// Runner and store must outlive the model.
    QueueModel(app::QueueRunner* runner, app::RunStore* store, QObject* parent = nullptr);

    const app::QueueEntry& entry(int row) const { return m_runner->entries()[static_cast<std::size_t>(row)]; }
    int rowOf(qint64 entryId) const;  ///< -1: not there

    void setHistory(std::vector<app::HistoryRow> runs);  ///< what durations are judged by
    /// Of one entry's repeats that are left; nullopt when nothing like it was measured.
    std::optional<qint64> millisecondsLeft(const app::QueueEntry& entry) const;
    /// Of all that waits or runs; nullopt where it is known for none.
    std::optional<qint64> millisecondsLeft() const;

    app::Table exportTable() const;  ///< every entry with its configuration's fields, in the queue's order

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

private:
    void takeChange();
    QString text(const app::QueueEntry& entry, int column) const;
    QString note(const app::QueueEntry& entry) const;
    std::optional<double> figure(const app::QueueEntry& entry) const;

    app::QueueRunner* m_runner;
    app::RunStore* m_store;
    app::DurationEstimator m_estimator;
    std::vector<qint64> m_ids;                               ///< as the view knows them
    mutable QHash<qint64, std::optional<double>> m_figures;  ///< by run, of ended entries
};

}  // namespace arcmeter::ui
