// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/launch/Launchers.h"

#include <unistd.h>
#include <QFile>
#include <QSet>
#include <QStandardPaths>
#include <QThread>

#include "app/launch/SlurmScript.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using protocol::Launcher;
using protocol::RunConfig;

// Every rank must have ended within 10 s of a stop; the last half second is the kernel's.
constexpr int rankGraceMs = 9'500;
// mpirun waits so long before SIGTERM when a rank was lost, and as long again before SIGKILL: survivors say
// meanwhile what they measured.
constexpr int sigkillTimeoutS = 3;
constexpr int connectSeconds = 5;
constexpr int peerHelloMs = 300'000;  // it imports from a cold disk before its first word

QString onPath(const char* program) {
    return QStandardPaths::findExecutable(QLatin1String(program));
}

/// What is missing of `launcher`: the program, and the package that brings it.
std::optional<std::pair<QString, QString>> missingProgram(Launcher launcher) {
    const auto needs = [](const char* program, const char* package) {
        return onPath(program).isEmpty()
                   ? std::optional(std::pair(QString::fromLatin1(program), QString::fromLatin1(package)))
                   : std::nullopt;
    };
    switch (launcher) {
        case Launcher::local:
            return std::nullopt;
        case Launcher::mpirun:
            return needs("mpirun", "openmpi-bin");
        case Launcher::slurm:
            for (const char* program : {"salloc", "srun", "scancel"}) {
                if (const auto missing = needs(program, "slurm-client")) return missing;
            }
            return std::nullopt;
    }
    return std::nullopt;
}

QString name(Launcher launcher) {
    const std::string_view text = to_string(launcher);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

WorkerLaunch alone(const QString& engine) {
    return {engine, {QStringLiteral("run"), QStringLiteral("--stop-on-close")}, {}};
}

/// "a:2,b:2": with slots of their own, no host is oversubscribed in mpirun's eyes.
QString hostList(const RunConfig& config) {
    QStringList hosts;
    for (const std::string& host : config.hosts) {
        hosts << QStringLiteral("%1:%2").arg(QString::fromStdString(host)).arg(config.devices_per_node);
    }
    return hosts.join(QLatin1Char(','));
}

QStringList mpirunArguments(const RunConfig& config) {
    QStringList arguments{QStringLiteral("--mca"), QStringLiteral("odls_base_sigkill_timeout"),
                          QString::number(sigkillTimeoutS),
                          // Ranks pin themselves.
                          QStringLiteral("--bind-to"), QStringLiteral("none"), QStringLiteral("-n"),
                          QString::number(config.world_size())};
    if (::geteuid() == 0) arguments << QStringLiteral("--allow-run-as-root");
    if (!config.hosts.empty()) {
        arguments << QStringLiteral("--host") << hostList(config) << QStringLiteral("--map-by")
                  << QStringLiteral("slot");
        if (!qEnvironmentVariableIsSet("OMPI_MCA_plm_rsh_agent")) {
            // Nobody answers a question here, and a host that is not there must end the run soon.
            arguments << QStringLiteral("--mca") << QStringLiteral("plm_rsh_args")
                      << QStringLiteral("-x -o BatchMode=yes -o ConnectTimeout=%1").arg(connectSeconds);
        }
    } else if (config.world_size() > physicalCores()) {
        arguments << QStringLiteral("--oversubscribe");
    }
    return arguments;
}

WorkerLaunch withMpirun(const QString& engine, const RunConfig& config) {
    WorkerLaunch launch;
    launch.program = onPath("mpirun");
    launch.arguments = mpirunArguments(config)
                       << engine << QStringLiteral("run") << QStringLiteral("--stop-on-close");
    launch.stopGraceMs = rankGraceMs;
    launch.stopByInput =
        true;  // rank 0 hears of it at once; a SIGTERM would reach it after mpirun's time-out
    return launch;
}

/// Inside an allocation the script runs as it is, else salloc asks for one with the script's own options.
WorkerLaunch withSlurm(const QString& engine, const RunConfig& config) {
    const QString script = slurmScript(engine, {config});
    WorkerLaunch launch;
    const QStringList bash{QStringLiteral("bash"), QStringLiteral("-c"), script};
    if (qEnvironmentVariableIsSet("SLURM_JOB_ID")) {
        launch.program = onPath("bash");
        launch.arguments = bash.mid(1);
    } else {
        launch.program = onPath("salloc");
        launch.arguments = QStringList{QStringLiteral("--quiet")} + slurmOptions(config) + bash;
    }
    launch.stopGraceMs = rankGraceMs;
    launch.helloMs = 0;
    launch.endWithParent = true;  // its standard input is the script's, not ours, so nothing else ends it
    return launch;
}

}  // namespace

int physicalCores(const QString& cpuinfo) {
    QFile file(cpuinfo);
    QSet<QByteArray> cores;
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray package;
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith("physical id")) package = line.mid(line.indexOf(':') + 1);
            if (line.startsWith("core id")) cores.insert(package + line.mid(line.indexOf(':')));
        }
    }
    return cores.isEmpty() ? QThread::idealThreadCount() : static_cast<int>(cores.size());
}

LauncherState launcherState(Launcher launcher) {
    const auto missing = missingProgram(launcher);
    return missing ? LauncherState{false, missing->first, missing->second} : LauncherState{true, {}, {}};
}

Launcher neededLauncher(const RunConfig& config) {
    const bool several = config.launcher == Launcher::local && config.world_size() > 1;
    return several ? Launcher::mpirun : config.launcher;
}

void requireLauncher(const RunConfig& config) {
    const auto missing = missingProgram(neededLauncher(config));
    if (!missing) return;
    throw Error(
        ErrorCode::invalid_config,
        QStringLiteral("launcher is %1 with %2 rank(s), which needs the program %3; it is not on PATH.")
            .arg(name(config.launcher))
            .arg(config.world_size())
            .arg(missing->first)
            .toStdString(),
        QStringLiteral("On Debian: apt install %1.").arg(missing->second).toStdString());
}

WorkerLaunch launchOf(const QString& engine, const RunConfig& config) {
    requireLauncher(config);
    if (neededLauncher(config) == Launcher::slurm) return withSlurm(engine, config);
    WorkerLaunch launch =
        neededLauncher(config) == Launcher::mpirun ? withMpirun(engine, config) : alone(engine);
    launch.input = QByteArray::fromStdString(to_json(config).dump()) + '\n';
    return launch;
}

WorkerLaunch launchOf(const PeerEngine& peer, const RunConfig& config) {
    WorkerLaunch launch = alone(peer.program);
    launch.arguments = peer.arguments + launch.arguments;
    launch.input = QByteArray::fromStdString(to_json(config).dump()) + '\n';
    launch.helloMs = peerHelloMs;
    return launch;
}

bool ranksShareCores(const RunConfig& config) {
    const bool here = config.hosts.empty() && neededLauncher(config) == Launcher::mpirun;
    return here && config.device != protocol::Device::cuda && config.world_size() > physicalCores();
}

}  // namespace arcmeter::app
