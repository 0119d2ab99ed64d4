// SPDX-License-Identifier: GPL-3.0-or-later
// What files would bring, before anything is taken: their rows as a table in which the user fills in what a
// log does not say. GUI thread only.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "app/import/ImportPreview.h"

namespace arcmeter::ui {

/// One file that was offered.
struct OfferedFile {
    QString file;
    std::optional<app::ImportPreview> preview;
    QString problem;  ///< why there is none, or why its rows cannot be taken
    bool wanted = true;

    bool canBeTaken() const { return preview && problem.isEmpty() && !preview->rows.empty(); }
};

class ImportModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        File,
        Framework,
        Model,
        Dataset,
        Parallelism,
        Precision,
        Nodes,
        DevicesPerNode,
        Batch,
        SamplesPerSecond,
        ColumnCount
    };

    explicit ImportModel(QObject* parent = nullptr);

    void add(OfferedFile file);
    void setWanted(std::size_t file, bool wanted);
    const std::vector<OfferedFile>& files() const { return m_files; }
    int wantedRows() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// Text may be anything, a count has to be a whole number from 1 on or empty; else false.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

signals:
    void refused(const QString& sentence);  ///< a value that was typed

private:
    struct Place {
        std::size_t file;
        std::size_t row;
    };
    const app::HistoryRow& rowAt(int row) const;
    app::HistoryRow& rowAt(int row);

    std::vector<OfferedFile> m_files;
    std::vector<Place> m_places;  ///< of every row of a file that can be taken
};

}  // namespace arcmeter::ui
