// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFileInfo>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QToolButton>

#include "UiSupport.h"
#include "app/worker/PlanService.h"
#include "ui/newrun/BatchScriptDialog.h"
#include "ui/newrun/PlanLine.h"

namespace arcmeter::ui {

using namespace test;

class NewRunTest : public QObject {
    Q_OBJECT

    struct Panel {
        Place place;
        app::PlanService plans{QStringLiteral(FAKE_ENGINE)};
        NewRunPanel widget{app::Catalog::load(), &place.settings, &plans};

        Panel() {
            widget.resize(360, 900);
            widget.show();
        }
        FieldRow* row(const char* field) { return widget.form()->row(QLatin1String(field)); }
        QLineEdit* line(const char* field) { return qobject_cast<QLineEdit*>(row(field)->editor()); }
        QComboBox* list(const char* field) { return qobject_cast<QComboBox*>(row(field)->editor()); }
        QPushButton* run() { return child<QPushButton>(widget, "run"); }
    };

private slots:
    void initTestCase() { useEngine(FAKE_ENGINE); }

    void startsWithWhatThisMachineCanRun() {
        Panel panel;
        panel.widget.setMachine({.device = "Fake CPU", .cudaReason = "no driver", .cpuPrecisions = {"fp32"}});
        const auto run = panel.widget.newRun();
        QVERIFY(run);
        QCOMPARE(run->config.model, std::string("y1"));
        QCOMPARE(run->config.device, protocol::Device::cpu);
        QCOMPARE(run->config.method, protocol::Method::quick);
        QCOMPARE(run->presetId, QString("quick-look"));
    }

    void onAMachineWithAGpuThePublishedSeriesComesFirst() {
        Panel panel;
        panel.widget.setMachine(
            {.device = "Fake GPU", .cudaAvailable = true, .cudaReason = {}, .cpuPrecisions = {"fp32"}});
        QCOMPARE(panel.widget.newRun()->config.model, std::string("r100"));
    }

    void everyFieldSaysWhatIsWrongWithIt_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("typed");
        const std::pair<const char*, const char*> wrong[] = {
            {"num_classes", "0"},
            {"num_classes", "many"},
            {"num_classes", "99999999999"},
            {"batch_size_per_device", ""},
            {"batch_size_per_device", "0"},
            {"batch_size_per_device", "1.5"},
            {"batch_size_per_device", "70000"},
            {"sample_ratio", "0"},
            {"sample_ratio", "2"},
            {"devices_per_node", "0"},
            {"devices_per_node", "300"},
            {"nodes", "two"},
            {"hosts", "-o"},
            {"hosts", "a,a"},
            {"communication_timeout_s", "0"},
            {"repeats", "0"},
            {"iterations", "-1"},
            {"warmup", "30"},
            {"memory_limit_bytes", "16 apples"},
            {"cpu_threads", "-1"},
            {"data_threads", "1000"},
            {"learning_rate", "fast"},
            {"learning_rate_steps", "5,4"},
            {"learning_rate_scales", "0.1"},
            {"momentum", "1"},
            {"weight_decay", "-1"},
            {"bn_eps", "0"},
            {"input_scale", "0"},
            {"seed", "-3"},
        };
        for (const auto& [field, typed] : wrong) {
            QTest::addRow("%s '%s'", field, typed) << QString(field) << QString(typed);
        }
    }

    void everyFieldSaysWhatIsWrongWithIt() {
        QFETCH(QString, field);
        QFETCH(QString, typed);
        Panel panel;
        const QByteArray name = field.toUtf8();
        QVERIFY(panel.row(name)->problem().isEmpty());
        typeInto(panel.line(name), typed);
        // learning_rate_steps and _scales are judged together; the sentence stands at one of them.
        const bool schedule = field.startsWith("learning_rate_s");
        const QString sentence = schedule ? panel.row("learning_rate_steps")->problem() +
                                                panel.row("learning_rate_scales")->problem()
                                          : panel.row(name)->problem();
        QVERIFY(!sentence.isEmpty());
        QVERIFY2(sentence.endsWith('.') && sentence.contains("llowed"), qPrintable(sentence));
        QVERIFY(!panel.run()->isEnabled());
        QVERIFY(!panel.widget.newRun());
        QVERIFY(!child<QLabel>(panel.widget, "fit")->text().isEmpty());
    }

    void ranksAndHostsReachTheConfiguration() {
        Panel panel;
        QVERIFY(!panel.row("hosts")->isVisible());
        typeInto(panel.line("devices_per_node"), "2");
        chooseByKey(panel.list("launcher"), "mpirun");
        QVERIFY(panel.row("hosts")->isVisible());
        typeInto(panel.line("nodes"), "2");
        QVERIFY(!panel.row("hosts")->problem().isEmpty());  // two nodes, no names
        typeInto(panel.line("hosts"), "alpha, beta");
        const auto run = panel.widget.newRun();
        QVERIFY2(run, qPrintable(panel.widget.form()->firstProblem()));
        QCOMPARE(run->config.world_size(), 4);
        QCOMPARE(run->config.hosts, (std::vector<std::string>{"alpha", "beta"}));
        child<QPushButton>(panel.widget, "copyCommand")->click();
        const QString command = QGuiApplication::clipboard()->text();
        for (const char* part :
             {"--nodes 2", "--devices-per-node 2", "--hosts alpha,beta", "--launcher mpirun"}) {
            QVERIFY2(command.contains(QLatin1String(part)), qPrintable(command));
        }
        // Back in the fields as it was.
        Panel other;
        other.widget.setConfig(run->config);
        QCOMPARE(other.widget.newRun()->config, run->config);
    }

    void slurmShowsItsScript() {
        Panel panel;
        QPushButton* button = child<QPushButton>(panel.widget, "batchScript");
        QVERIFY(!button->isVisible());
        panel.widget.form()->setField("launcher", "slurm");
        QVERIFY(button->isVisible());
        BatchScriptDialog dialog(QStringLiteral("#!/bin/bash\necho one\n"));
        const QString file = panel.place.file("a.sh");
        QVERIFY(dialog.saveAs(file));
        QCOMPARE(contents(file), QByteArray("#!/bin/bash\necho one\n"));
        QVERIFY(QFileInfo(file).isExecutable());
        QVERIFY(!dialog.saveAs(panel.place.file("no/such/folder/a.sh")));
        QVERIFY(child<QLabel>(dialog, "scriptNews")->text().contains("cannot be written"));
    }

    void launcherThatIsNotInstalledIsGreyedOut() {
        const QByteArray path = qgetenv("PATH");
        Place empty;
        qputenv("PATH", empty.folder.path().toUtf8());
        Panel panel;
        QComboBox* launchers = panel.list("launcher");
        const auto* items = qobject_cast<QStandardItemModel*>(launchers->model());
        for (const char* name : {"mpirun", "slurm"}) {
            const QStandardItem* item = items->item(launchers->findData(QLatin1String(name)));
            QVERIFY(!item->isEnabled());
            QVERIFY2(item->toolTip().contains("apt install"), qPrintable(item->toolTip()));
        }
        typeInto(panel.line("devices_per_node"), "2");  // two local ranks need mpirun
        QVERIFY(panel.row("launcher")->problem().contains("mpirun is not installed"));
        QVERIFY(!panel.run()->isEnabled());
        qputenv("PATH", path);
    }

    void choosingByKeyboardReachesTheConfiguration() {
        Panel panel;
        chooseByKey(panel.list("model"), "r50");
        chooseByKey(panel.list("parallelism"), "partial_fc");
        typeInto(panel.line("batch_size_per_device"), "24");
        typeInto(panel.line("num_classes"), "1,000");
        chooseByKey(panel.list("fc_type"), "");
        chooseByKey(panel.list("loss"), "cosface");
        const auto run = panel.widget.newRun();
        QVERIFY2(run, qPrintable(panel.widget.form()->firstProblem()));
        QCOMPARE(run->config.model, std::string("r50"));
        QCOMPARE(run->config.parallelism, protocol::Parallelism::partial_fc);
        QCOMPARE(run->config.batch_size_per_device, 24);
        QCOMPARE(run->config.num_classes, std::optional<std::int64_t>(1000));
        QCOMPARE(run->config.loss, protocol::Loss::cosface);
        QVERIFY(run->presetId.isEmpty());
        QVERIFY(panel.row("sample_ratio")->isVisible());
    }

    void whatWasSetIsThereAtTheNextStart() {
        Place place;
        app::PlanService plans(QStringLiteral(FAKE_ENGINE));
        protocol::RunConfig config;
        config.model = "r34";
        config.batch_size_per_device = 12;
        config.memory_limit_bytes = std::int64_t{16} << 30;
        config.learning_rate_steps.clear();
        config.learning_rate_scales.clear();
        {
            NewRunPanel panel(app::Catalog::load(), &place.settings, &plans);
            panel.setConfig(config);
        }
        NewRunPanel panel(app::Catalog::load(), &place.settings, &plans);
        panel.setMachine({});  // must not replace it by a preset
        QVERIFY(panel.newRun());
        QVERIFY(panel.newRun()->config == config);
    }

    void saysWhetherItFits() {
        Panel panel;
        QTRY_VERIFY(child<QLabel>(panel.widget, "fit")->text().startsWith("Fits: "));
        QVERIFY(child<QLabel>(panel.widget, "fit")->text().contains("of 8"));
        QVERIFY(child<QLabel>(panel.widget, "duration")->text().startsWith("About"));
    }

    void aLongRunOffersAQuickMeasurement() {
        Panel panel;
        chooseByKey(panel.list("method"), "dlperf");
        typeInto(panel.line("batch_size_per_device"), "1024");  // 750 x 1024 samples at 100 samples/s
        auto* offer = child<QPushButton>(panel.widget, "quickOffer");
        QTRY_VERIFY(offer->isVisible());
        offer->click();
        QCOMPARE(panel.widget.newRun()->config.method, protocol::Method::quick);
        QTRY_VERIFY(!offer->isVisible());
    }

    void copiesTheCommand() {
        Panel panel;
        typeInto(panel.line("batch_size_per_device"), "24");
        child<QPushButton>(panel.widget, "copyCommand")->click();
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.startsWith("arcmeter-cli run ") && command.contains("--batch-size-per-device 24"),
                 qPrintable(command));
    }

    void aPublishedSetWithoutItsFolderIsSyntheticAndSaysSo() {
        Panel panel;
        auto* list = child<QComboBox>(panel.widget, "dataset");
        list->setCurrentIndex(list->findData("id:glint360k"));
        emit list->activated(list->currentIndex());
        auto run = panel.widget.newRun();
        QVERIFY(run);
        QVERIFY(run->config.is_synthetic());
        QCOMPARE(run->config.num_classes, std::optional<std::int64_t>(360'232));
        QCOMPARE(run->datasetName, QString("synthetic"));
        const QString folder = panel.place.folder.path();
        QFile(folder + "/train.rec").open(QIODevice::WriteOnly);
        panel.place.settings.setDatasetFolder("glint360k", folder);
        run = panel.widget.newRun();
        QVERIFY2(run, qPrintable(panel.widget.form()->firstProblem()));
        QCOMPARE(run->config.dataset, folder.toStdString());
        QCOMPARE(run->datasetName, QString("glint360k"));
    }

    void aFolderWithoutTrainRecIsRefused() {
        Panel panel;
        protocol::RunConfig config;
        config.dataset = "/no/such/folder";
        panel.widget.setConfig(config);
        QVERIFY(!panel.widget.newRun());
        QVERIFY(panel.widget.form()->firstProblem().contains("train.rec"));
    }

    void oneRunAtATime() {
        Panel panel;
        QSignalSpy asked(&panel.widget, &NewRunPanel::runRequested);
        panel.widget.setBusy(QStringLiteral("A run is going."));
        QVERIFY(!panel.run()->isEnabled());
        panel.widget.setBusy({});
        QTest::mouseClick(panel.run(), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
    }

    void anotherEngineIsChosenWhereItIsThere() {
        Panel panel;
        auto* engines = child<QComboBox>(panel.widget, "engine");
        panel.widget.setPeers({}, QStringLiteral("There is no torch."));
        QVERIFY(!panel.widget.chooseEngine("pytorch"));
        QCOMPARE(engines->itemData(1, Qt::ToolTipRole).toString(), QString("There is no torch."));
        QVERIFY(panel.widget.newRun()->engine.isEmpty());
        panel.widget.setPeers({{"pytorch", "PyTorch 2.11.0", "python3", {"engine.py"}}}, {});
        chooseByKey(engines, "pytorch");
        QCOMPARE(panel.widget.newRun()->engine, QString("pytorch"));
        QTest::mouseClick(child<QPushButton>(panel.widget, "copyCommand"), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().endsWith("--engine pytorch"));
        panel.widget.setPeers({{"pytorch", "PyTorch 2.12.0", "python3", {"engine.py"}}}, {});
        QCOMPARE(panel.widget.newRun()->engine, QString("pytorch"));  // what was chosen stays
        QVERIFY(panel.widget.chooseEngine({}));
        QVERIFY(panel.widget.newRun()->engine.isEmpty());
    }

    /// Every editor has a name for screen readers and can be reached by Tab.
    void everythingIsNamedAndReachable() {
        Panel panel;
        child<QToolButton>(panel.widget, "moreSettings")->click();
        for (FieldRow* row : panel.widget.findChildren<FieldRow*>()) {
            QVERIFY2(!row->editor()->accessibleName().isEmpty(), qPrintable(row->spec().field));
            QVERIFY(row->editor()->focusPolicy() & Qt::TabFocus);
            QVERIFY2(!row->editor()->toolTip().isEmpty(), qPrintable(row->spec().field));
        }
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::NewRunTest)
#include "newrun_test.moc"
