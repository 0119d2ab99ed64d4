// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SearchCommand.h"

#include <QEventLoop>

#include "app/cli/PlanCommand.h"
#include "app/cli/ProgressPrinter.h"
#include "app/cli/SignalWatcher.h"
#include "app/cli/Terminal.h"
#include "app/paths/AppPaths.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "app/worker/EngineLocator.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

QString limitName(protocol::Limit limit) {
    const std::string_view name = to_string(limit);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString stateName(SearchOutcome::State state) {
    switch (state) {
        case SearchOutcome::State::Found:
            return QStringLiteral("finished");
        case SearchOutcome::State::Stopped:
            return QStringLiteral("stopped");
        case SearchOutcome::State::Failed:
            return QStringLiteral("failed");
    }
    return {};
}

template <typename Value>
json orNull(const std::optional<Value>& value) {
    return value ? json(*value) : json();
}

json probeJson(const SearchProbe& probe) {
    return {{"value", probe.value},
            {"outcome", toString(probe.outcome).toStdString()},
            {"run_id", probe.runId},
            {"planned_memory_bytes", orNull(probe.plannedBytes)},
            {"peak_device_memory_bytes", orNull(probe.peakBytes)},
            {"samples_per_s", orNull(probe.samplesPerSecond)},
            {"resumed", probe.isKnownFromBefore}};
}

json outcomeJson(const SearchOutcome& outcome) {
    json probes = json::array();
    for (const SearchProbe& probe : outcome.probes) probes.push_back(probeJson(probe));
    json object{{"find", limitName(outcome.limit).toStdString()},
                {"state", stateName(outcome.state).toStdString()},
                {"found", outcome.found},
                {"bound_by", outcome.boundBy.toStdString()},
                {"needed_for_next", outcome.neededForNext},
                {"probes", probes},
                {"config", to_json(outcome.config)},
                {"plan", outcome.plan ? to_json(protocol::EventBody(*outcome.plan)) : json()}};
    if (!outcome.failure.code.isEmpty()) {
        object["error"] = {{"code", outcome.failure.code.toStdString()},
                           {"message", outcome.failure.message.toStdString()},
                           {"hint", outcome.failure.hint.toStdString()}};
    }
    return object;
}

QString percentText(qint64 planned, qint64 measured) {
    const double share = (static_cast<double>(measured) / static_cast<double>(planned) - 1) * 100;
    return QStringLiteral("%1%2 %").arg(share < 0 ? QString() : QStringLiteral("+")).arg(share, 0, 'f', 1);
}

QString probeText(const SearchProbe& probe) {
    QString line = QStringLiteral("%1: %2").arg(probe.value).arg(toString(probe.outcome).replace('_', ' '));
    if (probe.plannedBytes) line += QStringLiteral(", planned ") + bytesText(*probe.plannedBytes);
    if (probe.peakBytes) line += QStringLiteral(", peak ") + bytesText(*probe.peakBytes);
    if (probe.plannedBytes && probe.peakBytes) {
        line += QStringLiteral(" (%1)").arg(percentText(*probe.plannedBytes, *probe.peakBytes));
    }
    if (probe.samplesPerSecond)
        line += QStringLiteral(", %1 samples/s").arg(figureText(*probe.samplesPerSecond));
    if (probe.isKnownFromBefore) line += QStringLiteral(" (run %1, known from before)").arg(probe.runId);
    return line + QLatin1Char('\n');
}

QString outcomeText(const SearchOutcome& outcome, const QString& database) {
    const QString name = limitName(outcome.limit);
    std::vector<QStringList> rows{{QStringLiteral("value"), QStringLiteral("outcome"),
                                   QStringLiteral("planned"), QStringLiteral("peak"),
                                   QStringLiteral("samples/s"), QStringLiteral("run")}};
    for (const SearchProbe& probe : outcome.probes) {
        rows.push_back({QString::number(probe.value), toString(probe.outcome).replace('_', ' '),
                        probe.plannedBytes ? bytesText(*probe.plannedBytes) : QStringLiteral("-"),
                        probe.peakBytes ? bytesText(*probe.peakBytes) : QStringLiteral("-"),
                        probe.samplesPerSecond ? figureText(*probe.samplesPerSecond) : QStringLiteral("-"),
                        QString::number(probe.runId)});
    }
    QString text = alignedTable(rows, {true, false, true, true, true, true});
    if (outcome.state != SearchOutcome::State::Found) {
        text += QStringLiteral("Not settled: the search was %1. --resume goes on with it.\n")
                    .arg(stateName(outcome.state));
    } else if (outcome.found == 0) {
        text += QStringLiteral("Not even the least %1 works.\n").arg(name);
    } else if (outcome.boundBy == QStringLiteral("range")) {
        text += QStringLiteral("Largest %1: %2, as many as are allowed.\n").arg(name).arg(outcome.found);
    } else {
        text += QStringLiteral("Largest %1: %2. Bound by %3; the next step needs %4.\n")
                    .arg(name)
                    .arg(outcome.found)
                    .arg(outcome.boundBy, bytesText(outcome.neededForNext));
    }
    return text + QStringLiteral("Probes stored in %1\n").arg(database);
}

int reportFailure(const SearchOutcome& outcome, bool asEvent) {
    RunFailure failure = outcome.failure;
    if (outcome.state == SearchOutcome::State::Found && outcome.found == 0) {
        failure.code = QStringLiteral("out_of_memory");
        failure.message = QStringLiteral("Not even the least %1 works.").arg(limitName(outcome.limit));
        failure.hint = QStringLiteral("Raise the memory limit, or take a smaller model or recompute blocks.");
    }
    if (failure.code.isEmpty()) return outcome.exitCode;
    const ErrorCode code = error_code_from_string(failure.code.toStdString()).value_or(ErrorCode::internal);
    const Error error(code, failure.message.toStdString(), failure.hint.toStdString());
    asEvent ? reportErrorEvent(error) : reportError(error);
    return outcome.exitCode;
}

}  // namespace

SearchCommand::SearchCommand(CLI::App& app)
    : m_command(app.add_subcommand("search", "Find the largest batch or num_classes by real runs")),
      m_options(*m_command) {
    addFindOption(*m_command, m_find);
    m_command->get_option("--find")->required();
    m_command->add_option("--db", m_database, "The run database; made where it is not there");
    m_command->add_option("--tag", m_tags, "Tag every probe; may be given several times")
        ->allow_extra_args(false);
    m_command->add_flag("--resume", m_resume,
                        "Take the probes of the last search of the same configuration as known");
    m_command->add_flag("--json", m_json, "Print the result as one JSON object");
    m_command->footer(
        "\nExamples:\n"
        "  arcmeter-cli search --find batch-size --model y1 --device cpu --memory-limit 2GiB\n"
        "  arcmeter-cli search --find num-classes --model r100 --precision fp16 --parallelism partial_fc\n"
        "\nThe plan says where to begin; 20 iterations in a fresh process prove each value, and the next "
        "step (batch + 1, classes + 1 %) is seen not to fit. Out of memory is an answer here, not a failure. "
        "Every probe is stored as a run tagged 'search'. Ctrl-C stops; --resume goes on.");
}

int SearchCommand::execute() {
    try {
        return search();
    } catch (const Error& error) {
        return m_json ? reportErrorEvent(error) : reportError(error);
    }
}

int SearchCommand::search() {
    const ConfigOptions::Chosen chosen = m_options.read();
    RunStore store(m_database.empty() ? paths::defaultDatabase() : QString::fromStdString(m_database));
    if (store.isReadOnly()) throw Error(ErrorCode::invalid_config, store.notice().toStdString());
    if (!chosen.notice.isEmpty()) say(chosen.notice + QLatin1Char('\n'));
    SearchRequest request;
    request.run.config = chosen.config;
    request.run.datasetName = chosen.datasetName;
    request.run.presetId = chosen.presetId;
    for (const std::string& tag : m_tags) request.run.tags << QString::fromStdString(tag).simplified();
    request.limit = *protocol::enum_from_string<protocol::Limit>(m_find);
    request.resume = m_resume;
    const QString engine = findEngine(Settings().enginePath());
    RunController controller(&store, engine);
    LimitSearch search(&store, &controller, engine);
    const SearchOutcome outcome = carryOut(controller, search, request);
    print(m_json ? QString::fromStdString(
                       outcomeJson(outcome).dump(-1, ' ', false, json::error_handler_t::replace)) +
                       QLatin1Char('\n')
                 : outcomeText(outcome, store.path()));
    return reportFailure(outcome, m_json);
}

SearchOutcome SearchCommand::carryOut(RunController& controller, LimitSearch& search,
                                      const SearchRequest& request) const {
    QEventLoop loop;
    SearchOutcome result;
    ProgressPrinter progress(&controller);
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::asked, &search, [&](int times) {
        progress.finish();
        say(times == 1 ? QStringLiteral("Stopping; --resume goes on with this search. Once more kills.\n")
                       : QStringLiteral("Killing the engine.\n"));
        times == 1 ? search.stop() : search.kill();
    });
    QObject::connect(&search, &LimitSearch::planned, &loop, [&](const protocol::Plan& plan) {
        say(QStringLiteral("By the plan %1: %2. %3\n")
                .arg(limitName(request.limit))
                .arg(plan.limit->found)
                .arg(fitsText(plan)));
    });
    QObject::connect(&search, &LimitSearch::probeStarted, &loop, [&](qint64 value) {
        say(QStringLiteral("Trying %1 %2\n").arg(limitName(request.limit)).arg(value));
    });
    QObject::connect(&search, &LimitSearch::probeFinished, &loop, [&](const SearchProbe& probe) {
        progress.finish();
        say(probeText(probe));
    });
    QObject::connect(&search, &LimitSearch::ended, &loop, [&](const SearchOutcome& outcome) {
        result = outcome;
        loop.quit();
    });
    search.start(request);
    loop.exec();
    progress.finish();
    return result;
}

}  // namespace arcmeter::app::cli
