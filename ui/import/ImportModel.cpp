// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportModel.h"

#include <QApplication>
#include <QFileInfo>

#include "ui/format/Format.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

using app::HistoryRow;
using Column = ImportModel::Column;

QString HistoryRow::*textField(int column) {
    switch (column) {
        case Column::Framework:
            return &HistoryRow::framework;
        case Column::Model:
            return &HistoryRow::model;
        case Column::Dataset:
            return &HistoryRow::dataset;
        case Column::Parallelism:
            return &HistoryRow::parallelism;
        case Column::Precision:
            return &HistoryRow::precision;
        default:
            return nullptr;
    }
}

std::optional<qint64> HistoryRow::*countField(int column) {
    switch (column) {
        case Column::Nodes:
            return &HistoryRow::nodes;
        case Column::DevicesPerNode:
            return &HistoryRow::devicesPerNode;
        case Column::Batch:
            return &HistoryRow::batchSizePerDevice;
        default:
            return nullptr;
    }
}

}  // namespace

ImportModel::ImportModel(QObject* parent) : QAbstractTableModel(parent) {}

void ImportModel::add(OfferedFile file) {
    file.wanted = file.wanted && file.canBeTaken();
    const std::size_t number = m_files.size();
    const int count = file.canBeTaken() ? static_cast<int>(file.preview->rows.size()) : 0;
    if (count > 0) beginInsertRows({}, rowCount(), rowCount() + count - 1);
    m_files.push_back(std::move(file));
    for (int i = 0; i < count; ++i) m_places.push_back({number, static_cast<std::size_t>(i)});
    if (count > 0) endInsertRows();
}

void ImportModel::setWanted(std::size_t file, bool wanted) {
    m_files[file].wanted = wanted && m_files[file].canBeTaken();
    if (!m_places.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int ImportModel::wantedRows() const {
    int count = 0;
    for (const OfferedFile& file : m_files) {
        if (file.wanted) count += static_cast<int>(file.preview->rows.size());
    }
    return count;
}

const HistoryRow& ImportModel::rowAt(int row) const {
    const Place& place = m_places[static_cast<std::size_t>(row)];
    return m_files[place.file].preview->rows[place.row].row;
}

HistoryRow& ImportModel::rowAt(int row) {
    const Place& place = m_places[static_cast<std::size_t>(row)];
    return m_files[place.file].preview->rows[place.row].row;
}

int ImportModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_places.size());
}

int ImportModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ImportModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const int column = index.column();
    const HistoryRow& row = rowAt(index.row());
    const auto text = textField(column);
    const auto count = countField(column);
    const bool isWanted = m_files[m_places[static_cast<std::size_t>(index.row())].file].wanted;
    switch (role) {
        case Qt::DisplayRole:
            if (column == File) return row.importedFrom;
            if (column == SamplesPerSecond) return textOr(row.samplesPerSecond, numberText);
            if (count) return textOr(row.*count, integerText);
            return (row.*text).isEmpty() ? unknownText() : row.*text;
        case Qt::EditRole:
            if (count) return row.*count ? QString::number(*(row.*count)) : QString();
            return text ? QVariant(row.*text) : QVariant();
        case Qt::TextAlignmentRole:
            return int(Qt::AlignVCenter |
                       (count || column == SamplesPerSecond ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole:
            if (!isWanted) return themeColors(QApplication::palette()).muted;
            return {};
        default:
            return {};
    }
}

bool ImportModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::EditRole) return false;
    const QString typed = value.toString().trimmed();
    HistoryRow& row = rowAt(index.row());
    if (const auto text = textField(index.column())) {
        row.*text = typed;
    } else if (const auto count = countField(index.column())) {
        bool isNumber = false;
        const qint64 number = typed.toLongLong(&isNumber);
        if (!typed.isEmpty() && (!isNumber || number < 1)) {
            const QString field = headerData(index.column(), Qt::Horizontal).toString();
            emit refused(tr("%1 is '%2'; allowed: whole numbers from 1 on, or nothing.").arg(field, typed));
            return false;
        }
        row.*count = typed.isEmpty() ? std::nullopt : std::optional(number);
    } else {
        return false;
    }
    emit dataChanged(index, index);
    return true;
}

QVariant ImportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QString titles[ColumnCount] = {
        tr("File"),      tr("Framework"), tr("Model"),          tr("Dataset"),        tr("Parallelism"),
        tr("Precision"), tr("Nodes"),     tr("Devices a node"), tr("Batch a device"), tr("samples/s")};
    return section < ColumnCount ? titles[section] : QString();
}

Qt::ItemFlags ImportModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const bool editable = index.isValid() && (textField(index.column()) || countField(index.column()));
    return editable ? flags | Qt::ItemIsEditable : flags;
}

}  // namespace arcmeter::ui
