// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/limit/ProbeModel.h"

#include "ui/format/Format.h"

namespace arcmeter::ui {

QString outcomeText(app::SearchProbe::Outcome outcome) {
    switch (outcome) {
        case app::SearchProbe::Outcome::Works:
            return ProbeModel::tr("Runs");
        case app::SearchProbe::Outcome::OutOfMemory:
            return ProbeModel::tr("Out of memory");
        case app::SearchProbe::Outcome::AboveLimit:
            return ProbeModel::tr("Above the limit");
    }
    return {};
}

ProbeModel::ProbeModel(QObject* parent) : QAbstractTableModel(parent) {}

void ProbeModel::clear() {
    beginResetModel();
    m_probes.clear();
    m_trying.reset();
    endResetModel();
}

void ProbeModel::setTrying(const std::optional<qint64>& value) {
    const int row = static_cast<int>(m_probes.size());
    if (m_trying && !value) {
        beginRemoveRows({}, row, row);
        m_trying.reset();
        endRemoveRows();
    } else if (!m_trying && value) {
        beginInsertRows({}, row, row);
        m_trying = value;
        endInsertRows();
    } else if (m_trying != value) {
        m_trying = value;
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void ProbeModel::add(const app::SearchProbe& probe) {
    setTrying(std::nullopt);
    const int row = static_cast<int>(m_probes.size());
    beginInsertRows({}, row, row);
    m_probes.push_back(probe);
    endInsertRows();
}

int ProbeModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_probes.size()) + (m_trying ? 1 : 0);
}

int ProbeModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString ProbeModel::text(const app::SearchProbe& probe, int column) const {
    const auto bytes = [](const std::optional<qint64>& value) {
        return textOr(value, [](qint64 known) { return bytesText(static_cast<double>(known)); });
    };
    switch (column) {
        case Value:
            return integerText(probe.value);
        case Outcome:
            return probe.isKnownFromBefore ? tr("%1 (known from before)").arg(outcomeText(probe.outcome))
                                           : outcomeText(probe.outcome);
        case Planned:
            return bytes(probe.plannedBytes);
        case Peak:
            return bytes(probe.peakBytes);
        case OffPlan:
            if (!probe.peakBytes || !probe.plannedBytes) return unknownText();
            return percentText(
                static_cast<double>(*probe.peakBytes) / static_cast<double>(*probe.plannedBytes) - 1);
        case SamplesPerSecond:
            return textOr(probe.samplesPerSecond, numberText);
        case Run:
            return QString::number(probe.runId);
        default:
            return {};
    }
}

QVariant ProbeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const bool isWords = index.column() == Outcome;
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (isWords ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const auto row = static_cast<std::size_t>(index.row());
    if (row < m_probes.size()) return text(m_probes[row], index.column());
    if (index.column() == Value) return integerText(*m_trying);
    return index.column() == Outcome ? tr("Running …") : QString();
}

QVariant ProbeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QString titles[ColumnCount] = {tr("Value"),        tr("Outcome"),   tr("Planned"), tr("Peak"),
                                         tr("Off the plan"), tr("samples/s"), tr("Run")};
    return section < ColumnCount ? titles[section] : QString();
}

}  // namespace arcmeter::ui
