// SPDX-License-Identifier: GPL-3.0-or-later
// Importing in the window: what a file would bring and what it damaged, filling in, taking, undoing,
// dropping.
#include <QDropEvent>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTimer>
#include <QUndoStack>

#include "UiSupport.h"
#include "ui/history/FilterBar.h"
#include "ui/import/DropHint.h"
#include "ui/import/ImportCommand.h"
#include "ui/import/ImportDialog.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {

using namespace test;

class ImportDialogTest : public QObject {
    Q_OBJECT

    static constexpr int read_ms = 20'000;  ///< generous: test machines are busy

    static QString data(const char* name) { return QStringLiteral(SOURCE_FOLDER "/tests/app/data/") + name; }
    static QStringList logs() {
        return {data("oneflow.log"), data("mxnet_partial_fc.log"), data("arcface_torch.log")};
    }

    static bool wasRead(ImportDialog& dialog) {
        return QTest::qWaitFor([&] { return !dialog.isReading(); }, read_ms);
    }

    static QString written(const Place& place, const QString& name, const QByteArray& bytes) {
        QFile file(place.file(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
        return file.fileName();
    }

    static QString cell(ImportDialog& dialog, int row, ImportModel::Column column) {
        return dialog.model()->index(row, column).data().toString();
    }

private slots:
    void init() { useEngine(FAKE_ENGINE); }

    void threeLogsAreShownWithTheirDamagedLinesAndTaken() {
        Place place;
        ImportDialog dialog(logs(), &place.store);
        dialog.show();
        QVERIFY(wasRead(dialog));
        QCOMPARE(child<QListWidget>(dialog, "importFiles")->count(), 3);
        QCOMPARE(dialog.model()->rowCount(), 3);
        QCOMPARE(cell(dialog, 0, ImportModel::Framework), QString("OneFlow"));
        QVERIFY(cell(dialog, 1, ImportModel::Framework).startsWith("MXNet"));
        QVERIFY(place.store.importedResults().empty());  // nothing is taken before the user says so
        const QString problems = child<QPlainTextEdit>(dialog, "importProblems")->toPlainText();
        QVERIFY(problems.contains("oneflow.log"));
        QVERIFY2(problems.contains("line "), qPrintable(problems));
        QTest::mouseClick(child<QPushButton>(dialog, "importTake"), Qt::LeftButton);
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        QCOMPARE(place.store.importedResults().size(), std::size_t{3});
    }

    void whatALogDoesNotSayIsFilledIn() {
        Place place;
        ImportDialog dialog({data("oneflow.log")}, &place.store);
        dialog.show();
        QVERIFY(wasRead(dialog));
        auto* table = child<QTableView>(dialog, "importRows");
        const QModelIndex precision = dialog.model()->index(0, ImportModel::Precision);
        table->setCurrentIndex(precision);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_F2);
        auto* editor = table->viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        typeInto(editor, "bf16");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(precision.data().toString(), QString("bf16"));
        const QModelIndex batch = dialog.model()->index(0, ImportModel::Batch);
        const QString before = batch.data().toString();
        QVERIFY(!dialog.model()->setData(batch, "many"));
        QCOMPARE(batch.data().toString(), before);
        QVERIFY(child<QLabel>(dialog, "importSentence")->text().contains("many"));
        QVERIFY(dialog.model()->setData(batch, "96"));
        QTest::mouseClick(child<QPushButton>(dialog, "importTake"), Qt::LeftButton);
        const app::HistoryRow row = place.store.importedResults().front();
        QCOMPARE(row.precision, QString("bf16"));
        QCOMPARE(row.batchSizePerDevice, std::optional<qint64>(96));
    }

    void unwantedAndUnreadableFilesStayOut() {
        Place place;
        const QString empty = written(place, "empty.log", {});
        const QString noise = written(place, "noise.bin", QByteArray(100'000, '\x01'));
        ImportDialog dialog({data("oneflow.log"), empty, noise, place.file("missing.log")}, &place.store);
        dialog.show();
        QVERIFY(wasRead(dialog));
        auto* list = child<QListWidget>(dialog, "importFiles");
        QCOMPARE(list->count(), 4);
        for (int row = 1; row < 4; ++row) {
            QVERIFY(!(list->item(row)->flags() & Qt::ItemIsUserCheckable));
            QVERIFY2(list->item(row)->text().size() > 20, qPrintable(list->item(row)->text()));
        }
        auto* take = child<QPushButton>(dialog, "importTake");
        QVERIFY(take->isEnabled());
        list->setFocus();
        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Space);  // unticked
        QVERIFY(!take->isEnabled());
        dialog.reject();
        QVERIFY(place.store.importedResults().empty());
    }

    void theSameFileTwiceIsRefused() {
        Place place;
        ImportDialog first({data("oneflow.log"), data("oneflow.log")}, &place.store);
        QVERIFY(wasRead(first));
        QCOMPARE(first.model()->wantedRows(), 1);
        first.show();
        QTest::mouseClick(child<QPushButton>(first, "importTake"), Qt::LeftButton);
        ImportDialog second({data("oneflow.log")}, &place.store);
        second.show();
        QVERIFY(wasRead(second));
        QCOMPARE(second.model()->wantedRows(), 0);
        QVERIFY(child<QListWidget>(second, "importFiles")->item(0)->text().contains("already"));
    }

    void droppedFilesAreShownTakenAndUndone() {
        Place place;
        MainWindow window(&place.store, &place.settings);
        window.show();
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& file : logs()) urls << QUrl::fromLocalFile(file);
        data.setUrls(urls);
        QDragEnterEvent enter({400, 300}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(child<DropHint>(window, "dropHint")->isVisible());
        bool shown = false;
        QTimer look;  // the dialog has an event loop of its own
        connect(&look, &QTimer::timeout, this, [&] {
            auto* dialog = qobject_cast<ImportDialog*>(QApplication::activeModalWidget());
            if (!dialog || dialog->isReading()) return;
            look.stop();
            shown = true;
            QTest::mouseClick(child<QPushButton>(*dialog, "importTake"), Qt::LeftButton);
        });
        look.start(20);
        QDropEvent drop({400, 300}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&window, &drop);
        QTRY_VERIFY_WITH_TIMEOUT(shown && place.store.importedResults().size() == 3, read_ms);
        QVERIFY(!child<DropHint>(window, "dropHint")->isVisible());
        QVERIFY(window.history()->isVisible());
        QTRY_COMPARE(window.history()->proxy()->rowCount(), 3);
        QVERIFY(window.history()->messages()->text().contains("3"));
        window.undoStack()->undo();
        QTRY_COMPARE(window.history()->proxy()->rowCount(), 0);
        window.undoStack()->redo();
        QTRY_COMPARE(window.history()->proxy()->rowCount(), 3);
    }

    void aDragWithoutFilesIsNotTaken() {
        Place place;
        MainWindow window(&place.store, &place.settings);
        window.show();
        QMimeData data;
        data.setUrls({QUrl("https://example.org/results.csv")});
        QDragEnterEvent enter({400, 300}, Qt::CopyAction, &data, Qt::LeftButton, {});
        enter.ignore();
        QApplication::sendEvent(&window, &enter);
        QVERIFY(!enter.isAccepted());
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::ImportDialogTest)
#include "import_dialog_test.moc"
