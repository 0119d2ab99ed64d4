// SPDX-License-Identifier: GPL-3.0-or-later
// Where Arcmeter keeps its files: the XDG base directories (Qt 6.4 knows no StateLocation, so that one is
// resolved here). Nothing is created by asking; ensureFolder() creates.
#pragma once

#include <QString>

namespace arcmeter::app::paths {

QString dataFolder();    ///< $XDG_DATA_HOME/arcmeter: the run store
QString configFolder();  ///< $XDG_CONFIG_HOME/arcmeter: settings.ini
QString stateFolder();   ///< $XDG_STATE_HOME/arcmeter: window state

QString defaultDatabase();  ///< dataFolder()/runs.sqlite
QString settingsFile();
QString windowStateFile();

/// Creates `folder` with its parents. Throws Error naming the folder and why it cannot be.
void ensureFolder(const QString& folder);

/// Throws Error(invalid_config) when `file` could not be written: a missing or read-only folder, a folder in
/// its place, a read-only file. Leaves no trace. "-" (standard output) is always writable.
void requireWritable(const QString& file);

/// False on network file systems, where SQLite's WAL does not work.
bool isLocalFileSystem(const QString& path);

}  // namespace arcmeter::app::paths
