// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/EngineLocator.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

const QString programName = QStringLiteral("arcmeter-engine");

bool isProgram(const QString& path) {
    const QFileInfo info(path);
    return info.isFile() && info.isExecutable();
}

QString asked(const QString& path, const char* where) {
    if (isProgram(path)) return QFileInfo(path).absoluteFilePath();
    const QString what = QFileInfo::exists(path) ? QStringLiteral("is not an executable file")
                                                 : QStringLiteral("does not exist");
    throw Error(ErrorCode::data_missing, QStringLiteral("The engine %1, named by %2, %3.")
                                             .arg(path, QLatin1String(where), what)
                                             .toStdString());
}

}  // namespace

QString findEngine(const QString& chosen) {
    if (!chosen.isEmpty()) return asked(chosen, "the settings");
    const QString fromEnvironment = qEnvironmentVariable("ARCMETER_ENGINE");
    if (!fromEnvironment.isEmpty()) return asked(fromEnvironment, "the environment variable ARCMETER_ENGINE");

    const QDir here(QCoreApplication::applicationDirPath());
    for (const char* folder : {"", "../engine/", "../libexec/arcmeter/", "../lib/arcmeter/"}) {
        const QString candidate = QDir::cleanPath(here.filePath(QLatin1String(folder) + programName));
        if (isProgram(candidate)) return candidate;
    }
    const QString onPath = QStandardPaths::findExecutable(programName);
    if (!onPath.isEmpty()) return onPath;
    throw Error(ErrorCode::data_missing,
                QStringLiteral(
                    "The engine program arcmeter-engine was not found: not beside this program in %1, not in "
                    "../engine, ../libexec/arcmeter or ../lib/arcmeter from there, and not on PATH.")
                    .arg(here.absolutePath())
                    .toStdString(),
                "Set ARCMETER_ENGINE to its path, or build the target arcmeter-engine.");
}

}  // namespace arcmeter::app
