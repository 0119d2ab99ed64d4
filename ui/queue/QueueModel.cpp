// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/queue/QueueModel.h"

#include <QApplication>
#include <QIcon>
#include <QMimeData>
#include <algorithm>

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/queue/QueueText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

constexpr char mime_type[] = "application/x-arcmeter-queue-entry";

bool goesOn(const app::QueueEntry& entry) {
    return entry.state == app::QueueState::Waiting || entry.state == app::QueueState::Running;
}

QString iconName(app::QueueState state) {
    switch (state) {
        case app::QueueState::Waiting:
            return QStringLiteral("wait");
        case app::QueueState::Running:
            return QStringLiteral("run");
        case app::QueueState::Finished:
            return QStringLiteral("done");
        case app::QueueState::Failed:
            return QStringLiteral("error");
        case app::QueueState::Skipped:
            return QStringLiteral("skip");
        case app::QueueState::Impossible:
            return QStringLiteral("info");
    }
    return {};
}

QColor stateColor(app::QueueState state) {
    const ThemeColors colors = themeColors(QApplication::palette());
    switch (state) {
        case app::QueueState::Running:
            return colors.accent;
        case app::QueueState::Finished:
            return colors.good;
        case app::QueueState::Failed:
            return colors.bad;
        default:
            return colors.muted;
    }
}

}  // namespace

QueueModel::QueueModel(app::QueueRunner* runner, app::RunStore* store, QObject* parent)
    : QAbstractTableModel(parent), m_runner(runner), m_store(store) {
    connect(runner, &app::QueueRunner::changed, this, &QueueModel::takeChange);
    takeChange();
}

/// The same entries in the same order only change their cells, so that selection and place stay.
void QueueModel::takeChange() {
    std::vector<qint64> ids;
    for (const app::QueueEntry& entry : m_runner->entries()) ids.push_back(entry.id);
    if (ids == m_ids) {
        if (!ids.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_ids = std::move(ids);
    endResetModel();
}

int QueueModel::rowOf(qint64 entryId) const {
    const auto found = std::find(m_ids.begin(), m_ids.end(), entryId);
    return found == m_ids.end() ? -1 : static_cast<int>(found - m_ids.begin());
}

void QueueModel::setHistory(std::vector<app::HistoryRow> runs) {
    m_estimator.refresh(std::move(runs));
    takeChange();
}

std::optional<qint64> QueueModel::millisecondsLeft(const app::QueueEntry& entry) const {
    const auto whole = m_estimator.estimate(entry.what.config, std::nullopt);
    if (!whole) return std::nullopt;
    const int wanted = std::max(1, repeatsWanted(entry.what));
    return whole->milliseconds * std::max(0, wanted - entry.repeatsDone) / wanted;
}

std::optional<qint64> QueueModel::millisecondsLeft() const {
    std::optional<qint64> sum;
    for (const app::QueueEntry& entry : m_runner->entries()) {
        if (!goesOn(entry) || entry.ownedElsewhere) continue;
        if (const auto own = millisecondsLeft(entry)) sum = sum.value_or(0) + *own;
    }
    return sum;
}

app::Table QueueModel::exportTable() const {
    const auto name = [](std::string_view text) {
        return app::cell(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    };
    app::Table table;
    table.name = QStringLiteral("arcmeter_queue");
    for (const char* column : {"place", "state", "batch", "engine", "model", "dataset", "parallelism",
                               "precision", "batch_size_per_device", "num_classes", "devices", "method",
                               "repeats_done", "repeats_wanted", "samples_per_s", "run_id", "reason"}) {
        table.columns << QString::fromLatin1(column);
    }
    for (const app::QueueEntry& entry : m_runner->entries()) {
        const protocol::RunConfig& config = entry.what.config;
        const std::optional<qint64> run = entry.runId > 0 ? std::optional(entry.runId) : std::nullopt;
        const std::optional<qint64> classes =
            config.num_classes ? std::optional<qint64>(*config.num_classes) : std::nullopt;
        table.rows.push_back(
            {static_cast<qint64>(table.rows.size() + 1), app::cell(toString(entry.state)),
             app::cell(entry.batchTitle), app::cell(app::frameworkName(entry.what.engine)),
             name(config.model), app::cell(entry.what.datasetName), name(to_string(config.parallelism)),
             name(to_string(config.precision)), static_cast<qint64>(config.batch_size_per_device),
             app::cell(classes), static_cast<qint64>(config.world_size()), name(to_string(config.method)),
             static_cast<qint64>(entry.repeatsDone), static_cast<qint64>(repeatsWanted(entry.what)),
             app::cell(figure(entry)), app::cell(run), app::cell(entry.reason)});
    }
    return table;
}

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

std::optional<double> QueueModel::figure(const app::QueueEntry& entry) const {
    if (entry.runId == 0 || goesOn(entry)) return std::nullopt;
    const auto known = m_figures.constFind(entry.runId);
    if (known != m_figures.constEnd()) return *known;
    std::optional<double> figure;
    try {
        figure = m_store->historyRow(entry.runId).samplesPerSecond;
    } catch (const Error&) {  // the run was deleted
    }
    m_figures.insert(entry.runId, figure);
    return figure;
}

QString QueueModel::note(const app::QueueEntry& entry) const {
    if (entry.ownedElsewhere) return tr("Another Arcmeter runs it.");
    if (!entry.reason.isEmpty()) return entry.reason;
    if (!goesOn(entry)) return {};
    const auto left = millisecondsLeft(entry);
    return left ? tr("about %1").arg(durationText(*left)) : QString();
}

QString QueueModel::text(const app::QueueEntry& entry, int column) const {
    switch (column) {
        case State:
            return queueStateText(entry.state);
        case Configuration:
            return entryText(entry.what, entry.runId > 0);
        case Batch:
            return entry.batchTitle;
        case Repeats:
            return tr("%1 of %2")
                .arg(entry.repeatsDone)
                .arg(std::max(entry.repeatsDone, repeatsWanted(entry.what)));
        case SamplesPerSecond:
            return textOr(figure(entry), numberText);
        case Note:
            return note(entry);
        default:
            return {};
    }
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const app::QueueEntry& own = entry(index.row());
    const bool isNumber = index.column() == Repeats || index.column() == SamplesPerSecond;
    switch (role) {
        case Qt::DisplayRole:
            return text(own, index.column());
        case Qt::ToolTipRole:
            return own.reason.isEmpty() ? text(own, index.column()) : own.reason;
        case Qt::DecorationRole:
            if (index.column() != State) return {};
            return actionIcon(iconName(own.state), stateColor(own.state));
        case Qt::TextAlignmentRole:
            return int(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
        case Qt::ForegroundRole:
            if (own.state == app::QueueState::Impossible || own.state == app::QueueState::Skipped)
                return themeColors(QApplication::palette()).muted;
            return {};
        case Qt::AccessibleTextRole:
            return index.column() == State ? tr("%1: %2").arg(text(own, State), text(own, Configuration))
                                           : text(own, index.column());
        default:
            return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QString titles[ColumnCount] = {tr("State"),   tr("Configuration"), tr("From"),
                                         tr("Repeats"), tr("samples/s"),     tr("Left, or why not")};
    return section < ColumnCount ? titles[section] : QString();
}

// ---- dragging

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::ItemIsDropEnabled;
    const app::QueueEntry& own = entry(index.row());
    const bool movable = own.state == app::QueueState::Waiting && !own.ownedElsewhere;
    return QAbstractTableModel::flags(index) | (movable ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList QueueModel::mimeTypes() const {
    return {QLatin1String(mime_type)};
}

QMimeData* QueueModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty()) return nullptr;
    auto* data = new QMimeData;
    data->setData(QLatin1String(mime_type), QByteArray::number(entry(indexes.front().row()).id));
    return data;
}

/// Before `row`: counted in waiting entries, because only those have an order.
bool QueueModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int,
                              const QModelIndex& parent) {
    if (action != Qt::MoveAction || !data->hasFormat(QLatin1String(mime_type))) return false;
    const qint64 id = data->data(QLatin1String(mime_type)).toLongLong();
    const int from = rowOf(id);
    if (from < 0) return false;
    const int to = row >= 0 ? row : (parent.isValid() ? parent.row() : rowCount());
    int places = 0;
    for (int i = std::min(from, to); i < std::max(from, to) && i < rowCount(); ++i) {
        const app::QueueEntry& passed = entry(i);
        if (passed.id != id && passed.state == app::QueueState::Waiting && !passed.ownedElsewhere) ++places;
    }
    m_runner->move(id, to < from ? -places : places);
    return false;  // the runner has moved it: the view must not take a row out
}

}  // namespace arcmeter::ui
