// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PlanCommand.h"

#include "app/cli/Terminal.h"
#include "app/settings/Settings.h"
#include "app/worker/EngineLocator.h"
#include "app/worker/EngineQuery.h"

namespace arcmeter::app::cli {
namespace {

QString gigaflops(qint64 flops) {
    return QString::number(static_cast<double>(flops) / 1e9, 'f', 3) + QStringLiteral(" GFLOP");
}

/// What a recompute policy costs against keeping everything, which is the first of them.
QStringList policyRow(const protocol::PolicyCost& policy, const protocol::Plan& plan) {
    const protocol::PolicyCost& none = plan.policies.front();
    const QString name = QString::fromStdString(policy.recompute);
    QString value = bytesText(policy.memory_total);
    if (policy.recompute != none.recompute) {
        value += QStringLiteral(", +%1 % work, +%2 % traffic")
                     .arg((policy.flops / none.flops - 1) * 100, 0, 'f', 1)
                     .arg((policy.bytes / none.bytes - 1) * 100, 0, 'f', 1);
    }
    const bool isTaken = policy.recompute == plan.recompute;
    return {QStringLiteral("Recompute %1%2").arg(name, isTaken ? QStringLiteral(" (taken)") : QString()),
            value};
}

QString limitText(const protocol::Plan& plan) {
    if (!plan.limit) return {};
    const protocol::PlannedLimit& limit = *plan.limit;
    const QString name = QString::fromStdString(limit.find);
    if (limit.found == 0) {
        return QStringLiteral("Not even the least %1 fits: it needs %2.\n")
            .arg(name, bytesText(limit.needed_for_next));
    }
    if (limit.bound_by == "range")
        return QStringLiteral("Largest %1: %2, as many as are allowed.\n").arg(name).arg(limit.found);
    return QStringLiteral("Largest %1: %2. Bound by %3; the next step needs %4.\n")
        .arg(name)
        .arg(limit.found)
        .arg(QString::fromStdString(limit.bound_by), bytesText(limit.needed_for_next));
}

QString planText(const protocol::Plan& plan) {
    const protocol::MemoryPlan& memory = plan.memory;
    std::vector<QStringList> rows{
        {QStringLiteral("Parameters (class centres not counted)"), QString::number(plan.parameters)},
        {QStringLiteral("Classes"), QString::number(plan.num_classes)},
        {QStringLiteral("Training work per sample, backbone"), gigaflops(plan.flops_per_sample)},
        {QStringLiteral("Training work per sample, head"), gigaflops(plan.head_flops_per_sample)},
    };
    const std::pair<const char*, std::int64_t> parts[] = {
        {"weights", memory.weights},
        {"gradients", memory.gradients},
        {"optimizer", memory.optimizer},
        {"activations", memory.activations},
        {"workspace", memory.workspace},
        {"head weights", memory.head_weights},
        {"head optimizer", memory.head_optimizer},
        {"head activations", memory.head_activations},
        {"data", memory.data},
        {"communication", memory.communication},
        {"overhead", memory.overhead},
    };
    for (const auto& [name, bytes] : parts) {
        if (bytes > 0) rows.push_back({QStringLiteral("Memory: ") + QLatin1String(name), bytesText(bytes)});
    }
    rows.push_back({QStringLiteral("Memory: total"), bytesText(memory.total())});
    if (memory.host > 0) rows.push_back({QStringLiteral("Host memory besides"), bytesText(memory.host)});
    for (const protocol::PolicyCost& policy : plan.policies) rows.push_back(policyRow(policy, plan));
    return alignedTable(rows, {false, true}) + fitsText(plan) + QLatin1Char('\n') + limitText(plan);
}

}  // namespace

QString fitsText(const protocol::Plan& plan) {
    const QString need = bytesText(plan.memory.total()), there = bytesText(plan.memory_available_bytes);
    if (plan.memory_available_bytes <= 0) return QStringLiteral("Needs %1.").arg(need);
    if (!plan.fits && need == there) {
        return QStringLiteral("Does not fit: %1 needed, %2 more than is there.")
            .arg(need, bytesText(plan.memory.total() - plan.memory_available_bytes));
    }
    return (plan.fits ? QStringLiteral("Fits: %1 of %2.")
                      : QStringLiteral("Does not fit: %1 needed, %2 there."))
        .arg(need, there);
}

void addFindOption(CLI::App& command, std::string& find) {
    command
        .add_option("--find", find, "The field whose largest value is looked for [batch-size, num-classes]")
        ->check(CLI::IsMember({"batch-size", "num-classes"}));
}

PlanCommand::PlanCommand(CLI::App& app)
    : m_command(
          app.add_subcommand("plan", "Parameters, work and memory of a configuration; needs no device")),
      m_options(*m_command) {
    m_command->add_flag("--json", m_json, "Print the plan event as one JSON object");
    addFindOption(*m_command, m_find);
    m_command->footer(
        "\nExamples:\n"
        "  arcmeter-cli plan --model r100 --batch-size 64 --num-classes 1000000\n"
        "  arcmeter-cli plan --model r100 --device cuda --memory-limit 16GiB --find batch-size");
}

int PlanCommand::execute() {
    try {
        const ConfigOptions::Chosen chosen = m_options.read();
        const QString engine = findEngine(Settings().enginePath());
        const auto limit = protocol::enum_from_string<protocol::Limit>(m_find);
        const protocol::Plan plan =
            limit ? queryLimit(engine, chosen.config, *limit) : queryPlan(engine, chosen.config);
        if (!chosen.notice.isEmpty()) say(chosen.notice + QLatin1Char('\n'));
        print(m_json ? QString::fromStdString(to_json(protocol::EventBody(plan)).dump()) + QLatin1Char('\n')
                     : planText(plan));
        return exit_done;
    } catch (const Error& error) {
        return m_json ? reportErrorEvent(error) : reportError(error);
    }
}

}  // namespace arcmeter::app::cli
