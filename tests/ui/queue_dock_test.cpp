// SPDX-License-Identifier: GPL-3.0-or-later
// The queue dock in the window, on the fake worker: added to, reordered, run, paused, skipped, retried,
// removed and brought back, gone on with in another window.
#include <QAction>
#include <QMessageBox>
#include <QMimeData>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>

#include "UiSupport.h"
#include "app/queue/QueueRunner.h"
#include "app/run/RunController.h"
#include "ui/queue/QueueDock.h"
#include "ui/queue/QueueModel.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {

using namespace test;
using app::QueueState;

class QueueDockTest : public QObject {
    Q_OBJECT

    static constexpr int run_ms = 20'000;  ///< generous: test machines are busy

    struct Window {
        Place& place;
        MainWindow main{&place.store, &place.settings};
        explicit Window(Place& where) : place(where) {
            main.show();
            main.activateWindow();
            if (!QTest::qWaitForWindowActive(&main)) qFatal("the window does not become active");
        }
        ~Window() { main.controller()->kill(); }
        QueueDock* dock() { return main.queueDock(); }
        app::QueueRunner* queue() { return main.queue(); }
        QToolButton* button(const char* name) { return child<QToolButton>(main, name); }
        void press(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
        /// The panel's configuration with this batch size.
        void add(int batch) {
            main.panel()->form()->setField("batch_size_per_device", QString::number(batch));
            QTest::mouseClick(child<QPushButton>(main, "addToQueue"), Qt::LeftButton);
        }
        void choose(int row) { dock()->table()->selectRow(row); }
        std::vector<int> batches() {
            std::vector<int> sizes;
            for (const app::QueueEntry& entry : queue()->entries())
                sizes.push_back(static_cast<int>(entry.what.config.batch_size_per_device));
            return sizes;
        }
        std::vector<QueueState> states() {
            std::vector<QueueState> states;
            for (const app::QueueEntry& entry : queue()->entries()) states.push_back(entry.state);
            return states;
        }
        QString cell(int row, QueueModel::Column column) {
            return dock()->model()->index(row, column).data().toString();
        }
    };

    using Sizes = std::vector<int>;
    using States = std::vector<QueueState>;

private slots:
    void init() { useEngine(FAKE_ENGINE); }

    void anEmptyQueueSaysWhatToDo() {
        Place place;
        Window window(place);
        QVERIFY(!window.dock()->isVisible());
        QTest::keyClick(&window.main, Qt::Key_F8);
        QTRY_VERIFY(window.dock()->isVisible());
        auto* add = child<QPushButton>(window.main, "queueAddHere");
        QVERIFY(add->isVisible());
        QTest::mouseClick(add, Qt::LeftButton);
        QCOMPARE(window.queue()->entries().size(), std::size_t{1});
        QVERIFY(window.dock()->table()->isVisible());
        QVERIFY(!window.queue()->isRunning());
    }

    void whatIsAddedIsMeasuredInOrderWithItsFigures() {
        Place place;
        Window window(place);
        window.add(4);
        QTest::keyClick(&window.main, Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(window.batches(), (Sizes{4, 4}));
        window.press("queueStart");
        QVERIFY(window.queue()->isRunning());
        QVERIFY(!child<QPushButton>(window.main, "run")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!window.queue()->isRunning(), run_ms);
        QCOMPARE(window.states(), (States{QueueState::Finished, QueueState::Finished}));
        QCOMPARE(window.cell(0, QueueModel::SamplesPerSecond), QString("100.0"));
        QVERIFY(child<QPushButton>(window.main, "run")->isEnabled());
        QVERIFY2(window.dock()->summary().contains("ended"), qPrintable(window.dock()->summary()));
        QCOMPARE(place.store.runs().size(), std::size_t{2});
        const app::Table table = window.dock()->model()->exportTable();
        QCOMPARE(table.rows.size(), std::size_t{2});
        const auto value = [&table](std::size_t row, const char* column) {
            return plainText(
                table.rows[row][static_cast<std::size_t>(table.columns.indexOf(QLatin1String(column)))]);
        };
        QCOMPARE(value(1, "place"), QString("2"));
        QCOMPARE(value(1, "state"), QString("finished"));
        QCOMPARE(value(1, "batch_size_per_device"), QString("4"));
        QCOMPARE(value(1, "samples_per_s"), QString("100"));
        QVERIFY(value(1, "run_id") != value(0, "run_id"));
        QVERIFY(value(1, "reason").isEmpty());
    }

    void theOrderIsChangedByKeyboardAndByDrag() {
        Place place;
        Window window(place);
        for (const int size : {1, 2, 3}) window.add(size);
        window.choose(2);
        QTest::keyClick(window.dock()->table(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(window.batches(), (Sizes{1, 3, 2}));
        window.press("queueUp");  // it is still the selected one
        QCOMPARE(window.batches(), (Sizes{3, 1, 2}));
        QueueModel* model = window.dock()->model();
        const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(0, 0)}));
        model->dropMimeData(dragged.get(), Qt::MoveAction, 3, 0, {});
        QCOMPARE(window.batches(), (Sizes{1, 2, 3}));
        const std::unique_ptr<QMimeData> again(model->mimeData({model->index(2, 0)}));
        model->dropMimeData(again.get(), Qt::MoveAction, 1, 0, {});
        QCOMPARE(window.batches(), (Sizes{1, 3, 2}));
    }

    void removingIsUndone() {
        Place place;
        Window window(place);
        for (const int size : {1, 2, 3}) window.add(size);
        window.choose(1);
        QTest::keyClick(window.dock()->table(), Qt::Key_Delete);
        QCOMPARE(window.batches(), (Sizes{1, 3}));
        window.main.undoStack()->undo();
        QCOMPARE(window.batches(), (Sizes{1, 2, 3}));
        window.main.undoStack()->redo();
        QCOMPARE(window.batches(), (Sizes{1, 3}));
    }

    void skippedEntriesAreRetriedAndEndedOnesCleared() {
        Place place;
        Window window(place);
        window.add(1);
        window.add(2);
        window.choose(0);
        window.press("queueSkip");
        QCOMPARE(window.states(), (States{QueueState::Skipped, QueueState::Waiting}));
        QVERIFY(!window.cell(0, QueueModel::Note).isEmpty());
        window.press("queueRetry");
        QCOMPARE(window.states(), (States{QueueState::Waiting, QueueState::Waiting}));
        window.press("queueSkip");
        window.press("queueClear");
        QCOMPARE(window.batches(), (Sizes{2}));
        window.main.undoStack()->undo();
        QCOMPARE(window.states(), (States{QueueState::Skipped, QueueState::Waiting}));
    }

    void aFailureIsARowAndTheRestIsMeasured() {
        useEngine(FAKE_ENGINE, "limit");
        qputenv("ARCMETER_FAKE_LIMIT", "10");
        Place place;
        Window window(place);
        window.add(20);
        window.add(5);
        window.press("queueStart");
        QTRY_VERIFY_WITH_TIMEOUT(!window.queue()->isRunning(), run_ms);
        qunsetenv("ARCMETER_FAKE_LIMIT");
        QCOMPARE(window.states(), (States{QueueState::Failed, QueueState::Finished}));
        QVERIFY2(window.cell(0, QueueModel::Note).contains("does not fit"),
                 qPrintable(window.cell(0, QueueModel::Note)));
        QVERIFY2(window.dock()->summary().contains("1 failed"), qPrintable(window.dock()->summary()));
    }

    void stoppingKeepsAndAnotherWindowGoesOn() {
        useEngine(FAKE_ENGINE, "normal", 50);
        Place place;
        {
            Window window(place);
            window.add(1);
            window.press("queueStart");
            QTRY_VERIFY_WITH_TIMEOUT(window.main.controller()->state() == app::RunState::Measuring, run_ms);
            window.press("queueStop");
            QTRY_VERIFY_WITH_TIMEOUT(!window.queue()->isRunning(), run_ms);
            QCOMPARE(window.states(), (States{QueueState::Waiting}));
        }
        useEngine(FAKE_ENGINE);
        Window window(place);
        QVERIFY(window.dock()->isVisible());
        MessageBar* messages = window.main.live()->messages();
        QVERIFY2(messages->isVisible() && messages->text().contains("queue"), qPrintable(messages->text()));
        for (auto* button : messages->findChildren<QPushButton*>()) {
            if (button->text() == "Go on") button->click();
        }
        QTRY_VERIFY_WITH_TIMEOUT(window.states() == (States{QueueState::Finished}), run_ms);
    }

    void pauseRestsAfterTheRunThatGoes() {
        useEngine(FAKE_ENGINE, "normal", 20);
        Place place;
        Window window(place);
        window.add(1);
        window.add(2);
        window.press("queueStart");
        QTRY_VERIFY_WITH_TIMEOUT(window.main.controller()->isActive(), run_ms);
        window.press("queuePause");
        QVERIFY2(window.dock()->summary().contains("Pausing"), qPrintable(window.dock()->summary()));
        QTRY_VERIFY_WITH_TIMEOUT(!window.queue()->isRunning(), run_ms);
        QCOMPARE(window.states(), (States{QueueState::Finished, QueueState::Waiting}));
        QVERIFY(window.button("queueStart")->isVisible());
    }

    void closingStopsTheQueueAndKeepsIt() {
        useEngine(FAKE_ENGINE, "normal", 50);
        Place place;
        Window window(place);
        window.add(1);
        window.add(2);
        window.press("queueStart");
        QTRY_VERIFY_WITH_TIMEOUT(window.main.controller()->state() == app::RunState::Measuring, run_ms);
        QTimer::singleShot(100, qApp, [] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(box);
            for (QAbstractButton* button : box->buttons()) {
                if (box->buttonRole(button) == QMessageBox::AcceptRole) return button->click();
            }
        });
        window.main.close();
        QTRY_VERIFY_WITH_TIMEOUT(!window.main.isVisible(), run_ms);
        QCOMPARE(window.states(), (States{QueueState::Waiting, QueueState::Waiting}));
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::QueueDockTest)
#include "queue_dock_test.moc"
