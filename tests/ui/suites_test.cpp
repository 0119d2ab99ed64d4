// SPDX-License-Identifier: GPL-3.0-or-later
// The suites dialog and the sweep editor, with the real engine's plans and the fake worker's runs.
#include <QCheckBox>
#include <QListWidget>
#include <QTableView>
#include <QTimer>

#include "UiSupport.h"
#include "app/queue/QueueRunner.h"
#include "app/run/RunController.h"
#include "ui/suites/EntryModel.h"
#include "ui/suites/EntryView.h"
#include "ui/suites/SuitesDialog.h"
#include "ui/suites/SweepDialog.h"

namespace arcmeter::ui {

using namespace test;

class SuitesTest : public QObject {
    Q_OBJECT

    static constexpr int answer_ms = 30'000;  ///< generous: test machines are busy

    static app::SuiteEntry smallEntry() {
        app::SuiteEntry entry;
        entry.config.model = "y1";
        entry.config.device = protocol::Device::cpu;
        entry.config.num_classes = 100;
        entry.config.batch_size_per_device = 2;
        entry.config.method = protocol::Method::quick;
        entry.datasetName = QStringLiteral("synthetic");
        return entry;
    }

    static QString cell(EntryModel* model, int row, EntryModel::Column column) {
        return model->index(row, column).data().toString();
    }

    static bool waitForChecks(EntryView* view) {
        return QTest::qWaitFor([view] { return view->model()->isChecked() && view->model()->rowCount() > 0; },
                               answer_ms);
    }

private slots:
    void init() { useEngine(FAKE_ENGINE); }

    void aSuiteShowsPublishedFiguresAndWhatCannotRunHere() {
        Place place;
        SuitesDialog dialog(app::shippedSuites(app::Catalog::load(), place.settings), &place.store,
                            REAL_ENGINE);
        dialog.choose("dlperf-r100-face_emore");
        dialog.show();
        EntryModel* model = dialog.entries()->model();
        QVERIFY(waitForChecks(dialog.entries()));
        QVERIFY(!child<QLabel>(dialog, "suiteDescription")->text().isEmpty());
        int published = 0, impossible = 0;
        for (int row = 0; row < model->rowCount(); ++row) {
            published += cell(model, row, EntryModel::OneFlow) != "-" ? 1 : 0;
            const bool cannot = !cell(model, row, EntryModel::WhyNot).isEmpty();
            impossible += cannot ? 1 : 0;
            const QModelIndex tick = model->index(row, EntryModel::Configuration);
            QVERIFY(cannot != bool(tick.flags() & Qt::ItemIsUserCheckable));
            if (cannot) QVERIFY(!model->setData(tick, Qt::Checked, Qt::CheckStateRole));
        }
        QVERIFY2(published > model->rowCount() / 2, qPrintable(QString::number(published)));
        QVERIFY(impossible > 0);  // 32 devices
        QCOMPARE(model->possible(), model->rowCount() - impossible);
    }

    void theQuickSuiteIsAddedFromTheWindow() {
        qputenv("ARCMETER_ENGINE", REAL_ENGINE);
        Place place;
        MainWindow window(&place.store, &place.settings);
        window.show();
        QTimer::singleShot(0, qApp, [] {
            auto* dialog = qobject_cast<SuitesDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            dialog->choose("dlperf-quick");
            QVERIFY(waitForChecks(dialog->entries()));
            auto* all = child<QCheckBox>(*dialog, "tickAll");
            QVERIFY(all->isChecked());
            QTest::mouseClick(all, Qt::LeftButton, {}, QPoint(8, all->height() / 2));
            QVERIFY(dialog->entries()->model()->ticked().empty());
            QVERIFY(!child<QPushButton>(*dialog, "addEntries")->isEnabled());
            EntryModel* model = dialog->entries()->model();
            QVERIFY(model->setData(model->index(0, 0), Qt::Checked, Qt::CheckStateRole));
            QVERIFY(dialog->entries()->summary().contains("1 of"));
            QTest::mouseClick(child<QPushButton>(*dialog, "addEntries"), Qt::LeftButton);
        });
        window.showSuites();
        QCOMPARE(window.queue()->entries().size(), std::size_t{1});
        QCOMPARE(window.queue()->entries().front().batchTitle, QString("dlperf-quick"));
        QVERIFY(!window.queue()->isRunning());
    }

    void aSweepIsTheCrossProductWithItsCount() {
        Place place;
        SweepDialog dialog(smallEntry(), &place.store, REAL_ENGINE);
        dialog.show();
        EntryView* view = dialog.entries();
        QVERIFY2(view->summary().contains("Choose a field"), qPrintable(view->summary()));
        dialog.setDimension("batch_size_per_device", "2, 4,4, 8");
        dialog.setDimension("parallelism", QString::fromUtf8("data，partial_fc"));  // a Chinese comma
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 6, answer_ms);
        QVERIFY(waitForChecks(view));
        QVERIFY2(view->summary().contains("6 of 6"), qPrintable(view->summary()));
        QSignalSpy asked(&dialog, &SweepDialog::queueAsked);
        child<QCheckBox>(dialog, "interleave")->setChecked(true);
        QTest::mouseClick(child<QPushButton>(dialog, "startEntries"), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        const auto batch = asked.front().front().value<app::QueueBatch>();
        QCOMPARE(batch.items.size(), std::size_t{6});
        QVERIFY(batch.interleaved);
        QCOMPARE(batch.items.back().what.config.batch_size_per_device, 8);
        QVERIFY(batch.items.back().what.config.parallelism == protocol::Parallelism::partial_fc);
        QVERIFY(asked.front().back().toBool());
    }

    void whatCannotWorkIsOneSentence_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("values");
        QTest::addColumn<QString>("said");
        QTest::newRow("not a number") << "batch_size_per_device"
                                      << "two"
                                      << "two";
        QTest::newRow("not allowed") << "precision"
                                     << "fp12"
                                     << "fp12";
        QTest::newRow("devices") << "devices"
                                 << "4"
                                 << "devices";
        QStringList many;
        for (int i = 1; i <= 1001; ++i) many << QString::number(i);
        QTest::newRow("too many") << "seed" << many.join(',') << "1000";
    }

    void whatCannotWorkIsOneSentence() {
        QFETCH(QString, field);
        QFETCH(QString, values);
        QFETCH(QString, said);
        Place place;
        SweepDialog dialog(smallEntry(), &place.store, REAL_ENGINE);
        dialog.show();
        dialog.setDimension(field, values);
        QTRY_VERIFY2_WITH_TIMEOUT(dialog.entries()->summary().contains(said),
                                  qPrintable(dialog.entries()->summary()), answer_ms);
        QVERIFY(!child<QPushButton>(dialog, "addEntries")->isEnabled());
    }

    void aFieldChosenTwiceAndAMissingEngineAreSaid() {
        Place place;
        SweepDialog twice(smallEntry(), &place.store, REAL_ENGINE);
        twice.setDimension("seed", "1");
        twice.setDimension("seed", "2");
        QTRY_VERIFY_WITH_TIMEOUT(twice.entries()->summary().contains("twice"), answer_ms);
        SweepDialog without(smallEntry(), &place.store, QString());
        without.setDimension("seed", "1,2");
        QTRY_VERIFY_WITH_TIMEOUT(without.entries()->summary().contains("engine"), answer_ms);
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::SuitesTest)
#include "suites_test.moc"
