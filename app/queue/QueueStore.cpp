// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/queue/QueueStore.h"

#include <QDateTime>
#include <QVariant>
#include <algorithm>
#include <array>
#include <utility>

#include "app/store/Connection.h"
#include "app/store/Owner.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr std::array<std::pair<QueueState, const char*>, 6> stateNames{{
    {QueueState::Waiting, "waiting"},
    {QueueState::Running, "running"},
    {QueueState::Finished, "finished"},
    {QueueState::Failed, "failed"},
    {QueueState::Skipped, "skipped"},
    {QueueState::Impossible, "impossible"},
}};

/// Never null, for NOT NULL columns.
QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}

Owner ownerOf(const QSqlQuery& query, int first) {
    return {query.value(first).toString(), query.value(first + 1).toString(),
            query.value(first + 2).toLongLong(), query.value(first + 3).toString()};
}

qint64 insertBatch(Connection& connection, const QueueBatch& batch) {
    const Owner owner = thisProgram();
    return connection
        .run(
            QStringLiteral("INSERT INTO queue_batch (created_at, title, interleaved, owner_host, owner_boot, "
                           "owner_pid, owner_started) VALUES (?, ?, ?, ?, ?, ?, ?)"),
            {QDateTime::currentDateTimeUtc().toString(Qt::ISODate), text(batch.title),
             batch.interleaved ? 1 : 0, text(owner.host), text(owner.boot), owner.pid, text(owner.started)})
        .lastInsertId()
        .toLongLong();
}

void insertEntry(Connection& connection, qint64 batchId, const QueueBatch& batch,
                 const QueueBatch::Item& item) {
    const QueueState state = item.impossible.isEmpty() ? QueueState::Waiting : QueueState::Impossible;
    connection.run(
        QStringLiteral("INSERT INTO queue_entry (batch_id, place, state, config, dataset, preset, max_field, "
                       "tags, reason, engine) SELECT ?, coalesce(max(place), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? "
                       "FROM queue_entry"),
        {batchId, toString(state), QString::fromStdString(to_json(item.what.config).dump()),
         text(item.what.datasetName), text(item.what.presetId), text(item.what.maxField),
         text(batch.tags.join(QLatin1Char('\n'))), text(item.impossible), text(item.what.engine)});
}

QueueEntry entryFrom(const QSqlQuery& query) {
    QueueEntry entry;
    entry.id = query.value(0).toLongLong();
    entry.batchId = query.value(1).toLongLong();
    entry.state = queueStateFromString(query.value(2).toString()).value_or(QueueState::Failed);
    entry.what.datasetName = query.value(4).toString();
    entry.what.presetId = query.value(5).toString();
    entry.what.maxField = query.value(6).toString();
    entry.tags = query.value(7).toString().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    entry.reason = query.value(8).toString();
    entry.runId = query.value(9).toLongLong();
    entry.repeatsDone = query.value(10).toInt();
    entry.batchTitle = query.value(11).toString();
    entry.interleaved = query.value(12).toBool();
    entry.place = query.value(17).toLongLong();
    entry.what.engine = query.value(18).toString();
    const Owner owner = ownerOf(query, 13);
    entry.ownedElsewhere = owner != thisProgram() && !isDead(owner);
    try {
        entry.what.config =
            protocol::run_config_from_json(nlohmann::json::parse(query.value(3).toString().toStdString()));
    } catch (const std::exception& error) {
        entry.state = QueueState::Impossible;
        entry.reason =
            QStringLiteral("Its configuration cannot be read: %1").arg(QString::fromUtf8(error.what()));
    }
    return entry;
}

/// The batch that a restored entry had, made anew where it was removed with its last entry.
void restoreBatch(Connection& connection, const QueueEntry& entry) {
    const Owner owner = thisProgram();
    connection.run(
        QStringLiteral("INSERT OR IGNORE INTO queue_batch (id, created_at, title, interleaved, owner_host, "
                       "owner_boot, owner_pid, owner_started) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
        {entry.batchId, QDateTime::currentDateTimeUtc().toString(Qt::ISODate), text(entry.batchTitle),
         entry.interleaved ? 1 : 0, text(owner.host), text(owner.boot), owner.pid, text(owner.started)});
}

void restoreEntry(Connection& connection, const QueueEntry& entry) {
    // The run may have been deleted meanwhile.
    connection.run(
        QStringLiteral(
            "INSERT OR IGNORE INTO queue_entry (id, batch_id, place, state, config, dataset, preset, "
            "max_field, tags, reason, engine, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "(SELECT id FROM run WHERE id = ?))"),
        {entry.id, entry.batchId, entry.place, toString(entry.state),
         QString::fromStdString(to_json(entry.what.config).dump()), text(entry.what.datasetName),
         text(entry.what.presetId), text(entry.what.maxField), text(entry.tags.join(QLatin1Char('\n'))),
         text(entry.reason), text(entry.what.engine), entry.runId});
}

/// What an entry becomes whose program died while it ran.
QueueState stateAfterDeath(const QString& runState) {
    if (runState == toString(RunState::Finished)) return QueueState::Finished;
    if (runState == toString(RunState::Failed)) return QueueState::Failed;
    return QueueState::Waiting;
}

void adoptBatch(Connection& connection, qint64 batchId) {
    const Owner owner = thisProgram();
    connection.run(QStringLiteral("UPDATE queue_batch SET owner_host = ?, owner_boot = ?, owner_pid = ?, "
                                  "owner_started = ? WHERE id = ?"),
                   {text(owner.host), text(owner.boot), owner.pid, text(owner.started), batchId});
    std::vector<std::pair<qint64, QString>> running;
    QSqlQuery query = connection.run(
        QStringLiteral(
            "SELECT e.id, coalesce(r.state, '') FROM queue_entry e LEFT JOIN run r ON r.id = e.run_id "
            "WHERE e.batch_id = ? AND e.state = 'running'"),
        {batchId});
    while (query.next()) running.emplace_back(query.value(0).toLongLong(), query.value(1).toString());
    query.finish();
    for (const auto& [entryId, runState] : running) {
        connection.run(QStringLiteral("UPDATE queue_entry SET state = ? WHERE id = ?"),
                       {toString(stateAfterDeath(runState)), entryId});
    }
}

}  // namespace

QString toString(QueueState state) {
    return QLatin1String(stateNames[static_cast<std::size_t>(state)].second);
}

std::optional<QueueState> queueStateFromString(const QString& name) {
    for (const auto& [state, text] : stateNames) {
        if (name == QLatin1String(text)) return state;
    }
    return std::nullopt;
}

QueueStore::QueueStore(RunStore* store) : m_store(store) {}

qint64 QueueStore::add(const QueueBatch& batch) {
    qint64 id = 0;
    m_store->write([&](Connection& connection) {
        id = insertBatch(connection, batch);
        for (const QueueBatch::Item& item : batch.items) insertEntry(connection, id, batch, item);
    });
    return id;
}

std::vector<QueueEntry> QueueStore::entries() const {
    std::vector<QueueEntry> entries;
    m_store->read([&](Connection& connection) {
        QSqlQuery query = connection.run(QStringLiteral(
            "SELECT e.id, e.batch_id, e.state, e.config, e.dataset, e.preset, e.max_field, e.tags, e.reason, "
            "e.run_id, (SELECT count(*) FROM repeat_launch l WHERE l.run_id = e.run_id AND l.partial = 0), "
            "b.title, b.interleaved, b.owner_host, b.owner_boot, b.owner_pid, b.owner_started, e.place, "
            "e.engine "
            "FROM queue_entry e JOIN queue_batch b ON b.id = e.batch_id ORDER BY e.place"));
        while (query.next()) entries.push_back(entryFrom(query));
    });
    return entries;
}

void QueueStore::adoptOrphans() {
    m_store->write([](Connection& connection) {
        std::vector<qint64> orphans;
        QSqlQuery query = connection.run(
            QStringLiteral("SELECT id, owner_host, owner_boot, owner_pid, owner_started FROM queue_batch"));
        while (query.next()) {
            if (isDead(ownerOf(query, 1))) orphans.push_back(query.value(0).toLongLong());
        }
        query.finish();
        for (const qint64 batchId : orphans) adoptBatch(connection, batchId);
    });
}

bool QueueStore::claim(qint64 entryId) {
    bool claimed = false;
    m_store->write([&](Connection& connection) {
        QSqlQuery query = connection.run(
            QStringLiteral("UPDATE queue_entry SET state = 'running', reason = '' WHERE id = ? AND "
                           "state = 'waiting'"),
            {entryId});
        claimed = query.numRowsAffected() == 1;
    });
    return claimed;
}

void QueueStore::setConfig(qint64 entryId, const protocol::RunConfig& config) {
    m_store->write([&](Connection& connection) {
        connection.run(QStringLiteral("UPDATE queue_entry SET config = ? WHERE id = ?"),
                       {QString::fromStdString(to_json(config).dump()), entryId});
    });
}

void QueueStore::setRun(qint64 entryId, qint64 runId) {
    m_store->write([&](Connection& connection) {
        connection.run(QStringLiteral("UPDATE queue_entry SET run_id = ? WHERE id = ?"), {runId, entryId});
    });
}

void QueueStore::setState(qint64 entryId, QueueState state, const QString& reason) {
    m_store->write([&](Connection& connection) {
        connection.run(QStringLiteral("UPDATE queue_entry SET state = ?, reason = ? WHERE id = ?"),
                       {toString(state), text(reason), entryId});
    });
}

void QueueStore::reorder(const std::vector<qint64>& entryIds) {
    m_store->write([&](Connection& connection) {
        std::vector<qint64> places;
        for (const qint64 id : entryIds) {
            places.push_back(
                connection.number(QStringLiteral("SELECT place FROM queue_entry WHERE id = ?"), {id}));
        }
        std::sort(places.begin(), places.end());
        for (std::size_t i = 0; i < entryIds.size(); ++i) {
            connection.run(QStringLiteral("UPDATE queue_entry SET place = ? WHERE id = ?"),
                           {places[i], entryIds[i]});
        }
    });
}

void QueueStore::remove(const std::vector<qint64>& entryIds) {
    m_store->write([&](Connection& connection) {
        for (const qint64 id : entryIds) {
            connection.run(QStringLiteral("DELETE FROM queue_entry WHERE id = ?"), {id});
        }
        connection.run(
            QStringLiteral("DELETE FROM queue_batch WHERE id NOT IN (SELECT batch_id FROM queue_entry)"));
    });
}

void QueueStore::restore(const std::vector<QueueEntry>& entries) {
    m_store->write([&](Connection& connection) {
        for (const QueueEntry& entry : entries) {
            restoreBatch(connection, entry);
            restoreEntry(connection, entry);
        }
    });
}

}  // namespace arcmeter::app
