// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/suite/SuiteCheck.h"

#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using protocol::Device;

QString gibibytes(std::int64_t bytes) {
    return QString::number(static_cast<double>(bytes) / (1024.0 * 1024 * 1024), 'f', 2) +
           QStringLiteral(" GiB");
}

/// The largest batch and the most classes are found by a search; a run alone cannot.
QString searchReason(const SuiteEntry& entry) {
    if (entry.maxField.isEmpty()) return {};
    return QStringLiteral("The largest %1 is found by a search, which this version does not have yet.")
        .arg(entry.maxField);
}

QString devicesReason(const protocol::RunConfig& config, const MachineDevices& machine) {
    const qint64 wanted = config.devices_per_node;
    const bool onCpu =
        config.device == Device::cpu || (config.device == Device::automatic && machine.cudaDevices == 0);
    if (!onCpu && wanted > machine.cudaDevices) {
        return machine.cudaDevices > 0 ? QStringLiteral("It needs %1 GPUs; this machine has %2.")
                                             .arg(wanted)
                                             .arg(machine.cudaDevices)
                                       : QStringLiteral("It needs a GPU: %1").arg(machine.cudaReason);
    }
    if (!onCpu || wanted <= machine.cpuCores) return {};
    return QStringLiteral("It needs %1 devices; this machine has no GPU, and %2 CPU cores for as many ranks.")
        .arg(wanted)
        .arg(machine.cpuCores);
}

}  // namespace

QString reasonNotToRun(const SuiteEntry& entry, const MachineDevices& machine, const PlanAnswer& answer) {
    if (const QString reason = searchReason(entry); !reason.isEmpty()) return reason;
    const auto problems = protocol::validate(entry.config);
    if (!problems.empty()) return QString::fromStdString(problems.front().message);
    if (const QString reason = devicesReason(entry.config, machine); !reason.isEmpty()) return reason;
    if (!answer.plan) return answer.problem;
    if (answer.plan->fits) return {};
    return QStringLiteral("It does not fit: %1 needed, %2 there.")
        .arg(gibibytes(answer.plan->memory.total()), gibibytes(answer.plan->memory_available_bytes));
}

std::vector<EntryCheck> checkEntries(const QString& engine, const std::vector<SuiteEntry>& entries,
                                     const DurationEstimator& estimator) {
    const MachineDevices machine = queryMachine(engine);
    std::vector<protocol::RunConfig> configs;
    for (const SuiteEntry& entry : entries) configs.push_back(entry.config);
    const std::vector<PlanAnswer> plans = queryPlans(engine, configs);
    std::vector<EntryCheck> checks;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EntryCheck check{reasonNotToRun(entries[i], machine, plans[i]), std::nullopt};
        if (check.reason.isEmpty()) check.duration = estimator.estimate(entries[i].config, plans[i].plan);
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
