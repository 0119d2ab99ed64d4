// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RunStore.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHash>
#include <map>
#include <mutex>

#include "app/paths/AppPaths.h"
#include "app/store/Connection.h"
#include "app/store/ImportRows.h"
#include "app/store/ReferenceResults.h"
#include "app/store/RunRows.h"
#include "app/store/RunWrites.h"
#include "app/store/Schema.h"
#include "app/store/StepRecorder.h"
#include "app/store/StoreWriter.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using std::chrono_literals::operator""ms;

constexpr auto soon = 50ms;          // what somebody looks at
constexpr auto batched = 250ms;      // what merely must be kept
constexpr auto stepsDelay = 1000ms;  // the open piece of steps is written again each time: less often

constexpr qint64 undoDays = 1;  // a deleted run whose program died before purging it

QString utcNow() {
    return QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
}

}  // namespace

class RunStore::Private {
public:
    Private(RunStore* store, const QString& file) : q(store), path(file) {}

    void openForReading();
    void openForWriting();
    SchemaState stateOfFile() const;
    void requireWriter() const;
    std::unique_ptr<Connection> reader() const;
    std::shared_ptr<StepRecorder> recorder(qint64 runId);
    void changeTogether(const std::vector<qint64>& runIds, const QString& sql, const QVariantList& before);

    /// A background write of a run that tells runChanged() once it is committed.
    void post(qint64 runId, StoreWriter::Job job) {
        requireWriter();
        writer->post(std::move(job), soon, [this, runId] { emit q->runChanged(runId); });
    }

    RunStore* q;
    QString path;
    QString notice;
    bool readOnly = false;
    std::unique_ptr<StoreWriter> writer;
    std::mutex recordersMutex;
    std::map<qint64, std::shared_ptr<StepRecorder>> recorders;  // guarded by recordersMutex
    std::vector<qint64> deleted;                                // by this program; writer's thread only
    std::vector<qint64> undoneImports;                          // the same
};

void RunStore::Private::requireWriter() const {
    if (writer) return;
    const QString why =
        notice.isEmpty() ? QStringLiteral("The run database %1 is open for reading only.").arg(path) : notice;
    throw Error(ErrorCode::invalid_config, why.toStdString());
}

std::unique_ptr<Connection> RunStore::Private::reader() const {
    return std::make_unique<Connection>(path, Connection::Mode::ReadOnly);
}

void RunStore::Private::openForReading() {
    readOnly = true;
    if (!QFileInfo::exists(path)) {
        throw Error(ErrorCode::invalid_config, "There is no run database " + path.toStdString() + ".");
    }
    const SchemaState state = stateOfFile();
    if (state == SchemaState::Empty || state == SchemaState::Older) {
        throw Error(ErrorCode::invalid_config,
                    "The run database " + path.toStdString() +
                        " needs an upgrade, for which it must be opened for writing.");
    }
    if (state == SchemaState::Newer) {
        notice = QStringLiteral(
                     "%1 was made by a newer Arcmeter and is opened for reading only; "
                     "update this program to write to it.")
                     .arg(path);
    }
}

/// Looks without changing anything: another program's or a newer program's file must stay as it is.
SchemaState RunStore::Private::stateOfFile() const {
    if (QFileInfo(path).size() == 0) return SchemaState::Empty;  // a new or empty file
    const auto connection = reader();
    return schemaState(*connection, path, schemaRevisions());
}

void RunStore::Private::openForWriting() {
    paths::ensureFolder(QFileInfo(path).absolutePath());
    paths::requireWritable(path);
    const SchemaState state = stateOfFile();
    if (state == SchemaState::Newer) {
        openForReading();
        return;
    }
    if (state != SchemaState::Current) {
        Connection connection(path, Connection::Mode::ReadWrite);
        const QString copy = upgradeSchema(connection, path, schemaRevisions());
        if (!copy.isEmpty())
            notice = QStringLiteral("The database was upgraded; a copy is kept as %1.").arg(copy);
    }
    writer = std::make_unique<StoreWriter>(
        path, [this](const QString& sentence) { emit q->writeFailed(sentence); });
    writer->perform([this](Connection& connection) {
        loadReferenceResults(connection);
        const int interrupted = interruptOrphans(connection);
        if (interrupted > 0 && notice.isEmpty()) {
            notice = QStringLiteral("%1 unfinished run(s) of a program that ended are marked interrupted.")
                         .arg(interrupted);
        }
        const QString old = QDateTime::currentDateTimeUtc().addDays(-undoDays).toString(Qt::ISODate);
        connection.run(QStringLiteral("DELETE FROM run WHERE deleted_at < ?"), {old});
        connection.run(QStringLiteral("DELETE FROM import WHERE deleted_at < ?"), {old});
    });
}

std::shared_ptr<StepRecorder> RunStore::Private::recorder(qint64 runId) {
    const std::lock_guard lock(recordersMutex);
    const auto found = recorders.find(runId);
    return found == recorders.end() ? nullptr : found->second;
}

void RunStore::Private::changeTogether(const std::vector<qint64>& runIds, const QString& sql,
                                       const QVariantList& before) {
    requireWriter();
    writer->perform([&](Connection& connection) {
        QSqlQuery query = connection.prepare(sql);
        for (const qint64 runId : runIds) connection.run(query, before + QVariantList{runId});
    });
}

RunStore::RunStore(const QString& path, Access access, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, path)) {
    if (access == Access::ReadOnly) {
        d->openForReading();
    } else {
        d->openForWriting();
    }
}

RunStore::~RunStore() {
    if (!d->writer) return;
    try {
        d->writer->perform([this](Connection& connection) {
            QSqlQuery query =
                connection.prepare(QStringLiteral("DELETE FROM run WHERE id = ? AND deleted_at IS NOT NULL"));
            for (const qint64 runId : d->deleted) connection.run(query, {runId});
            QSqlQuery undone = connection.prepare(
                QStringLiteral("DELETE FROM import WHERE id = ? AND deleted_at IS NOT NULL"));
            for (const qint64 importId : d->undoneImports) connection.run(undone, {importId});
        });
    } catch (const std::exception& error) {
        qWarning("%s", error.what());
    }
}

QString RunStore::path() const {
    return d->path;
}

bool RunStore::isReadOnly() const {
    return d->readOnly;
}

QString RunStore::notice() const {
    return d->notice;
}

// ---- a run as it goes

qint64 RunStore::createRun(const NewRun& run) {
    d->requireWriter();
    qint64 id = 0;
    d->writer->perform([&](Connection& connection) { id = insertRun(connection, run); });
    {
        const std::lock_guard lock(d->recordersMutex);
        d->recorders[id] =
            std::make_shared<StepRecorder>(id, run.config.batch_size_per_device * run.config.world_size());
    }
    emit runAdded(id);
    return id;
}

void RunStore::reopenRun(qint64 runId) {
    d->requireWriter();
    protocol::RunConfig config;
    d->writer->perform([&](Connection& connection) {
        reopenRow(connection, runId);
        config = readConfig(connection, runId);
    });
    {
        const std::lock_guard lock(d->recordersMutex);
        d->recorders[runId] =
            std::make_shared<StepRecorder>(runId, config.batch_size_per_device * config.world_size());
    }
    emit runChanged(runId);
}

void RunStore::setState(qint64 runId, RunState state) {
    d->post(runId, [=](Connection& connection) { updateState(connection, runId, state); });
}

void RunStore::recordHello(qint64 runId, const protocol::Hello& hello) {
    d->post(runId, [=](Connection& connection) { writeHello(connection, runId, hello); });
}

void RunStore::recordEnvironment(qint64 runId, const protocol::Environment& environment) {
    d->post(runId, [=](Connection& connection) { writeEnvironment(connection, runId, environment); });
}

void RunStore::recordPlan(qint64 runId, const protocol::Plan& plan) {
    d->post(runId, [=](Connection& connection) { writePlan(connection, runId, plan); });
}

void RunStore::recordPreflight(qint64 runId, const std::vector<PreflightItem>& items) {
    d->requireWriter();
    d->writer->post([=](Connection& connection) { writePreflight(connection, runId, items); }, batched);
}

void RunStore::recordTelemetry(qint64 runId, int repeat, qint64 timeMs,
                               const protocol::Telemetry& telemetry) {
    d->requireWriter();
    d->writer->post(
        [=](Connection& connection) { writeTelemetry(connection, runId, repeat, timeMs, telemetry); },
        batched);
}

void RunStore::recordStep(qint64 runId, const protocol::Step& step) {
    d->requireWriter();
    const std::shared_ptr<StepRecorder> recorder = d->recorder(runId);
    if (!recorder || !recorder->record(step)) return;
    d->writer->post([recorder](Connection& connection) { recorder->write(connection); }, stepsDelay);
}

void RunStore::recordResult(qint64 runId, const protocol::Result& result) {
    d->requireWriter();
    d->writer->post([=](Connection& connection) { writeResult(connection, runId, result); }, batched);
}

void RunStore::recordError(qint64 runId, const RunFailure& failure) {
    d->requireWriter();
    d->writer->post([=](Connection& connection) { writeError(connection, runId, failure); }, batched);
}

void RunStore::finishRun(qint64 runId, RunState state, const RunFigures& figures, const RunFailure& failure) {
    d->requireWriter();
    const std::shared_ptr<StepRecorder> recorder = d->recorder(runId);
    d->writer->perform([&](Connection& connection) {
        if (recorder) recorder->write(connection);
        writeEnd(connection, runId, state, figures, failure);
    });
    {
        const std::lock_guard lock(d->recordersMutex);
        d->recorders.erase(runId);
    }
    emit runChanged(runId);
}

void RunStore::flush() {
    if (d->writer) d->writer->perform([](Connection&) {});
}

void RunStore::write(const std::function<void(Connection&)>& work) {
    d->requireWriter();
    d->writer->perform(work);
}

void RunStore::read(const std::function<void(Connection&)>& work) const {
    work(*d->reader());
}

// ---- what the user does with runs

void RunStore::deleteRuns(const std::vector<qint64>& runIds) {
    for (const qint64 runId : runIds) {
        const std::optional<RunState> state = historyRow(runId).state;
        if (state && isEnded(*state)) continue;
        throw Error(ErrorCode::invalid_config,
                    "Run " + std::to_string(runId) + " is still going; stop it first.");
    }
    d->changeTogether(runIds, QStringLiteral("UPDATE run SET deleted_at = ? WHERE id = ?"), {utcNow()});
    d->writer->perform(
        [&](Connection&) { d->deleted.insert(d->deleted.end(), runIds.begin(), runIds.end()); });
    emit runsDeleted(runIds);
}

void RunStore::restoreRuns(const std::vector<qint64>& runIds) {
    d->changeTogether(runIds, QStringLiteral("UPDATE run SET deleted_at = NULL WHERE id = ?"), {});
    emit runsRestored(runIds);
}

void RunStore::addTag(qint64 runId, const QString& tag) {
    historyRow(runId);
    const QString clean = tag.simplified();
    if (clean.isEmpty()) throw Error(ErrorCode::invalid_config, "A tag needs at least one letter.");
    d->changeTogether({runId}, QStringLiteral("INSERT OR IGNORE INTO tag (tag, run_id) VALUES (?, ?)"),
                      {clean});
    emit runChanged(runId);
}

void RunStore::removeTag(qint64 runId, const QString& tag) {
    historyRow(runId);
    d->changeTogether({runId}, QStringLiteral("DELETE FROM tag WHERE tag = ? AND run_id = ?"),
                      {tag.simplified()});
    emit runChanged(runId);
}

void RunStore::setNote(qint64 runId, const QString& note) {
    historyRow(runId);
    const QString text = note.isNull() ? QStringLiteral("") : note;
    d->changeTogether({runId}, QStringLiteral("UPDATE run SET note = ? WHERE id = ?"), {text});
    emit runChanged(runId);
}

// ---- what comes from files, and what is kept for comparing

qint64 RunStore::addImport(const ImportRecord& record, const std::vector<ImportedRow>& rows) {
    d->requireWriter();
    qint64 id = 0;
    d->writer->perform([&](Connection& connection) {
        const qint64 same = connection.number(
            QStringLiteral("SELECT id FROM import WHERE sha256 = ? AND deleted_at IS NULL"), {record.sha256});
        if (same != 0) {
            throw Error(ErrorCode::invalid_config, QStringLiteral("%1 is imported already, as import %2.")
                                                       .arg(record.file)
                                                       .arg(same)
                                                       .toStdString());
        }
        id = insertImport(connection, record, rows);
    });
    emit importsChanged();
    return id;
}

void RunStore::undoImport(qint64 importId) {
    d->requireWriter();
    d->writer->perform([&](Connection& connection) {
        const QString there =
            QStringLiteral("SELECT count(*) FROM import WHERE id = ? AND deleted_at IS NULL");
        if (connection.number(there, {importId}) == 0) {
            throw Error(ErrorCode::invalid_config,
                        "There is no import " + std::to_string(importId) + " in this database.");
        }
        connection.run(QStringLiteral("UPDATE import SET deleted_at = ? WHERE id = ?"), {utcNow(), importId});
        d->undoneImports.push_back(importId);
    });
    emit importsChanged();
}

void RunStore::redoImport(qint64 importId) {
    d->requireWriter();
    d->writer->perform([&](Connection& connection) {
        connection.run(QStringLiteral("UPDATE import SET deleted_at = NULL WHERE id = ?"), {importId});
    });
    emit importsChanged();
}

std::vector<ImportRecord> RunStore::imports() const {
    return readImports(*d->reader());
}

std::vector<HistoryRow> RunStore::importedResults() const {
    return readImported(*d->reader());
}

std::vector<double> RunStore::importedRepeats(qint64 rowId) const {
    return readImportedRepeats(*d->reader(), rowId);
}

void RunStore::saveComparison(const SavedComparison& comparison) {
    d->requireWriter();
    if (comparison.name.trimmed().isEmpty()) {
        throw Error(ErrorCode::invalid_config, "A comparison needs a name of at least one letter.");
    }
    d->writer->perform([&](Connection& connection) { writeComparison(connection, comparison); });
    emit comparisonsChanged();
}

void RunStore::renameComparison(const QString& from, const QString& to) {
    d->requireWriter();
    d->writer->perform([&](Connection& connection) { moveComparison(connection, from, to); });
    emit comparisonsChanged();
}

void RunStore::deleteComparison(const QString& name) {
    d->requireWriter();
    d->writer->perform([&](Connection& connection) {
        connection.run(QStringLiteral("DELETE FROM comparison WHERE name = ?"), {name});
    });
    emit comparisonsChanged();
}

std::vector<SavedComparison> RunStore::comparisons() const {
    return readComparisons(*d->reader());
}

// ---- reading

std::vector<HistoryRow> RunStore::history() const {
    std::vector<HistoryRow> rows = runs();
    for (HistoryRow& row : publishedResults()) rows.push_back(std::move(row));
    for (HistoryRow& row : importedResults()) rows.push_back(std::move(row));
    return rows;
}

HistoryRow RunStore::row(const RowReference& reference) const {
    if (reference.kind == HistoryRow::Kind::Run) return historyRow(reference.id);
    const bool published = reference.kind == HistoryRow::Kind::Published;
    for (HistoryRow& each : published ? publishedResults() : importedResults()) {
        if (each.id == reference.id) return std::move(each);
    }
    throw Error(ErrorCode::invalid_config,
                "There is no row " + toString(reference).toStdString() + " in this database.",
                "arcmeter-cli history list --show all shows what there is.");
}

std::vector<HistoryRow> RunStore::runs() const {
    return readRuns(*d->reader());
}

std::vector<HistoryRow> RunStore::publishedResults() const {
    return readPublished(*d->reader());
}

HistoryRow RunStore::historyRow(qint64 runId) const {
    return readRun(*d->reader(), runId);
}

RunDetails RunStore::details(qint64 runId) const {
    return readDetails(*d->reader(), runId);
}

std::vector<protocol::Step> RunStore::steps(qint64 runId) const {
    return readSteps(*d->reader(), runId);
}

std::vector<protocol::Telemetry> RunStore::telemetry(qint64 runId) const {
    return readTelemetry(*d->reader(), runId);
}

std::vector<RepeatSecond> RunStore::throttledSeconds(qint64 runId) const {
    return readThrottledSeconds(*d->reader(), runId);
}

std::vector<StepWindow> RunStore::stepWindows(qint64 runId) const {
    return readStepWindows(*d->reader(), runId);
}

QStringList RunStore::allTags() const {
    QStringList tags;
    const auto connection = d->reader();
    QSqlQuery query = connection->run(QStringLiteral("SELECT DISTINCT tag FROM tag ORDER BY tag"));
    while (query.next()) tags << query.value(0).toString();
    return tags;
}

}  // namespace arcmeter::app
