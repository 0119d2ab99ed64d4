// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/RunCommand.h"

#include <QCoreApplication>
#include <QEventLoop>

#include "app/cli/PeerOption.h"
#include "app/cli/PlanCommand.h"
#include "app/cli/ProgressPrinter.h"
#include "app/cli/SignalWatcher.h"
#include "app/cli/Terminal.h"
#include "app/launch/Launchers.h"
#include "app/paths/AppPaths.h"
#include "app/run/DurationEstimator.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "app/worker/EngineLocator.h"
#include "app/worker/EngineQuery.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

void sayBefore(const RunStore& store, const protocol::RunConfig& config, const protocol::Plan& plan) {
    if (!store.notice().isEmpty()) say(store.notice() + QLatin1Char('\n'));
    if (ranksShareCores(config)) {
        say(QStringLiteral(
                "%1 ranks share %2 core(s) of this machine: the figure says little about scaling.\n")
                .arg(config.world_size())
                .arg(physicalCores()));
    }
    QString line = fitsText(plan);
    const auto estimate = DurationEstimator(store.runs()).estimate(config, plan);
    if (plan.fits && estimate) {
        line += QStringLiteral(" The run takes %1, judged by %2.")
                    .arg(durationText(estimate->milliseconds), estimate->basis);
    }
    say(line + QLatin1Char('\n'));
}

json errorJson(const RunFailure& failure) {
    json lines = json::array();
    for (const QString& line : failure.lastLines) lines.push_back(line.toStdString());
    return {{"code", failure.code.toStdString()},
            {"rank", failure.rank},
            {"message", failure.message.toStdString()},
            {"hint", failure.hint.toStdString()},
            {"last_lines", lines}};
}

json outcomeJson(const RunController& controller, const RunOutcome& outcome) {
    json object = to_json(protocol::EventBody(resultOf(outcome.repeats, outcome.figures)));
    object["run_id"] = outcome.runId;
    object["state"] = toString(outcome.state).toStdString();
    object["config"] = to_json(controller.config());
    object["plan"] = controller.plan() ? to_json(protocol::EventBody(*controller.plan())) : json();
    if (!outcome.failure.code.isEmpty()) object["error"] = errorJson(outcome.failure);
    return object;
}

QString partsText(const protocol::StepParts& parts) {
    const std::pair<const char*, double> named[] = {
        {"data wait", parts.data_wait},
        {"forward", parts.forward},
        {"head", parts.head},
        {"backward", parts.backward},
        {"communication", parts.communication},
        {"optimizer", parts.optimizer},
    };
    QStringList out;
    for (const auto& [name, ms] : named) {
        if (ms > 0) out << QStringLiteral("%1 %2").arg(QLatin1String(name), figureText(ms));
    }
    return out.join(QStringLiteral(", "));
}

/// "all_reduce of gradients: 3.8 MiB in 1 call(s), 12.5 ms"; the time is with what was hidden.
QString collectiveText(const protocol::Collective& collective) {
    QString text = QStringLiteral("%1 of %2: %3 in %4 call(s)")
                       .arg(QString::fromStdString(collective.kind),
                            QString::fromStdString(collective.payload), bytesText(collective.bytes))
                       .arg(collective.calls);
    if (collective.ms > 0) text += QStringLiteral(", %1 ms").arg(figureText(collective.ms));
    return text;
}

QString outcomeText(const RunOutcome& outcome, const QString& database) {
    std::vector<QStringList> rows;
    const auto add = [&rows](const char* name, const QString& value) {
        if (!value.isEmpty()) rows.push_back({QLatin1String(name), value});
    };
    const RunFigures& figures = outcome.figures;
    const protocol::Result merged = resultOf(outcome.repeats, figures);
    add("run", QString::number(outcome.runId) + QStringLiteral(", ") + toString(outcome.state));
    if (figures.samplesPerSecond) {
        QString value = figureText(*figures.samplesPerSecond);
        if (figures.ci95) value += QStringLiteral(" ± ") + figureText(*figures.ci95);
        if (figures.partial) value += QStringLiteral(" (partial)");
        add("samples/s", value);
    }
    if (figures.repeats.size() > 1) {
        add("repeats", QStringLiteral("%1, from %2 to %3")
                           .arg(figures.repeats.size())
                           .arg(figureText(*figures.min), figureText(*figures.max)));
    }
    add("step parts, ms", partsText(merged.parts));
    if (merged.world_size > 1) {
        add("ranks", QString::number(merged.world_size));
        add("communicated, a step", bytesText(merged.communication_bytes_per_step));
        for (const protocol::Collective& collective : merged.collectives) {
            add("", collectiveText(collective));
        }
    }
    if (figures.peakDeviceMemoryBytes) add("device memory, peak", bytesText(*figures.peakDeviceMemoryBytes));
    if (const auto deviation = planDeviation(merged)) {
        add("peak against the plan", QStringLiteral("%1%2 %")
                                         .arg(*deviation < 0 ? QString() : QStringLiteral("+"))
                                         .arg(*deviation * 100, 0, 'f', 1));
    }
    if (figures.peakHostMemoryBytes) add("process memory, peak", bytesText(*figures.peakHostMemoryBytes));
    if (figures.finalLoss) add("loss at the end", QString::number(*figures.finalLoss, 'f', 4));
    if (figures.accuracy)
        add("accuracy at the end", QString::number(*figures.accuracy * 100, 'f', 2) + QStringLiteral(" %"));
    add("stored in", database);
    return alignedTable(rows, {false, false});
}

int reportFailure(const RunOutcome& outcome, bool asEvent) {
    const RunFailure& failure = outcome.failure;
    if (failure.code.isEmpty()) return outcome.exitCode;
    const ErrorCode code = error_code_from_string(failure.code.toStdString()).value_or(ErrorCode::internal);
    const Error error(code, failure.message.toStdString(), failure.hint.toStdString());
    asEvent ? reportErrorEvent(error) : reportError(error);
    if (!asEvent && !failure.lastLines.isEmpty()) {
        say(QStringLiteral("The engine's last lines:\n  ") + failure.lastLines.join(QStringLiteral("\n  ")) +
            QLatin1Char('\n'));
    }
    return outcome.exitCode;
}

}  // namespace

RunCommand::RunCommand(CLI::App& app)
    : m_command(app.add_subcommand("run", "Measure one configuration and store the run")),
      m_options(*m_command) {
    m_command->add_option("--db", m_database, "The run database; made where it is not there");
    m_command->add_option("--tag", m_tags, "Tag the run; may be given several times")
        ->allow_extra_args(false);
    m_command->add_option("--note", m_note, "A note kept with the run");
    m_command->add_option("--engine", m_engine, "Who trains: Arcmeter's own engine or the PyTorch peer")
        ->check(CLI::IsMember(engineNames))
        ->capture_default_str();
    m_command->add_flag("--json", m_json, "Print the result as one JSON object");
    m_command->footer(
        "\nExamples:\n"
        "  arcmeter-cli run --preset quick-look\n"
        "  arcmeter-cli run --model y1 --dataset FOLDER --batch-size 32 --method quick --device cpu\n"
        "  arcmeter-cli run --model r100 --precision bf16 --tag baseline --json > result.json\n"
        "\nCtrl-C stops cleanly: what was measured is stored, marked partial (exit code 3). Ctrl-C again "
        "kills.");
}

int RunCommand::execute() {
    try {
        return measure();
    } catch (const Error& error) {
        return m_json ? reportErrorEvent(error) : reportError(error);
    }
}

int RunCommand::measure() {
    const ConfigOptions::Chosen chosen = m_options.read();
    const QString engine = findEngine(Settings().enginePath());
    RunStore store(m_database.empty() ? paths::defaultDatabase() : QString::fromStdString(m_database));
    if (store.isReadOnly()) throw Error(ErrorCode::invalid_config, store.notice().toStdString());
    if (!chosen.notice.isEmpty()) say(chosen.notice + QLatin1Char('\n'));
    requireLauncher(chosen.config);
    const std::vector<PeerEngine> peers = peersFor({m_engine});
    if (peers.empty()) {
        sayBefore(store, chosen.config, queryPlan(engine, chosen.config));
    } else {
        say(peers.front().title + QStringLiteral(" trains; whether it fits, only the run tells.\n"));
    }

    NewRun run;
    run.config = chosen.config;
    run.datasetName = chosen.datasetName;
    run.presetId = chosen.presetId;
    run.note = QString::fromStdString(m_note);
    run.engine = engineFrom(m_engine);
    for (const std::string& tag : m_tags) run.tags << QString::fromStdString(tag).simplified();
    RunController controller(&store, engine);
    controller.setPeers(peers);
    const RunOutcome outcome = carryOut(controller, run);
    printOutcome(controller, outcome, store.path());
    return reportFailure(outcome, m_json);
}

RunOutcome RunCommand::carryOut(RunController& controller, const NewRun& run) const {
    QEventLoop loop;
    RunOutcome result;
    ProgressPrinter progress(&controller);
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::asked, &controller, [&](int times) {
        progress.finish();
        say(times == 1 ? QStringLiteral("Stopping; what was measured is kept. Once more kills.\n")
                       : QStringLiteral("Killing the engine.\n"));
        times == 1 ? controller.stop() : controller.kill();
    });
    QObject::connect(&controller, &RunController::preflightArrived, &loop,
                     [told = QStringList()](const std::vector<PreflightItem>& items) mutable {
                         for (const PreflightItem& item : items) {
                             if (!item.warning || told.contains(item.id)) continue;
                             told << item.id;
                             say(QStringLiteral("warning: ") + item.sentence + QLatin1Char('\n'));
                         }
                     });
    QObject::connect(&controller, &RunController::runEnded, &loop, [&](const RunOutcome& outcome) {
        result = outcome;
        loop.quit();
    });
    controller.start(run);
    loop.exec();
    progress.finish();
    return result;
}

void RunCommand::printOutcome(const RunController& controller, const RunOutcome& outcome,
                              const QString& database) const {
    print(m_json
              ? QString::fromStdString(
                    outcomeJson(controller, outcome).dump(-1, ' ', false, json::error_handler_t::replace)) +
                    QLatin1Char('\n')
              : outcomeText(outcome, database));
}

}  // namespace arcmeter::app::cli
