// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>

#include "app/models/HistoryFilterProxy.h"
#include "app/models/HistoryModel.h"
#include "app/models/StepTableModel.h"
#include "tests/app/TestSupport.h"

using namespace arcmeter;
using namespace arcmeter::app;
using namespace arcmeter::app::test;
using Fatal = QAbstractItemModelTester;

class ModelTest : public QObject {
    Q_OBJECT

private slots:
    void historyModelFollowsTheStore();
    void historyModelSurvivesARunDeletedElsewhere();
    void cellsAreTypedAndAligned();
    void proxyFilters();
    void proxySortsUnknownLast();
    void filterMatchesWords();
    void stepModelIsBounded();

private:
    static qint64 finished(RunStore& store, const char* model, double figure) {
        NewRun run = smallRun();
        run.config.model = model;
        const qint64 id = store.createRun(run);
        store.finishRun(id, RunState::Finished, figuresOf({resultAt(figure, 0)}));
        return id;
    }
};

void ModelTest::historyModelFollowsTheStore() {
    Place place;
    RunStore store(place.database());
    const qint64 first = finished(store, "y1", 10);
    HistoryModel model(&store);
    const Fatal tester(&model, Fatal::FailureReportingMode::QtTest);
    model.reload();
    QCOMPARE(model.rowCount(), 121);
    const qint64 second = finished(store, "r18", 20);
    QCOMPARE(model.rowCount(), 122);
    QCOMPARE(model.rowOfRun(second), 0);
    QCOMPARE(model.rowOfRun(first), 1);
    QCOMPARE(model.rowOfRun(99), -1);
    store.addTag(first, QStringLiteral("x"));
    QCOMPARE(model.index(1, HistoryModel::Tags).data().toString(), QStringLiteral("x"));
    store.deleteRuns({second, first});
    QCOMPARE(model.rowCount(), 120);
    store.restoreRuns({first, second});
    QCOMPARE(model.rowOfRun(second), 0);
    QCOMPARE(model.rowOfRun(first), 1);
    const qint64 third = store.createRun(smallRun());
    store.setState(third, RunState::Measuring);
    QTRY_COMPARE(model.index(0, HistoryModel::State).data().toString(), QStringLiteral("measuring"));
}

void ModelTest::historyModelSurvivesARunDeletedElsewhere() {
    Place place;
    RunStore store(place.database());
    const qint64 id = finished(store, "y1", 10);
    HistoryModel model(&store);
    model.reload();
    execute(place.database(), QStringLiteral("DELETE FROM run"));
    QTest::ignoreMessage(QtWarningMsg, "There is no run 1 in this database.");
    emit store.runChanged(id);
    QCOMPARE(model.rowCount(), 121);  // the row stays until the next reload()
    model.reload();
    QCOMPARE(model.rowCount(), 120);
}

void ModelTest::cellsAreTypedAndAligned() {
    Place place;
    RunStore store(place.database());
    const qint64 id = finished(store, "y1", 12.345);
    HistoryModel model(&store);
    model.reload();
    const QModelIndex figure = model.index(0, HistoryModel::SamplesPerSecond);
    QCOMPARE(figure.data(HistoryModel::SortRole).toDouble(), 12.345);
    QVERIFY(figure.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    QCOMPARE(figure.data(HistoryModel::RunIdRole).toLongLong(), id);
    QVERIFY(!figure.data(HistoryModel::IsPublishedRole).toBool());
    const QModelIndex published = model.index(1, HistoryModel::Source);
    QVERIFY(published.data(HistoryModel::IsPublishedRole).toBool());
    QVERIFY(published.data(Qt::ToolTipRole).toString().startsWith("https://"));
    QCOMPARE(model.index(1, HistoryModel::CreatedAt).data(HistoryModel::SortRole), QVariant());
    for (int column = 0; column < HistoryModel::ColumnCount; ++column) {
        QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }
}

void ModelTest::proxyFilters() {
    Place place;
    RunStore store(place.database());
    finished(store, "y1", 10);
    finished(store, "r18", 20);
    HistoryModel model(&store);
    HistoryFilterProxy proxy;
    const Fatal tester(&proxy, Fatal::FailureReportingMode::QtTest);
    proxy.setHistoryModel(&model);
    model.reload();
    HistoryFilter filter;
    filter.show = HistoryFilter::Show::Runs;
    proxy.setFilter(filter);
    QCOMPARE(proxy.rowCount(), 2);
    filter.model = QStringLiteral("R18");
    proxy.setFilter(filter);
    QCOMPARE(proxy.rowCount(), 1);
    QCOMPARE(proxy.visibleRows().front().model, QStringLiteral("r18"));
    finished(store, "r18", 30);  // a new run passes the filter it meets
    QCOMPARE(proxy.rowCount(), 2);
    proxy.setFilter({HistoryFilter::Show::Published, {}, {}, {}, {}, {}, {}, {}, {}, {}});
    QCOMPARE(proxy.rowCount(), 120);
}

void ModelTest::proxySortsUnknownLast() {
    Place place;
    RunStore store(place.database());
    finished(store, "y1", 10);
    HistoryModel model(&store);
    HistoryFilterProxy proxy;
    proxy.setHistoryModel(&model);
    model.reload();
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        proxy.sort(HistoryModel::SamplesPerSecond, order);
        bool unknownSeen = false;
        double last = order == Qt::AscendingOrder ? -1 : 1e9;
        for (int row = 0; row < proxy.rowCount(); ++row) {
            const auto figure = proxy.rowAt(row).samplesPerSecond;
            if (!figure) {
                unknownSeen = true;
                continue;
            }
            QVERIFY(!unknownSeen);
            QVERIFY(order == Qt::AscendingOrder ? *figure >= last : *figure <= last);
            last = *figure;
        }
        QVERIFY(unknownSeen);  // the max-num-classes rows have none
    }
    proxy.sort(HistoryModel::Framework, Qt::AscendingOrder);
    QCOMPARE(proxy.rowAt(0).framework, QStringLiteral("Arcmeter"));
}

void ModelTest::filterMatchesWords() {
    HistoryRow row;
    row.id = 42;
    row.model = QStringLiteral("r100");
    row.parallelism = QStringLiteral("partial_fc (class-sharded)");
    row.hardware = QStringLiteral("Tesla V100");
    row.tags = {QStringLiteral("baseline")};
    row.state = RunState::Failed;
    HistoryFilter filter;
    QVERIFY(filter.accepts(row));
    filter.text = QStringLiteral("v100 BASE r100");
    QVERIFY(filter.accepts(row));
    filter.text = QStringLiteral("v100 nothing");
    QVERIFY(!filter.accepts(row));
    filter = {};
    filter.parallelism = QStringLiteral("partial_fc");
    QVERIFY(filter.accepts(row));
    filter.state = RunState::Finished;
    QVERIFY(!filter.accepts(row));
    filter = {};
    filter.tag = QStringLiteral("base");
    QVERIFY(!filter.accepts(row));
    filter = {};
    filter.text = QStringLiteral("42");
    QVERIFY(filter.accepts(row));
}

void ModelTest::stepModelIsBounded() {
    StepTableModel model(100);
    const Fatal tester(&model, Fatal::FailureReportingMode::QtTest);
    for (int i = 1; i <= 70; ++i) model.append(stepAt(i));
    QCOMPARE(model.rowCount(), 0);
    model.flush();
    QCOMPARE(model.rowCount(), 70);
    for (int i = 71; i <= 1000; ++i) model.append(stepAt(i));
    model.flush();
    QCOMPARE(model.rowCount(), 100);
    QCOMPARE(model.stepAt(0).iteration, std::int64_t(901));
    QCOMPARE(model.stepAt(99).iteration, std::int64_t(1000));
    QCOMPARE(model.index(99, StepTableModel::Iteration).data().toString(), QStringLiteral("1000"));
    model.append(stepAt(1001));
    model.flush();
    QCOMPARE(model.stepAt(99).iteration, std::int64_t(1001));
    QCOMPARE(model.rowCount(), 100);
    std::vector<protocol::Step> many;
    for (int i = 1; i <= 250; ++i) many.push_back(stepAt(i));
    model.setSteps(many);
    QCOMPARE(model.stepAt(0).iteration, std::int64_t(151));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(ModelTest)
#include "model_test.moc"
