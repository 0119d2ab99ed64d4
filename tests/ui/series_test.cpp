// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <limits>

#include "ui/charts/AxisScale.h"
#include "ui/charts/SeriesStore.h"

namespace arcmeter::ui {

class SeriesTest : public QObject {
    Q_OBJECT

private slots:
    void keepsValuesByStep() {
        SeriesStore store;
        for (int i = 1; i <= 10'000; ++i) store.append(i * 0.5);
        QCOMPARE(store.begin(), 1);
        QCOMPARE(store.end(), 10'001);
        QCOMPARE(store.at(1), 0.5);
        QCOMPARE(store.at(9'999), 4999.5);
        QVERIFY(std::isnan(store.at(0)));
        QVERIFY(std::isnan(store.at(10'001)));
    }

    void memoryIsBoundedAndTheNewestStay() {
        SeriesStore store(10'000);
        for (int i = 1; i <= 100'000; ++i) store.append(i);
        QVERIFY(store.end() - store.begin() <= 10'000);
        QCOMPARE(store.end(), 100'001);
        QCOMPARE(store.at(100'000), 100'000.0);
        QCOMPARE(store.at(store.begin()), static_cast<double>(store.begin()));
    }

    /// A single high value among a million must be in what is drawn, wherever it lies.
    void noSpikeIsHidden() {
        for (const int spike : {1, 777, 200 * 4096, 999'999, 1'000'000}) {
            SeriesStore store;
            for (int i = 1; i <= 1'000'000; ++i) store.append(i == spike ? 50.0 : i % 7 == 0 ? -1.0 : 1.0);
            double highest = 0;
            int points = 0;
            for (const QList<QPointF>& line : store.lines(1, 1'000'001, 800)) {
                points += static_cast<int>(line.size());
                for (const QPointF& point : line) highest = std::max(highest, point.y());
            }
            QCOMPARE(highest, 50.0);
            QVERIFY2(points <= 2 * 801, qPrintable(QString::number(points)));
        }
    }

    void zoomResolvesTheRawValues() {
        SeriesStore store;
        for (int i = 1; i <= 100'000; ++i) store.append(std::sin(i));
        const auto lines = store.lines(500, 600, 800);
        QCOMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines.front().size(), 100);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(lines.front()[i].x(), 500.0 + i);
            QCOMPARE(lines.front()[i].y(), static_cast<double>(static_cast<float>(std::sin(500 + i))));
        }
    }

    void stretchesAreNotJoined() {
        SeriesStore store;
        for (int repeat = 0; repeat < 3; ++repeat) {
            store.startSegment();
            for (int i = 0; i < 50; ++i) store.append(repeat);
        }
        const auto lines = store.lines(1, 151, 800);
        QCOMPARE(lines.size(), std::size_t{3});
        QCOMPARE(lines[1].first(), QPointF(51, 1));
        QCOMPARE(lines[1].last(), QPointF(100, 1));
    }

    /// Qt Charts draws nothing at all of a line that holds one NaN: such steps must be a gap.
    void whatIsNotANumberIsAGap() {
        SeriesStore store;
        for (int i = 1; i <= 30; ++i) {
            store.append(i == 10   ? std::numeric_limits<double>::quiet_NaN()
                         : i == 20 ? std::numeric_limits<double>::infinity()
                                   : 1.0);
        }
        const auto lines = store.lines(1, 31, 800);
        QCOMPARE(lines.size(), std::size_t{3});
        for (const QList<QPointF>& line : lines) {
            for (const QPointF& point : line) QVERIFY(std::isfinite(point.y()));
        }
    }

    void summaryAgreesWithAPlainLoop() {
        SeriesStore store;
        std::vector<double> values;
        for (int i = 0; i < 20'000; ++i) {
            values.push_back((i * 7919 % 1000) / 8.0);
            store.append(values.back());
        }
        for (const auto& [from, to] : {std::pair{1, 2}, {5, 9000}, {256, 513}, {4000, 12'345}, {1, 20'001}}) {
            SeriesStore::Summary expected;
            for (int step = from; step < to; ++step) expected.add(values[static_cast<std::size_t>(step - 1)]);
            const SeriesStore::Summary got = store.summary(from, to);
            QCOMPARE(got.count, expected.count);
            QCOMPARE(got.min, expected.min);
            QCOMPARE(got.max, expected.max);
            QVERIFY(std::abs(got.sum - expected.sum) <= 1e-6 * expected.sum);  // another order of additions
        }
    }

    void columnsStayPutWhileValuesArrive() {
        SeriesStore store;
        for (int i = 1; i <= 90'000; ++i) store.append(i % 100);
        const auto before = store.lines(1, 100'001, 500);
        for (int i = 90'001; i <= 95'000; ++i) store.append(i % 100);
        const auto after = store.lines(1, 100'001, 500);
        QVERIFY(after.front().size() > before.front().size());
        for (qsizetype i = 0; i + 2 < before.front().size(); ++i)
            QCOMPARE(after.front()[i], before.front()[i]);
    }

    void meansAverageEachColumn() {
        SeriesStore store;
        for (int i = 0; i < 1000; ++i) store.append(i % 2 == 0 ? 1 : 3);
        for (const QPointF& point : store.means(1, 1001, 100)) QCOMPARE(point.y(), 2.0);
    }

    void axesAreRound_data() {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("min");
        QTest::addColumn<double>("max");
        QTest::newRow("samples/s") << 0.0 << 37.3 << 0.0 << 40.0;
        QTest::newRow("small") << 0.0 << 0.0031 << 0.0 << 0.004;
        QTest::newRow("loss") << 6.21 << 45.9 << 0.0 << 50.0;
        QTest::newRow("same") << 3.0 << 3.0 << 3.0 << 3.3;
    }

    void axesAreRound() {
        QFETCH(double, low);
        QFETCH(double, high);
        const AxisScale scale = roundScale(low, high, 4);
        QTEST(scale.min, "min");
        QTEST(scale.max, "max");
        QVERIFY(scale.interval > 0);
    }

    void stepAxesHaveWholeTicks() {
        for (const double steps : {2.0, 7.0, 30.0, 151.0, 1e6}) {
            const AxisScale scale = roundScale(0, steps, 8, true);
            QCOMPARE(scale.interval, std::floor(scale.interval));
            QCOMPARE(scale.decimals, 0);
        }
    }
};

}  // namespace arcmeter::ui

QTEST_GUILESS_MAIN(arcmeter::ui::SeriesTest)
#include "series_test.moc"
