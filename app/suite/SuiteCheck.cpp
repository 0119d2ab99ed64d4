// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/suite/SuiteCheck.h"

#include <QCoreApplication>

#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(SuiteCheck)
};

using protocol::Device;

QString gibibytes(std::int64_t bytes) {
    return QString::number(static_cast<double>(bytes) / (1024.0 * 1024 * 1024), 'f', 2) +
           QStringLiteral(" GiB");
}

/// What the engine is asked about: where a search is to find the largest value, whether the least one runs.
protocol::RunConfig checkedConfig(const SuiteEntry& entry) {
    const auto limit = entry.limit();
    if (!limit || !protocol::validate(entry.config).empty()) return entry.config;
    const std::int64_t classes = entry.config.num_classes.value_or(protocol::default_synthetic_classes);
    return protocol::with_limit_value(entry.config, *limit,
                                      protocol::least_limit_value(entry.config, *limit, classes));
}

/// What a peer cannot do; whether it fits, only the run tells.
QString peerReason(const SuiteEntry& entry) {
    if (entry.limit()) return Words::tr("Only Arcmeter's own engine searches for the largest value.");
    if (entry.config.world_size() > 1) return Words::tr("The peer %1 runs on one device.").arg(entry.engine);
    if (!entry.config.is_synthetic())
        return Words::tr("The peer %1 has synthetic data only.").arg(entry.engine);
    return {};
}

QString devicesReason(const protocol::RunConfig& config, const MachineDevices& machine) {
    const qint64 wanted = config.devices_per_node;
    const bool onCpu =
        config.device == Device::cpu || (config.device == Device::automatic && machine.cudaDevices == 0);
    if (!onCpu && wanted > machine.cudaDevices) {
        return machine.cudaDevices > 0
                   ? Words::tr("It needs %1 GPUs; this machine has %2.").arg(wanted).arg(machine.cudaDevices)
                   : Words::tr("It needs a GPU: %1").arg(machine.cudaReason);
    }
    if (!onCpu || wanted <= machine.cpuCores) return {};
    return Words::tr("It needs %1 devices; this machine has no GPU, and %2 CPU cores for as many ranks.")
        .arg(wanted)
        .arg(machine.cpuCores);
}

}  // namespace

QString reasonNotToRun(const SuiteEntry& entry, const MachineDevices& machine, const PlanAnswer& answer) {
    const auto problems = protocol::validate(entry.config);
    if (!problems.empty()) return QString::fromStdString(problems.front().message);
    if (const QString reason = devicesReason(entry.config, machine); !reason.isEmpty()) return reason;
    if (!entry.engine.isEmpty()) return peerReason(entry);
    if (!answer.plan) return answer.problem;
    if (answer.plan->fits) return {};
    return Words::tr("It does not fit: %1 needed, %2 there.")
        .arg(gibibytes(answer.plan->memory.total()), gibibytes(answer.plan->memory_available_bytes));
}

std::vector<EntryCheck> checkEntries(const QString& engine, const std::vector<SuiteEntry>& entries,
                                     const DurationEstimator& estimator) {
    const MachineDevices machine = queryMachine(engine);
    std::vector<protocol::RunConfig> configs;
    for (const SuiteEntry& entry : entries) configs.push_back(checkedConfig(entry));
    const std::vector<PlanAnswer> plans = queryPlans(engine, configs);
    std::vector<EntryCheck> checks;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EntryCheck check{reasonNotToRun(entries[i], machine, plans[i]), std::nullopt};
        // How long a search takes depends on what it finds.
        if (check.reason.isEmpty() && !entries[i].limit() && entries[i].engine.isEmpty())
            check.duration = estimator.estimate(entries[i].config, plans[i].plan);
        checks.push_back(std::move(check));
    }
    return checks;
}

std::optional<qint64> totalMilliseconds(const std::vector<EntryCheck>& checks) {
    std::optional<qint64> total;
    for (const EntryCheck& check : checks) {
        if (check.duration) total = total.value_or(0) + check.duration->milliseconds;
    }
    return total;
}

}  // namespace arcmeter::app
