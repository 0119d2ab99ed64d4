// SPDX-License-Identifier: GPL-3.0-or-later
// The Scaling page, and runs of several ranks from the window with the real engine.
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QDir>
#include <QListWidget>
#include <QTableView>
#include <csignal>

#include "UiSupport.h"
#include "app/run/RunController.h"
#include "app/worker/ProcessTree.h"
#include "ui/charts/ChartExport.h"
#include "ui/scaling/ScalingChart.h"
#include "ui/scaling/ScalingModel.h"
#include "ui/scaling/ScalingPage.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {

using namespace test;

namespace {

/// A finished run of y1 on `devices` ranks of this machine.
void storeRanks(app::RunStore& store, int devices, double samplesPerS) {
    app::NewRun run;
    run.config.model = "y1";
    run.config.method = protocol::Method::quick;
    run.config.device = protocol::Device::cpu;
    run.config.devices_per_node = devices;
    run.config.num_classes = 20'000;
    run.datasetName = QStringLiteral("synthetic");
    const qint64 id = store.createRun(run);
    protocol::Result result;
    result.samples_per_s = samplesPerS;
    result.world_size = devices;
    result.parts = {0, 30, 5, 60, devices > 1 ? 3.0 : 0.0, 2};
    store.recordResult(id, result);
    store.finishRun(id, app::RunState::Finished, app::figuresOf({result}));
}

struct Page {
    Place place;
    ScalingPage widget{&place.store};

    Page() {
        widget.resize(1100, 700);
        widget.show();
    }
    void load() { widget.setHistory(place.store.history()); }
    void chooseOnly(const QString& words) {
        for (int i = 0; i < widget.seriesList()->count(); ++i) {
            QListWidgetItem* item = widget.seriesList()->item(i);
            item->setCheckState(item->text().contains(words) ? Qt::Checked : Qt::Unchecked);
        }
    }
    QComboBox* list(const char* name) { return child<QComboBox>(widget, name); }
    QTableView* table() { return child<QTableView>(widget, "scalingTable"); }
};

}  // namespace

class ScalingTest : public QObject {
    Q_OBJECT

private slots:
    void nothingToShowSaysWhatToDo() {
        Page page;
        QVERIFY(page.widget.curves().empty());
        QCOMPARE(page.table()->model()->rowCount(), 0);
        const QImage empty = page.widget.chart()->grab().toImage();
        page.load();
        QVERIFY(empty != page.widget.chart()->grab().toImage());
    }

    void publishedSeriesAreThereFromTheStart() {
        Page page;
        page.load();
        QStringList names;
        for (const ScalingCurve& curve : page.widget.curves()) {
            if (curve.kind == ScalingCurve::Kind::Published) names << curve.name;
        }
        QCOMPARE(names.filter("OneFlow").size(), 1);
        QCOMPARE(names.filter("MXNet").size(), 1);
        for (const ScalingCurve& curve : page.widget.curves()) {
            if (curve.kind != ScalingCurve::Kind::Published) continue;
            QCOMPARE(curve.points.back().devices, 32);
            QVERIFY(curve.points.back().efficiency < 1);
        }
    }

    void ownRunsStandBesideThem() {
        Page page;
        storeRanks(page.place.store, 1, 100);
        storeRanks(page.place.store, 2, 180);
        page.load();
        page.chooseOnly("Arcmeter");
        const auto& curves = page.widget.curves();
        QCOMPARE(curves.size(), std::size_t{2});  // measured and projected
        QVERIFY(curves[0].kind == ScalingCurve::Kind::Own);
        QCOMPARE(curves[0].points.size(), std::size_t{2});
        QCOMPARE(curves[0].points[1].speedup, 1.8);
        QCOMPARE(curves[0].points[1].efficiency, 0.9);
        QVERIFY(curves[0].points[1].runId > 0);
    }

    void projectionsAreAlwaysNamedSo() {
        Page page;
        page.load();
        page.chooseOnly("OneFlow r100 face_emore partial_fc fp32 batch 64");
        const auto projected = [&] {
            return std::count_if(
                page.widget.curves().begin(), page.widget.curves().end(), [](const auto& curve) {
                    return curve.kind == ScalingCurve::Kind::Projected && curve.name.contains("projected");
                });
        };
        QCOMPARE(projected(), 1);
        QCOMPARE(page.widget.curves().back().points.back().devices, 64);
        page.list("mostDevices")->setCurrentIndex(3);
        QCOMPARE(page.widget.curves().back().points.back().devices, 4096);
        const double before = page.widget.curves().back().points.back().samplesPerS;
        page.list("link")->setCurrentIndex(page.list("link")->findData("ethernet-10"));
        QVERIFY(page.widget.curves().back().points.back().samplesPerS < before);
        for (const auto& row : page.widget.table().rows) {
            const QString kind = std::get<QString>(row[0]);
            const QString series = std::get<QString>(row[1]);
            QCOMPARE(kind == "projected", series.contains("projected"));
        }
        child<QCheckBox>(page.widget, "projected")->click();
        QCOMPARE(projected(), 0);
        QVERIFY(!page.list("link")->isEnabled());
    }

    void theTableSaysWhatTheChartShows() {
        Page page;
        page.load();
        const QAbstractItemModelTester tester(page.table()->model());
        int points = 0;
        for (const ScalingCurve& curve : page.widget.curves())
            points += static_cast<int>(curve.points.size());
        QVERIFY(points > 10);
        QCOMPARE(page.table()->model()->rowCount(), points);
        page.table()->setFocus();
        page.table()->selectRow(0);
        QTest::keyClick(page.table(), Qt::Key_Down);
        QCOMPARE(page.table()->currentIndex().row(), 1);
        QCOMPARE(page.table()->model()->index(0, ScalingModel::Kind).data().toString(), QString("published"));
    }

    void noMoreSeriesThanColours() {
        Page page;
        page.load();
        page.chooseOnly("r100");
        int chosen = 0;
        for (int i = 0; i < page.widget.seriesList()->count(); ++i) {
            chosen += page.widget.seriesList()->item(i)->checkState() == Qt::Checked;
        }
        QCOMPARE(chosen, 6);
    }

    void everyQuantityIsDrawnAndSaved() {
        Page page;
        page.load();
        QImage last;
        for (int i = 0; i < 3; ++i) {
            page.list("quantity")->setCurrentIndex(i);
            const QImage now = chartImage(*page.widget.chart(), "from here");
            QVERIFY(now != last);
            last = now;
        }
        for (const char* name : {"c.png", "c.svg", "c.pdf"}) {
            saveChart(*page.widget.chart(), page.place.file(name), "from here");
            QVERIFY(contents(page.place.file(name)).size() > 2000);
        }
    }

    // ---- several ranks from the window

    void ranksFromTheWindow_data() {
        QTest::addColumn<QString>("parallelism");
        for (const char* name : {"data", "model", "partial_fc"}) QTest::newRow(name) << QString(name);
    }

    void ranksFromTheWindow() {
        QFETCH(QString, parallelism);
        Window window(6);
        chooseByKey(window.list("parallelism"), parallelism);
        window.press("run");
        QVERIFY2(window.ended(), window.why());
        const app::RunDetails details = window.details();
        QVERIFY2(details.row.state == app::RunState::Finished, window.why());
        QCOMPARE(details.repeats.front().world_size, 2);
        QVERIFY(details.row.communicationBytesPerStep.value_or(0) > 0);
        QCOMPARE(details.row.parallelism, parallelism);
        QCOMPARE(details.environment->places.size(), std::size_t{2});
    }

    void stoppedRanksKeepWhatTheyMeasured() {
        Window window(100'000);
        window.press("run");
        QVERIFY2(window.sawSteps(), window.why());
        window.press("stop");
        QVERIFY2(window.ended(10'000), "it did not stop within 10 s");
        QVERIFY2(window.details().row.state == app::RunState::Stopped, window.why());
        QVERIFY(window.details().row.partial);
    }

    void aKilledRankIsNamed() {
        Window window(100'000);
        window.press("run");
        QVERIFY2(window.sawSteps(), window.why());
        const pid_t victim = rankOne();
        QVERIFY(victim > 0);
        ::kill(victim, SIGKILL);
        QVERIFY2(window.ended(10'000), "it went on without its rank");
        const app::RunDetails details = window.details();
        QVERIFY2(details.row.state == app::RunState::Failed, window.why());
        QCOMPARE(details.row.failureCode, QString("rank_lost"));
        QCOMPARE(details.errors.back().rank, 1);
        QVERIFY(window.main.live()->messages()->text().contains("ank 1"));
    }

private:
    /// A window set to two ranks of y1 on this machine, small enough for a step to take some tens of
    /// milliseconds.
    struct Window {
        Place place;
        MainWindow main{(useEngine(REAL_ENGINE), &place.store), &place.settings};

        explicit Window(int iterations) {
            main.resize(1300, 850);
            main.show();
            protocol::RunConfig config;
            config.model = "y1";
            config.device = protocol::Device::cpu;
            config.method = protocol::Method::quick;
            config.num_classes = 200;
            config.batch_size_per_device = 2;
            config.iterations = iterations;
            config.warmup = 2;
            main.panel()->setConfig(config);
            typeInto(qobject_cast<QLineEdit*>(main.panel()->form()->row("devices_per_node")->editor()), "2");
        }
        ~Window() {
            main.controller()->kill();
            ended();
        }
        QComboBox* list(const char* field) {
            return qobject_cast<QComboBox*>(main.panel()->form()->row(QLatin1String(field))->editor());
        }
        void press(const char* button) { child<QPushButton>(main, button)->click(); }
        bool ended(int ms = 120'000) {
            return QTest::qWaitFor([this] { return !main.controller()->isActive(); }, ms);
        }
        bool sawSteps() {
            return QTest::qWaitFor(
                       [this] {
                           return main.controller()->progress().iteration > 4 ||
                                  !main.controller()->isActive();
                       },
                       120'000) &&
                   main.controller()->isActive();
        }
        app::RunDetails details() { return place.store.details(main.controller()->runId()); }
        QByteArray why() { return details().row.failure.toUtf8() + main.live()->messages()->text().toUtf8(); }
    };

    static pid_t rankOne() {
        for (const pid_t process : app::descendantsOf(::getpid())) {
            QFile words(QStringLiteral("/proc/%1/cmdline").arg(process));
            QFile variables(QStringLiteral("/proc/%1/environ").arg(process));
            if (!words.open(QIODevice::ReadOnly) || !variables.open(QIODevice::ReadOnly)) continue;
            const bool engine = words.readAll().startsWith(REAL_ENGINE);
            if (engine && variables.readAll().contains(QByteArray("OMPI_COMM_WORLD_RANK=1\0", 23)))
                return process;
        }
        return 0;
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::ScalingTest)
#include "scaling_test.moc"
