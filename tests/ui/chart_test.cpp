// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QTemporaryDir>

#include "UiSupport.h"
#include "ui/charts/Chart.h"
#include "ui/charts/ChartCanvas.h"
#include "ui/charts/ChartExport.h"

namespace arcmeter::ui {

class ChartTest : public QObject {
    Q_OBJECT

    static constexpr int repaint_ms = 150;  ///< a chart redraws at most each 100 ms

    static void show(Chart& chart) {
        chart.resize(700, 320);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.findChild<ChartCanvas*>()->clearFocus();  // its frame has the first line's colour
        QTest::qWait(repaint_ms);
    }

    /// Pixels of about this colour in the plot.
    static int countPixels(const QImage& image, const QColor& color) {
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor seen = image.pixelColor(x, y);
                const int difference = std::abs(seen.red() - color.red()) +
                                       std::abs(seen.green() - color.green()) +
                                       std::abs(seen.blue() - color.blue());
                if (difference < 60) ++count;
            }
        }
        return count;
    }

private slots:
    void drawsWhatItIsGiven() {
        SeriesStore store;
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        const QColor color = themeColors(chart.palette()).series[0];
        auto* canvas = chart.findChild<ChartCanvas*>();
        QVERIFY(countPixels(canvas->grab().toImage(), color) < 20);
        for (int i = 0; i < 100; ++i) store.append(10 + i % 5);
        chart.dataChanged();
        QTest::qWait(repaint_ms);
        QVERIFY(countPixels(canvas->grab().toImage(), color) > 300);
        QCOMPARE(chart.pointsShown(), 100);
    }

    void aMillionStepsStayAFewThousandPoints() {
        SeriesStore store;
        for (int i = 0; i < 1'000'000; ++i) store.append(i % 100);
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        QVERIFY(chart.pointsShown() > 500);
        QVERIFY2(chart.pointsShown() <= 2 * 710, qPrintable(QString::number(chart.pointsShown())));
    }

    void aHiddenChartDoesNothing() {
        SeriesStore store;
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        chart.hide();
        for (int i = 0; i < 50; ++i) store.append(1);
        chart.dataChanged();
        QTest::qWait(repaint_ms);
        QCOMPARE(chart.pointsShown(), 0);
        chart.show();
        QTest::qWait(repaint_ms);
        QCOMPARE(chart.pointsShown(), 50);
    }

    void keysZoomAndRead() {
        SeriesStore store;
        for (int i = 0; i < 1000; ++i) store.append(1);
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        auto* canvas = chart.findChild<ChartCanvas*>();
        QSignalSpy views(&chart, &Chart::viewChanged);
        QSignalSpy readouts(&chart, &Chart::readoutChanged);
        QTest::keyClick(canvas, Qt::Key_Home);
        QCOMPARE(readouts.last().at(0).value<std::optional<qint64>>(), std::optional<qint64>(1));
        QTest::keyClick(canvas, Qt::Key_Right);
        QVERIFY(*readouts.last().at(0).value<std::optional<qint64>>() > 1);
        QTest::keyClick(canvas, Qt::Key_Plus);
        QVERIFY(chart.view().has_value());
        QVERIFY(chart.view()->to - chart.view()->from < 1000);
        QTest::keyClick(canvas, Qt::Key_0);
        QVERIFY(!chart.view().has_value());
        QCOMPARE(views.count(), 2);
    }

    void draggingLooksCloser() {
        SeriesStore store;
        for (int i = 0; i < 1000; ++i) store.append(1);
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        auto* port = chart.findChild<ChartCanvas*>()->viewport();
        const QPoint middle = port->rect().center();
        QTest::mousePress(port, Qt::LeftButton, {}, middle);
        QTest::mouseMove(port, middle + QPoint(60, 0));
        QTest::mouseRelease(port, Qt::LeftButton, {}, middle + QPoint(60, 0));
        QVERIFY(chart.view().has_value());
        const qint64 steps = chart.view()->to - chart.view()->from;
        QVERIFY2(steps > 40 && steps < 200, qPrintable(QString::number(steps)));
        QTest::mouseDClick(port, Qt::LeftButton, {}, middle);
        QVERIFY(!chart.view().has_value());
    }

    void screenReadersHearTheFigures() {
        SeriesStore store;
        store.append(42);
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        chart.setLevels({{"OneFlow", {}, 245, {}}});
        show(chart);
        const auto* canvas = chart.findChild<ChartCanvas*>();
        QCOMPARE(canvas->accessibleName(), QString("Throughput"));
        QVERIFY2(canvas->accessibleDescription().contains("42"), qPrintable(canvas->accessibleDescription()));
        QVERIFY(canvas->accessibleDescription().contains("OneFlow"));
    }

    void savesPictures_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("png") << "png" << QByteArray("\x89PNG");
        QTest::newRow("svg") << "svg" << QByteArray("<?xml");
        QTest::newRow("pdf") << "pdf" << QByteArray("%PDF");
    }

    void savesPictures() {
        QFETCH(QString, ending);
        QFETCH(QByteArray, start);
        QTemporaryDir folder;
        SeriesStore store;
        for (int i = 0; i < 100; ++i) store.append(i);
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.setLines({{"This run", {}, false, &store}});
        show(chart);
        const QString file = folder.filePath("chart." + ending);
        saveChart(chart, file, "Run 7 · Fake CPU");
        const QByteArray bytes = test::contents(file);
        QVERIFY(bytes.startsWith(start));
        QVERIFY(bytes.size() > 2000);
        if (ending == "svg") QVERIFY(bytes.contains("Run 7"));
    }

    void refusesOtherEndingsAndUnwritablePlaces() {
        Chart chart({.title = "Throughput", .unit = "samples/s"});
        chart.resize(400, 300);
        QVERIFY_EXCEPTION_THROWN(saveChart(chart, "/tmp/chart.gif", {}), Error);
        QVERIFY_EXCEPTION_THROWN(saveChart(chart, "/no/such/folder/chart.png", {}), Error);
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::ChartTest)
#include "chart_test.moc"
