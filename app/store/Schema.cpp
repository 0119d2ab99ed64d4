// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Schema.h"

#include <QDateTime>
#include <QFileInfo>
#include <QStringList>

#include "app/catalog/Resources.h"
#include "app/store/Connection.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr int applicationId = 0x4152434d;  // "ARCM", in the SQLite header of every store

QStringList statementsOf(const QString& sql) {
    QStringList statements;
    QString current;
    for (const QString& line : sql.split(QLatin1Char('\n'))) {
        const QString code = line.section(QStringLiteral("--"), 0, 0).trimmed();
        if (code.isEmpty()) continue;
        current += code + QLatin1Char('\n');
        if (!code.endsWith(QLatin1Char(';'))) continue;
        statements << current;
        current.clear();
    }
    return statements;
}

int versionOf(Connection& connection) {
    return static_cast<int>(connection.number(QStringLiteral("PRAGMA user_version")));
}

QString keepCopy(Connection& connection, const QString& path, int version) {
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString copy = QStringLiteral("%1.revision%2-%3").arg(path).arg(version).arg(stamp);
    connection.run(QStringLiteral("VACUUM INTO ?"), {copy});
    return copy;
}

}  // namespace

std::vector<SchemaRevision> schemaRevisions() {
    const QStringList files{QStringLiteral("schema/0001-runs.sql"),
                            QStringLiteral("schema/0002-work-per-sample.sql"),
                            QStringLiteral("schema/0003-communication.sql"),
                            QStringLiteral("schema/0004-queue.sql"),
                            QStringLiteral("schema/0005-compare-and-import.sql"),
                            QStringLiteral("schema/0006-queue-engine.sql")};
    std::vector<SchemaRevision> revisions;
    for (const QString& file : files) {
        revisions.push_back({static_cast<int>(revisions.size()) + 1, QString::fromUtf8(resourceBytes(file))});
    }
    return revisions;
}

SchemaState schemaState(Connection& connection, const QString& path,
                        const std::vector<SchemaRevision>& revisions) {
    const int version = versionOf(connection);
    const bool ours = connection.number(QStringLiteral("PRAGMA application_id")) == applicationId;
    if (!ours) {
        if (version == 0 && connection.number(QStringLiteral("SELECT count(*) FROM sqlite_master")) == 0) {
            return SchemaState::Empty;
        }
        throw Error(ErrorCode::data_corrupt,
                    QStringLiteral("%1 is a SQLite database of another program, not an Arcmeter run store.")
                        .arg(path)
                        .toStdString());
    }
    const int latest = revisions.back().number;
    if (version > latest) return SchemaState::Newer;
    return version < latest ? SchemaState::Older : SchemaState::Current;
}

QString upgradeSchema(Connection& connection, const QString& path,
                      const std::vector<SchemaRevision>& revisions) {
    const int before = versionOf(connection);
    const QString copy = before > 0 ? keepCopy(connection, path, before) : QString();
    connection.transaction([&] {
        const int version = versionOf(connection);  // another program may have been quicker
        for (const SchemaRevision& revision : revisions) {
            if (revision.number <= version) continue;
            for (const QString& statement : statementsOf(revision.sql)) connection.run(statement);
            connection.run(QStringLiteral("PRAGMA user_version = %1").arg(revision.number));
        }
        connection.run(QStringLiteral("PRAGMA application_id = %1").arg(applicationId));
    });
    return copy;
}

}  // namespace arcmeter::app
