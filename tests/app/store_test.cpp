// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QThread>
#include <cmath>
#include <limits>
#include <thread>

#include "app/catalog/Resources.h"
#include "app/store/Owner.h"
#include "app/store/ReferenceResults.h"
#include "app/store/Schema.h"
#include "app/store/StepAccumulator.h"
#include "app/store/StepSeries.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;

class StoreTest : public QObject {
    Q_OBJECT

private slots:
    void stepSeriesRoundTrips();
    void stepSeriesRefusesGarbage();
    void accumulatorLeavesWarmupOut();
    void figuresAreMediansAndPreferWholeRepeats();
    void publishedRowsAreExact();
    void publishedRowsLoadOnce();
    void referenceCsvErrorsNameTheLine();
    void runIsStoredCompletely();
    void stepsReachTheFileWhileTheRunGoes();
    void stepsOfSeveralPiecesAndRepeatsComeBackInOrder();
    void twoProgramsWriteAtOnce();
    void deadOwnersRunIsInterruptedWithItsFigures();
    void liveOwnersRunIsLeftAlone();
    void deleteUndoPurge();
    void runningRunIsNotDeleted();
    void tagsAndNotes();
    void newerDatabaseIsReadOnly();
    void olderDatabaseIsUpgradedAfterACopy();
    void databaseOfTheFirstRevisionStillOpens();
    void configOfAnotherVersionIsReadAsFarAsKnown();
    void otherProgramsDatabaseIsRefusedAndUntouched();
    void brokenFilesGiveOneSentence();
    void readOnlyStoreReadsAndRefusesWrites();
    void failedBackgroundWriteIsTold();
};

void StoreTest::stepSeriesRoundTrips() {
    std::vector<protocol::Step> steps;
    for (int i = 1; i <= 700; ++i) steps.push_back(stepAt(i, 3));
    steps[5].loss = std::nan("");
    steps[6].device_memory_bytes = std::numeric_limits<qint64>::max();
    const auto back = decodeSteps(encodeSteps(steps), 3);
    QVERIFY(back);
    QCOMPARE(back->size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        QCOMPARE((*back)[i].iteration, steps[i].iteration);
        QCOMPARE((*back)[i].repeat, std::int64_t(3));
        QCOMPARE((*back)[i].device_memory_bytes, steps[i].device_memory_bytes);
        QCOMPARE(static_cast<float>((*back)[i].step_ms), static_cast<float>(steps[i].step_ms));
        QCOMPARE((*back)[i].parts.forward, steps[i].parts.forward);
        // float32: half a unit in the last of 24 bits
        if (i != 5) QVERIFY(std::abs((*back)[i].loss - steps[i].loss) <= steps[i].loss * std::pow(2.0, -24));
    }
    QVERIFY(std::isnan((*back)[5].loss));
}

void StoreTest::stepSeriesRefusesGarbage() {
    const std::vector<protocol::Step> steps{stepAt(1), stepAt(2)};
    const QByteArray good = encodeSteps(steps);
    QVERIFY(!decodeSteps({}, 0));
    QVERIFY(!decodeSteps(QByteArray("\x02") + good.mid(1), 0));
    QVERIFY(!decodeSteps(good.left(good.size() - 3), 0));
    QVERIFY(!decodeSteps(QByteArray("\x01\xff\xff\xff\xff") + good.mid(5), 0));
    QVERIFY(!decodeSteps(QByteArray("\x01") + qCompress(QByteArray(8, '\x7f')), 0));
}

void StoreTest::accumulatorLeavesWarmupOut() {
    StepAccumulator sums(smallRun().config);  // warm-up 4, batch 8
    for (int i = 1; i <= 4; ++i) {
        protocol::Step slow = stepAt(i);
        slow.step_ms = 5000;
        sums.add(slow);
    }
    QVERIFY(!sums.samplesPerSecond());
    QVERIFY(!sums.result(0));
    for (int i = 5; i <= 8; ++i) sums.add(stepAt(i));
    // 4 steps of 8 samples in 4 x 80 ms
    QCOMPARE(*sums.samplesPerSecond(), 100.0);
    const auto result = sums.result(2);
    QVERIFY(result && result->partial);
    QCOMPARE(result->repeat, std::int64_t(2));
    QCOMPARE(result->measured_iterations, std::int64_t(4));
    QCOMPARE(result->peak_device_memory_bytes, std::int64_t(1008));
    QCOMPARE(result->parts.forward, 30.0);
    QCOMPARE(result->accuracy, 0.25);
}

void StoreTest::figuresAreMediansAndPreferWholeRepeats() {
    const RunFigures figures =
        figuresOf({resultAt(10, 0), resultAt(30, 1), resultAt(20, 2), resultAt(1000, 3, true)});
    QCOMPARE(*figures.samplesPerSecond, 20.0);
    QCOMPARE(*figures.min, 10.0);
    QCOMPARE(*figures.max, 30.0);
    QCOMPARE(*figures.stddev, 10.0);
    QVERIFY(figures.ci95);
    QVERIFY(!figures.partial);
    QCOMPARE(*figures.peakDeviceMemoryBytes, qint64(102));
    QVERIFY(!figures.modelFlopsUtilization);  // the device's peak was not known
    std::vector<protocol::Result> repeats{resultAt(10, 0), resultAt(30, 1)};
    repeats[0].model_flops_utilization = 0.25;
    repeats[1].model_flops_utilization = 0.75;
    QCOMPARE(*figuresOf(repeats).modelFlopsUtilization, 0.5);
    const RunFigures partial = figuresOf({resultAt(50, 0, true)});
    QVERIFY(partial.partial);
    QVERIFY(!partial.ci95 && !partial.stddev);
    QVERIFY(!figuresOf({resultAt(std::nan(""), 0, true)}).samplesPerSecond);
    QVERIFY(std::isnan(resultOf({}, {}).samples_per_s));
}

void StoreTest::publishedRowsAreExact() {
    Place place;
    const RunStore store(place.database());
    const std::vector<HistoryRow> rows = store.publishedResults();
    QCOMPARE(rows.size(), std::size_t(120));
    qsizetype withFigure = 0;
    double sum = 0;
    for (const HistoryRow& row : rows) {
        QVERIFY(!row.source.isEmpty() && !row.hardware.isEmpty() && row.sourceUrl.startsWith("https://"));
        if (!row.samplesPerSecond) continue;
        ++withFigure;
        sum += *row.samplesPerSecond;
        QCOMPARE(row.publishedFigure.toDouble(), *row.samplesPerSecond);
    }
    // Every figure of the shipped files themselves, read here in the plainest way.
    qsizetype shipped = 0;
    double shippedSum = 0;
    for (const char* name : {"dlperf_insightface_throughput.csv", "arcface_torch_identity_scaling.csv"}) {
        const QList<QByteArray> lines =
            resourceBytes(QStringLiteral("reference/") + QLatin1String(name)).trimmed().split('\n');
        const auto column = lines[0].trimmed().split(',').indexOf("samples_per_s");
        for (const QByteArray& line : lines.mid(1)) {
            const QByteArray cell = line.split(',')[column];
            if (cell.isEmpty()) continue;
            ++shipped;
            shippedSum += cell.toDouble();
        }
    }
    QCOMPARE(withFigure, shipped);
    QVERIFY(std::abs(sum - shippedSum) < 1e-6);  // same numbers in another order of addition
    const auto outlier = std::find_if(rows.begin(), rows.end(), [](const HistoryRow& row) {
        return row.publishedFigure == QStringLiteral("288.0") && row.batchSizePerDevice == 96;
    });
    QVERIFY(outlier != rows.end());
}

void StoreTest::publishedRowsLoadOnce() {
    Place place;
    { const RunStore store(place.database()); }
    execute(place.database(), QStringLiteral("UPDATE reference_result SET hardware = 'kept' WHERE id = 1"));
    { const RunStore store(place.database()); }
    {
        const RunStore store(place.database());
        QCOMPARE(store.publishedResults().front().hardware, QStringLiteral("kept"));
    }
    execute(place.database(), QStringLiteral("UPDATE store_property SET value = 'older' "
                                             "WHERE name = 'reference_revision'"));
    const RunStore store(place.database());
    QCOMPARE(store.publishedResults().size(), std::size_t(120));
    QVERIFY(store.publishedResults().front().hardware != QStringLiteral("kept"));
}

void StoreTest::referenceCsvErrorsNameTheLine() {
    QVERIFY(errorOf([] {
                parseReferenceCsv(QStringLiteral("x.csv"), "source,model\na,b\na\n");
            }).contains("x.csv, line 3: 1 cells where the header has 2"));
    QVERIFY(errorOf([] { parseReferenceCsv(QStringLiteral("x.csv"), "colour\n"); }).contains("'colour'"));
    const auto rows = parseReferenceCsv(QStringLiteral("x.csv"), "source,num_classes\n\"a, b\",\n");
    QCOMPARE(rows.front().source, QStringLiteral("a, b"));
    QVERIFY(!rows.front().numClasses);
}

void StoreTest::runIsStoredCompletely() {
    Place place;
    qint64 id = 0;
    {
        RunStore store(place.database());
        NewRun run = smallRun();
        run.tags = {QStringLiteral("base"), QStringLiteral("cpu")};
        run.note = QStringLiteral("first");
        run.presetId = QStringLiteral("quick-look");
        id = store.createRun(run);
        QVERIFY(store.historyRow(id).state == RunState::Queued);
        store.setState(id, RunState::Measuring);
        store.recordHello(id, {1, "arcmeter", "9.9", {"cpu"}});
        protocol::Environment environment;
        environment.device = "cpu";
        environment.cpu_cores = 4;
        environment.devices = {{"Some CPU", "cpu", 1, "none", ""}};
        store.recordEnvironment(id, environment);
        protocol::Plan plan;
        plan.parameters = 5;
        plan.num_classes = 77;
        store.recordPlan(id, plan);
        store.recordPreflight(id,
                              {{QStringLiteral("load"), QStringLiteral("3"), QStringLiteral("busy"), true}});
        store.recordTelemetry(id, 0, 1005, {0, "cpu", 0.5, 1 << 20, {}, 61.5, {}, "power cap"});
        store.recordTelemetry(id, 0, 5, {0, "cpu", 0.25, 1 << 20, 95.0, {}, 2400.0, ""});
        store.recordStep(id, stepAt(1));
        store.recordResult(id, resultAt(123.5, 0));
        RunFailure warning{
            QStringLiteral("internal"), QStringLiteral("odd"), {}, 0, {QStringLiteral("line")}};
        store.recordError(id, warning);
        store.finishRun(id, RunState::Finished, figuresOf({resultAt(123.5, 0)}));
    }
    const RunStore store(place.database());
    const RunDetails details = store.details(id);
    QVERIFY(details.row.state == RunState::Finished);
    QCOMPARE(details.row.samplesPerSecond, 123.5);
    QCOMPARE(details.row.hardware, QStringLiteral("Some CPU, 4 cores"));
    QCOMPARE(details.row.numClasses, qint64(77));
    QCOMPARE(details.row.engineVersion, QStringLiteral("9.9"));
    QCOMPARE(details.row.tags, QStringList({QStringLiteral("base"), QStringLiteral("cpu")}));
    QCOMPARE(details.row.note, QStringLiteral("first"));
    QVERIFY(!details.row.programVersion.isEmpty());
    QVERIFY(details.row.createdAt.endsWith(QLatin1Char('Z')));
    QVERIFY(!details.endedAt.isEmpty());
    QVERIFY(details.config == smallRun().config);
    QCOMPARE(details.presetId, QStringLiteral("quick-look"));
    const std::vector<protocol::Telemetry> telemetry = store.telemetry(id);
    QCOMPARE(telemetry.size(), std::size_t{2});
    QCOMPARE(telemetry[0].utilization, 0.25);
    QCOMPARE(telemetry[0].power_w, std::optional<double>(95.0));
    QVERIFY(!telemetry[0].temperature_c);
    QCOMPARE(telemetry[1].temperature_c, std::optional<double>(61.5));
    QCOMPARE(telemetry[1].throttle_reasons, std::string("power cap"));
    QCOMPARE(details.plan->parameters, std::int64_t(5));
    QCOMPARE(details.environment->cpu_cores, std::int64_t(4));
    QCOMPARE(details.hello->version, std::string("9.9"));
    QCOMPARE(details.preflight.size(), std::size_t(1));
    QVERIFY(details.preflight.front().warning);
    QCOMPARE(details.errors.size(), std::size_t(1));
    QCOMPARE(details.errors.front().lastLines, QStringList{QStringLiteral("line")});
    QCOMPARE(details.stepCount, qint64(1));
    QCOMPARE(store.history().size(), std::size_t(121));
    QVERIFY(errorOf([&] { store.details(99); }).contains("no run 99"));
}

void StoreTest::stepsReachTheFileWhileTheRunGoes() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    for (int i = 1; i <= 30; ++i) store.recordStep(id, stepAt(i));
    // Nothing asks for a flush: another program sees the steps within a few seconds all the same.
    const RunStore other(place.database());
    QTRY_COMPARE_WITH_TIMEOUT(other.steps(id).size(), std::size_t(30), 5000);
    QVERIFY(other.historyRow(id).state == RunState::Queued);
}

void StoreTest::stepsOfSeveralPiecesAndRepeatsComeBackInOrder() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    for (int repeat = 0; repeat < 2; ++repeat) {
        for (int i = 1; i <= 2345; ++i) {
            store.recordStep(id, stepAt(i, repeat));
            if (i == 1234) store.flush();  // the open piece is written, grows, and is written again
        }
    }
    store.finishRun(id, RunState::Finished, {});
    const auto steps = store.steps(id);
    QCOMPARE(steps.size(), std::size_t(4690));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        QCOMPARE(steps[i].iteration, std::int64_t(i % 2345 + 1));
        QCOMPARE(steps[i].repeat, std::int64_t(i / 2345));
    }
    const auto windows = store.stepWindows(id);
    QCOMPARE(windows.size(), std::size_t(2 * 47));  // 50 steps each, the last of a repeat 45
    QCOMPARE(windows[46].count, 45);
    QCOMPARE(windows[46].firstIteration, qint64(2301));
    QCOMPARE(windows[0].samplesPerSecond, 100.0);
    QCOMPARE(store.details(id).stepCount, qint64(4690));
}

void StoreTest::twoProgramsWriteAtOnce() {
    Place place;
    RunStore first(place.database());
    RunStore second(place.database());
    const auto work = [](RunStore& store) {
        for (int r = 0; r < 20; ++r) {
            const qint64 id = store.createRun(smallRun());
            for (int i = 1; i <= 20; ++i) store.recordStep(id, stepAt(i));
            store.finishRun(id, RunState::Finished, figuresOf({resultAt(1, 0)}));
        }
    };
    std::thread other([&] { work(second); });
    work(first);
    other.join();
    QCOMPARE(first.runs().size(), std::size_t(40));
    for (const HistoryRow& row : first.runs()) QCOMPARE(first.steps(row.id).size(), std::size_t(20));
}

void StoreTest::deadOwnersRunIsInterruptedWithItsFigures() {
    Place place;
    qint64 id = 0;
    {
        RunStore store(place.database());
        id = store.createRun(smallRun());
        for (int i = 1; i <= 9; ++i) store.recordStep(id, stepAt(i));
        store.flush();
    }
    // The same machine and boot, a process that is no more.
    execute(place.database(), QStringLiteral("UPDATE run SET owner_started = '1'"));
    const RunStore store(place.database());
    QVERIFY(store.notice().contains("interrupted"));
    const RunDetails details = store.details(id);
    QVERIFY(details.row.state == RunState::Interrupted);
    QVERIFY(details.row.partial);
    QCOMPARE(*details.row.samplesPerSecond, 100.0);
    QVERIFY(details.row.failure.contains("ended before"));
    QCOMPARE(details.repeats.front().measured_iterations, std::int64_t(5));
}

void StoreTest::liveOwnersRunIsLeftAlone() {
    Place place;
    RunStore first(place.database());
    const qint64 mine = first.createRun(smallRun());
    const qint64 elsewhere = first.createRun(smallRun());
    execute(place.database(),
            QStringLiteral("UPDATE run SET owner_host = 'another-host', owner_pid = 1 WHERE id = %1")
                .arg(elsewhere));
    const RunStore second(place.database());
    QVERIFY(second.historyRow(mine).state == RunState::Queued);
    QVERIFY(second.historyRow(elsewhere).state == RunState::Queued);
    Owner owner = thisProgram();
    QVERIFY(!isDead(owner));
    owner.boot = QStringLiteral("an earlier boot");
    QVERIFY(isDead(owner));
}

void StoreTest::deleteUndoPurge() {
    Place place;
    qint64 kept = 0;
    qint64 gone = 0;
    {
        RunStore store(place.database());
        kept = store.createRun(smallRun());
        gone = store.createRun(smallRun());
        for (const qint64 id : {kept, gone}) {
            store.recordStep(id, stepAt(1));
            store.finishRun(id, RunState::Finished, {});
        }
        store.deleteRuns({kept, gone});
        QCOMPARE(store.runs().size(), std::size_t(0));
        store.restoreRuns({kept});
        QCOMPARE(store.runs().size(), std::size_t(1));
        QVERIFY(errorOf([&] { store.deleteRuns({kept, 77}); }).contains("no run 77"));
        QCOMPARE(store.runs().size(), std::size_t(1));
    }
    Connection connection(place.database(), Connection::Mode::ReadWrite);
    QCOMPARE(connection.number(QStringLiteral("SELECT count(*) FROM run")), qint64(1));
    QCOMPARE(connection.number(QStringLiteral("SELECT count(*) FROM step_series")), qint64(1));
    QCOMPARE(connection.number(QStringLiteral("SELECT run_id FROM step_series")), kept);
}

void StoreTest::runningRunIsNotDeleted() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    QVERIFY(errorOf([&] { store.deleteRuns({id}); }).contains("still going"));
    QCOMPARE(store.runs().size(), std::size_t(1));
}

void StoreTest::tagsAndNotes() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    QSignalSpy changed(&store, &RunStore::runChanged);
    store.addTag(id, QStringLiteral("  b  tag "));
    store.addTag(id, QStringLiteral("a"));
    store.addTag(id, QStringLiteral("a"));
    QCOMPARE(store.historyRow(id).tags, QStringList({QStringLiteral("a"), QStringLiteral("b tag")}));
    QCOMPARE(store.allTags().size(), 2);
    store.removeTag(id, QStringLiteral("a"));
    store.setNote(id, QStringLiteral("n"));
    QCOMPARE(store.runs().front().tags, QStringList{QStringLiteral("b tag")});
    QCOMPARE(store.runs().front().note, QStringLiteral("n"));
    QCOMPARE(changed.count(), 5);
    QVERIFY(errorOf([&] { store.addTag(id, QStringLiteral("  ")); }).contains("at least one letter"));
    QVERIFY(errorOf([&] { store.addTag(55, QStringLiteral("x")); }).contains("no run 55"));
}

void StoreTest::newerDatabaseIsReadOnly() {
    Place place;
    {
        RunStore store(place.database());
        store.finishRun(store.createRun(smallRun()), RunState::Finished, {});
    }
    execute(place.database(), QStringLiteral("PRAGMA user_version = 99"));
    RunStore store(place.database());
    QVERIFY(store.isReadOnly());
    QVERIFY(store.notice().contains("newer Arcmeter"));
    QCOMPARE(store.runs().size(), std::size_t(1));
    QVERIFY(errorOf([&] { store.createRun(smallRun()); }).contains("newer Arcmeter"));
}

void StoreTest::olderDatabaseIsUpgradedAfterACopy() {
    Place place;
    qint64 id = 0;
    {
        RunStore store(place.database());
        id = store.createRun(smallRun());
        store.finishRun(id, RunState::Finished, {});
    }
    std::vector<SchemaRevision> revisions = schemaRevisions();
    const int next = revisions.back().number + 1;
    revisions.push_back(
        {next, QStringLiteral("-- adds a colour\nALTER TABLE run\n  ADD COLUMN colour TEXT;\n")});
    QString copy;
    {
        Connection connection(place.database(), Connection::Mode::ReadWrite);
        QCOMPARE(schemaState(connection, place.database(), revisions), SchemaState::Older);
        copy = upgradeSchema(connection, place.database(), revisions);
        QCOMPARE(schemaState(connection, place.database(), revisions), SchemaState::Current);
        QCOMPARE(connection.number(QStringLiteral("SELECT count(*) FROM run WHERE colour IS NULL")),
                 qint64(1));
        QVERIFY(upgradeSchema(connection, place.database(), revisions) !=
                copy);  // harmless when done already
    }
    QVERIFY(QFile::exists(copy));
    RunStore old(copy);  // the copy is a whole store of the revision before
    QVERIFY(!old.isReadOnly());
    QVERIFY(old.historyRow(id).state == RunState::Finished);
}

void StoreTest::databaseOfTheFirstRevisionStillOpens() {
    Place place;
    {
        Connection connection(place.database(), Connection::Mode::ReadWrite);
        upgradeSchema(connection, place.database(), {schemaRevisions().front()});
        connection.run(QStringLiteral(
            "INSERT INTO run (created_at, state, config, model, dataset, parallelism, precision, "
            "batch_size_per_device, nodes, devices_per_node, method, fc_type, loss, owner_host, owner_boot, "
            "owner_pid, "
            "owner_started) VALUES ('2026-01-01T00:00:00Z', 'finished', '{}', 'y1', 'synthetic', 'data', "
            "'fp32', 8, "
            "1, 1, 'quick', 'GDC', 'arcface', 'h', 'b', 1, '1')"));
    }
    const RunStore store(place.database());
    QVERIFY(store.notice().contains("a copy is kept"));
    QCOMPARE(store.runs().size(), std::size_t(1));
    QCOMPARE(store.publishedResults().size(), std::size_t(120));
    QVERIFY(store.details(1).config == protocol::RunConfig{});
}

void StoreTest::configOfAnotherVersionIsReadAsFarAsKnown() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    execute(place.database(), QStringLiteral("UPDATE run SET config = '{\"model\":\"r18\",\"colour\":\"red\","
                                             "\"precision\":\"fp4\",\"seed\":7}'"));
    const protocol::RunConfig config = store.details(id).config;
    QCOMPARE(config.model, std::string("r18"));
    QCOMPARE(config.seed, std::int64_t(7));
    QVERIFY(config.precision == protocol::Precision::fp32);
}

void StoreTest::otherProgramsDatabaseIsRefusedAndUntouched() {
    Place place;
    execute(place.database(), QStringLiteral("CREATE TABLE theirs (x)"));
    QFile file(place.database());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    file.close();
    QVERIFY(errorOf([&] { RunStore store(place.database()); }).contains("another program"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), before);
}

void StoreTest::brokenFilesGiveOneSentence() {
    Place place;
    QFile file(place.database());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, 'x'));
    file.close();
    QVERIFY(errorOf([&] { RunStore store(place.database()); }).contains("not a database"));
    QVERIFY(errorOf([&] { RunStore store(place.folder.path()); }).contains("is a folder"));
    QVERIFY(errorOf([&] {
                RunStore store(place.database() + QStringLiteral("/below"));
            }).contains("cannot be created"));
    QVERIFY(errorOf([&] {
                RunStore store(place.folder.filePath("none"), RunStore::Access::ReadOnly);
            }).contains("no run database"));
}

void StoreTest::readOnlyStoreReadsAndRefusesWrites() {
    Place place;
    qint64 id = 0;
    {
        RunStore store(place.database());
        id = store.createRun(smallRun());
        store.finishRun(id, RunState::Finished, {});
    }
    RunStore store(place.database(), RunStore::Access::ReadOnly);
    QCOMPARE(store.history().size(), std::size_t(121));
    QVERIFY(errorOf([&] { store.setNote(id, QStringLiteral("x")); }).contains("for reading only"));
    QVERIFY(errorOf([&] { store.deleteRuns({id}); }).contains("for reading only"));
}

void StoreTest::failedBackgroundWriteIsTold() {
    Place place;
    RunStore store(place.database());
    const qint64 id = store.createRun(smallRun());
    QSignalSpy failed(&store, &RunStore::writeFailed);
    execute(place.database(), QStringLiteral("ALTER TABLE telemetry RENAME TO lost"));
    store.recordTelemetry(id, 0, 1, {});
    store.recordStep(id, stepAt(1));  // the same batch: the failed job must not take it along
    store.flush();
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed.front().front().toString().contains("telemetry"));
    QCOMPARE(store.steps(id).size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(StoreTest)
#include "store_test.moc"
