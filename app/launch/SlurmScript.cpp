// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/launch/SlurmScript.h"

#include "app/catalog/Resources.h"

namespace arcmeter::app {
namespace {

using protocol::RunConfig;

/// For the shell, whatever it holds: a folder's name may have quotes.
QString quoted(QString text) {
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString configText(const RunConfig& config) {
    return QString::fromStdString(to_json(config).dump());
}

}  // namespace

QStringList slurmOptions(const RunConfig& config) {
    QStringList options{QStringLiteral("--job-name=arcmeter"), QStringLiteral("--nodes=%1").arg(config.nodes),
                        QStringLiteral("--ntasks=%1").arg(config.world_size()),
                        QStringLiteral("--ntasks-per-node=%1").arg(config.devices_per_node),
                        // A benchmark shares its nodes with nobody, and its ranks share out a node's cores.
                        QStringLiteral("--exclusive"), QStringLiteral("--overcommit")};
    if (config.device == protocol::Device::cuda) {
        options << QStringLiteral("--gpus-per-node=%1").arg(config.devices_per_node);
    }
    QStringList hosts;
    for (const std::string& host : config.hosts) hosts << QString::fromStdString(host);
    if (!hosts.isEmpty()) options << QStringLiteral("--nodelist=") + hosts.join(QLatin1Char(','));
    return options;
}

QString slurmScript(const QString& engine, const std::vector<RunConfig>& steps) {
    const RunConfig& first = steps.front();
    QString lines;
    for (const QString& option : slurmOptions(first)) lines += QStringLiteral("#SBATCH ") + option + '\n';
    QString calls;
    for (const RunConfig& config : steps)
        calls += QStringLiteral("step ") + quoted(configText(config)) + '\n';
    QString script = QString::fromUtf8(resourceBytes(QStringLiteral("launch/slurm.sh")));
    return script.replace(QStringLiteral("@OPTIONS@\n"), lines)
        .replace(QStringLiteral("@ENGINE@"), quoted(engine))
        .replace(QStringLiteral("@NODES@"), QString::number(first.nodes))
        .replace(QStringLiteral("@RANKS@"), QString::number(first.world_size()))
        .replace(QStringLiteral("@RANKS_PER_NODE@"), QString::number(first.devices_per_node))
        .replace(QStringLiteral("@STEPS@\n"), calls);
}

QString slurmBatchScript(const QString& engine, const RunConfig& config) {
    std::vector<RunConfig> steps;
    for (std::int64_t repeat = 0; repeat < config.effective_repeats(); ++repeat) {
        steps.push_back(config);
        steps.back().repeat = repeat;
    }
    return slurmScript(engine, steps);
}

}  // namespace arcmeter::app
