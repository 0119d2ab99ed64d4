// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SuiteCommands.h"

#include <QEventLoop>
#include <QFileInfo>
#include <algorithm>

#include "app/cli/PeerOption.h"
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

Suite suiteNamed(const std::string& name) {
    const std::vector<Suite> suites = shippedSuites(Catalog::load(), Settings());
    std::string known;
    for (const Suite& suite : suites) {
        if (suite.id.toStdString() == name) return suite;
        known += (known.empty() ? "" : ", ") + suite.id.toStdString();
    }
    throw Error(ErrorCode::invalid_config, "'" + name + "' is not a suite; allowed: " + known + ".");
}

QString figureOf(const RunStore& store, qint64 runId) {
    if (runId == 0) return QStringLiteral("-");
    const HistoryRow row = store.historyRow(runId);
    if (!row.samplesPerSecond) return QStringLiteral("-");
    return figureText(*row.samplesPerSecond) + (row.partial ? QStringLiteral("*") : QString());
}

QString runText(const QueueEntry& entry) {
    return entry.runId == 0 ? QStringLiteral("-") : QString::number(entry.runId);
}

QString resultTable(const RunStore& store, const std::vector<QueueEntry>& entries) {
    std::vector<QStringList> lines{{QStringLiteral("state"), QStringLiteral("run"),
                                    QStringLiteral("samples/s"), QStringLiteral("configuration"),
                                    QStringLiteral("why")}};
    for (const QueueEntry& entry : entries) {
        lines.push_back({toString(entry.state), runText(entry), figureOf(store, entry.runId),
                         entryTitle(entry.what), entry.reason});
    }
    return alignedTable(lines, {false, true, true, false, false});
}

json resultJson(const RunStore& store, const std::vector<QueueEntry>& entries) {
    json rows = json::array();
    for (const QueueEntry& entry : entries) {
        json row{{"state", toString(entry.state).toStdString()},
                 {"title", entryTitle(entry.what).toStdString()},
                 {"config", to_json(entry.what.config)},
                 {"dataset", entry.what.datasetName.toStdString()},
                 {"reason", entry.reason.toStdString()},
                 {"run_id", entry.runId == 0 ? json() : json(entry.runId)},
                 {"samples_per_s", json()}};
        if (entry.runId > 0) {
            const HistoryRow run = store.historyRow(entry.runId);
            if (run.samplesPerSecond) row["samples_per_s"] = *run.samplesPerSecond;
            row["partial"] = run.partial;
        }
        rows.push_back(std::move(row));
    }
    return {{"entries", rows}};
}

/// "5 of 8 configurations can run here, about 6 min."
void sayBefore(const std::vector<EntryCheck>& checks) {
    const auto possible = std::count_if(checks.begin(), checks.end(),
                                        [](const EntryCheck& check) { return check.reason.isEmpty(); });
    QString line = QStringLiteral("%1 of %2 configurations can run here").arg(possible).arg(checks.size());
    if (const auto total = totalMilliseconds(checks)) line += QStringLiteral(", ") + durationText(*total);
    say(line + QStringLiteral(".\n"));
}

int exitCodeOf(const std::vector<QueueEntry>& entries) {
    const auto any = [&](QueueState state) {
        return std::any_of(entries.begin(), entries.end(),
                           [state](const QueueEntry& entry) { return entry.state == state; });
    };
    if (any(QueueState::Waiting)) return exit_stopped;
    return any(QueueState::Failed) ? exit_failed : exit_done;
}

}  // namespace

SuiteCommands::SuiteCommands(CLI::App& app)
    : m_command(app.add_subcommand("suite", "Many configurations in one go: list, run, resume")),
      m_list(m_command->add_subcommand("list", "The suites, or what one of them holds")),
      m_run(m_command->add_subcommand("run", "Run what this machine can of a suite")),
      m_resume(m_command->add_subcommand("resume", "Go on with what a suite left, repeating nothing")),
      m_options(*m_run, ConfigOptions::Offer::FieldsOnly) {
    m_command->require_subcommand(1);
    m_list->add_option("name", m_listed, "The suite whose configurations are listed");
    m_list->add_flag("--json", m_json, "Print one JSON object");
    m_run->add_option("name", m_name,
                      "The suite; 'arcmeter-cli suite list' names them. Without one: the fields given");
    m_run->add_option("--engines", m_engines, "Who trains each configuration: one or several, with commas")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember(engineNames))
        ->capture_default_str();
    m_run->add_flag("--interleave", m_interleave, "Repeats of the configurations take turns: A B A B");
    m_run->add_option("--tag", m_tags, "Tag the runs; may be given several times")->allow_extra_args(false);
    for (CLI::App* command : {m_run, m_resume}) {
        command->add_option("--db", m_database, "The run database");
        command->add_flag("--json", m_json, "Print one JSON object");
    }
    m_run->footer(
        "\nEvery field given holds for all configurations of the suite.\n"
        "Examples:\n"
        "  arcmeter-cli suite run dlperf-quick --device cpu --db runs.sqlite\n"
        "  arcmeter-cli suite run dlperf-r100-face_emore --precision bf16 --interleave\n"
        "  arcmeter-cli suite run --model y1 --batch-size 32 --repeats 5 --engines arcmeter,pytorch "
        "--interleave\n"
        "\nCtrl-C stops and keeps what was measured (exit code 3); 'arcmeter-cli suite resume' goes on.");
}

int SuiteCommands::execute() {
    if (m_list->parsed()) return m_listed.empty() ? list() : listEntries(suiteNamed(m_listed));
    return m_run->parsed() ? run() : resume();
}

int SuiteCommands::list() {
    const std::vector<Suite> suites = shippedSuites(Catalog::load(), Settings());
    if (m_json) {
        json rows = json::array();
        for (const Suite& suite : suites) {
            rows.push_back({{"name", suite.id.toStdString()},
                            {"title", suite.title.toStdString()},
                            {"description", suite.description.toStdString()},
                            {"configurations", suite.entries.size()}});
        }
        print(QString::fromStdString(json{{"suites", rows}}.dump()) + QLatin1Char('\n'));
        return exit_done;
    }
    std::vector<QStringList> lines{
        {QStringLiteral("suite"), QStringLiteral("configurations"), QStringLiteral("what")}};
    for (const Suite& suite : suites) {
        lines.push_back({suite.id, QString::number(suite.entries.size()), suite.description});
    }
    print(alignedTable(lines, {false, true, false}));
    return exit_done;
}

int SuiteCommands::listEntries(const Suite& suite) {
    const std::vector<EntryCheck> checks =
        checkEntries(findEngine(Settings().enginePath()), suite.entries, DurationEstimator());
    if (m_json) {
        json rows = json::array();
        for (std::size_t i = 0; i < checks.size(); ++i) {
            rows.push_back({{"title", entryTitle(suite.entries[i]).toStdString()},
                            {"config", to_json(suite.entries[i].config)},
                            {"dataset", suite.entries[i].datasetName.toStdString()},
                            {"reason", checks[i].reason.toStdString()}});
        }
        print(QString::fromStdString(json{{"entries", rows}}.dump()) + QLatin1Char('\n'));
        return exit_done;
    }
    std::vector<QStringList> lines{
        {QStringLiteral("configuration"), QStringLiteral("takes"), QStringLiteral("why not here")}};
    for (std::size_t i = 0; i < checks.size(); ++i) {
        lines.push_back(
            {entryTitle(suite.entries[i]),
             checks[i].duration ? durationText(checks[i].duration->milliseconds) : QStringLiteral("-"),
             checks[i].reason});
    }
    print(alignedTable(lines, {false, false, false}));
    sayBefore(checks);
    return exit_done;
}

std::unique_ptr<RunStore> SuiteCommands::openStore() const {
    auto store = std::make_unique<RunStore>(m_database.empty() ? paths::defaultDatabase()
                                                               : QString::fromStdString(m_database));
    if (store->isReadOnly()) throw Error(ErrorCode::invalid_config, store->notice().toStdString());
    if (!store->notice().isEmpty()) say(store->notice() + QLatin1Char('\n'));
    return store;
}

QueueBatch SuiteCommands::batchOf(const Suite& suite, const std::vector<EntryCheck>& checks) const {
    QueueBatch batch;
    batch.title = suite.id;
    batch.interleaved = m_interleave;
    for (const std::string& tag : m_tags) batch.tags << QString::fromStdString(tag).simplified();
    for (std::size_t i = 0; i < suite.entries.size(); ++i) {
        batch.items.push_back({suite.entries[i], checks[i].reason});
    }
    return batch;
}

/// Every configuration once for each engine, which then take turns where the batch is interleaved.
Suite SuiteCommands::chosenSuite() const {
    Suite suite;
    if (m_name.empty()) {
        if (!m_options.anyGiven())
            throw Error(ErrorCode::invalid_config,
                        "suite run needs a suite's name or fields of a configuration.");
        suite.id = QStringLiteral("given");
        suite.entries.emplace_back();
        suite.entries.front().datasetName = QStringLiteral("synthetic");
    } else {
        suite = suiteNamed(m_name);
    }
    std::vector<SuiteEntry> entries;
    for (SuiteEntry& entry : suite.entries) {
        m_options.applyTo(entry);
        for (const std::string& engine : m_engines) entries.emplace_back(entry).engine = engineFrom(engine);
    }
    suite.entries = std::move(entries);
    return suite;
}

int SuiteCommands::run() {
    const Suite suite = chosenSuite();
    const std::vector<PeerEngine> peers = peersFor(m_engines);
    const QString engine = findEngine(Settings().enginePath());
    const std::unique_ptr<RunStore> store = openStore();
    const std::vector<EntryCheck> checks =
        checkEntries(engine, suite.entries, DurationEstimator(store->runs()));
    sayBefore(checks);
    RunController controller(store.get(), engine);
    controller.setPeers(peers);
    QueueRunner runner(store.get(), &controller);
    const qint64 batch = runner.add(batchOf(suite, checks));
    return drain(*store, runner, controller, batch);
}

int SuiteCommands::resume() {
    if (!m_database.empty() && !QFileInfo::exists(QString::fromStdString(m_database))) {
        throw Error(ErrorCode::invalid_config, "There is no run database " + m_database + ".");
    }
    const std::unique_ptr<RunStore> store = openStore();
    RunController controller(store.get(), findEngine(Settings().enginePath()));
    QueueRunner runner(store.get(), &controller);
    std::vector<std::string> engines;
    for (const QueueEntry& entry : runner.entries()) {
        if (entry.state == QueueState::Waiting || entry.state == QueueState::Running)
            engines.push_back(entry.what.engine.toStdString());
    }
    try {
        controller.setPeers(peersFor(engines));
    } catch (const Error& error) {  // its entries fail with the reason; the others go on
        say(QString::fromUtf8(error.what()) + QLatin1Char('\n'));
    }
    return drain(*store, runner, controller, 0);
}

int SuiteCommands::drain(RunStore& store, QueueRunner& runner, RunController& controller,
                         qint64 batch) const {
    QEventLoop loop;
    ProgressPrinter progress(&controller);
    SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::asked, &runner, [&](int times) {
        progress.finish();
        say(times == 1 ? QStringLiteral("Stopping; what was measured is kept. Once more kills.\n")
                       : QStringLiteral("Killing the engine.\n"));
        times == 1 ? runner.stop() : runner.kill();
    });
    QObject::connect(&runner, &QueueRunner::searchStarted, &loop, [&](qint64 entryId) {
        const QueueEntry* entry = runner.entry(entryId);
        progress.finish();
        if (entry) say(QStringLiteral("searching: %1\n").arg(entryTitle(entry->what)));
    });
    QObject::connect(&runner.search(), &LimitSearch::probeFinished, &loop, [&](const SearchProbe& probe) {
        progress.finish();
        say(QStringLiteral("run %1: %2 %3\n").arg(probe.runId).arg(probe.value).arg(toString(probe.outcome)));
    });
    QObject::connect(&runner, &QueueRunner::entryStarted, &loop, [&](qint64 entryId) {
        const QueueEntry* entry = runner.entry(entryId);
        progress.finish();
        if (entry) say(QStringLiteral("run %1: %2\n").arg(entry->runId).arg(entryTitle(entry->what)));
    });
    QObject::connect(&runner, &QueueRunner::entryEnded, &loop, [&](qint64 entryId) {
        const QueueEntry* entry = runner.entry(entryId);
        progress.finish();
        if (!entry || entry->state == QueueState::Waiting) return;
        say(QStringLiteral("run %1: %2, %3 samples/s %4\n")
                .arg(runText(*entry), toString(entry->state), figureOf(store, entry->runId), entry->reason));
    });
    QObject::connect(&runner, &QueueRunner::coolingDown, &loop,
                     [](const QString& sentence) { say(sentence + QLatin1Char('\n')); });
    QObject::connect(&runner, &QueueRunner::drained, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    runner.start(batch);
    loop.exec();
    progress.finish();
    std::vector<QueueEntry> entries = runner.entries();
    std::erase_if(entries, [batch](const QueueEntry& entry) {
        return (batch != 0 && entry.batchId != batch) || entry.ownedElsewhere;
    });
    print(m_json ? QString::fromStdString(
                       resultJson(store, entries).dump(-1, ' ', false, json::error_handler_t::replace)) +
                       QLatin1Char('\n')
                 : resultTable(store, entries));
    return exitCodeOf(entries);
}

}  // namespace arcmeter::app::cli
