// SPDX-License-Identifier: GPL-3.0-or-later
// The queue on the fake worker: order, turns, failures as rows, stop and pause, what a killed program leaves.
#include <QProcess>
#include <csignal>
#include <map>

#include "TestSupport.h"
#include "app/queue/QueueRunner.h"
#include "app/settings/Settings.h"
#include "app/suite/SuiteCheck.h"

namespace arcmeter::app::test {

class QueueTest : public QObject {
    Q_OBJECT

    static constexpr int patience_ms = 30'000;  ///< generous: test machines are busy

    struct Bench {
        Place place;
        RunStore store{place.database()};
        RunController controller{&store, QStringLiteral(FAKE_ENGINE)};
        QueueRunner runner{&store, &controller, noTemperature()};
        QSignalSpy started{&runner, &QueueRunner::entryStarted};
        QSignalSpy drained{&runner, &QueueRunner::drained};

        static TemperatureReader noTemperature() {
            return [](const QString&, auto answer) { answer(30.0); };
        }

        qint64 add(const std::vector<int>& batches, bool interleaved = false, int repeats = 1) {
            QueueBatch batch;
            batch.title = QStringLiteral("test");
            batch.interleaved = interleaved;
            for (const int size : batches) batch.items.push_back({entryOf(size, repeats), {}});
            return runner.add(batch);
        }

        static SuiteEntry entryOf(int batchSize, int repeats) {
            SuiteEntry entry;
            entry.config = smallRun(repeats > 1 ? protocol::Method::dlperf : protocol::Method::quick).config;
            entry.config.batch_size_per_device = batchSize;
            if (repeats > 1) entry.config.repeats = repeats;
            entry.datasetName = QStringLiteral("synthetic");
            return entry;
        }

        bool waitUntilDrained() {
            const qsizetype before = drained.size();
            if (!runner.isRunning()) runner.start();
            return QTest::qWaitFor([&] { return drained.size() > before; }, patience_ms);
        }

        std::vector<QueueState> states() const {
            std::vector<QueueState> out;
            for (const QueueEntry& entry : runner.entries()) out.push_back(entry.state);
            return out;
        }

        /// Batch sizes in the order in which entries (or their repeats) were begun.
        std::vector<int> order() const {
            std::vector<int> out;
            for (const QList<QVariant>& arguments : started) {
                const QueueEntry* entry = runner.entry(arguments.front().toLongLong());
                out.push_back(entry ? static_cast<int>(entry->what.config.batch_size_per_device) : 0);
            }
            return out;
        }
    };

    static void use(const char* script, int stepMs = 1) {
        qputenv("ARCMETER_FAKE", script);
        qputenv("ARCMETER_FAKE_STEP_MS", QByteArray::number(stepMs));
        qunsetenv("ARCMETER_FAKE_LIMIT");
        qunsetenv("ARCMETER_FAKE_PLANNED");
    }

    using States = std::vector<QueueState>;

private slots:
    void init() { use("normal"); }

    void whatWaitsRunsInOrder() {
        Bench bench;
        bench.add({1, 2, 3});
        QVERIFY(!bench.runner.isRunning());  // adding starts nothing
        QVERIFY(bench.waitUntilDrained());
        QCOMPARE(bench.order(), (std::vector<int>{1, 2, 3}));
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Finished, QueueState::Finished}));
        QCOMPARE(bench.store.runs().size(), std::size_t{3});
        for (const QueueEntry& entry : bench.runner.entries()) {
            QVERIFY(bench.store.historyRow(entry.runId).state == RunState::Finished);
        }
    }

    void outOfMemoryIsARowAndTheQueueGoesOn() {
        use("limit");
        qputenv("ARCMETER_FAKE_LIMIT", "10");
        Bench bench;
        bench.add({4, 20, 5});
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Failed, QueueState::Finished}));
        const QueueEntry& failed = bench.runner.entries()[1];
        QVERIFY2(failed.reason.contains("does not fit"), qPrintable(failed.reason));
        QCOMPARE(bench.store.historyRow(failed.runId).failureCode, QStringLiteral("out_of_memory"));
    }

    void aDeadWorkerIsARowToo() {
        use("die");
        Bench bench;
        bench.add({1, 2});
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Failed, QueueState::Failed}));
    }

    void repeatsOfAnInterleavedBatchTakeTurns() {
        Bench bench;
        bench.add({1, 2}, true, 3);
        QVERIFY(bench.waitUntilDrained());
        QCOMPARE(bench.order(), (std::vector<int>{1, 2, 1, 2, 1, 2}));
        QCOMPARE(bench.store.runs().size(), std::size_t{2});
        for (const QueueEntry& entry : bench.runner.entries()) {
            QVERIFY(entry.state == QueueState::Finished);
            QCOMPARE(bench.store.details(entry.runId).repeats.size(), std::size_t{3});
        }
    }

    void repeatsOfOneAfterTheOtherDoNot() {
        Bench bench;
        bench.add({1, 2}, false, 3);
        QVERIFY(bench.waitUntilDrained());
        QCOMPARE(bench.order(), (std::vector<int>{1, 2}));
    }

    void pauseEndsAfterTheRunThatGoes() {
        Bench bench;
        bench.add({1, 2});
        connect(&bench.runner, &QueueRunner::entryStarted, &bench.runner, [&] { bench.runner.pause(); });
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Waiting}));
        bench.runner.disconnect(&bench.runner);
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Finished}));
    }

    void stopKeepsWholeRepeatsAndGoesOnAtTheFirstMissing() {
        use("normal", 40);
        Bench bench;
        bench.add({1}, false, 3);
        bench.runner.start();
        const auto isInTheMiddle = [&] {  // of the second repeat, which leaves a partial result
            const RunProgress progress = bench.controller.progress();
            return progress.repeat == 1 && 2 * progress.iteration > progress.iterationsPlanned;
        };
        QVERIFY(QTest::qWaitFor(isInTheMiddle, patience_ms));
        bench.runner.stop();
        QVERIFY(QTest::qWaitFor([&] { return !bench.runner.isRunning(); }, patience_ms));
        QVERIFY(bench.store.details(bench.runner.entries().front().runId).repeats.back().partial);
        const QueueEntry stopped = bench.runner.entries().front();
        QVERIFY(stopped.state == QueueState::Waiting);
        QVERIFY(stopped.runId > 0);
        use("normal");
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == States{QueueState::Finished});
        QCOMPARE(bench.runner.entries().front().runId, stopped.runId);
        QCOMPARE(bench.store.details(stopped.runId).repeats.size(), std::size_t{3});
        QVERIFY(!bench.store.details(stopped.runId).figures.partial);
        for (const protocol::Result& repeat : bench.store.details(stopped.runId).repeats)
            QVERIFY(!repeat.partial);
    }

    void skippingMovingRemovingRetrying() {
        use("limit");
        qputenv("ARCMETER_FAKE_LIMIT", "10");
        Bench bench;
        bench.add({1, 2, 3, 20});
        const auto id = [&](std::size_t at) { return bench.runner.entries()[at].id; };
        bench.runner.move(id(2), -2);
        bench.runner.skip(id(1));
        bench.runner.remove({id(2)});
        QVERIFY(bench.waitUntilDrained());
        QCOMPARE(bench.order(), (std::vector<int>{3, 20}));
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Skipped, QueueState::Failed}));
        qputenv("ARCMETER_FAKE_LIMIT", "100");
        bench.runner.retry(id(1));
        bench.runner.retry(id(2));
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Finished, QueueState::Finished}));
        bench.runner.removeEnded();
        QVERIFY(bench.runner.entries().empty());
        QVERIFY(bench.store.runs().size() >= 3);  // the runs stay
    }

    static SuiteEntry largestBatch() {
        SuiteEntry entry = Bench::entryOf(4, 1);
        entry.maxField = QStringLiteral("batch_size_per_device");
        return entry;
    }

    static void useLimit(int limit, int planned, int stepMs = 1) {
        use("limit", stepMs);
        qputenv("ARCMETER_FAKE_LIMIT", QByteArray::number(limit));
        qputenv("ARCMETER_FAKE_PLANNED", QByteArray::number(planned));
    }

    void theLargestBatchIsSearchedAndThenMeasured() {
        useLimit(10, 12);
        Bench bench;
        bench.runner.add({"test", false, {"mine"}, {{largestBatch(), {}}, {Bench::entryOf(2, 1), {}}}});
        QSignalSpy searched(&bench.runner, &QueueRunner::searchStarted);
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished, QueueState::Finished}));
        QCOMPARE(searched.size(), 1);
        const QueueEntry& entry = bench.runner.entries().front();
        QCOMPARE(entry.what.config.batch_size_per_device, 10);
        const HistoryRow row = bench.store.historyRow(entry.runId);
        QCOMPARE(row.batchSizePerDevice, std::optional<qint64>(10));
        QVERIFY(row.tags.contains(maxBatchTag) && row.tags.contains("mine"));
        QVERIFY(!row.tags.contains("search"));  // it is no probe
        int probes = 0;
        for (const HistoryRow& run : bench.store.runs()) probes += run.tags.contains("search") ? 1 : 0;
        QVERIFY2(probes >= 2, "10 runs and 11 does not");
        QCOMPARE(bench.order(), (std::vector<int>{10, 2}));
    }

    void nothingThatRunsIsARowAndTheQueueGoesOn() {
        useLimit(0, 0);
        Bench bench;
        bench.runner.add({"test", false, {}, {{largestBatch(), {}}}});
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Failed}));
        QVERIFY2(bench.runner.entries().front().reason.contains("least"),
                 qPrintable(bench.runner.entries().front().reason));
    }

    void aStoppedSearchGoesOnWithWhatItHasProven() {
        useLimit(10, 12, 30);
        Bench bench;
        bench.runner.add({"test", false, {}, {{largestBatch(), {}}}});
        QSignalSpy probed(&bench.runner.search(), &LimitSearch::probeFinished);
        bench.runner.start();
        QVERIFY(QTest::qWaitFor([&] { return probed.size() >= 2; }, patience_ms));
        QVERIFY(bench.runner.isSearching());
        bench.runner.stop();
        QVERIFY(QTest::qWaitFor([&] { return !bench.runner.isRunning(); }, patience_ms));
        QVERIFY(bench.states() == (States{QueueState::Waiting}));
        useLimit(10, 12);
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states() == (States{QueueState::Finished}));
        QCOMPARE(bench.runner.entries().front().what.config.batch_size_per_device, 10);
        int known = 0;
        for (const SearchProbe& probe : bench.runner.search().probes())
            known += probe.isKnownFromBefore ? 1 : 0;
        QVERIFY(known >= 1);
    }

    void searchesArePausedSkippedAndKilled() {
        useLimit(10, 12, 20);
        Bench bench;
        bench.runner.add({"test", false, {}, {{largestBatch(), {}}, {Bench::entryOf(2, 1), {}}}});
        const auto searching = [&] {
            return QTest::qWaitFor([&] { return bench.runner.isSearching() && bench.controller.isActive(); },
                                   patience_ms);
        };
        const auto resting = [&] {
            return QTest::qWaitFor([&] { return !bench.runner.isRunning(); }, patience_ms);
        };
        bench.runner.start();
        QVERIFY(searching());
        bench.runner.pause();
        QVERIFY(resting());
        QVERIFY(bench.states() == (States{QueueState::Waiting, QueueState::Waiting}));
        bench.runner.start();
        QVERIFY(searching());
        bench.runner.kill();
        QVERIFY(resting());
        QVERIFY(bench.states() == (States{QueueState::Waiting, QueueState::Waiting}));
        bench.runner.start();
        QVERIFY(searching());
        bench.runner.skip(bench.runner.entries().front().id);
        QVERIFY(resting());
        QVERIFY(bench.states() == (States{QueueState::Skipped, QueueState::Finished}));
    }

    void whatWasRemovedComesBackAsItWas() {
        Bench bench;
        bench.add({1, 2});
        bench.add({3}, true, 2);
        QVERIFY(bench.waitUntilDrained());
        bench.add({4});
        const std::vector<QueueEntry> before = bench.runner.entries();
        std::vector<qint64> ids;
        for (const QueueEntry& entry : before) ids.push_back(entry.id);
        bench.runner.remove({ids[1], ids[2], ids[3]});  // two of the batches are empty then
        QCOMPARE(bench.runner.entries().size(), std::size_t{1});
        bench.runner.restore({before[3], before[1], before[2]});
        const std::vector<QueueEntry>& after = bench.runner.entries();
        QCOMPARE(after.size(), before.size());
        for (std::size_t i = 0; i < after.size(); ++i) {
            QCOMPARE(after[i].id, before[i].id);
            QCOMPARE(after[i].batchId, before[i].batchId);
            QVERIFY(after[i].state == before[i].state);
            QVERIFY(after[i].what == before[i].what);
            QCOMPARE(after[i].runId, before[i].runId);
            QCOMPARE(after[i].repeatsDone, before[i].repeatsDone);
            QCOMPARE(after[i].interleaved, before[i].interleaved);
        }
        QVERIFY(bench.waitUntilDrained());
        QVERIFY(bench.states().back() == QueueState::Finished);
    }

    void whatCannotRunIsListedWithItsReasonAndNeverBegun() {
        Bench bench;
        QueueBatch batch;
        batch.items.push_back({Bench::entryOf(1, 1), QStringLiteral("There is no GPU.")});
        batch.items.push_back({Bench::entryOf(2, 1), {}});
        bench.runner.add(batch);
        QVERIFY(bench.waitUntilDrained());
        QCOMPARE(bench.order(), std::vector<int>{2});
        QVERIFY(bench.states() == (States{QueueState::Impossible, QueueState::Finished}));
        QCOMPARE(bench.runner.entries().front().reason, QStringLiteral("There is no GPU."));
    }

    void theQueueOutlivesItsProgram() {
        Place place;
        qint64 batch = 0;
        {
            RunStore store(place.database());
            RunController controller(&store, QStringLiteral(FAKE_ENGINE));
            QueueRunner runner(&store, &controller, Bench::noTemperature());
            QueueBatch made;
            made.title = QStringLiteral("kept");
            made.tags = {QStringLiteral("a")};
            made.items.push_back({Bench::entryOf(7, 1), {}});
            batch = runner.add(made);
        }
        RunStore store(place.database());
        RunController controller(&store, QStringLiteral(FAKE_ENGINE));
        QueueRunner runner(&store, &controller, Bench::noTemperature());
        QCOMPARE(runner.entries().size(), std::size_t{1});
        const QueueEntry& entry = runner.entries().front();
        QCOMPARE(entry.batchId, batch);
        QCOMPARE(entry.batchTitle, QStringLiteral("kept"));
        QCOMPARE(entry.tags, QStringList{QStringLiteral("a")});
        QVERIFY(entry.what == Bench::entryOf(7, 1));
    }

    /// Where a run throttled, the next waits until the device is cool again.
    void throttlingIsCooledDown() {
        std::vector<double> readings{90, 80, 62};
        CoolDown coolDown([&](const QString&, auto answer) {
            answer(readings.front());
            if (readings.size() > 1) readings.erase(readings.begin());
        });
        coolDown.beginRun();
        protocol::Telemetry telemetry;
        telemetry.device = "cuda";
        telemetry.temperature_c = 60;
        coolDown.watch(telemetry);
        QVERIFY(!coolDown.wanted());
        telemetry.throttle_reasons = "thermal slowdown";
        coolDown.watch(telemetry);
        QVERIFY(coolDown.wanted());
        QSignalSpy done(&coolDown, &CoolDown::done);
        QSignalSpy waiting(&coolDown, &CoolDown::waiting);
        coolDown.wait();
        QVERIFY(done.wait(patience_ms));
        QVERIFY(waiting.size() >= 2);  // 90 and 80 are above 65
        coolDown.beginRun();
        QVERIFY(!coolDown.wanted());
    }

    /// A suite that is killed half-way is finished by `suite resume`, which repeats nothing.
    void aKilledSuiteIsResumed() {
        use("normal", 20);
        Place place;
        const auto cli = [&](QProcess& process, const QStringList& arguments) {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("ARCMETER_ENGINE"), QStringLiteral(FAKE_ENGINE));
            environment.insert(QStringLiteral("XDG_CONFIG_HOME"), place.folder.path());
            process.setProcessEnvironment(environment);
            process.start(QStringLiteral(ARCMETER_CLI), arguments);
        };
        QProcess killed;
        cli(killed, {"suite", "run", "dlperf-quick", "--device", "cpu", "--db", place.database()});
        const auto finishedRuns = [&] {
            qsizetype count = 0;
            try {
                const RunStore store(place.database(), RunStore::Access::ReadOnly);
                for (const HistoryRow& row : store.runs()) count += row.state == RunState::Finished;
            } catch (const Error&) {  // the other program has not made it yet
            }
            return count;
        };
        QVERIFY(QTest::qWaitFor([&] { return finishedRuns() >= 2; }, patience_ms));
        ::kill(static_cast<pid_t>(killed.processId()), SIGKILL);
        QVERIFY(killed.waitForFinished(patience_ms));
        const qsizetype before = finishedRuns();
        use("normal");
        QProcess resumed;
        cli(resumed, {"suite", "resume", "--db", place.database()});
        QVERIFY(resumed.waitForFinished(2 * patience_ms));
        QVERIFY2(resumed.exitCode() == exit_done, resumed.readAllStandardError().constData());
        const RunStore store(place.database());
        std::map<QString, int> finished;  // each configuration once
        qsizetype count = 0;
        for (const HistoryRow& row : store.runs()) {
            if (row.state != RunState::Finished) continue;
            ++count;
            const int times =
                ++finished[QString::fromStdString(to_json(store.details(row.id).config).dump())];
            QCOMPARE(times, 1);
        }
        QVERIFY(count > before);
        QCOMPARE(count, qsizetype{8});
    }

    void shippedSuitesHoldTheReport() {
        Place place;
        const Settings settings(place.folder.filePath("settings.ini"), place.folder.filePath("window.ini"));
        const std::vector<Suite> suites = shippedSuites(Catalog::load(), settings);
        std::map<QString, std::size_t> sizes;
        for (const Suite& suite : suites) {
            sizes[suite.id] = suite.entries.size();
            for (const SuiteEntry& entry : suite.entries) {
                for (const protocol::ConfigProblem& problem : protocol::validate(entry.config)) {
                    // Several nodes need a launcher and hosts, which the user gives.
                    QVERIFY2(entry.config.nodes > 1 && problem.message.find("nodes") != std::string::npos,
                             problem.message.c_str());
                }
            }
        }
        QCOMPARE(sizes.at(QStringLiteral("dlperf")), std::size_t{54});
        QVERIFY(sizes.contains(QStringLiteral("dlperf-max-num-classes")));
    }

    void sweepsAreCrossProductsAndRefuseWhatCannotWork() {
        const SuiteEntry base = Bench::entryOf(8, 1);
        const std::vector<SuiteEntry> all =
            crossProduct(base, {{QStringLiteral("model"), {QStringLiteral("y1"), QStringLiteral("r18")}},
                                {QStringLiteral("batch_size_per_device"),
                                 {QStringLiteral("4"), QStringLiteral("8"), QStringLiteral("max")}}});
        QCOMPARE(all.size(), std::size_t{6});
        QCOMPARE(all[1].config.batch_size_per_device, std::int64_t{8});
        QCOMPARE(all[2].maxField, QStringLiteral("batch_size_per_device"));
        QCOMPARE(all[5].config.model, std::string("r18"));
        const auto refusal = [&](const QString& field, const QString& value) {
            return errorOf([&] { crossProduct(base, {{field, {value}}}); });
        };
        QVERIFY(refusal(QStringLiteral("model"), QStringLiteral("r101")).contains("r101"));
        QVERIFY(refusal(QStringLiteral("colour"), QStringLiteral("red")).contains("colour"));
        QStringList many;
        for (int i = 1; i <= 1001; ++i) many << QString::number(i);
        QVERIFY(!errorOf([&] {
                     crossProduct(base, {{QStringLiteral("batch_size_per_device"), many}});
                 }).isEmpty());
    }
};

}  // namespace arcmeter::app::test

QTEST_GUILESS_MAIN(arcmeter::app::test::QueueTest)
#include "queue_test.moc"
