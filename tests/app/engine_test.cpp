// SPDX-License-Identifier: GPL-3.0-or-later
// app and the real engine together: what the fake one cannot prove.
#include <QProcess>
#include <csignal>
#include <fstream>

#include "app/projection/LinkCatalog.h"
#include "app/run/RunController.h"
#include "app/worker/EngineQuery.h"
#include "app/worker/PlanService.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

namespace {

const QString engine = QStringLiteral(REAL_ENGINE);

/// y1 with few classes and a batch of 2: a step takes tens of milliseconds on one core.
NewRun tinyRun(int iterations) {
    NewRun run = smallRun();
    run.config.batch_size_per_device = 2;
    run.config.num_classes = 200;
    run.config.iterations = iterations;
    run.config.warmup = 2;
    run.config.device = protocol::Device::cpu;
    return run;
}

struct Bench {
    Place place;
    RunStore store{place.database()};
    RunController controller{&store, engine};
    std::optional<RunOutcome> outcome;
    int steps = 0;

    Bench() {
        QObject::connect(&controller, &RunController::runEnded,
                         [this](const RunOutcome& ended) { outcome = ended; });
        QObject::connect(&controller, &RunController::stepArrived, [this] { ++steps; });
    }
    bool ended() {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, 120'000);
    }
    bool sawSteps(int wanted) {
        return QTest::qWaitFor([this, wanted] { return steps >= wanted; }, 120'000);
    }
};

/// The process that is our only child.
qint64 childOf(qint64 parent) {
    std::ifstream children("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) +
                           "/children");
    qint64 child = 0;
    children >> child;
    return child;
}

}  // namespace

class EngineTest : public QObject {
    Q_OBJECT

private slots:
    void planAgreesWithThePublishedNetworks_data();
    void planAgreesWithThePublishedNetworks();
    void projectionKnowsTheSizesOfThePlan();
    void planServiceIsAnswered();
    void runIsMeasuredAndStored();
    void stopKeepsWhatWasMeasured();
    void killedEngineIsAFailureWithItsFigures();
    void missingDatasetIsNamed();
};

void EngineTest::planAgreesWithThePublishedNetworks_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<qint64>("parameters");
    QTest::addColumn<double>("gigaflops");  // a training sample, as the specification prints it
    QTest::newRow("r18") << "r18" << qint64(24'025'600) << 15.616;
    QTest::newRow("r50") << "r50" << qint64(43'590'848) << 37.813;
    QTest::newRow("r100") << "r100" << qint64(65'156'160) << 72.494;
    QTest::newRow("y1") << "y1" << qint64(1'003'264) << 1.315;
}

void EngineTest::planAgreesWithThePublishedNetworks() {
    QFETCH(QString, model);
    QFETCH(qint64, parameters);
    QFETCH(double, gigaflops);
    protocol::RunConfig config;
    config.model = model.toStdString();
    const protocol::Plan plan = queryPlan(engine, config);
    QCOMPARE(qint64(plan.parameters), parameters);
    // Printed with three decimals.
    QVERIFY(std::abs(static_cast<double>(plan.flops_per_sample) / 1e9 - gigaflops) <= 0.0005);
    QVERIFY(plan.memory.total() > 0);
}

void EngineTest::projectionKnowsTheSizesOfThePlan() {
    const LinkCatalog catalog = LinkCatalog::load();
    for (const protocol::ModelInfo& model : protocol::models()) {
        protocol::RunConfig config = tinyRun(3).config;
        config.model = std::string(model.name);
        const protocol::Plan plan = queryPlan(engine, config);
        const NetworkSize& size = catalog.network(QString::fromStdString(config.model));
        QCOMPARE(static_cast<qint64>(size.parameters), plan.parameters);
        QCOMPARE(static_cast<qint64>(size.flopsPerSample), plan.flops_per_sample);
    }
}

void EngineTest::planServiceIsAnswered() {
    PlanService service(engine);
    QSignalSpy ready(&service, &PlanService::planReady);
    service.request(tinyRun(10).config);
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 30'000);
    protocol::RunConfig larger = tinyRun(10).config;
    larger.batch_size_per_device = 4;
    service.request(larger);
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 2, 30'000);
    const auto bytes = [&](int i) { return ready.at(i).at(1).value<protocol::Plan>().memory.total(); };
    QVERIFY(bytes(1) > bytes(0));
}

void EngineTest::runIsMeasuredAndStored() {
    Bench bench;
    const qint64 id = bench.controller.start(tinyRun(8));
    QVERIFY(bench.ended());
    QVERIFY2(bench.outcome->state == RunState::Finished, qPrintable(bench.outcome->failure.message));
    const RunDetails details = bench.store.details(id);
    QVERIFY(*details.row.samplesPerSecond > 0);
    QCOMPARE(details.stepCount, qint64(8));
    QCOMPARE(details.row.device, QStringLiteral("cpu"));
    QVERIFY(!details.row.hardware.isEmpty() && !details.row.engineVersion.isEmpty());
    QVERIFY(details.row.memoryMib && *details.row.memoryMib > 1);
    QCOMPARE(details.plan->parameters, std::int64_t(1'003'264));
    const auto steps = bench.store.steps(id);
    double parts = 0;
    for (const protocol::Step& step : steps) parts += step.parts.forward + step.parts.backward;
    QVERIFY(parts > 0);
}

void EngineTest::stopKeepsWhatWasMeasured() {
    Bench bench;
    bench.controller.start(tinyRun(1'000'000));
    QVERIFY(bench.sawSteps(6));
    bench.controller.stop();
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Stopped);
    QVERIFY(bench.outcome->figures.partial);
    QVERIFY(*bench.outcome->figures.samplesPerSecond > 0);
}

void EngineTest::killedEngineIsAFailureWithItsFigures() {
    Bench bench;
    const qint64 id = bench.controller.start(tinyRun(1'000'000));
    QVERIFY(bench.sawSteps(6));
    const qint64 child = childOf(::getpid());
    if (child == 0) QSKIP("this kernel does not list child processes");
    QCOMPARE(::kill(static_cast<pid_t>(child), SIGKILL), 0);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Failed);
    QVERIFY(bench.outcome->failure.message.contains("SIGKILL"));
    QVERIFY(bench.store.details(id).stepCount >= 6);
    QVERIFY(*bench.store.historyRow(id).samplesPerSecond > 0);
}

void EngineTest::missingDatasetIsNamed() {
    Bench bench;
    NewRun run = tinyRun(8);
    run.config.dataset = "/no/such/faces";
    run.config.num_classes.reset();
    bench.controller.start(run);
    QVERIFY(bench.ended());
    QVERIFY(bench.outcome->state == RunState::Failed);
    QCOMPARE(bench.outcome->failure.code, QStringLiteral("data_missing"));
    QVERIFY(bench.outcome->failure.message.contains("/no/such/faces"));
    QCOMPARE(bench.outcome->exitCode, 1);
}

QTEST_GUILESS_MAIN(EngineTest)
#include "engine_test.moc"
