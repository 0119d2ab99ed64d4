// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/paths/AppPaths.h"

#include <unistd.h>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStorageInfo>

#include "engine/protocol/error.h"

namespace arcmeter::app::paths {
namespace {

QString standardFolder(QStandardPaths::StandardLocation location) {
    return QStandardPaths::writableLocation(location) + QStringLiteral("/arcmeter");
}

bool mayWrite(const QString& path) {
    return ::access(QFile::encodeName(path).constData(), W_OK) == 0;
}

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorCode::invalid_config, sentence.toStdString());
}

}  // namespace

QString dataFolder() {
    return standardFolder(QStandardPaths::GenericDataLocation);
}

QString configFolder() {
    return standardFolder(QStandardPaths::GenericConfigLocation);
}

QString stateFolder() {
    const QString set = qEnvironmentVariable("XDG_STATE_HOME");
    // The specification wants a relative path to be ignored.
    const QString base = QDir::isAbsolutePath(set) ? set : QDir::homePath() + QStringLiteral("/.local/state");
    return base + QStringLiteral("/arcmeter");
}

QString defaultDatabase() {
    return dataFolder() + QStringLiteral("/runs.sqlite");
}

QString settingsFile() {
    return configFolder() + QStringLiteral("/settings.ini");
}

QString windowStateFile() {
    return stateFolder() + QStringLiteral("/window.ini");
}

void ensureFolder(const QString& folder) {
    if (QDir().mkpath(folder)) return;
    const QString why = QFileInfo::exists(folder)
                            ? QStringLiteral("something that is no folder stands in its place")
                            : QStringLiteral("its parent folder cannot be written");
    refuse(QStringLiteral("The folder %1 cannot be created: %2.").arg(folder, why));
}

void requireWritable(const QString& file) {
    if (file == QStringLiteral("-")) return;
    if (file.isEmpty()) refuse(QStringLiteral("The name of the output file is empty."));
    const QFileInfo info(file);
    if (info.isDir()) refuse(QStringLiteral("%1 cannot be written: it is a folder.").arg(file));
    if (info.exists() && !mayWrite(file)) {
        refuse(QStringLiteral("%1 cannot be written: no permission to change it.").arg(file));
    }
    const QString folder = info.absolutePath();
    if (!QFileInfo(folder).isDir()) {
        refuse(QStringLiteral("%1 cannot be written: there is no folder %2.").arg(file, folder));
    }
    if (!mayWrite(folder)) {
        refuse(QStringLiteral("%1 cannot be written: no permission to write in %2.").arg(file, folder));
    }
}

bool isLocalFileSystem(const QString& path) {
    QFileInfo info(path);
    while (!info.exists() && info.absolutePath() != info.absoluteFilePath())
        info.setFile(info.absolutePath());
    const QByteArray type = QStorageInfo(info.absoluteFilePath()).fileSystemType().toLower();
    for (const char* network : {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "ceph",
                                "lustre", "gpfs", "beegfs", "glusterfs", "fuse.glusterfs"}) {
        if (type == network) return false;
    }
    return true;
}

}  // namespace arcmeter::app::paths
