// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/suites/EntryModel.h"

#include <QApplication>
#include <algorithm>

#include "ui/format/Format.h"
#include "ui/queue/QueueText.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

QString fieldText(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

/// Whether a published row is of the entry's configuration. What the row does not say does not count.
bool isOf(const app::HistoryRow& row, const app::SuiteEntry& entry) {
    const protocol::RunConfig& config = entry.config;
    const bool findsClasses = entry.maxField == QLatin1String("num_classes");
    if (row.maxNumClasses.has_value() != findsClasses) return false;
    if (row.model != QString::fromStdString(config.model) || row.dataset != entry.datasetName) return false;
    if (!row.parallelism.startsWith(fieldText(to_string(config.parallelism))) ||
        row.precision != fieldText(to_string(config.precision)))
        return false;
    if (row.nodes != config.nodes || row.devicesPerNode != config.devices_per_node) return false;
    if (findsClasses) return true;
    const bool isMax = entry.maxField == QLatin1String("batch_size_per_device");
    if (row.batchIsMax.value_or(false) != isMax) return false;
    return isMax || row.batchSizePerDevice == config.batch_size_per_device;
}

}  // namespace

EntryModel::EntryModel(QObject* parent) : QAbstractTableModel(parent) {}

void EntryModel::setEntries(std::vector<app::SuiteEntry> entries) {
    beginResetModel();
    m_entries = std::move(entries);
    m_checks.clear();
    m_ticked.assign(m_entries.size(), true);
    endResetModel();
    emit ticksChanged();
}

void EntryModel::setPublished(std::vector<app::HistoryRow> rows) {
    m_published = std::move(rows);
}

void EntryModel::setChecks(std::vector<app::EntryCheck> checks) {
    if (checks.size() != m_entries.size()) return;
    m_checks = std::move(checks);
    for (std::size_t i = 0; i < m_checks.size(); ++i)
        m_ticked[i] = m_ticked[i] && m_checks[i].reason.isEmpty();
    if (!m_entries.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    emit ticksChanged();
}

std::vector<app::SuiteEntry> EntryModel::ticked() const {
    std::vector<app::SuiteEntry> chosen;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_ticked[i]) chosen.push_back(m_entries[i]);
    }
    return chosen;
}

int EntryModel::possible() const {
    int count = 0;
    for (std::size_t i = 0; i < m_entries.size(); ++i) count += canRun(i) ? 1 : 0;
    return count;
}

std::optional<qint64> EntryModel::milliseconds() const {
    std::optional<qint64> sum;
    for (std::size_t i = 0; i < m_checks.size(); ++i) {
        if (m_ticked[i] && m_checks[i].duration) sum = sum.value_or(0) + m_checks[i].duration->milliseconds;
    }
    return sum;
}

void EntryModel::tickAll(bool on) {
    for (std::size_t i = 0; i < m_entries.size(); ++i) m_ticked[i] = on && canRun(i);
    if (!m_entries.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, 0));
    emit ticksChanged();
}

int EntryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int EntryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString EntryModel::published(const app::SuiteEntry& entry, const QString& framework) const {
    for (const app::HistoryRow& row : m_published) {
        if (!row.framework.startsWith(framework) || !isOf(row, entry)) continue;
        return row.maxNumClasses ? integerText(*row.maxNumClasses) : textOr(row.samplesPerSecond, numberText);
    }
    return unknownText();
}

QString EntryModel::text(std::size_t row, int column) const {
    switch (column) {
        case Configuration:
            return entryText(m_entries[row]);
        case OneFlow:
            return published(m_entries[row], QStringLiteral("OneFlow"));
        case MxNet:
            return published(m_entries[row], QStringLiteral("MXNet"));
        case Takes:
            if (!isChecked()) return QStringLiteral("…");
            return m_checks[row].duration ? durationText(m_checks[row].duration->milliseconds)
                                          : unknownText();
        case WhyNot:
            return isChecked() ? m_checks[row].reason : QString();
        default:
            return {};
    }
}

QVariant EntryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const auto row = static_cast<std::size_t>(index.row());
    const bool isNumber = index.column() != Configuration && index.column() != WhyNot;
    switch (role) {
        case Qt::DisplayRole:
            return text(row, index.column());
        case Qt::ToolTipRole:
            if (index.column() == Takes && isChecked() && m_checks[row].duration)
                return tr("Judged by %1").arg(m_checks[row].duration->basis);
            return text(row, index.column());
        case Qt::CheckStateRole:
            if (index.column() != Configuration) return {};
            return m_ticked[row] ? Qt::Checked : Qt::Unchecked;
        case Qt::TextAlignmentRole:
            return int(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole:
            if (!canRun(row)) return themeColors(QApplication::palette()).muted;
            return {};
        default:
            return {};
    }
}

bool EntryModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::CheckStateRole || index.column() != Configuration) return false;
    const auto row = static_cast<std::size_t>(index.row());
    if (!canRun(row)) return false;
    m_ticked[row] = value.toInt() == Qt::Checked;
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit ticksChanged();
    return true;
}

QVariant EntryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QString titles[ColumnCount] = {tr("Configuration"), QStringLiteral("OneFlow"),
                                         QStringLiteral("MXNet"), tr("Takes about"), tr("Why not here")};
    return section < ColumnCount ? titles[section] : QString();
}

Qt::ItemFlags EntryModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (!index.isValid() || index.column() != Configuration) return flags;
    return canRun(static_cast<std::size_t>(index.row())) ? flags | Qt::ItemIsUserCheckable : flags;
}

}  // namespace arcmeter::ui
