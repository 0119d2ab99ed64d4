// SPDX-License-Identifier: GPL-3.0-or-later
// The run controller against a worker that behaves and one that does not.
#include <QElapsedTimer>
#include <csignal>

#include "app/run/RunController.h"
#include "app/run/RunStateMachine.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using protocol::Method;

namespace {

/// A controller on a fresh store, and how its run ended.
struct Bench {
    Place place;
    RunStore store{place.database()};
    RunController controller{&store, QStringLiteral(FAKE_ENGINE)};
    std::optional<RunOutcome> outcome;
    std::vector<RunState> states;
    QStringList warnings;
    int steps = 0;

    Bench() {
        QObject::connect(&controller, &RunController::runEnded,
                         [this](const RunOutcome& ended) { outcome = ended; });
        QObject::connect(&controller, &RunController::stateChanged,
                         [this](RunState state) { states.push_back(state); });
        QObject::connect(&controller, &RunController::stepArrived, [this] { ++steps; });
        QObject::connect(&controller, &RunController::warningArrived,
                         [this](const QString& sentence) { warnings << sentence; });
    }
    qint64 start(const char* how, Method method = Method::quick) {
        qputenv("ARCMETER_FAKE", how);
        outcome.reset();
        return controller.start(smallRun(method));
    }
    bool ended(int ms = 20'000) {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, ms);
    }
    bool sawSteps(int wanted) {
        return QTest::qWaitFor([this, wanted] { return steps >= wanted; }, 20'000);
    }
    HistoryRow row() const { return store.historyRow(outcome->runId); }
};

}  // namespace

class RunTest : public QObject {
    Q_OBJECT

private slots:
    void init() { qputenv("ARCMETER_FAKE_STEP_MS", "1"); }

    void stateMachineAllowsOnlyWhatItSays();
    void quickRunGoesThroughEveryState();
    void dlperfIsFiveLaunchesAndTheirMedian();
    void steadyEndsWhenSteady();
    void steadyEndsAtFifteenWhenNever();
    void invalidConfigIsRefusedBeforeAnything();
    void stopKeepsWhatWasMeasured();
    void stopWithoutAWorkersResultIsRebuiltFromSteps();
    void stopOfAHangingWorkerEndsWithinASecond();
    void stopBeforeTheWorkerStarted();
    void failures_data();
    void failures();
    void deathKeepsWhatWasMeasured();
    void deathInALaterRepeatKeepsTheWholeOnes();
    void killFromOutside();
    void missingEngine();
    void errorsTheRunGoesOnFromAreKept();
    void strayLinesAreForgiven();
    void nextRunWorksAfterAFailure();
    void progressGrowsToOne();
    void destroyedControllerLeavesAStoppedRun();
};

void RunTest::stateMachineAllowsOnlyWhatItSays() {
    QVERIFY(mayFollow(RunState::Queued, RunState::Starting));
    QVERIFY(mayFollow(RunState::Measuring, RunState::Starting));
    QVERIFY(mayFollow(RunState::Queued, RunState::Stopped));
    QVERIFY(!mayFollow(RunState::Queued, RunState::Measuring));
    QVERIFY(!mayFollow(RunState::Measuring, RunState::WarmingUp));
    QVERIFY(!mayFollow(RunState::Measuring, RunState::Preparing));
    for (const RunState end :
         {RunState::Finished, RunState::Failed, RunState::Stopped, RunState::Interrupted}) {
        for (const RunState to :
             {RunState::Queued, RunState::Starting, RunState::Measuring, RunState::Failed}) {
            QVERIFY(!mayFollow(end, to));
        }
    }
}

void RunTest::quickRunGoesThroughEveryState() {
    Bench bench;
    const qint64 id = bench.start("normal");
    QVERIFY(bench.controller.isActive());
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->runId, id);
    QCOMPARE(bench.outcome->exitCode, 0);
    QVERIFY(
        (bench.states == std::vector<RunState>{RunState::Starting, RunState::Preparing, RunState::WarmingUp,
                                               RunState::Measuring, RunState::Finished}));
    const RunDetails details = bench.store.details(id);
    QVERIFY(details.row.state == RunState::Finished);
    QCOMPARE(*details.row.samplesPerSecond, 100.0);
    QCOMPARE(details.stepCount, qint64(12));
    QCOMPARE(details.row.device, QStringLiteral("cpu"));
    QVERIFY(details.plan && details.environment && details.hello);
    QVERIFY(!details.row.partial);
    QVERIFY(!details.preflight.empty());
}

void RunTest::dlperfIsFiveLaunchesAndTheirMedian() {
    Bench bench;
    bench.start("normal", Method::dlperf);
    QVERIFY(bench.ended());
    // The fake's repeats come to 100.0, 100.1, ... 100.4.
    QCOMPARE(bench.outcome->figures.repeats, std::vector<double>({100.0, 100.1, 100.2, 100.3, 100.4}));
    QCOMPARE(*bench.row().samplesPerSecond, 100.2);
    QCOMPARE(*bench.row().repeats, qint64(5));
    QVERIFY(bench.row().ci95);
    QCOMPARE(bench.store.steps(bench.outcome->runId).size(), std::size_t(60));
}

void RunTest::steadyEndsWhenSteady() {
    Bench bench;
    bench.start("normal", Method::steady);
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->figures.repeats.size(), std::size_t(3));
    QVERIFY(bench.outcome->state == RunState::Finished);
}

void RunTest::steadyEndsAtFifteenWhenNever() {
    Bench bench;
    bench.start("jitter", Method::steady);
    QVERIFY(bench.ended(60'000));
    QCOMPARE(bench.outcome->figures.repeats.size(), std::size_t(15));
    QVERIFY(bench.outcome->state == RunState::Finished);
}

void RunTest::invalidConfigIsRefusedBeforeAnything() {
    Bench bench;
    NewRun run = smallRun();
    run.config.batch_size_per_device = 0;
    QVERIFY(errorOf([&] { bench.controller.start(run); }).contains("batch_size_per_device is 0"));
    QVERIFY(!bench.controller.isActive());
    QCOMPARE(bench.store.runs().size(), std::size_t(0));
}

void RunTest::stopKeepsWhatWasMeasured() {
    qputenv("ARCMETER_FAKE_STEP_MS", "50");
    Bench bench;
    bench.start("normal");
    QVERIFY(bench.sawSteps(7));
    bench.controller.stop();
    bench.controller.stop();  // twice is once
    QVERIFY(bench.ended(5000));
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QCOMPARE(bench.outcome->exitCode, 3);
    QVERIFY(bench.outcome->failure.code.isEmpty());
    QVERIFY(bench.row().partial);
    QCOMPARE(*bench.row().samplesPerSecond, 100.0);
}

void RunTest::stopWithoutAWorkersResultIsRebuiltFromSteps() {
    qputenv("ARCMETER_FAKE_STEP_MS", "50");
    Bench bench;
    bench.start("mute");
    QVERIFY(bench.sawSteps(6));
    bench.controller.stop();
    QVERIFY(bench.ended(5000));
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QVERIFY(bench.row().partial);
    // 8 samples a step of 80 ms
    QVERIFY(std::abs(*bench.row().samplesPerSecond - 100.0) < 1e-6);
}

void RunTest::stopOfAHangingWorkerEndsWithinASecond() {
    Bench bench;
    bench.start("hang");
    QVERIFY(bench.sawSteps(6));
    bench.controller.stop();
    // The grace is 800 ms; what is asserted is that a worker that never answers does not hold the run for
    // ever.
    QVERIFY(bench.ended(10'000));
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QVERIFY(bench.row().partial && bench.row().samplesPerSecond);
}

void RunTest::stopBeforeTheWorkerStarted() {
    Bench bench;
    bench.start("normal");
    bench.controller.stop();
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QTest::qWait(50);
    QCOMPARE(bench.steps, 0);
    QVERIFY(bench.row().state == RunState::Stopped);
}

void RunTest::failures_data() {
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("garbage") << "worker_garbage"
                             << "lines that are no events" << 1;
    QTest::newRow("wrong_protocol") << "wrong_protocol"
                                    << "speaks protocol 99; this program speaks 1" << 1;
    QTest::newRow("no_hello") << "wrong_protocol"
                              << "did not begin with 'hello'" << 1;
    QTest::newRow("die") << "worker_died"
                         << "SIGKILL" << 1;
    QTest::newRow("error") << "out_of_memory"
                           << "9.1 GiB do not fit into 8.0 GiB." << 1;
    QTest::newRow("no_device") << "device_unavailable"
                               << "There is no GPU here." << 4;
    QTest::newRow("no_result") << "worker_died"
                               << "without a result" << 1;
    QTest::newRow("backwards") << "worker_garbage"
                               << "step 1 after step" << 1;
}

void RunTest::failures() {
    QFETCH(QString, code);
    QFETCH(QString, sentence);
    QFETCH(int, exitCode);
    Bench bench;
    qputenv("ARCMETER_FAKE", QTest::currentDataTag());
    NewRun run = smallRun();
    run.config.iterations = 40;
    bench.controller.start(run);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Failed);
    QCOMPARE(bench.outcome->failure.code, code);
    QVERIFY2(bench.outcome->failure.message.contains(sentence), qPrintable(bench.outcome->failure.message));
    QCOMPARE(bench.outcome->exitCode, exitCode);
    QVERIFY(bench.row().state == RunState::Failed);
    QCOMPARE(bench.row().failure, bench.outcome->failure.message);
    QVERIFY(!bench.controller.isActive());
}

void RunTest::deathKeepsWhatWasMeasured() {
    Bench bench;
    bench.start("die");  // in iteration 8, of which 5 to 7 were measured
    QVERIFY(bench.ended());
    const RunDetails details = bench.store.details(bench.outcome->runId);
    QCOMPARE(details.stepCount, qint64(7));
    QVERIFY(details.row.partial);
    QVERIFY(std::abs(*details.row.samplesPerSecond - 100.0) < 1e-6);
    QCOMPARE(details.errors.size(), std::size_t(1));
    QCOMPARE(details.errors.front().lastLines, QStringList{QStringLiteral("about to meet the reaper")});
}

void RunTest::deathInALaterRepeatKeepsTheWholeOnes() {
    qputenv("ARCMETER_FAKE_STEP_MS", "5");
    Bench bench;
    int repeats = 0;
    connect(&bench.controller, &RunController::repeatFinished, this, [&] {
        if (++repeats == 2) qputenv("ARCMETER_FAKE", "die");
    });
    bench.start("normal", Method::dlperf);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Failed);
    QCOMPARE(bench.outcome->figures.repeats, std::vector<double>({100.0, 100.1}));
    QVERIFY(bench.row().partial);
}

void RunTest::killFromOutside() {
    qputenv("ARCMETER_FAKE_STEP_MS", "50");
    Bench bench;
    bench.start("normal");
    QVERIFY(bench.sawSteps(2));
    QFile children(QStringLiteral("/proc/self/task/%1/children").arg(::getpid()));
    if (!children.open(QIODevice::ReadOnly)) QSKIP("this kernel does not list child processes");
    const qint64 pid = children.readAll().trimmed().split(' ').last().toLongLong();
    QVERIFY(pid > 0);
    QCOMPARE(::kill(static_cast<pid_t>(pid), SIGSEGV), 0);
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->failure.code, QStringLiteral("worker_died"));
    QVERIFY(bench.outcome->failure.message.contains("SIGSEGV"));
}

void RunTest::missingEngine() {
    Bench bench;
    bench.controller.setEngine(QStringLiteral("/no/such/engine"));
    bench.start("normal");
    QVERIFY(bench.ended());
    QCOMPARE(bench.outcome->failure.code, QStringLiteral("worker_missing"));
    QVERIFY(bench.outcome->failure.message.contains("/no/such/engine"));
    QVERIFY(bench.row().state == RunState::Failed);
}

void RunTest::errorsTheRunGoesOnFromAreKept() {
    Bench bench;
    bench.start("recovers");
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Finished);
    QVERIFY(bench.warnings.join(QLatin1Char(' ')).contains("temperature"));
    QCOMPARE(bench.store.details(bench.outcome->runId).errors.size(), std::size_t(1));
    QVERIFY(bench.row().failure.isEmpty());
}

void RunTest::strayLinesAreForgiven() {
    Bench bench;
    bench.start("stray");
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Finished);
    QCOMPARE(bench.warnings.size(), 1);
}

void RunTest::nextRunWorksAfterAFailure() {
    Bench bench;
    bench.start("die");
    QVERIFY(bench.ended());
    const qint64 first = bench.outcome->runId;
    bench.start("normal");
    QVERIFY(errorOf([&] { bench.start("normal"); }).contains("going already"));
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Finished);
    QVERIFY(bench.outcome->runId > first);
    QVERIFY(!bench.row().partial);
    QVERIFY(bench.store.historyRow(first).state == RunState::Failed);
}

void RunTest::progressGrowsToOne() {
    Bench bench;
    double last = 0;
    bool remainingSeen = false;
    connect(&bench.controller, &RunController::stepArrived, this, [&] {
        const RunProgress progress = bench.controller.progress();
        QVERIFY(progress.fraction >= last);
        QCOMPARE(progress.repeatsPlanned, 5);
        QCOMPARE(progress.iterationsPlanned, qint64(12));
        QVERIFY(progress.samplesPerSecond && progress.loss);
        remainingSeen = remainingSeen || (progress.remainingMs && *progress.remainingMs > 0);
        last = progress.fraction;
    });
    bench.start("normal", Method::dlperf);
    QVERIFY(bench.ended());
    QCOMPARE(last, 1.0);
    QVERIFY(remainingSeen);
}

void RunTest::destroyedControllerLeavesAStoppedRun() {
    Place place;
    RunStore store(place.database());
    qint64 id = 0;
    {
        qputenv("ARCMETER_FAKE", "hang");
        RunController controller(&store, QStringLiteral(FAKE_ENGINE));
        int steps = 0;
        connect(&controller, &RunController::stepArrived, this, [&] { ++steps; });
        id = controller.start(smallRun());
        QVERIFY(QTest::qWaitFor([&] { return steps >= 6; }, 20'000));
    }
    QVERIFY(store.historyRow(id).state == RunState::Stopped);
    QVERIFY(store.historyRow(id).samplesPerSecond);
}

QTEST_GUILESS_MAIN(RunTest)
#include "run_test.moc"
