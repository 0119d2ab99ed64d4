// SPDX-License-Identifier: GPL-3.0-or-later
// The Report page on a real store: empty, with runs, in both languages, saved in every format.
#include <QListWidget>
#include <QScrollBar>
#include <QTableWidget>

#include "UiSupport.h"
#include "ui/charts/ChartExport.h"
#include "ui/report/BarChart.h"
#include "ui/report/ReportPage.h"
#include "ui/report/ReportView.h"
#include "ui/widgets/MessageBar.h"

namespace arcmeter::ui {

using namespace test;

class ReportPageTest : public QObject {
    Q_OBJECT

    static constexpr int load_ms = 20'000;  ///< generous: test machines are busy

    struct Page {
        Place place;
        ReportPage page{&place.store};
        Page() {
            page.resize(1100, 700);
            page.show();
        }
        bool loaded() {
            return QTest::qWaitFor([this] { return !page.isLoading() && !page.document().blocks.empty(); },
                                   load_ms);
        }
        bool shows(const QString& text) {
            for (const QTableWidget* table : page.view()->widget()->findChildren<QTableWidget*>()) {
                if (!table->findItems(text, Qt::MatchContains).isEmpty()) return true;
            }
            return false;
        }
    };

    /// A run that has its place in the report: r100, face_emore's classes, data parallel, batch 64.
    static qint64 storeReportRun(app::RunStore& store, double samplesPerSecond) {
        app::NewRun run;
        run.config.model = "r100";
        run.config.num_classes = 85742;
        run.config.batch_size_per_device = 64;
        run.config.precision = protocol::Precision::fp32;
        run.config.device = protocol::Device::cpu;
        run.config.method = protocol::Method::quick;
        run.datasetName = QStringLiteral("synthetic");
        const qint64 id = store.createRun(run);
        protocol::Result result;
        result.samples_per_s = samplesPerSecond;
        store.recordResult(id, result);
        store.finishRun(id, app::RunState::Finished, app::figuresOf({result}));
        return id;
    }

private slots:
    void withoutRunsItSaysHowToGetThem() {
        Page page;
        QVERIFY(page.loaded());
        auto* empty = child<QLabel>(page.page, "reportEmpty");
        QVERIFY(empty->isVisible());
        QSignalSpy asked(&page.page, &ReportPage::suiteAsked);
        QTest::mouseClick(child<QPushButton>(page.page, "reportSuite"), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        QVERIFY(page.shows("241.82"));  // a published figure, as it was printed
        QVERIFY(!page.page.view()->widget()->findChildren<BarChart*>().isEmpty());
    }

    void aRunStandsInItsCellAndLeavesWithIt() {
        Page page;
        QVERIFY(page.loaded());
        const qint64 run = storeReportRun(page.place.store, 333.25);
        QTRY_VERIFY_WITH_TIMEOUT(page.shows("333.25"), load_ms);
        QVERIFY(!child<QLabel>(page.page, "reportEmpty")->isVisible());
        page.place.store.deleteRuns({run});
        QTRY_VERIFY_WITH_TIMEOUT(!page.shows("333.25"), load_ms);
    }

    void theLanguageIsChosenByKeyboard() {
        Page page;
        QVERIFY(page.loaded());
        const QString english = page.page.document().title;
        auto* language = child<QComboBox>(page.page, "reportLanguage");
        language->setFocus();
        QTest::keyClick(language, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(page.page.document().language == "zh_CN", load_ms);
        QVERIFY(page.page.document().title != english);
    }

    void sectionsAreReached() {
        Page page;
        QVERIFY(page.loaded());
        auto* sections = child<QListWidget>(page.page, "reportSections");
        QVERIFY(sections->count() >= 3);
        sections->setFocus();
        QTest::keyClick(sections, Qt::Key_End);
        QTRY_VERIFY(page.page.view()->verticalScrollBar()->value() > 0);
    }

    void tablesAreCopied() {
        Page page;
        QVERIFY(page.loaded());
        auto* table = page.page.view()->widget()->findChildren<QTableWidget*>().front();
        const QStringList lines = tableAsTsv(*table).split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), table->rowCount() + 1);
        QCOMPARE(lines.front().split('\t').size(), table->columnCount());
        table->setFocus();
        table->setCurrentCell(0, 0);
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().count('\n'), 1);
    }

    void everyFormatIsWritten_data() {
        QTest::addColumn<int>("format");
        QTest::addColumn<QByteArray>("begins");
        const std::pair<app::ReportFormat, const char*> formats[] = {{app::ReportFormat::Markdown, "#"},
                                                                     {app::ReportFormat::Html, "<!"},
                                                                     {app::ReportFormat::Latex, "%"},
                                                                     {app::ReportFormat::Xlsx, "PK"},
                                                                     {app::ReportFormat::Pdf, "%PDF"}};
        for (const auto& [format, begins] : formats)
            QTest::newRow(qPrintable(toString(format))) << int(format) << QByteArray(begins);
    }

    void everyFormatIsWritten() {
        QFETCH(int, format);
        QFETCH(QByteArray, begins);
        Page page;
        QVERIFY(page.loaded());
        const auto wanted = static_cast<app::ReportFormat>(format);
        const QString file = page.place.file("report." + toString(wanted));
        page.page.save(wanted, file);
        QTRY_VERIFY_WITH_TIMEOUT(page.page.messages()->text().startsWith("Saved"), load_ms);
        QVERIFY(contents(file).startsWith(begins));
        page.page.save(wanted, page.place.file("no/such/folder/report"));
        QTRY_VERIFY_WITH_TIMEOUT(page.page.messages()->text().contains("cannot be written"), load_ms);
    }

    void chartsAreSaved() {
        Page page;
        QVERIFY(page.loaded());
        BarChart* chart = page.page.view()->widget()->findChildren<BarChart*>().front();
        const QString file = page.place.file("chart.svg");
        saveChart(*chart, file, "A footer");
        QVERIFY(contents(file).contains("A footer"));
        QVERIFY(contents(file).contains(chart->title().toUtf8()));
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::ReportPageTest)
#include "report_page_test.moc"
