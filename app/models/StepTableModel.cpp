// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/StepTableModel.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace arcmeter::app {
namespace {

using protocol::Step;

QString fixed(double value, int decimals) {
    return std::isfinite(value) ? QLocale().toString(value, 'f', decimals) : QString();
}

QString mebibytes(qint64 bytes) {
    return bytes > 0 ? fixed(static_cast<double>(bytes) / (1024.0 * 1024.0), 1) : QString();
}

QString textOf(const Step& step, int column) {
    switch (column) {
        case StepTableModel::Repeat:
            return QString::number(step.repeat + 1);
        case StepTableModel::Iteration:
            return QString::number(step.iteration);
        case StepTableModel::SamplesPerSecond:
            return fixed(step.samples_per_s, 1);
        case StepTableModel::StepMs:
            return fixed(step.step_ms, 2);
        case StepTableModel::DataWait:
            return fixed(step.parts.data_wait, 2);
        case StepTableModel::Forward:
            return fixed(step.parts.forward, 2);
        case StepTableModel::Head:
            return fixed(step.parts.head, 2);
        case StepTableModel::Backward:
            return fixed(step.parts.backward, 2);
        case StepTableModel::Communication:
            return fixed(step.parts.communication, 2);
        case StepTableModel::Optimizer:
            return fixed(step.parts.optimizer, 2);
        case StepTableModel::Loss:
            return fixed(step.loss, 4);
        case StepTableModel::Accuracy:
            return std::isfinite(step.accuracy) ? fixed(step.accuracy * 100, 1) + QStringLiteral(" %")
                                                : QString();
        case StepTableModel::DeviceMemory:
            return mebibytes(step.device_memory_bytes);
        case StepTableModel::HostMemory:
            return mebibytes(step.host_memory_bytes);
        default:
            return {};
    }
}

QString titleOf(int column) {
    switch (column) {
        case StepTableModel::Repeat:
            return StepTableModel::tr("Repeat");
        case StepTableModel::Iteration:
            return StepTableModel::tr("Iteration");
        case StepTableModel::SamplesPerSecond:
            return StepTableModel::tr("Samples/s");
        case StepTableModel::StepMs:
            return StepTableModel::tr("Step, ms");
        case StepTableModel::DataWait:
            return StepTableModel::tr("Data wait, ms");
        case StepTableModel::Forward:
            return StepTableModel::tr("Forward, ms");
        case StepTableModel::Head:
            return StepTableModel::tr("Head, ms");
        case StepTableModel::Backward:
            return StepTableModel::tr("Backward, ms");
        case StepTableModel::Communication:
            return StepTableModel::tr("Communication, ms");
        case StepTableModel::Optimizer:
            return StepTableModel::tr("Optimizer, ms");
        case StepTableModel::Loss:
            return StepTableModel::tr("Loss");
        case StepTableModel::Accuracy:
            return StepTableModel::tr("Accuracy");
        case StepTableModel::DeviceMemory:
            return StepTableModel::tr("Device memory, MiB");
        case StepTableModel::HostMemory:
            return StepTableModel::tr("Process memory, MiB");
        default:
            return {};
    }
}

}  // namespace

StepTableModel::StepTableModel(int maxRows, QObject* parent)
    : QAbstractTableModel(parent), m_maxRows(std::max(1, maxRows)) {}

void StepTableModel::setSteps(const std::vector<Step>& steps) {
    beginResetModel();
    m_waiting.clear();
    const auto kept = std::min<std::ptrdiff_t>(std::ssize(steps), m_maxRows);
    m_steps.assign(steps.end() - kept, steps.end());
    endResetModel();
}

void StepTableModel::append(const Step& step) {
    m_waiting.push_back(step);
    // A page that never flushes must not grow either.
    if (m_waiting.size() > 2 * static_cast<std::size_t>(m_maxRows)) {
        m_waiting.erase(m_waiting.begin(), m_waiting.end() - m_maxRows);
    }
}

void StepTableModel::flush() {
    if (m_waiting.empty()) return;
    const int incoming =
        static_cast<int>(std::min<std::size_t>(m_waiting.size(), static_cast<std::size_t>(m_maxRows)));
    const int excess = static_cast<int>(m_steps.size()) + incoming - m_maxRows;
    if (excess > 0) {
        beginRemoveRows({}, 0, excess - 1);
        m_steps.erase(m_steps.begin(), m_steps.begin() + excess);
        endRemoveRows();
    }
    const int first = static_cast<int>(m_steps.size());
    beginInsertRows({}, first, first + incoming - 1);
    m_steps.insert(m_steps.end(), m_waiting.end() - incoming, m_waiting.end());
    m_waiting.clear();
    endInsertRows();
}

void StepTableModel::clear() {
    setSteps({});
}

const Step& StepTableModel::stepAt(int row) const {
    return m_steps.at(static_cast<std::size_t>(row));
}

int StepTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_steps.size());
}

int StepTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant StepTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::DisplayRole) return textOf(stepAt(index.row()), index.column());
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant StepTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole) return titleOf(section);
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    return {};
}

}  // namespace arcmeter::app
