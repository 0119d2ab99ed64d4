// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/HistoryModel.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <iterator>

#include "app/store/RunStore.h"

namespace arcmeter::app {
namespace {

using Row = HistoryRow;

bool isRun(const Row& row) {
    return row.kind == Row::Kind::Run;
}

QString stateText(RunState state) {
    switch (state) {
        case RunState::Queued:
            return HistoryModel::tr("queued");
        case RunState::Starting:
            return HistoryModel::tr("starting");
        case RunState::Preparing:
            return HistoryModel::tr("preparing");
        case RunState::WarmingUp:
            return HistoryModel::tr("warming up");
        case RunState::Measuring:
            return HistoryModel::tr("measuring");
        case RunState::Finished:
            return HistoryModel::tr("finished");
        case RunState::Failed:
            return HistoryModel::tr("failed");
        case RunState::Stopped:
            return HistoryModel::tr("stopped");
        case RunState::Interrupted:
            return HistoryModel::tr("interrupted");
    }
    return {};
}

QString localTime(const QString& utc) {
    const QDateTime time = QDateTime::fromString(utc, Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : utc;
}

template <typename Value>
QVariant typed(const std::optional<Value>& value) {
    return value ? QVariant::fromValue(*value) : QVariant();
}

QVariant typed(const QString& text) {
    return text.isEmpty() ? QVariant() : QVariant(text);
}

/// An imported row names its file, unless that is its source.
QString sourceText(const Row& row) {
    if (row.importedFrom.isEmpty()) return row.source;
    if (row.importedFrom == row.source) return HistoryModel::tr("%1 (imported)").arg(row.source);
    return HistoryModel::tr("%1 (imported from %2)").arg(row.source, row.importedFrom);
}

/// What a column sorts by; an invalid QVariant is 'unknown'.
QVariant valueOf(const Row& row, int column) {
    switch (column) {
        case HistoryModel::Id:
            return isRun(row) ? QVariant(row.id) : QVariant();  // others have numbers of their own
        case HistoryModel::CreatedAt:
            return typed(row.createdAt);
        case HistoryModel::Source:
            return typed(sourceText(row));
        case HistoryModel::Framework:
            return typed(row.framework);
        case HistoryModel::Model:
            return typed(row.model);
        case HistoryModel::DatasetName:
            return typed(row.dataset);
        case HistoryModel::Parallelism:
            return typed(row.parallelism);
        case HistoryModel::PrecisionName:
            return typed(row.precision);
        case HistoryModel::Nodes:
            return typed(row.nodes);
        case HistoryModel::DevicesPerNode:
            return typed(row.devicesPerNode);
        case HistoryModel::Batch:
            return typed(row.batchSizePerDevice);
        case HistoryModel::NumClasses:
            return typed(row.numClasses);
        case HistoryModel::SamplesPerSecond:
            return typed(row.samplesPerSecond);
        case HistoryModel::Ci95:
            return typed(row.ci95);
        case HistoryModel::MemoryMib:
            return typed(row.memoryMib);
        case HistoryModel::MaxNumClasses:
            return typed(row.maxNumClasses);
        case HistoryModel::Hardware:
            return typed(row.hardware);
        case HistoryModel::Method:
            return typed(row.method);
        case HistoryModel::State:
            return row.state ? QVariant(int(*row.state)) : QVariant();
        case HistoryModel::Accuracy:
            return typed(row.accuracy);
        case HistoryModel::Tags:
            return typed(row.tags.join(QStringLiteral(", ")));
        default:
            return {};
    }
}

QString textOf(const Row& row, int column) {
    if (column == HistoryModel::Id) return toString(referenceOf(row));
    const QVariant value = valueOf(row, column);
    if (!value.isValid()) return {};
    const QLocale locale;
    switch (column) {
        case HistoryModel::CreatedAt:
            return localTime(row.createdAt);
        case HistoryModel::SamplesPerSecond:
            return row.partial
                       ? HistoryModel::tr("%1 (partial)").arg(locale.toString(value.toDouble(), 'f', 2))
                       : locale.toString(value.toDouble(), 'f', 2);
        case HistoryModel::Ci95:
            return QStringLiteral("± ") + locale.toString(value.toDouble(), 'f', 2);
        case HistoryModel::MemoryMib:
            return locale.toString(value.toDouble(), 'f', 0);
        case HistoryModel::NumClasses:
        case HistoryModel::MaxNumClasses:
            return locale.toString(value.toLongLong());
        case HistoryModel::State:
            return stateText(*row.state);
        case HistoryModel::Accuracy:
            return locale.toString(value.toDouble() * 100, 'f', 1) + QStringLiteral(" %");
        case HistoryModel::Batch:
            return row.batchIsMax.value_or(false) ? HistoryModel::tr("%1 (max)").arg(value.toLongLong())
                                                  : value.toString();
        default:
            return value.toString();
    }
}

bool isNumber(int column) {
    switch (column) {
        case HistoryModel::Id:
        case HistoryModel::Nodes:
        case HistoryModel::DevicesPerNode:
        case HistoryModel::Batch:
        case HistoryModel::NumClasses:
        case HistoryModel::SamplesPerSecond:
        case HistoryModel::Ci95:
        case HistoryModel::MemoryMib:
        case HistoryModel::MaxNumClasses:
        case HistoryModel::Accuracy:
            return true;
        default:
            return false;
    }
}

QString titleOf(int column) {
    switch (column) {
        case HistoryModel::Id:
            return HistoryModel::tr("Row");
        case HistoryModel::CreatedAt:
            return HistoryModel::tr("Started");
        case HistoryModel::Source:
            return HistoryModel::tr("Source");
        case HistoryModel::Framework:
            return HistoryModel::tr("Framework");
        case HistoryModel::Model:
            return HistoryModel::tr("Model");
        case HistoryModel::DatasetName:
            return HistoryModel::tr("Dataset");
        case HistoryModel::Parallelism:
            return HistoryModel::tr("Parallelism");
        case HistoryModel::PrecisionName:
            return HistoryModel::tr("Precision");
        case HistoryModel::Nodes:
            return HistoryModel::tr("Nodes");
        case HistoryModel::DevicesPerNode:
            return HistoryModel::tr("Devices a node");
        case HistoryModel::Batch:
            return HistoryModel::tr("Batch a device");
        case HistoryModel::NumClasses:
            return HistoryModel::tr("Classes");
        case HistoryModel::SamplesPerSecond:
            return HistoryModel::tr("Samples/s");
        case HistoryModel::Ci95:
            return HistoryModel::tr("95 % interval");
        case HistoryModel::MemoryMib:
            return HistoryModel::tr("Memory, MiB");
        case HistoryModel::MaxNumClasses:
            return HistoryModel::tr("Most classes");
        case HistoryModel::Hardware:
            return HistoryModel::tr("Hardware");
        case HistoryModel::Method:
            return HistoryModel::tr("Method");
        case HistoryModel::State:
            return HistoryModel::tr("State");
        case HistoryModel::Accuracy:
            return HistoryModel::tr("Accuracy");
        case HistoryModel::Tags:
            return HistoryModel::tr("Tags");
        default:
            return {};
    }
}

QVariant toolTipOf(const Row& row, int column) {
    if (column == HistoryModel::Source && !row.sourceUrl.isEmpty()) return row.sourceUrl;
    if (column == HistoryModel::State && !row.failure.isEmpty()) return row.failure;
    if (column == HistoryModel::CreatedAt && !row.createdAt.isEmpty()) return row.createdAt;
    if (column == HistoryModel::Hardware || column == HistoryModel::Tags) return typed(textOf(row, column));
    return {};
}

}  // namespace

HistoryModel::HistoryModel(RunStore* store, QObject* parent) : QAbstractTableModel(parent), m_store(store) {
    connect(store, &RunStore::runAdded, this, &HistoryModel::handleAdded);
    connect(store, &RunStore::runChanged, this, &HistoryModel::handleChanged);
    connect(store, &RunStore::runsDeleted, this, &HistoryModel::handleDeleted);
    connect(store, &RunStore::runsRestored, this, &HistoryModel::handleRestored);
    connect(store, &RunStore::importsChanged, this, &HistoryModel::handleImports);
}

void HistoryModel::reload() {
    std::vector<HistoryRow> rows = m_store->history();
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const HistoryRow& HistoryModel::rowAt(int row) const {
    return m_rows.at(static_cast<std::size_t>(row));
}

int HistoryModel::rowOfRun(qint64 runId) const {
    // Runs come first, newest first.
    const auto found =
        std::lower_bound(m_rows.begin(), m_rows.end(), runId,
                         [](const Row& row, qint64 wanted) { return isRun(row) && row.id > wanted; });
    const bool there = found != m_rows.end() && isRun(*found) && found->id == runId;
    return there ? static_cast<int>(found - m_rows.begin()) : -1;
}

std::optional<HistoryRow> HistoryModel::read(qint64 runId) const {
    try {
        return m_store->historyRow(runId);
    } catch (const std::exception& error) {
        // Another program may have deleted it meanwhile; an exception must not leave a slot.
        qWarning("%s", error.what());
        return std::nullopt;
    }
}

void HistoryModel::handleAdded(qint64 runId) {
    if (rowOfRun(runId) >= 0) {
        handleChanged(runId);
        return;
    }
    std::optional<HistoryRow> added = read(runId);
    if (!added) return;
    const auto place = std::find_if(m_rows.begin(), m_rows.end(),
                                    [runId](const Row& row) { return !isRun(row) || row.id < runId; });
    const int row = static_cast<int>(place - m_rows.begin());
    beginInsertRows({}, row, row);
    m_rows.insert(place, std::move(*added));
    endInsertRows();
}

void HistoryModel::handleChanged(qint64 runId) {
    const int row = rowOfRun(runId);
    if (row < 0) return;
    std::optional<HistoryRow> changed = read(runId);
    if (!changed) return;
    m_rows[static_cast<std::size_t>(row)] = std::move(*changed);
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void HistoryModel::handleDeleted(const std::vector<qint64>& runIds) {
    for (const qint64 runId : runIds) {
        const int row = rowOfRun(runId);
        if (row < 0) continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
}

void HistoryModel::handleRestored(const std::vector<qint64>& runIds) {
    for (const qint64 runId : runIds) handleAdded(runId);
}

/// Imported rows stand at the end: those that went are taken out, the new ones follow.
void HistoryModel::handleImports() {
    const auto first = std::find_if(m_rows.begin(), m_rows.end(),
                                    [](const Row& row) { return row.kind == Row::Kind::Imported; });
    const int from = static_cast<int>(first - m_rows.begin());
    if (first != m_rows.end()) {
        beginRemoveRows({}, from, static_cast<int>(m_rows.size()) - 1);
        m_rows.erase(first, m_rows.end());
        endRemoveRows();
    }
    std::vector<HistoryRow> imported = m_store->importedResults();
    if (imported.empty()) return;
    beginInsertRows({}, from, from + static_cast<int>(imported.size()) - 1);
    std::move(imported.begin(), imported.end(), std::back_inserter(m_rows));
    endInsertRows();
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const HistoryRow& row = rowAt(index.row());
    switch (role) {
        case Qt::DisplayRole:
            return textOf(row, index.column());
        case Qt::ToolTipRole:
            return toolTipOf(row, index.column());
        case Qt::TextAlignmentRole:
            return QVariant((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case SortRole:
            return valueOf(row, index.column());
        case RunIdRole:
            return isRun(row) ? row.id : qint64(0);
        case IsPublishedRole:
            return !isRun(row);
        default:
            return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::DisplayRole) return titleOf(section);
    if (role == Qt::TextAlignmentRole) {
        return QVariant((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return {};
}

}  // namespace arcmeter::app
