// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations to choose from, each with a tick, the published figures beside it, how long it takes and why
// this machine cannot run it. GUI thread only.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"
#include "app/suite/SuiteCheck.h"

namespace arcmeter::ui {

class EntryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Configuration, OneFlow, MxNet, Takes, WhyNot, ColumnCount };

    explicit EntryModel(QObject* parent = nullptr);

    /// All are ticked until their checks say otherwise.
    void setEntries(std::vector<app::SuiteEntry> entries);
    void setPublished(std::vector<app::HistoryRow> rows);
    void setChecks(std::vector<app::EntryCheck> checks);  ///< one for each entry
    bool isChecked() const { return m_checks.size() == m_entries.size(); }

    const std::vector<app::SuiteEntry>& entries() const { return m_entries; }
    std::vector<app::SuiteEntry> ticked() const;
    int possible() const;  ///< entries that this machine can run
    /// Of the ticked entries; nullopt where no duration is known.
    std::optional<qint64> milliseconds() const;
    void tickAll(bool on);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

signals:
    void ticksChanged();

private:
    bool canRun(std::size_t row) const { return !isChecked() || m_checks[row].reason.isEmpty(); }
    QString text(std::size_t row, int column) const;
    QString published(const app::SuiteEntry& entry, const QString& framework) const;

    std::vector<app::SuiteEntry> m_entries;
    std::vector<app::EntryCheck> m_checks;
    std::vector<bool> m_ticked;
    std::vector<app::HistoryRow> m_published;
};

}  // namespace arcmeter::ui
