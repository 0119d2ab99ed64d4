// SPDX-License-Identifier: GPL-3.0-or-later
// The store's schema: numbered, described revisions (resources/schema/NNNN-name.sql) that are never edited.
#pragma once

#include <QString>
#include <vector>

namespace arcmeter::app {

class Connection;

struct SchemaRevision {
    int number = 0;  ///< from 1, without gaps
    QString sql;     ///< statements, each ending with a semicolon at the end of a line
};

/// The revisions this program knows, in order.
std::vector<SchemaRevision> schemaRevisions();

enum class SchemaState {
    Current,
    Newer,  ///< made by a newer program: read only
    Older,
    Empty,  ///< a new file
};

/// Throws Error(data_corrupt) for a SQLite file that is no Arcmeter run store.
SchemaState schemaState(Connection& connection, const QString& path,
                        const std::vector<SchemaRevision>& revisions);

/// Brings an empty or older database to the last revision, in one transaction; several programs may try at
/// once. A copy of an older one is kept beside it first. Returns the copy's name, empty for a new file.
QString upgradeSchema(Connection& connection, const QString& path,
                      const std::vector<SchemaRevision>& revisions);

}  // namespace arcmeter::app
