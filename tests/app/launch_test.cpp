// SPDX-License-Identifier: GPL-3.0-or-later
// Starting ranks: the commands that are built, and real mpirun with a worker that needs no MPI.
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <csignal>

#include "app/launch/LauncherMessages.h"
#include "app/launch/Launchers.h"
#include "app/launch/SlurmScript.h"
#include "app/run/RunController.h"
#include "app/worker/ProcessTree.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using protocol::Launcher;

namespace {

const QString fakeEngine = QStringLiteral(FAKE_ENGINE);

protocol::RunConfig configOf(int nodes, int devicesPerNode, Launcher launcher) {
    protocol::RunConfig config = smallRun().config;
    config.device = protocol::Device::cpu;
    config.nodes = nodes;
    config.devices_per_node = devicesPerNode;
    config.launcher = launcher;
    return config;
}

/// A PATH with nothing on it while it lives.
class EmptyPath {
public:
    explicit EmptyPath(const QString& folder) { qputenv("PATH", folder.toUtf8()); }
    ~EmptyPath() { qputenv("PATH", m_before); }

private:
    QByteArray m_before = qgetenv("PATH");
};

/// Ended, whether or not its parent has taken note; orphans are init's to note.
bool isGone(pid_t process) {
    const QString name = QStringLiteral("/proc/%1/stat").arg(process);
    return QTest::qWaitFor(
        [name] {
            QFile stat(name);
            return !stat.open(QIODevice::ReadOnly) || stat.readAll().contains(") Z ");
        },
        2000);
}

struct Bench {
    Place place;
    RunStore store{place.database()};
    RunController controller{&store, fakeEngine};
    std::optional<RunOutcome> outcome;
    int steps = 0;

    Bench() {
        QObject::connect(&controller, &RunController::runEnded,
                         [this](const RunOutcome& ended) { outcome = ended; });
        QObject::connect(&controller, &RunController::stepArrived, [this] { ++steps; });
    }
    void start(const QByteArray& how, const protocol::RunConfig& config, const char* stepMs = "1") {
        qputenv("ARCMETER_FAKE", how);
        qputenv("ARCMETER_FAKE_STEP_MS", stepMs);
        NewRun run = smallRun();
        run.config = config;
        controller.start(run);
    }
    bool ended(int ms = 30'000) {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, ms);
    }
};

}  // namespace

class LaunchTest : public QObject {
    Q_OBJECT

private slots:
    void oneRankIsTheWorkerItself();
    void severalRanksAreMpiruns();
    void hostsGetSlots();
    void scriptIsWhatSlurmTakes();
    void scriptQuotesWhatItHolds();
    void scriptStopsItsStep();
    void missingLauncherIsRefused();
    void coresAreCountedOnce();
    void messagesBecomeSentences_data();
    void messagesBecomeSentences();
    void ranksRunAndAreStored();
    void stopEndsEveryRank();
    void killEndsEveryRank();
    void lostRankFailsTheRun();
    void hostThatIsNotThere();
};

void LaunchTest::oneRankIsTheWorkerItself() {
    const WorkerLaunch launch = launchOf(fakeEngine, configOf(1, 1, Launcher::local));
    QCOMPARE(launch.program, fakeEngine);
    QCOMPARE(launch.arguments, (QStringList{"run", "--stop-on-close"}));
    QCOMPARE(launch.stopGraceMs, 800);
    QVERIFY(launch.input.startsWith('{') && launch.input.endsWith('\n'));
}

void LaunchTest::severalRanksAreMpiruns() {
    const protocol::RunConfig config = configOf(1, physicalCores() + 1, Launcher::local);
    const WorkerLaunch launch = launchOf(fakeEngine, config);
    QVERIFY(launch.program.endsWith("/mpirun"));
    const QString line = launch.arguments.join(' ');
    QVERIFY(line.contains("--mca odls_base_sigkill_timeout 3"));
    QVERIFY(line.contains(QStringLiteral("-n %1 ").arg(config.world_size())));
    QVERIFY(line.contains("--bind-to none"));
    QVERIFY(line.contains("--oversubscribe"));
    QCOMPARE(line.contains("--allow-run-as-root"), ::geteuid() == 0);
    QVERIFY(line.endsWith(fakeEngine + " run --stop-on-close"));
    QVERIFY(launch.stopByInput);
    QVERIFY(launch.stopGraceMs > 5000 && launch.stopGraceMs < 10'000);
    QVERIFY(ranksShareCores(config));
    // As many as there are cores: nothing to say.
    const protocol::RunConfig fitting = configOf(1, std::max(2, physicalCores()), Launcher::mpirun);
    if (physicalCores() >= 2) {
        QVERIFY(!launchOf(fakeEngine, fitting).arguments.contains("--oversubscribe"));
        QVERIFY(!ranksShareCores(fitting));
    }
}

void LaunchTest::hostsGetSlots() {
    protocol::RunConfig config = configOf(2, 4, Launcher::mpirun);
    config.hosts = {"alpha", "beta.example"};
    const QString line = launchOf(fakeEngine, config).arguments.join(' ');
    QVERIFY(line.contains("--host alpha:4,beta.example:4"));
    QVERIFY(line.contains("ConnectTimeout=5"));
    QVERIFY(!line.contains("--oversubscribe"));
}

void LaunchTest::scriptIsWhatSlurmTakes() {
    protocol::RunConfig config = configOf(2, 2, Launcher::slurm);
    config.hosts = {"n1", "n2"};
    config.method = protocol::Method::dlperf;
    const QString script = slurmBatchScript(QStringLiteral("/opt/arcmeter engine"), config);
    QVERIFY(script.startsWith("#!/bin/bash\n"));
    QVERIFY(!script.contains('@'));
    QVERIFY(script.contains("#SBATCH --nodes=2\n#SBATCH --ntasks=4\n#SBATCH --ntasks-per-node=2\n"));
    QVERIFY(script.contains("#SBATCH --nodelist=n1,n2\n"));
    QVERIFY(!script.contains("--gpus-per-node"));
    QVERIFY(script.contains("--mpi=pmix --nodes=2 --ntasks=4"));
    QCOMPARE(script.count("\nstep '"), 5);  // dlperf's repeats
    QVERIFY(script.contains("\"repeat\":4"));
    config.device = protocol::Device::cuda;
    QVERIFY(slurmOptions(config).contains("--gpus-per-node=2"));
}

/// A folder may be called anything; bash must see one word.
void LaunchTest::scriptQuotesWhatItHolds() {
    protocol::RunConfig config = configOf(1, 1, Launcher::slurm);
    config.dataset = "/data/it's \"$(touch pwned)\"";
    const QString script = slurmScript(QStringLiteral("/an engine's path"), {config});
    QProcess bash;
    bash.start("bash", {"-c", "srun() { printf '%s|' \"${@: -2}\"; cat; }\n" + script});
    QVERIFY(bash.waitForFinished());
    const QByteArray out = bash.readAllStandardOutput();
    QVERIFY2(out.startsWith("/an engine's path|run|"), out + bash.readAllStandardError());
    const auto sent = nlohmann::json::parse(out.mid(out.indexOf('{')).toStdString());
    QCOMPARE(sent.at("dataset").get<std::string>(), config.dataset);
}

void LaunchTest::scriptStopsItsStep() {
    const auto config = configOf(1, 1, Launcher::slurm);
    const QString script = slurmScript(fakeEngine, {config, config});
    // srun and scancel as functions: the step ends with 3 once it is told to, and no second one begins.
    const QString fakes = QStringLiteral(
        "srun() { trap 'exit 3' TERM; echo begun; for i in {1..300}; do sleep 0.1; done; }\n"
        "scancel() { echo \"$@\"; kill -TERM $(jobs -p); }\nSLURM_JOB_ID=17\n");
    QProcess bash;
    bash.start("bash", {"-c", fakes + script});
    QVERIFY(bash.waitForReadyRead(10'000));
    ::kill(static_cast<pid_t>(bash.processId()), SIGTERM);
    QVERIFY(bash.waitForFinished(10'000));
    QCOMPARE(bash.exitCode(), 3);
    const QByteArray out = bash.readAllStandardOutput();
    QCOMPARE(out.count("begun"), 1);
    QVERIFY2(out.contains("--signal=TERM 17"), out);
}

void LaunchTest::missingLauncherIsRefused() {
    Bench bench;
    const EmptyPath nothing(bench.place.folder.path());
    QVERIFY(launcherState(Launcher::local).available);
    QVERIFY(!launcherState(Launcher::mpirun).available);
    QCOMPARE(launcherState(Launcher::mpirun).program, QStringLiteral("mpirun"));
    QCOMPARE(launcherState(Launcher::slurm).package, QStringLiteral("slurm-client"));
    const QString two = errorOf([&] { bench.start("normal", configOf(1, 2, Launcher::local)); });
    QCOMPARE(two, QStringLiteral("launcher is local with 2 rank(s), which needs the program mpirun; it is "
                                 "not on PATH."));
    QVERIFY(errorOf([&] { bench.start("normal", configOf(1, 1, Launcher::slurm)); }).contains("salloc"));
    QVERIFY(bench.store.runs().empty());  // refused before anything was stored
    bench.start("normal", configOf(1, 1, Launcher::local));
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Finished);
}

void LaunchTest::coresAreCountedOnce() {
    Place place;
    QFile file(place.folder.filePath("cpuinfo"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    for (const char* package : {"0", "1"}) {
        for (const char* core : {"0", "0", "1", "1"}) {  // two threads each
            file.write(QByteArray("physical id\t: ") + package + "\ncore id\t\t: " + core + "\n\n");
        }
    }
    file.close();
    QCOMPARE(physicalCores(file.fileName()), 4);
    QVERIFY(physicalCores("/no/such/file") >= 1);
}

void LaunchTest::messagesBecomeSentences_data() {
    QTest::addColumn<QStringList>("lines");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("part");
    QTest::addColumn<int>("rank");
    QTest::newRow("mpirun") << QStringList{"-----",
                                           "mpirun noticed that process rank 3 with PID 77 on node b",
                                           "exited on signal 9 (Killed).", "-----"}
                            << "rank_lost"
                            << "Rank 3 on b was ended by signal 9." << 3;
    QTest::newRow("srun") << QStringList{"srun: error: n2: task 1: Killed"} << "rank_lost"
                          << "Rank 1 on n2 was ended: Killed." << 1;
    QTest::newRow("ssh") << QStringList{"ssh: Could not resolve hostname nohost: Name or service not known"}
                         << "launch_failed"
                         << "nohost" << 0;
    QTest::newRow("salloc") << QStringList{"salloc: error: Job submit/allocate failed: Invalid node name"}
                            << "launch_failed"
                            << "Invalid node name" << 0;
    QTest::newRow("orted") << QStringList{"ORTE was unable to reliably start one or more daemons."}
                           << "launch_failed"
                           << "could not reach" << 0;
    QTest::newRow("none") << QStringList{"about to meet the reaper"} << ""
                          << "" << 0;
}

void LaunchTest::messagesBecomeSentences() {
    QFETCH(QStringList, lines);
    QFETCH(QString, code);
    QFETCH(QString, part);
    QFETCH(int, rank);
    const auto failure = launcherFailure(lines);
    QCOMPARE(failure.has_value(), !code.isEmpty());
    if (!failure) return;
    QCOMPARE(failure->code, code);
    QCOMPARE(failure->rank, rank);
    QVERIFY2(failure->message.contains(part), qPrintable(failure->message));
    QVERIFY(failure->message.endsWith('.') && !failure->message.endsWith(".."));
}

void LaunchTest::ranksRunAndAreStored() {
    Bench bench;
    bench.start("normal", configOf(1, 2, Launcher::local));
    QVERIFY(bench.ended());
    QVERIFY2(bench.outcome->state == RunState::Finished, qPrintable(bench.outcome->failure.message));
    QCOMPARE(bench.outcome->repeats.front().world_size, 2);
    const HistoryRow row = bench.store.historyRow(bench.outcome->runId);
    QCOMPARE(row.launcher, QStringLiteral("local"));
    QCOMPARE(row.devicesPerNode.value_or(0), 2);
    QVERIFY(row.communicationMs.value_or(0) > 0);
    QCOMPARE(row.communicationBytesPerStep.value_or(0), 4'013'056);
}

void LaunchTest::stopEndsEveryRank() {
    Bench bench;
    protocol::RunConfig config = configOf(1, 3, Launcher::mpirun);
    config.iterations = 100'000;
    bench.start("linger", config, "20");
    QVERIFY(QTest::qWaitFor([&] { return bench.steps > 6; }, 30'000));
    const std::vector<pid_t> ranks = descendantsOf(::getpid());
    QVERIFY(ranks.size() >= 4);  // mpirun and three
    QElapsedTimer clock;
    clock.start();
    bench.controller.stop();
    QVERIFY(bench.ended());
    QVERIFY(clock.elapsed() < 10'000);
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QVERIFY(bench.outcome->figures.partial);
    for (const pid_t rank : ranks) QVERIFY(isGone(rank));
}

void LaunchTest::killEndsEveryRank() {
    Bench bench;
    protocol::RunConfig config = configOf(1, 2, Launcher::mpirun);
    config.iterations = 100'000;
    bench.start("hang", config, "20");
    QVERIFY(QTest::qWaitFor([&] { return bench.steps > 2; }, 30'000));
    const std::vector<pid_t> ranks = descendantsOf(::getpid());
    bench.controller.kill();
    QVERIFY(bench.ended(5000));
    for (const pid_t rank : ranks) QVERIFY(isGone(rank));
}

void LaunchTest::lostRankFailsTheRun() {
    Bench bench;
    protocol::RunConfig config = configOf(1, 2, Launcher::local);
    config.iterations = 100'000;
    bench.start("rank_dies", config, "20");
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Failed);
    QCOMPARE(bench.outcome->failure.code, QStringLiteral("rank_lost"));
    QCOMPARE(bench.outcome->failure.rank, 1);
    QVERIFY(bench.outcome->figures.partial);  // what rank 0 had measured is kept
    QCOMPARE(bench.outcome->exitCode, exit_failed);
}

void LaunchTest::hostThatIsNotThere() {
    Bench bench;
    protocol::RunConfig config = configOf(1, 2, Launcher::mpirun);
    config.hosts = {"no-such-host.invalid"};
    QElapsedTimer clock;
    clock.start();
    bench.start("normal", config);
    QVERIFY(bench.ended());
    QVERIFY(clock.elapsed() < 10'000);
    QVERIFY(bench.outcome->state == RunState::Failed);
    QVERIFY2(bench.outcome->failure.code == QStringLiteral("launch_failed"),
             qPrintable(bench.outcome->failure.lastLines.join('\n')));
    QVERIFY(!bench.outcome->figures.samplesPerSecond);
}

QTEST_GUILESS_MAIN(LaunchTest)
#include "launch_test.moc"
