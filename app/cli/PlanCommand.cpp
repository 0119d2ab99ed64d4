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
    return alignedTable(rows, {false, true}) + fitsText(plan) + QLatin1Char('\n');
}

}  // namespace

QString fitsText(const protocol::Plan& plan) {
    const QString need = bytesText(plan.memory.total());
    if (plan.memory_available_bytes <= 0) return QStringLiteral("Needs %1.").arg(need);
    return (plan.fits ? QStringLiteral("Fits: %1 of %2.")
                      : QStringLiteral("Does not fit: %1 needed, %2 there."))
        .arg(need, bytesText(plan.memory_available_bytes));
}

PlanCommand::PlanCommand(CLI::App& app)
    : m_command(
          app.add_subcommand("plan", "Parameters, work and memory of a configuration; needs no device")),
      m_options(*m_command) {
    m_command->add_flag("--json", m_json, "Print the plan event as one JSON object");
    m_command->footer("\nExample:\n  arcmeter-cli plan --model r100 --batch-size 64 --num-classes 1000000");
}

int PlanCommand::execute() {
    try {
        const ConfigOptions::Chosen chosen = m_options.read();
        const protocol::Plan plan = queryPlan(findEngine(Settings().enginePath()), chosen.config);
        if (!chosen.notice.isEmpty()) say(chosen.notice + QLatin1Char('\n'));
        print(m_json ? QString::fromStdString(to_json(protocol::EventBody(plan)).dump()) + QLatin1Char('\n')
                     : planText(plan));
        return exit_done;
    } catch (const Error& error) {
        return m_json ? reportErrorEvent(error) : reportError(error);
    }
}

}  // namespace arcmeter::app::cli
