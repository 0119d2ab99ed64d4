// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Connection.h"

#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <atomic>

#include "app/paths/AppPaths.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr const char* busyTimeout = "QSQLITE_BUSY_TIMEOUT=10000";

ErrorCode codeOf(const QString& message) {
    for (const char* corrupt : {"malformed", "not a database", "corrupt"}) {
        if (message.contains(QLatin1String(corrupt), Qt::CaseInsensitive)) return ErrorCode::data_corrupt;
    }
    for (const char* access : {"readonly", "read-only", "unable to open", "permission"}) {
        if (message.contains(QLatin1String(access), Qt::CaseInsensitive)) return ErrorCode::invalid_config;
    }
    return ErrorCode::internal;
}

[[noreturn]] void fail(const QString& path, const QSqlError& error) {
    const QString why = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    throw Error(codeOf(why), QStringLiteral("The run database %1 failed: %2.").arg(path, why).toStdString());
}

QString freshName() {
    static std::atomic<quint64> counter{0};
    return QStringLiteral("arcmeter-%1").arg(++counter);
}

}  // namespace

Connection::Connection(const QString& path, Mode mode) : m_path(path), m_name(freshName()) {
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    try {
        if (!m_database.isValid()) {
            throw Error(ErrorCode::internal,
                        "Qt's SQLite driver is missing (Debian package libqt6sql6-sqlite).");
        }
        open(mode);
        configure(mode);
    } catch (...) {
        close();
        throw;
    }
}

Connection::~Connection() {
    close();
}

void Connection::close() {
    m_database.close();
    m_database = QSqlDatabase();  // removeDatabase() wants no copy left
    QSqlDatabase::removeDatabase(m_name);
}

void Connection::open(Mode mode) {
    const bool readOnly = mode == Mode::ReadOnly;
    const QString patience = QLatin1String(busyTimeout);
    m_database.setDatabaseName(m_path);
    m_database.setConnectOptions(readOnly ? patience + QStringLiteral(";QSQLITE_OPEN_READONLY") : patience);
    if (!m_database.open()) fail(m_path, m_database.lastError());
    if (!readOnly) return;
    QSqlQuery probe(m_database);
    if (probe.exec(QStringLiteral("SELECT count(*) FROM sqlite_master"))) return;
    // A WAL database on a read-only file system cannot make its shared-memory file: nobody can write there
    // either, so it may be read as if it never changed.
    if (QFileInfo(QFileInfo(m_path).absolutePath()).isWritable()) fail(m_path, probe.lastError());
    m_database.close();
    const QUrl url = QUrl::fromLocalFile(QFileInfo(m_path).absoluteFilePath());
    m_database.setDatabaseName(QString::fromUtf8(url.toEncoded()) + QStringLiteral("?immutable=1"));
    m_database.setConnectOptions(patience + QStringLiteral(";QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"));
    if (!m_database.open()) fail(m_path, m_database.lastError());
}

void Connection::configure(Mode mode) {
    run(QStringLiteral("PRAGMA foreign_keys = ON"));
    if (mode == Mode::ReadOnly) return;
    const bool local = paths::isLocalFileSystem(m_path);
    run(local ? QStringLiteral("PRAGMA journal_mode = WAL") : QStringLiteral("PRAGMA journal_mode = DELETE"));
    run(local ? QStringLiteral("PRAGMA synchronous = NORMAL") : QStringLiteral("PRAGMA synchronous = FULL"));
}

QSqlQuery Connection::prepare(const QString& sql) {
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) fail(m_path, query.lastError());
    return query;
}

void Connection::run(QSqlQuery& prepared, const QVariantList& values) {
    for (qsizetype i = 0; i < values.size(); ++i) prepared.bindValue(static_cast<int>(i), values[i]);
    if (!prepared.exec()) fail(m_path, prepared.lastError());
}

QSqlQuery Connection::run(const QString& sql, const QVariantList& values) {
    QSqlQuery query = prepare(sql);
    run(query, values);
    return query;
}

qint64 Connection::number(const QString& sql, const QVariantList& values) {
    QSqlQuery query = run(sql, values);
    return query.next() ? query.value(0).toLongLong() : 0;
}

QString Connection::text(const QString& sql, const QVariantList& values) {
    QSqlQuery query = run(sql, values);
    return query.next() ? query.value(0).toString() : QString();
}

void Connection::transaction(const std::function<void()>& work) {
    run(QStringLiteral("BEGIN IMMEDIATE"));
    try {
        work();
        run(QStringLiteral("COMMIT"));
    } catch (...) {
        // SQLite itself rolls back after a full disk; a second ROLLBACK then fails, which is as good.
        QSqlQuery(m_database).exec(QStringLiteral("ROLLBACK"));
        throw;
    }
}

}  // namespace arcmeter::app
