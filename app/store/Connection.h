// SPDX-License-Identifier: GPL-3.0-or-later
// One SQLite connection, of the thread that made it, closed by its destructor. Every failure throws
// arcmeter::Error.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>
#include <functional>

namespace arcmeter::app {

class Connection {
public:
    enum class Mode { ReadWrite, ReadOnly };

    /// ReadWrite creates the file. Foreign keys on, ten seconds of patience with other writers; WAL and
    /// synchronous NORMAL on local file systems, DELETE and FULL on others.
    Connection(const QString& path, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs one statement with positional parameters. The query is forward-only; before next().
    QSqlQuery run(const QString& sql, const QVariantList& values = {});

    /// A statement to be run many times with other values.
    QSqlQuery prepare(const QString& sql);
    void run(QSqlQuery& prepared, const QVariantList& values);

    qint64 number(const QString& sql,
                  const QVariantList& values = {});  ///< first column of the first row, else 0
    QString text(const QString& sql, const QVariantList& values = {});  ///< the same as text, else empty

    /// BEGIN IMMEDIATE, `work`, COMMIT; rolled back when `work` throws.
    void transaction(const std::function<void()>& work);

private:
    void open(Mode mode);
    void configure(Mode mode);
    void close();

    QString m_path;
    QString m_name;
    QSqlDatabase m_database;
};

}  // namespace arcmeter::app
