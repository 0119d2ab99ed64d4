// SPDX-License-Identifier: GPL-3.0-or-later
// The real engine on several ranks: mpirun on this machine, mpirun across two hosts (network namespaces), and
// Slurm on two nodes, both made and ended by the test, which needs root and Debian's packages for that.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <csignal>

#include "app/run/RunController.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using protocol::Launcher;
using protocol::Parallelism;

namespace {

const QString realEngine = QStringLiteral(REAL_ENGINE);
constexpr int endMs = 10'000;  // every rank must have ended so long after a stop or a lost rank

/// A script of tests/cluster that says "ready" and lives until its input closes.
class Helper {
public:
    ~Helper() {
        m_process.closeWriteChannel();
        m_process.waitForFinished(20'000);
    }
    bool start(const QString& script, const QStringList& arguments) {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral(CLUSTER_FOLDER) + '/' + script, arguments);
        while (m_process.waitForReadyRead(40'000)) {
            m_said += m_process.readAll();
            if (m_said.contains("ready\n")) return true;
        }
        return false;
    }
    QString said() const { return QString::fromUtf8(m_said); }

private:
    QProcess m_process;
    QByteArray m_said;
};

/// Processes of the real engine that are rank `rank` of a launch.
std::vector<pid_t> ranks(int rank) {
    std::vector<pid_t> found;
    for (const QString& name : QDir("/proc").entryList({"[0-9]*"}, QDir::Dirs)) {
        QFile words("/proc/" + name + "/cmdline");
        QFile variables("/proc/" + name + "/environ");
        if (!words.open(QIODevice::ReadOnly) || !variables.open(QIODevice::ReadOnly)) continue;
        if (!words.readAll().startsWith(realEngine.toUtf8())) continue;
        const QByteArray all = '\0' + variables.readAll();
        const QByteArray number = QByteArray::number(rank) + '\0';
        if (all.contains(QByteArray("\0OMPI_COMM_WORLD_RANK=", 22) + number) ||
            all.contains(QByteArray("\0SLURM_PROCID=", 14) + number)) {
            found.push_back(name.toInt());
        }
    }
    return found;
}

bool allRanksGone() {
    return QTest::qWaitFor([] { return ranks(0).empty() && ranks(1).empty(); }, endMs);
}

NewRun tinyRun(Parallelism parallelism, Launcher launcher, int nodes, int devicesPerNode) {
    NewRun run = smallRun();
    run.config.batch_size_per_device = 2;
    run.config.num_classes = 200;
    run.config.iterations = 6;
    run.config.warmup = 2;
    run.config.device = protocol::Device::cpu;
    run.config.parallelism = parallelism;
    run.config.launcher = launcher;
    run.config.nodes = nodes;
    run.config.devices_per_node = devicesPerNode;
    return run;
}

struct Bench {
    Place place;
    RunStore store{place.database()};
    RunController controller{&store, realEngine};
    std::optional<RunOutcome> outcome;
    int steps = 0;

    Bench() {
        QObject::connect(&controller, &RunController::runEnded,
                         [this](const RunOutcome& ended) { outcome = ended; });
        QObject::connect(&controller, &RunController::stepArrived, [this] { ++steps; });
    }
    bool ended(int ms = 120'000) {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, ms);
    }
    bool sawSteps(int wanted) {
        return QTest::qWaitFor([&] { return steps >= wanted || outcome; }, 120'000) && !outcome;
    }
    QByteArray why() const {
        if (!outcome) return "it did not end";
        const RunFailure& failure = outcome->failure;
        return (failure.code + ": " + failure.message + '\n' + failure.lastLines.join('\n')).toUtf8();
    }
};

}  // namespace

class ClusterTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QVERIFY2(allRanksGone(), "ranks of an earlier test are left"); }

    void localRanks_data();
    void localRanks();
    void stoppedLocalRanks();
    void killedLocalRank();
    void twoHosts();
    void hostThatCannotBeReached();
    void slurm();

private:
    void finishes(Bench& bench, const NewRun& run);
    void stops(Bench& bench, NewRun run);
    void losesRankOne(Bench& bench, NewRun run);
};

/// Runs to its end; every figure of several ranks is there.
void ClusterTest::finishes(Bench& bench, const NewRun& run) {
    bench.controller.start(run);
    QVERIFY2(bench.ended(), bench.why());
    QVERIFY2(bench.outcome->state == RunState::Finished, bench.why());
    const protocol::Result& result = bench.outcome->repeats.front();
    QCOMPARE(result.world_size, 2);
    QVERIFY(result.communication_bytes_per_step > 0);
    QVERIFY(!result.collectives.empty());
    const RunDetails details = bench.store.details(bench.outcome->runId);
    QVERIFY(details.row.communicationMs && details.row.communicationBytesPerStep);
    QVERIFY(details.environment && details.environment->places.size() == 2);
    QVERIFY(allRanksGone());
}

void ClusterTest::stops(Bench& bench, NewRun run) {
    run.config.iterations = 100'000;
    bench.controller.start(run);
    QVERIFY2(bench.sawSteps(4), bench.why());
    QElapsedTimer clock;
    clock.start();
    bench.controller.stop();
    QVERIFY(bench.ended(endMs));
    QVERIFY2(bench.outcome->state == RunState::Stopped, bench.why());
    QVERIFY(bench.outcome->figures.partial && bench.outcome->figures.samplesPerSecond);
    QVERIFY(allRanksGone());
    QVERIFY(clock.elapsed() < endMs);
}

void ClusterTest::losesRankOne(Bench& bench, NewRun run) {
    run.config.iterations = 100'000;
    bench.controller.start(run);
    QVERIFY2(bench.sawSteps(4), bench.why());
    const std::vector<pid_t> victims = ranks(1);
    QCOMPARE(victims.size(), std::size_t{1});
    QElapsedTimer clock;
    clock.start();
    ::kill(victims.front(), SIGKILL);
    QVERIFY2(bench.ended(endMs), "the run went on without its rank");
    QVERIFY2(bench.outcome->state == RunState::Failed, bench.why());
    QVERIFY2(bench.outcome->failure.code == QStringLiteral("rank_lost"), bench.why());
    QCOMPARE(bench.outcome->failure.rank, 1);
    QVERIFY(bench.outcome->figures.partial && bench.outcome->figures.samplesPerSecond);
    QVERIFY(allRanksGone());
    QVERIFY(clock.elapsed() < endMs);
}

void ClusterTest::localRanks_data() {
    QTest::addColumn<int>("parallelism");
    QTest::newRow("data") << int(Parallelism::data);
    QTest::newRow("model") << int(Parallelism::model);
    QTest::newRow("partial_fc") << int(Parallelism::partial_fc);
}

void ClusterTest::localRanks() {
    QFETCH(int, parallelism);
    Bench bench;
    finishes(bench, tinyRun(static_cast<Parallelism>(parallelism), Launcher::local, 1, 2));
}

void ClusterTest::stoppedLocalRanks() {
    Bench bench;
    stops(bench, tinyRun(Parallelism::model, Launcher::local, 1, 2));
}

void ClusterTest::killedLocalRank() {
    Bench bench;
    losesRankOne(bench, tinyRun(Parallelism::partial_fc, Launcher::local, 1, 2));
}

/// mpirun reaches the namespaces through a launch agent, their ranks each other by TCP.
void ClusterTest::twoHosts() {
    const QString name = QStringLiteral("am%1").arg(QCoreApplication::applicationPid() % 10'000);
    Helper hosts;
    if (!hosts.start(QStringLiteral("two_hosts.sh"), {name})) {
        QSKIP(qPrintable("SEVERAL HOSTS ARE NOT TESTED: network namespaces cannot be made here: " +
                         hosts.said()));
    }
    Place place;
    const QString agent = place.folder.filePath("agent");
    QFile file(agent);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\nexec '" CLUSTER_FOLDER "/two_hosts.sh' agent \"$@\"\n");
    file.setPermissions(file.permissions() | QFileDevice::ExeOwner);
    file.close();
    qputenv("OMPI_MCA_plm_rsh_agent", agent.toUtf8());
    for (const char* part : {"OMPI_MCA_oob_tcp_if_include", "OMPI_MCA_btl_tcp_if_include"}) {
        qputenv(part, "10.213.7.0/24");
    }
    NewRun run = tinyRun(Parallelism::data, Launcher::mpirun, 2, 1);
    run.config.hosts = {name.toStdString() + "-a", name.toStdString() + "-b"};
    Bench whole;
    finishes(whole, run);
    if (QTest::currentTestFailed()) return;
    const auto places = whole.store.details(whole.outcome->runId).environment->places;
    QCOMPARE(places[0].host, run.config.hosts[0]);
    QCOMPARE(places[1].host, run.config.hosts[1]);
    Bench stopped;
    stops(stopped, run);
    Bench lost;
    losesRankOne(lost, run);
    for (const char* variable :
         {"OMPI_MCA_plm_rsh_agent", "OMPI_MCA_oob_tcp_if_include", "OMPI_MCA_btl_tcp_if_include"}) {
        qunsetenv(variable);
    }
}

void ClusterTest::hostThatCannotBeReached() {
    NewRun run = tinyRun(Parallelism::data, Launcher::mpirun, 2, 1);
    run.config.hosts = {"localhost", "no-such-host.invalid"};
    Bench bench;
    bench.controller.start(run);
    QVERIFY(bench.ended(endMs));
    QVERIFY2(bench.outcome->failure.code == QStringLiteral("launch_failed"), bench.why());
    QVERIFY(allRanksGone());
}

void ClusterTest::slurm() {
    Place place;
    Helper cluster;
    QVERIFY2(
        cluster.start(QStringLiteral("slurm_cluster.sh"), {place.folder.filePath("slurm")}),
        qPrintable("Slurm could not be started; it needs root and the packages munge, slurmctld, slurmd: " +
                   cluster.said()));
    qputenv("SLURM_CONF", place.folder.filePath("slurm/slurm.conf").toUtf8());
    const NewRun run = tinyRun(Parallelism::model, Launcher::slurm, 2, 1);
    Bench whole;
    finishes(whole, run);
    if (QTest::currentTestFailed()) return;
    QCOMPARE(whole.store.historyRow(whole.outcome->runId).launcher, QStringLiteral("slurm"));
    Bench stopped;
    stops(stopped, run);
    if (QTest::currentTestFailed()) return;
    Bench lost;
    losesRankOne(lost, run);
    if (QTest::currentTestFailed()) return;
    NewRun nowhere = run;
    nowhere.config.hosts = {"n1", "n7"};
    Bench refused;
    refused.controller.start(nowhere);
    QVERIFY(refused.ended(endMs));
    QVERIFY2(refused.outcome->failure.code == QStringLiteral("launch_failed"), refused.why());
    qunsetenv("SLURM_CONF");
}

QTEST_GUILESS_MAIN(ClusterTest)
#include "cluster_test.moc"
