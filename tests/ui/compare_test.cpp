// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page by keyboard and mouse, on a real store, alone and in the window.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QListWidget>
#include <QMenu>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QUndoStack>

#include "UiSupport.h"
#include "app/models/HistoryModel.h"
#include "ui/charts/ChartExport.h"
#include "ui/compare/CompareCharts.h"
#include "ui/compare/CompareModel.h"
#include "ui/compare/ComparePage.h"
#include "ui/compare/ComparePicker.h"
#include "ui/live/LiveData.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {

using namespace test;

namespace {

using Kind = app::HistoryRow::Kind;

struct Setup {
    std::vector<double> repeats;
    int batch = 16;
    const char* cpu = "CPU of one kind";
    int steps = 10;
};

/// A finished run with one figure a repeat; each step takes as long as that.
qint64 storeRepeats(app::RunStore& store, const Setup& setup) {
    app::NewRun run;
    run.config.model = "y1";
    run.config.device = protocol::Device::cpu;
    run.config.batch_size_per_device = setup.batch;
    run.datasetName = QStringLiteral("synthetic");
    const qint64 id = store.createRun(run);
    protocol::Environment environment;
    environment.cpu = setup.cpu;
    store.recordEnvironment(id, environment);
    std::vector<protocol::Result> results;
    for (std::size_t repeat = 0; repeat < setup.repeats.size(); ++repeat) {
        for (int iteration = 1; iteration <= setup.steps; ++iteration) {
            protocol::Step step;
            step.repeat = static_cast<std::int64_t>(repeat);
            step.iteration = iteration;
            step.samples_per_s = setup.repeats[repeat];
            step.step_ms = 1000.0 * setup.batch / setup.repeats[repeat];
            step.host_memory_bytes = std::int64_t{1} << 30;
            store.recordStep(id, step);
        }
        protocol::Result result;
        result.repeat = static_cast<std::int64_t>(repeat);
        result.samples_per_s = setup.repeats[repeat];
        result.peak_host_memory_bytes = std::int64_t{1} << 30;
        store.recordResult(id, result);
        results.push_back(result);
    }
    store.finishRun(id, app::RunState::Finished, app::figuresOf(results));
    return id;
}

struct Page {
    Place place;
    qint64 slow = storeRepeats(place.store, {.repeats = {100, 101, 102, 103, 104}});
    qint64 fast = storeRepeats(place.store, {.repeats = {120, 121, 122, 123, 124}, .batch = 32});
    qint64 single = storeRepeats(place.store, {.repeats = {111}, .cpu = "another CPU"});
    QUndoStack undo;
    app::HistoryModel history{&place.store};
    ComparePage page{&place.store, &history, &undo};

    Page() {
        page.resize(1300, 800);
        page.show();
        page.activateWindow();
        if (!QTest::qWaitForWindowActive(&page)) qWarning("the page did not become the active window");
    }
    void add(const std::vector<qint64>& runs) {
        std::vector<app::RowReference> rows;
        for (const qint64 id : runs) rows.push_back({Kind::Run, id});
        page.add(rows);
        settle();
    }
    bool settle() {
        return QTest::qWaitFor([this] { return !page.isReading(); }, 5000);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        page.sides()->setFocus();
        QTest::keyClick(page.sides(), key, modifiers);
        settle();
    }
    QString side(int row) const { return page.sides()->item(row)->text(); }
    QStringList keys() const {
        QStringList all;
        for (const auto& members : page.asked().columns) all << sideKey(members);
        return all;
    }
    /// The row of the table whose field is called so; -1 where it is not shown.
    int row(const QString& title) const {
        const QAbstractItemModel* model = page.tableView()->model();
        for (int i = 0; i < model->rowCount(); ++i) {
            if (model->index(i, 0).data().toString().startsWith(title)) return i;
        }
        return -1;
    }
    QString cell(const QString& title, int column) const {
        return page.tableView()->model()->index(row(title), column).data().toString();
    }
};

double lastValue(const SeriesStore& store) {
    return store.at(store.end() - 1);
}

}  // namespace

class CompareTest : public QObject {
    Q_OBJECT

private slots:
    /// QTest leaves the modifiers of its last key pressed, and tables look at them when a row is selected.
    void init() {
        QWidget widget;
        QTest::keyClick(&widget, Qt::Key_Escape);
    }

    void emptyPageSaysWhatToDo() {
        Page compare;
        auto* empty = child<QWidget>(compare.page, "compareEmpty");
        QVERIFY(empty->isVisible());
        QString words;
        for (const QLabel* label : empty->findChildren<QLabel*>()) words += label->text();
        QVERIFY(words.contains("History") && words.contains("Saved"));
        compare.add({compare.slow});
        QVERIFY(!empty->isVisible());
    }

    void onlyWhatDiffersUnlessAsked() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        const QAbstractItemModelTester tester(compare.page.tableView()->model());
        QVERIFY(compare.row("batch_size_per_device") >= 0);
        QCOMPARE(compare.row("model"), -1);
        const int few = compare.page.tableView()->model()->rowCount();
        auto* all = child<QCheckBox>(compare.page, "allFields");
        all->setFocus();
        QTest::keyClick(all, Qt::Key_Space);
        QVERIFY(compare.row("model") >= 0);
        QVERIFY(compare.page.tableView()->model()->rowCount() > few);
        QTest::mouseClick(all, Qt::LeftButton, {}, QPoint(8, all->height() / 2));
        QCOMPARE(compare.page.tableView()->model()->rowCount(), few);
    }

    void deltasAndRatiosAgainstAChosenBaseline() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        QCOMPARE(compare.cell("Samples/s", 1), QString("102.0"));
        QVERIFY2(compare.cell("Samples/s", 2).contains("×1.196") &&
                     compare.cell("Samples/s", 2).contains("+20.00"),
                 qPrintable(compare.cell("Samples/s", 2)));
        compare.page.selectSides({1});
        compare.press(Qt::Key_B);
        QCOMPARE(compare.page.asked().baseline, std::size_t{1});
        QVERIFY2(compare.cell("Samples/s", 1).contains("×0.836") &&
                     compare.cell("Samples/s", 1).contains("-20.00"),
                 qPrintable(compare.cell("Samples/s", 1)));
        QVERIFY(compare.side(1).contains("Baseline"));
        compare.undo.undo();
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.asked().baseline, std::size_t{0});
    }

    void verdictFromRepeats() {
        Page compare;
        compare.add({compare.slow, compare.fast, compare.single});
        QVERIFY(compare.side(0).contains("Baseline, 5 repeat"));
        QVERIFY2(compare.side(1).contains("Faster by") && compare.side(1).contains("Cliff's delta +1.00"),
                 qPrintable(compare.side(1)));
        QVERIFY2(compare.side(2).contains("Too few repeats to tell: 5 against 1"),
                 qPrintable(compare.side(2)));
    }

    void differencesOfTheMachineAreMarked() {
        Page compare;
        compare.add({compare.slow, compare.single});
        const QModelIndex cpu = compare.page.tableView()->model()->index(compare.row("CPU"), 0);
        QVERIFY(cpu.data(CompareModel::WarningRole).toBool());
        QVERIFY(cpu.data().toString().contains("⚠"));
        const QModelIndex batch = compare.page.tableView()->model()->index(compare.row("Samples/s"), 0);
        QVERIFY(!batch.data(CompareModel::WarningRole).toBool());
    }

    void repeatsOfOneConfigurationBecomeOneSide() {
        Page compare;
        std::vector<qint64> runs;
        for (int i = 0; i < 4; ++i)
            runs.push_back(storeRepeats(compare.place.store, {.repeats = {130.0 + i}}));
        compare.add({compare.slow, compare.fast});
        compare.add(runs);
        QCOMPARE(compare.page.sides()->count(), 6);
        for (QAction* action : compare.page.pageActions()) {
            if (action->text() == "Group alike") action->trigger();
        }
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.sides()->count(), 2);  // slow has the configuration of the four
        QCOMPARE(compare.page.asked().columns.front().size(), std::size_t{5});
        QVERIFY2(compare.side(0).contains("9 repeat"), qPrintable(compare.side(0)));
        compare.undo.undo();
        QVERIFY(compare.settle());
        compare.page.selectSides({2, 3, 4, 5});
        compare.press(Qt::Key_G);
        QCOMPARE(compare.page.sides()->count(), 3);
        QVERIFY2(compare.side(2).contains("Faster by") && compare.side(2).contains("5 against 4 repeats"),
                 qPrintable(compare.side(2)));
        compare.page.selectSides({2});
        compare.press(Qt::Key_G, Qt::ShiftModifier);
        QCOMPARE(compare.page.sides()->count(), 6);
    }

    void removesByKeyAndUndoesByButton() {
        Page compare;
        compare.add({compare.slow, compare.fast, compare.single});
        compare.page.selectSides({0});
        compare.press(Qt::Key_Delete);
        QCOMPARE(compare.keys(),
                 (QStringList{QString::number(compare.fast), QString::number(compare.single)}));
        QPushButton* undo = nullptr;
        for (QPushButton* button : compare.page.messages()->findChildren<QPushButton*>()) {
            if (button->text() == "Undo") undo = button;
        }
        QVERIFY(undo && undo->isVisible());
        QTest::mouseClick(undo, Qt::LeftButton);
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.sides()->count(), 3);
        QCOMPARE(compare.page.asked().baseline, std::size_t{0});
    }

    void noMoreSidesThanCanBeToldApart() {
        Page compare;
        std::vector<app::RowReference> rows;
        for (const app::HistoryRow& row : compare.place.store.publishedResults())
            rows.push_back(app::referenceOf(row));
        compare.page.add(rows);
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.sides()->count(), int(ComparePage::most_sides));
        QVERIFY(compare.page.messages()->text().contains("108"));
        compare.page.add({rows.front()});
        QCOMPARE(compare.page.sides()->count(), int(ComparePage::most_sides));
    }

    // ---- curves

    void curvesByIterationAndByTime() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        const ShownComparison& shown = compare.page.shown();
        QCOMPARE(shown.byIteration[0]->samplesPerSecond.end(), qint64{51});
        QCOMPARE(lastValue(shown.byIteration[1]->samplesPerSecond), 124.0);
        // 5 repeats of 10 steps of batch 16 at 100 to 104 samples/s: 7.846 s; batch 32 at 120 to 124: 13.116
        // s.
        const double slowSeconds =
            static_cast<double>(shown.byTime[0]->samplesPerSecond.end() - 1) * shown.binSeconds;
        const double fastSeconds =
            static_cast<double>(shown.byTime[1]->samplesPerSecond.end() - 1) * shown.binSeconds;
        QVERIFY(std::abs(slowSeconds - 7.846) < 2 * shown.binSeconds);
        QVERIFY(std::abs(fastSeconds - 13.116) < 2 * shown.binSeconds);
        QTRY_VERIFY(compare.page.charts()->throughput()->pointsShown() >= 100);
        const QImage before = compare.page.charts()->grab().toImage();
        QComboBox* axis = compare.page.charts()->axis();
        axis->setFocus();
        QTest::keyClick(axis, Qt::Key_Down);
        QTest::qWait(300);
        QVERIFY(before != compare.page.charts()->grab().toImage());
    }

    /// The slowest step of those that fall into one bin is what is drawn; repeats are not joined.
    void noStallIsLostByTime() {
        std::vector<protocol::Step> steps(1000);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            steps[i].repeat = i < 500 ? 0 : 1;
            steps[i].iteration = static_cast<std::int64_t>(i % 500) + 1;
            steps[i].step_ms = i == 700 ? 20 : 10;
            steps[i].samples_per_s = i == 700 ? 50 : 100;
        }
        SideSteps side;
        side.append(steps);
        const SideCurves curves = curvesByTime(side, 0.1);  // ten steps a bin
        const auto all = curves.samplesPerSecond.summary(1, curves.samplesPerSecond.end());
        QCOMPARE(all.min, 50.0);
        QCOMPARE(all.max, 100.0);
        QCOMPARE(curves.samplesPerSecond.end() - 1, qint64{101});  // 10.01 s
        QCOMPARE(curves.samplesPerSecond.lines(1, 102, 1000).size(), std::size_t{2});
        QCOMPARE(commonBinSeconds({&side}), 0.005);
    }

    void publishedRowsAreLevels() {
        Page compare;
        const app::HistoryRow published = compare.place.store.publishedResults().front();
        compare.page.add({app::referenceOf(published)});
        compare.add({compare.slow});
        QVERIFY(compare.side(1).contains("Too few"));
        QCOMPARE(compare.page.shown().sides[0]->steps.size(), std::size_t{0});
        QVERIFY(compare.row("framework") >= 0);
    }

    // ---- kept comparisons

    void keptUnderANameRenamedDeletedAndBack() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        compare.page.saveAs("before and after");
        QCOMPARE(child<QLabel>(compare.page, "comparisonName")->text(), QString("before and after"));
        compare.add({compare.single});
        QVERIFY(child<QLabel>(compare.page, "comparisonName")->text().contains("changed"));
        compare.page.open("before and after");
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.sides()->count(), 2);
        compare.page.rename("FP32");
        QCOMPARE(names(compare), QStringList{"FP32"});
        compare.undo.undo();
        QCOMPARE(names(compare), QStringList{"before and after"});
        compare.undo.redo();
        compare.page.deleteSaved();
        QVERIFY(names(compare).isEmpty());
        QCOMPARE(child<QLabel>(compare.page, "comparisonName")->text(), QString("Compared"));
        compare.undo.undo();
        QCOMPARE(names(compare), QStringList{"FP32"});
        QCOMPARE(child<QLabel>(compare.page, "comparisonName")->text(), QString("FP32"));
        // Another program finds it in the same file.
        const app::RunStore other(compare.place.store.path(), app::RunStore::Access::ReadOnly);
        QCOMPARE(other.comparisons().front().columns, compare.page.asked().columns);
    }

    void aNameThatIsTakenIsRefusedInASentence() {
        Page compare;
        compare.add({compare.slow});
        compare.page.saveAs("one");
        compare.page.saveAs("two");
        compare.page.rename("one");
        QVERIFY2(compare.page.messages()->text().contains("'one' already"),
                 qPrintable(compare.page.messages()->text()));
        QCOMPARE(names(compare), (QStringList{"one", "two"}));
        compare.page.saveAs("  ");
        QVERIFY(compare.page.messages()->text().contains("at least one letter"));
    }

    void theMenuOpensWhatWasKept() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        compare.page.saveAs("kept");
        compare.page.selectSides({0, 1});
        compare.press(Qt::Key_Delete);
        QVERIFY(child<QWidget>(compare.page, "compareEmpty")->isVisible());
        QMenu* menu = child<QToolButton>(compare.page, "savedComparisons")->menu();
        menu->popup(compare.page.mapToGlobal(QPoint(50, 50)));
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        QVERIFY(compare.settle());
        QCOMPARE(compare.page.sides()->count(), 2);
    }

    void runsThatWereDeletedAreNamedAndComeBack() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        compare.place.store.deleteRuns({compare.slow});
        QTRY_VERIFY(!compare.page.shown().sides.front()->column);
        QVERIFY(compare.settle());
        QVERIFY2(compare.side(0).contains("no run"), qPrintable(compare.side(0)));
        QVERIFY(compare.side(1).contains("Baseline"));
        compare.place.store.restoreRuns({compare.slow});
        QTRY_VERIFY(compare.page.shown().sides.front()->column.has_value());
        QVERIFY(compare.settle());
        QVERIFY(compare.side(0).contains("Baseline"));
    }

    // ---- from elsewhere

    void thePickerFindsRunsAndPublishedRows() {
        Page compare;
        ComparePicker picker(&compare.history, compare.place.store);
        picker.show();
        auto* table = child<QTableView>(picker, "pickerTable");
        QCOMPARE(table->model()->rowCount(), 123);
        QTest::keyClicks(child<QLineEdit>(picker, "search"), "mxnet r100");
        QTRY_VERIFY(table->model()->rowCount() < 100 && table->model()->rowCount() > 2);
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(picker.chosen().size(), std::size_t{2});
        QVERIFY(picker.chosen().front().kind == Kind::Published);
        QTest::mouseClick(child<QPushButton>(picker, "addAsGroup"), Qt::LeftButton);
        QVERIFY(picker.asGroup());
        QCOMPARE(picker.result(), int(QDialog::Accepted));
    }

    void insertOpensThePicker() {
        Page compare;
        compare.add({compare.slow});
        QTimer::singleShot(200, &compare.page, [&compare] {
            auto* picker = compare.page.findChild<ComparePicker*>();
            child<QTableView>(*picker, "pickerTable")->selectRow(0);
            picker->accept();
        });
        compare.press(Qt::Key_Insert);
        QVERIFY(compare.settle());
        QCOMPARE(compare.keys().last(), QString::number(compare.single));  // the newest stands first
    }

    void fromHistoryByKeyInTheWindow() {
        useEngine(FAKE_ENGINE);
        Place place;
        const qint64 first = storeRepeats(place.store, {.repeats = {100}});
        storeRepeats(place.store, {.repeats = {90}, .batch = 8});
        MainWindow window(&place.store, &place.settings);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        QTableView* table = window.history()->table();
        QVERIFY(table->isVisible());
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(table, Qt::Key_C);
        QVERIFY(window.compare()->isVisible());
        QTRY_COMPARE(window.compare()->sides()->count(), 2);
        QCOMPARE(window.compare()->asked().columns.back().front().id, first);
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QVERIFY(!window.compare()->isVisible());
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        QVERIFY(window.compare()->isVisible());
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(window.compare()->sides()->count(), 0);
    }

    // ---- export

    void exportsTheTable_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"csv", "tsv", "json", "jsonl", "md", "html", "tex", "xlsx", "sql"})
            QTest::newRow(ending) << QString(ending);
    }

    void exportsTheTable() {
        QFETCH(QString, ending);
        Page compare;
        compare.add({compare.slow, compare.fast});
        const QString file = compare.place.file("comparison." + ending);
        QVERIFY(saveTable(compare.page.table(), file, compare.page.messages()));
        const QByteArray bytes = contents(file);
        if (ending == "xlsx") {
            QVERIFY(bytes.startsWith("PK") && bytes.size() > 3000);
            return;
        }
        for (const char* word : {"102", "122", "Faster by"}) QVERIFY2(bytes.contains(word), word);
        QVERIFY(bytes.contains(ending == "tex" ? "program\\_version" : "program_version"));
    }

    void tableHasRatiosAndDifferences() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        const app::Table table = compare.page.table();
        QCOMPARE(table.columns.size(), 7);
        QCOMPARE(table.columns[4], QString("%1 / %2").arg(compare.fast).arg(compare.slow));
        QCOMPARE(table.columns[6], QString("%1 - %2").arg(compare.fast).arg(compare.slow));
        for (const auto& row : table.rows) {
            QCOMPARE(row.size(), std::size_t{7});
            if (row[0] != app::cell(QStringLiteral("samples_per_s"))) continue;
            QCOMPARE(std::get<double>(row[4]), 122.0 / 102.0);
            QCOMPARE(std::get<double>(row[6]), 20.0);
        }
    }

    void exportsTheCharts() {
        Page compare;
        compare.add({compare.slow, compare.fast});
        QVERIFY(compare.page.provenance().contains("Arcmeter"));
        for (Chart* chart : {compare.page.charts()->throughput(), compare.page.charts()->memory()}) {
            for (const char* name : {"c.png", "c.svg", "c.pdf"}) {
                saveChart(*chart, compare.place.file(name), compare.page.provenance());
                QVERIFY(contents(compare.place.file(name)).size() > 2000);
            }
        }
    }

    // ---- what else is read beside the window

    void onlyTheLastAnswerIsDelivered() {
        LatestTask task;
        QStringList delivered;
        std::atomic<bool> sawStop = false;
        task.start([&](const LatestTask::IsStopped& isStopped) -> LatestTask::Deliver {
            while (!isStopped()) QThread::msleep(1);
            sawStop = true;
            return [&] { delivered << "first"; };
        });
        task.start([&](const LatestTask::IsStopped&) -> LatestTask::Deliver {
            return [&] { delivered << "second"; };
        });
        task.start([&](const LatestTask::IsStopped&) -> LatestTask::Deliver {
            return [&] { delivered << "third"; };
        });
        QTRY_VERIFY(!task.isRunning());
        QVERIFY(sawStop);
        QCOMPARE(delivered, QStringList{"third"});
        task.start([&](const LatestTask::IsStopped&) -> LatestTask::Deliver {
            return [&] { delivered << "fourth"; };
        });
        task.cancel();
        QTRY_VERIFY(!task.isRunning());
        QCOMPARE(delivered, QStringList{"third"});
    }

    /// Selecting a run of many steps comes back at once, and only the row selected last is shown.
    void detailsOfManyStepsDoNotHoldTheWindow() {
        Place place;
        const qint64 many = storeRepeats(place.store, {.repeats = {100}, .steps = 200'000});
        const qint64 few = storeRepeats(place.store, {.repeats = {50}, .batch = 8});
        place.store.flush();
        QUndoStack undo;
        HistoryPage history(&place.store, &undo);
        history.resize(1200, 700);
        history.show();
        history.selectRun(many);
        QTest::qWait(80);  // its reading has begun
        history.selectRun(few);
        QTRY_VERIFY2(history.details()->toPlainText().contains(QString("Run %1 ·").arg(few)),
                     qPrintable(history.details()->toPlainText().left(200)));
        QTest::qWait(500);
        QVERIFY(history.details()->toPlainText().contains(QString("Run %1").arg(few)));
        history.selectRun(many);
        QTRY_VERIFY(history.details()->toPlainText().contains(QString("Run %1 ·").arg(many)));
    }

    void noticesLieWhereTheDiagnosisFoundThem() {
        LiveData data;
        for (int repeat = 0; repeat < 3; ++repeat) {
            for (int iteration = 1; iteration <= 30; ++iteration) {
                protocol::Step step;
                step.repeat = repeat;
                step.iteration = iteration;
                data.append(step, 10);
            }
        }
        app::RunInsight insight;
        insight.outliers = {2};
        insight.drifts = {{1, {0.07, 0.001}}};
        insight.throttled = {{1, 5, 9}};
        const std::vector<ChartBand> bands = noticeBands(insight, data);
        QCOMPARE(bands.size(), std::size_t{3});
        QVERIFY(bands[0].kind == ChartBand::Kind::Outlier && bands[0].from == 71 && bands[0].to == 91);
        QVERIFY(bands[1].kind == ChartBand::Kind::Notice && bands[1].from == 41 && bands[1].to == 61);
        QVERIFY(bands[1].label.contains("7.0"));
        QVERIFY(bands[2].kind == ChartBand::Kind::Throttled && bands[2].from == 35 && bands[2].to == 40);
    }

private:
    static QStringList names(const Page& compare) {
        QStringList all;
        for (const app::SavedComparison& each : compare.place.store.comparisons()) all << each.name;
        return all;
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::CompareTest)
#include "compare_test.moc"
