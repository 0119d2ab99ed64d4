// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QFile>

#include "app/worker/EngineLocator.h"
#include "app/worker/EngineQuery.h"
#include "app/worker/PlanService.h"
#include "app/worker/WorkerProcess.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

namespace {

const QString fakeEngine = QStringLiteral(FAKE_ENGINE);

/// A worker and everything it said.
struct Watched {
    WorkerProcess worker;
    std::vector<protocol::Event> events;
    QStringList problems;
    std::optional<WorkerExit> exit;

    Watched() {
        QObject::connect(&worker, &WorkerProcess::event,
                         [this](const protocol::Event& event) { events.push_back(event); });
        QObject::connect(&worker, &WorkerProcess::badLine,
                         [this](const QString& problem, const QByteArray&) { problems << problem; });
        QObject::connect(&worker, &WorkerProcess::finished,
                         [this](const WorkerExit& ended) { exit = ended; });
    }
    void run(const QByteArray& how) {
        qputenv("ARCMETER_FAKE", how);
        worker.start({fakeEngine,
                      {QStringLiteral("run"), QStringLiteral("--stop-on-close")},
                      QByteArray::fromStdString(to_json(smallRun().config).dump()) + '\n'});
    }
    template <typename Body>
    int count() const {
        return static_cast<int>(std::count_if(events.begin(), events.end(), [](const protocol::Event& event) {
            return std::holds_alternative<Body>(event.body);
        }));
    }
    bool ended(int ms = 10'000) {
        return QTest::qWaitFor([this] { return exit.has_value(); }, ms);
    }
};

}  // namespace

class WorkerTest : public QObject {
    Q_OBJECT

private slots:
    void init() { qputenv("ARCMETER_FAKE_STEP_MS", "1"); }

    void normalRunSaysEverything();
    void strayAndUnknownLinesAreTold();
    void hugeLineIsBoundedAndTheRestUnderstood();
    void deathBecomesASentence();
    void missingProgramIsOneSentence();
    void stopGivesAPartialResult();
    void hangIsKilledAfterTheGrace();
    void destroyedWorkerLeavesNoProcess();
    void exitSentences();
    void engineIsFoundOrNamed();
    void planQueryAnswersAndRefuses();
    void planServiceAnswersTheNewestOnly();
    void planServiceAnswersInvalidConfigItself();
    void planServiceGivesUpOnAnEngineThatDies();
    void planServiceSurvivesAMissingEngine();
};

void WorkerTest::normalRunSaysEverything() {
    Watched watched;
    watched.run("normal");
    QVERIFY(watched.ended());
    QCOMPARE(watched.exit->exitCode, 0);
    QVERIFY(watched.problems.isEmpty());
    QCOMPARE(watched.count<protocol::Step>(), 12);
    QCOMPARE(watched.count<protocol::Result>(), 1);
    QVERIFY(std::holds_alternative<protocol::Hello>(watched.events.front().body));
}

void WorkerTest::strayAndUnknownLinesAreTold() {
    Watched watched;
    watched.run("stray");
    QVERIFY(watched.ended());
    QCOMPARE(watched.problems.size(), 3);  // the unknown event 'horoscope' is no problem
    QCOMPARE(watched.count<protocol::Step>(), 12);
    QVERIFY(watched.exit->lastLines.join(QLatin1Char('\n')).contains("omp_set_nested"));
}

void WorkerTest::hugeLineIsBoundedAndTheRestUnderstood() {
    Watched watched;
    watched.run("huge");
    QVERIFY(watched.ended());
    QCOMPARE(watched.problems.size(), 1);
    QVERIFY(watched.problems.front().contains("longer than"));
    QCOMPARE(watched.count<protocol::Step>(), 12);
    QCOMPARE(watched.count<protocol::Hello>(), 1);
}

void WorkerTest::deathBecomesASentence() {
    Watched watched;
    watched.run("die");
    QVERIFY(watched.ended());
    QVERIFY(watched.exit->crashed);
    QCOMPARE(watched.exit->signalNumber, 9);
    QVERIFY(watched.exit->sentence.contains("SIGKILL"));
    QCOMPARE(watched.exit->lastLines, QStringList{QStringLiteral("about to meet the reaper")});
}

void WorkerTest::missingProgramIsOneSentence() {
    Watched watched;
    watched.worker.start({QStringLiteral("/no/such/program"), {}, "x"});
    QVERIFY(watched.ended());
    QVERIFY(!watched.exit->started);
    QVERIFY(watched.exit->sentence.contains("/no/such/program could not be started"));
}

void WorkerTest::stopGivesAPartialResult() {
    qputenv("ARCMETER_FAKE_STEP_MS", "100");
    Watched watched;
    watched.run("normal");
    QVERIFY(QTest::qWaitFor([&] { return watched.count<protocol::Step>() >= 6; }, 10'000));
    QElapsedTimer clock;
    clock.start();
    watched.worker.stop();
    QVERIFY(watched.ended());
    QVERIFY(watched.exit->stopRequested && !watched.exit->killed);
    QCOMPARE(watched.exit->exitCode, 3);
    QCOMPARE(watched.count<protocol::Result>(), 1);
}

void WorkerTest::hangIsKilledAfterTheGrace() {
    Watched watched;
    watched.run("hang");
    QVERIFY(QTest::qWaitFor([&] { return watched.count<protocol::Step>() >= 1; }, 10'000));
    watched.worker.stop(100);
    QVERIFY(watched.ended());
    QVERIFY(watched.exit->killed && watched.exit->crashed);
}

void WorkerTest::destroyedWorkerLeavesNoProcess() {
    qint64 pid = 0;
    {
        Watched watched;
        watched.run("hang");
        QVERIFY(QTest::qWaitFor([&] { return watched.count<protocol::Step>() >= 1; }, 10'000));
        pid = watched.worker.processId();
        QVERIFY(pid > 0);
    }
    QTRY_VERIFY(!QFile::exists(QStringLiteral("/proc/%1/cmdline").arg(pid)));
}

void WorkerTest::exitSentences() {
    QCOMPARE(describeExit(QStringLiteral("/a/engine"), false, 1),
             QStringLiteral("engine ended with exit code 1."));
    QVERIFY(describeExit(QStringLiteral("e"), true, 9).contains("out of memory"));
    QVERIFY(describeExit(QStringLiteral("e"), true, 11).contains("crashed with signal 11 (SIGSEGV)"));
    QVERIFY(describeExit(QStringLiteral("e"), true, 4).contains("another kind of CPU"));
    QVERIFY(describeExit(QStringLiteral("e"), false, 137).contains("SIGKILL"));
    QVERIFY(describeExit(QStringLiteral("e"), true, 15).contains("from outside"));
}

void WorkerTest::engineIsFoundOrNamed() {
    qputenv("ARCMETER_ENGINE", FAKE_ENGINE);
    QCOMPARE(findEngine(), fakeEngine);
    qputenv("ARCMETER_ENGINE", "/no/engine");
    QVERIFY(errorOf([] { findEngine(); }).contains("/no/engine, named by the environment variable"));
    QVERIFY(errorOf([] { findEngine(QStringLiteral("/etc/passwd")); }).contains("is not an executable file"));
    qunsetenv("ARCMETER_ENGINE");
    Place place;
    const QByteArray path = qgetenv("PATH");
    qputenv("PATH", place.folder.path().toLocal8Bit());
    // Found beside the test in a build tree that has the engine; else the sentence says where it looked.
    const QString sentence = errorOf([] { findEngine(); });
    qputenv("PATH", path);
    QVERIFY(sentence.isEmpty() || sentence.contains("not on PATH"));
}

void WorkerTest::planQueryAnswersAndRefuses() {
    qputenv("ARCMETER_FAKE", "normal");
    QCOMPARE(queryPlan(fakeEngine, smallRun().config).parameters, std::int64_t(1'003'264));
    protocol::RunConfig bad = smallRun().config;
    bad.model = "q";
    QVERIFY(errorOf([&] { queryPlan(fakeEngine, bad); }).contains("model is 'q'"));
    QVERIFY(errorOf([&] { queryPlan(QStringLiteral("/bin/true"), bad); }).contains("exit code 0"));
    QVERIFY(errorOf([&] { queryPlan(QStringLiteral("/no/x"), bad); }).contains("could not be started"));
}

void WorkerTest::planServiceAnswersTheNewestOnly() {
    qputenv("ARCMETER_FAKE", "plan_slow");
    PlanService service(fakeEngine);
    std::vector<std::int64_t> answered;
    connect(&service, &PlanService::planReady, this,
            [&](const protocol::RunConfig& config, const protocol::Plan& plan) {
                answered.push_back(config.batch_size_per_device);
                QCOMPARE(plan.memory.activations, config.batch_size_per_device << 20);
            });
    protocol::RunConfig config = smallRun().config;
    for (int batch = 1; batch <= 40; ++batch) {
        config.batch_size_per_device = batch;
        service.request(config);
        QTest::qWait(20);  // typing goes on while answers are out
    }
    QVERIFY(QTest::qWaitFor([&] { return !answered.empty() && answered.back() == 40; }, 10'000));
    QVERIFY(answered.size() < 10);
    QVERIFY(std::is_sorted(answered.begin(), answered.end()));
}

void WorkerTest::planServiceAnswersInvalidConfigItself() {
    PlanService service(QStringLiteral("/no/such/engine"));
    QSignalSpy failed(&service, &PlanService::planFailed);
    protocol::RunConfig config;
    config.batch_size_per_device = 0;
    service.request(config);
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed.front().at(1).toString().contains("batch_size_per_device is 0"));
}

void WorkerTest::planServiceGivesUpOnAnEngineThatDies() {
    qputenv("ARCMETER_FAKE", "plan_dies");
    PlanService service(fakeEngine);
    QSignalSpy failed(&service, &PlanService::planFailed);
    QSignalSpy ready(&service, &PlanService::planReady);
    service.request(smallRun().config);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10'000);
    QVERIFY(failed.front().at(1).toString().contains("exit code 7"));
    qputenv("ARCMETER_FAKE", "normal");
    service.request(smallRun().config);  // the next question gets a fresh engine
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 10'000);
}

void WorkerTest::planServiceSurvivesAMissingEngine() {
    PlanService service(QStringLiteral("/no/such/engine"));
    QSignalSpy failed(&service, &PlanService::planFailed);
    QSignalSpy ready(&service, &PlanService::planReady);
    service.request(smallRun().config);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10'000);
    QVERIFY(failed.front().at(1).toString().contains("could not be started"));
    qputenv("ARCMETER_FAKE", "normal");
    service.setEngine(fakeEngine);
    service.request(smallRun().config);
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 10'000);
}

QTEST_GUILESS_MAIN(WorkerTest)
#include "worker_test.moc"
