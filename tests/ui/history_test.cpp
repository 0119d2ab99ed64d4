// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QTableView>
#include <QTextBrowser>
#include <QUndoStack>

#include "UiSupport.h"
#include "ui/history/FilterBar.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {

using namespace test;

class HistoryTest : public QObject {
    Q_OBJECT

    static constexpr int published_rows = 120;

    struct Page {
        Place place;
        QUndoStack undo;
        qint64 first = storeRun(place.store, "y1", 100);
        qint64 second = storeRun(place.store, "r18", 50);
        HistoryPage page{&place.store, &undo};

        Page() {
            page.resize(1200, 700);
            page.show();
        }
        int rows() const { return page.proxy()->rowCount(); }
    };

private slots:
    void holdsRunsAndPublishedRows() {
        Page history;
        QCOMPARE(history.rows(), published_rows + 2);
    }

    void searchesAndFilters() {
        Page history;
        auto* search = child<QLineEdit>(history.page, "search");
        QTest::keyClicks(search, "oneflow r100");
        QTRY_VERIFY(history.rows() > 0 && history.rows() < published_rows);
        for (const app::HistoryRow& row : history.page.proxy()->visibleRows()) {
            QCOMPARE(row.framework, QString("OneFlow"));
            QCOMPARE(row.model, QString("r100"));
        }
        history.page.filters()->clear();
        QTRY_COMPARE(history.rows(), published_rows + 2);
        history.page.filters()->setShow(app::HistoryFilter::Show::Runs);
        QCOMPARE(history.rows(), 2);
        chooseByKey(child<QComboBox>(history.page, "filter_model"), "r18");
        QCOMPARE(history.rows(), 1);
    }

    void sortsByNumber() {
        Page history;
        history.page.table()->sortByColumn(app::HistoryModel::SamplesPerSecond, Qt::DescendingOrder);
        const auto rows = history.page.proxy()->visibleRows();
        double before = 1e18;
        for (const app::HistoryRow& row : rows) {
            if (!row.samplesPerSecond) break;  // unknown ones come last
            QVERIFY(*row.samplesPerSecond <= before);
            before = *row.samplesPerSecond;
        }
        QVERIFY(rows.front().samplesPerSecond.has_value());
    }

    void deletesByKeyAndUndoes() {
        Page history;
        history.page.selectRun(history.second);
        history.page.table()->setFocus();
        QVERIFY(QTest::qWaitForWindowExposed(&history.page));
        history.page.activateWindow();
        QTest::keyClick(history.page.table(), Qt::Key_Delete);
        QTRY_COMPARE(history.rows(), published_rows + 1);
        QVERIFY(history.page.messages()->isVisible());
        history.undo.undo();
        QTRY_COMPARE(history.rows(), published_rows + 2);
        history.undo.redo();
        QTRY_COMPARE(history.rows(), published_rows + 1);
    }

    void publishedRowsCannotBeDeleted() {
        Page history;
        history.page.showPublished();
        QTRY_COMPARE(history.rows(), published_rows);
        history.page.table()->selectAll();
        history.page.deleteSelected();
        QCOMPARE(history.undo.count(), 0);
        QCOMPARE(history.rows(), published_rows);
    }

    void tagsAndUndoes() {
        Page history;
        history.page.selectRun(history.first);
        history.page.addTag("baseline");
        QTRY_COMPARE(history.place.store.historyRow(history.first).tags, QStringList("baseline"));
        history.undo.undo();
        QTRY_VERIFY(history.place.store.historyRow(history.first).tags.isEmpty());
    }

    void showsEverythingAboutARun() {
        Page history;
        history.page.selectRun(history.first);
        QTRY_VERIFY(history.page.details()->toPlainText().contains("Configuration"));
        const QString text = history.page.details()->toPlainText();
        QVERIFY2(text.contains("batch_size_per_device") && text.contains("Samples/s"), qPrintable(text));
    }

    /// Whatever a worker or a user wrote must show as text, not be obeyed as markup.
    void textIsNotMarkup() {
        Page history;
        history.place.store.setNote(history.first, "<img src='x'><b>bold</b>");
        history.page.selectRun(history.first);
        QTRY_VERIFY(history.page.details()->toPlainText().contains("<b>bold</b>"));
    }

    void exportsEveryFormat_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"csv", "tsv", "json", "md"}) QTest::newRow(ending) << QString(ending);
    }

    void exportsEveryFormat() {
        QFETCH(QString, ending);
        Page history;
        const QString file = history.place.file("table." + ending);
        QVERIFY(saveTable(history.page.exportTable(), file, history.page.messages()));
        const QByteArray bytes = contents(file);
        QVERIFY(bytes.contains("OneFlow") && bytes.contains("samples_per_s") && bytes.contains("245.0"));
    }

    void sayWhyAFileCannotBeWritten() {
        Page history;
        QVERIFY(!saveTable(history.page.exportTable(), "/no/such/folder/table.csv", history.page.messages()));
        QVERIFY(history.page.messages()->text().contains("/no/such/folder"));
        QVERIFY(!saveTable(history.page.exportTable(), history.place.file("table.docx"),
                           history.page.messages()));
        QVERIFY(history.page.messages()->text().contains("csv"));
    }

    void copiesSelectedRowsAsTsv() {
        Page history;
        history.page.selectRun(history.first);
        history.page.copySelected();
        const QStringList lines = QGuiApplication::clipboard()->text().trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].contains("samples_per_s\t"));
        QVERIFY(lines[1].contains("y1"));
    }

    void offersWhatTheSelectionAllows() {
        Page history;
        QSignalSpy again(&history.page, &HistoryPage::againAsked);
        QSignalSpy compare(&history.page, &HistoryPage::compareAsked);
        QSignalSpy live(&history.page, &HistoryPage::liveAsked);
        history.page.selectRun(history.first);
        const auto action = [&history](const QString& text) {
            for (QAction* each : history.page.pageActions()) {
                if (each->text() == text) return each;
            }
            return static_cast<QAction*>(nullptr);
        };
        QVERIFY(action("Run again")->isEnabled());
        action("Run again")->trigger();
        action("Show on live charts")->trigger();
        action("Compare")->trigger();
        QCOMPARE(again.count(), 1);
        QCOMPARE(live.count(), 1);
        QCOMPARE(compare.count(), 1);
        history.page.showPublished();
        history.page.table()->selectRow(0);
        QVERIFY(!action("Run again")->isEnabled());
        QVERIFY(!action("Delete")->isEnabled());
        QVERIFY(action("Show on live charts")->isEnabled());
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::HistoryTest)
#include "history_test.moc"
