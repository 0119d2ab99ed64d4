// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on a worker: by keyboard and mouse, to the end, stopped half-way, killed, exported. Most
// cases use the fake worker, which plays a run in milliseconds; one trains for real.
#include <QAction>
#include <QCheckBox>
#include <QImage>
#include <QMenuBar>
#include <QMessageBox>
#include <QTableView>
#include <QTimer>
#include <QUndoStack>
#include <algorithm>
#include <cmath>
#include <csignal>

#include "UiSupport.h"
#include "app/export/TableExporter.h"
#include "app/run/RunController.h"
#include "ui/charts/Chart.h"
#include "ui/charts/ChartExport.h"
#include "ui/live/References.h"
#include "ui/live/RunHeader.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/HelpWindow.h"
#include "ui/window/SettingsDialog.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {

using namespace test;
using app::RunState;

class WindowTest : public QObject {
    Q_OBJECT

    static constexpr int run_ms = 20'000;  ///< generous: test machines are busy

    struct Window {
        Place place;
        MainWindow main{&place.store, &place.settings};
        Window() {
            main.show();
            main.activateWindow();
            if (!QTest::qWaitForWindowActive(&main)) qFatal("the window does not become active");
        }
        ~Window() { main.controller()->kill(); }
        RunState state() const { return main.controller()->state(); }
        QPushButton* runButton() { return child<QPushButton>(main, "run"); }
        QLabel* runState() { return child<QLabel>(main, "runState"); }
    };

    static bool ended(Window& window) {
        return !window.main.controller()->isActive() && window.main.controller()->runId() > 0;
    }

    /// Relative luminance of sRGB, WCAG 2.1.
    static double luminance(const QColor& color) {
        const auto linear = [](double channel) {
            return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
               0.0722 * linear(color.blueF());
    }

    static double greatestContrast(const QImage& image, const QColor& background) {
        double most = 1;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const double a = luminance(image.pixelColor(x, y)), b = luminance(background);
                most = std::max(most, (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05));
            }
        }
        return most;
    }

private slots:
    void init() { useEngine(FAKE_ENGINE); }

    void aNewcomerGetsARunByOneClick() {
        Window window;
        auto* tryIt = child<QPushButton>(window.main, "tryItNow");
        QVERIFY(tryIt->isVisible());
        QTest::mouseClick(tryIt, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        QVERIFY2(window.state() == RunState::Finished, qPrintable(toString(window.state())));
        QVERIFY(!tryIt->isVisible());
        QTRY_COMPARE(window.runState()->text(), QString("Finished"));
        QCOMPARE(window.main.live()->header()->figure("samples"), QString("100.0"));
        QTRY_VERIFY(window.main.live()->charts().front()->pointsShown() > 0);
        QCOMPARE(window.main.live()->stepTable()->model()->rowCount(), 30);
    }

    void chosenByKeyboardRunsAndIsInHistory() {
        Window window;
        auto* form = window.main.panel()->form();
        chooseByKey(qobject_cast<QComboBox*>(form->row("model")->editor()), "mbf");
        typeInto(qobject_cast<QLineEdit*>(form->row("batch_size_per_device")->editor()), "4");
        QTest::keyClick(&window.main, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        const app::HistoryRow row = window.place.store.historyRow(window.main.controller()->runId());
        QCOMPARE(row.model, QString("mbf"));
        QCOMPARE(row.batchSizePerDevice, std::optional<qint64>(4));
        QTest::keyClick(&window.main, Qt::Key_2, Qt::ControlModifier);
        QTRY_VERIFY(window.main.history()->isVisible());
        QCOMPARE(window.main.history()->model()->rowCount(), 121);
    }

    void stopsHalfWayWithinASecondAndKeepsWhatWasMeasured() {
        useEngine(FAKE_ENGINE, "normal", 100);
        Window window;
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window.state() == RunState::Measuring, run_ms);
        QTest::qWait(300);
        QTest::mouseClick(child<QPushButton>(window.main, "stop"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        QVERIFY2(window.state() == RunState::Stopped, qPrintable(toString(window.state())));
        const app::HistoryRow row = window.place.store.historyRow(window.main.controller()->runId());
        QVERIFY(row.partial);
        QVERIFY(row.samplesPerSecond.has_value());
        QVERIFY(child<QPushButton>(window.main, "again")->isVisible());
    }

    void aKilledWorkerIsASentenceAndCanBeRunAgain() {
        useEngine(FAKE_ENGINE, "die");
        Window window;
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        QVERIFY2(window.state() == RunState::Failed, qPrintable(toString(window.state())));
        QTRY_VERIFY(window.main.live()->messages()->isVisible());
        const QString sentence = window.main.live()->messages()->text();
        QVERIFY2(sentence.contains("SIGKILL"), qPrintable(sentence));
        QVERIFY(window.place.store.historyRow(window.main.controller()->runId()).state == RunState::Failed);
        useEngine(FAKE_ENGINE, "normal");
        const qint64 failed = window.main.controller()->runId();
        QTest::mouseClick(child<QPushButton>(window.main, "again"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window) && window.main.controller()->runId() != failed, run_ms);
        QVERIFY2(window.state() == RunState::Finished, qPrintable(toString(window.state())));
        QVERIFY(!window.main.live()->messages()->isVisible());
    }

    void garbageAndErrorsAreSentences_data() {
        QTest::addColumn<QByteArray>("script");
        for (const char* script :
             {"garbage", "wrong_protocol", "no_hello", "error", "no_device", "no_result"}) {
            QTest::newRow(script) << QByteArray(script);
        }
    }

    void garbageAndErrorsAreSentences() {
        QFETCH(QByteArray, script);
        useEngine(FAKE_ENGINE, script);
        Window window;
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        QVERIFY2(window.state() == RunState::Failed, qPrintable(toString(window.state())));
        QTRY_VERIFY(window.main.live()->messages()->isVisible());
        QVERIFY(window.main.live()->messages()->text().size() > 20);
    }

    void aMissingEngineIsSaidAndNothingElseBreaks() {
        useEngine("/no/such/arcmeter-engine");
        Window window;
        QVERIFY(window.main.live()->messages()->isVisible());
        QVERIFY(window.main.live()->messages()->text().contains("/no/such/arcmeter-engine"));
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QCOMPARE(window.main.controller()->runId(), 0);
        window.main.showPage(window.main.history());
        QCOMPARE(window.main.history()->model()->rowCount(), 120);
    }

    void repeatsFollowOneAnother() {
        Window window;
        auto* form = window.main.panel()->form();
        form->setField("method", "dlperf");
        form->setField("repeats", "3");
        form->setField("iterations", "20");
        form->setField("warmup", "5");
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), run_ms);
        QVERIFY2(window.state() == RunState::Finished, qPrintable(toString(window.state())));
        QTRY_COMPARE(window.main.live()->stepTable()->model()->rowCount(), 60);
    }

    void earlierRunsAndPublishedRowsAreDrawn() {
        Window window;
        const qint64 run = storeRun(window.place.store, "y1", 80);
        window.main.live()->addReference(window.place.store.historyRow(run));
        window.main.live()->addReference(window.place.store.publishedResults().front());
        QCOMPARE(window.main.live()->references()->all().size(), std::size_t{2});
        QTRY_VERIFY(window.main.live()->charts().front()->pointsShown() >= 30);
        window.main.live()->addReference(window.place.store.historyRow(run));  // once only
        QCOMPARE(window.main.live()->references()->all().size(), std::size_t{2});
        window.main.live()->references()->remove(0);
        QTRY_COMPARE(window.main.live()->charts().front()->pointsShown(), 0);
    }

    void aStoredRunOpensWithItsCharts() {
        Window window;
        const qint64 run = storeRun(window.place.store, "y1", 80);
        emit window.main.history()->openAsked(run);
        QCOMPARE(window.main.live()->shownRun(), run);
        QTRY_VERIFY(window.main.live()->charts().front()->pointsShown() >= 30);
        QCOMPARE(window.runState()->text(), QString("Finished"));
        const app::Table steps = window.main.live()->stepsTable();
        QCOMPARE(steps.rows.size(), std::size_t{30});
        const QString file = window.place.file("throughput.svg");
        saveChart(*window.main.live()->charts().front(), file, "Run 1");
        QVERIFY(contents(file).contains("Throughput"));
    }

    void closingDuringARunAsksAndStops() {
        useEngine(FAKE_ENGINE, "normal", 100);
        Window window;
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(
            window.state() == RunState::WarmingUp || window.state() == RunState::Measuring, run_ms);
        const auto press = [](QMessageBox::ButtonRole role) {
            QTimer::singleShot(100, qApp, [role] {
                auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
                QVERIFY(box);
                for (QAbstractButton* button : box->buttons()) {
                    if (box->buttonRole(button) == role) return button->click();
                }
            });
        };
        press(QMessageBox::RejectRole);
        window.main.close();
        QVERIFY(window.main.isVisible());
        QVERIFY(window.main.controller()->isActive());
        press(QMessageBox::AcceptRole);
        window.main.close();
        QTRY_VERIFY_WITH_TIMEOUT(!window.main.isVisible(), run_ms);
        QVERIFY2(window.state() == RunState::Stopped, qPrintable(toString(window.state())));
    }

    void theWindowComesBackAsItWas() {
        Place place;
        {
            MainWindow window(&place.store, &place.settings);
            window.resize(1100, 640);
            window.show();
            window.close();
        }
        MainWindow window(&place.store, &place.settings);
        window.show();
        QCOMPARE(window.size(), QSize(1100, 640));
    }

    void settingsAreWritten() {
        Place place;
        SettingsDialog dialog(app::Catalog::load(), &place.settings);
        dialog.show();
        child<QComboBox>(dialog, "theme")->setCurrentIndex(2);
        child<QLineEdit>(dialog, "folder_face_emore")->setText(place.folder.path());
        dialog.accept();
        QCOMPARE(place.settings.theme(), app::Settings::Theme::Dark);
        QCOMPARE(place.settings.datasetFolder("face_emore"), place.folder.path());
    }

    void lightAndDarkFollowTheSetting() {
        Place place;
        Theme theme(qApp, &place.settings);
        MainWindow window(&place.store, &place.settings);
        window.show();
        place.settings.setTheme(app::Settings::Theme::Dark);
        QVERIFY(themeColors(window.palette()).dark);
        QVERIFY(window.grab().toImage().pixelColor(2, 2).lightness() < 80);
        place.settings.setTheme(app::Settings::Theme::Light);
        QVERIFY(!themeColors(window.palette()).dark);
        QVERIFY(window.grab().toImage().pixelColor(2, 2).lightness() > 180);
    }

    /// The frame of an empty box, the box of a full one, as WCAG 2.1 wants what is no text to stand out.
    void checkBoxesAreSeen_data() {
        QTest::addColumn<app::Settings::Theme>("theme");
        QTest::newRow("light") << app::Settings::Theme::Light;
        QTest::newRow("dark") << app::Settings::Theme::Dark;
    }
    void checkBoxesAreSeen() {
        QFETCH(app::Settings::Theme, theme);
        Place place;
        Theme themed(qApp, &place.settings);
        place.settings.setTheme(theme);
        QCheckBox box;
        for (const bool checked : {false, true}) {
            box.setChecked(checked);
            box.resize(box.sizeHint());
            const QImage image = box.grab().toImage();
            const double most = greatestContrast(image, image.pixelColor(image.width() - 1, 0));
            QVERIFY2(most >= 3, qPrintable(QString::number(most)));
        }
    }

    /// Two entries of one menu must not share a letter, two shortcuts not a key.
    void menusAreUnambiguous() {
        Window window;
        QStringList keys;
        for (const QAction* top : window.main.menuBar()->actions()) {
            QStringList letters;
            for (const QAction* action : top->menu()->actions()) {
                if (!action->shortcut().isEmpty()) keys << action->shortcut().toString();
                const qsizetype at = action->text().indexOf('&');
                if (at >= 0) letters << action->text().mid(at + 1, 1).toLower();
            }
            QCOMPARE(QSet<QString>(letters.begin(), letters.end()).size(), letters.size());
        }
        QCOMPARE(QSet<QString>(keys.begin(), keys.end()).size(), keys.size());
    }

    void helpIsThere() {
        Window window;
        QTest::keyClick(&window.main, Qt::Key_F1);
        QTRY_VERIFY(window.main.findChild<HelpWindow*>());
        QVERIFY(window.main.findChild<HelpWindow*>()->isVisible());
    }

    /// The real engine trains y1 on this machine's CPU: loss is a number, memory is there, the run is kept.
    void trainsForReal() {
        qputenv("ARCMETER_ENGINE", REAL_ENGINE);
        Window window;
        auto* form = window.main.panel()->form();
        form->setField("num_classes", "100");
        form->setField("batch_size_per_device", "2");
        form->setField("iterations", "6");
        form->setField("warmup", "2");
        QTest::mouseClick(window.runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended(window), 120'000);
        QVERIFY2(window.state() == RunState::Finished, qPrintable(toString(window.state())));
        const app::RunDetails details = window.place.store.details(window.main.controller()->runId());
        QVERIFY(details.figures.samplesPerSecond.value_or(0) > 0);
        QVERIFY(details.figures.peakHostMemoryBytes.value_or(0) > 0);
        QVERIFY(details.figures.finalLoss.value_or(0) > 0);
        QTRY_COMPARE(window.main.live()->stepTable()->model()->rowCount(), 6);
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::WindowTest)
#include "window_test.moc"
