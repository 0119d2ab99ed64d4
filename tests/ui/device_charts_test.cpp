// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTabBar>
#include <QTest>

#include "ui/live/DeviceCharts.h"

namespace arcmeter::ui {

class DeviceChartsTest : public QObject {
    Q_OBJECT

    enum Tab { Loss, Utilization, Memory, Power, Temperature, Clock };

    struct Shown {
        DeviceCharts charts{new Chart({.title = QStringLiteral("Loss"), .unit = {}})};
        Shown() {
            charts.resize(500, 300);
            charts.show();
        }
        bool has(Tab tab) const { return charts.tabs()->isTabVisible(tab); }
        Chart* chart(Tab tab) const { return charts.charts()[static_cast<std::size_t>(tab) - 1]; }
    };

    static protocol::Telemetry second(std::int64_t device, double utilization) {
        protocol::Telemetry telemetry;
        telemetry.device = "cuda";
        telemetry.device_index = device;
        telemetry.utilization = utilization;
        return telemetry;
    }

private slots:
    void lossStandsAloneUntilADeviceSpeaks() {
        Shown shown;
        QVERIFY(!shown.charts.tabs()->isVisible());
        shown.charts.append(second(0, 0.5));
        QVERIFY(shown.charts.tabs()->isVisible());
        QCOMPARE(shown.charts.tabs()->currentIndex(), int(Loss));
    }

    void onlyWhatTheDeviceSaysHasATab() {
        Shown shown;
        protocol::Telemetry telemetry = second(0, 0.5);
        telemetry.power_w = 300;
        shown.charts.append(telemetry);
        QVERIFY(shown.has(Utilization) && shown.has(Power));
        QVERIFY(!shown.has(Memory) && !shown.has(Temperature) && !shown.has(Clock));
        telemetry.temperature_c = 60;
        shown.charts.append(telemetry);
        QVERIFY(shown.has(Temperature));
    }

    void everySecondOfEveryDeviceIsDrawn() {
        Shown shown;
        for (int i = 0; i < 3; ++i) {
            shown.charts.append(second(0, 0.5));
            shown.charts.append(second(1, 0.7));
        }
        shown.charts.tabs()->setCurrentIndex(Utilization);
        QTRY_COMPARE(shown.chart(Utilization)->pointsShown(), 6);
        shown.charts.clear();
        QVERIFY(!shown.charts.tabs()->isVisible());
        QCOMPARE(shown.charts.tabs()->currentIndex(), int(Loss));
    }

    void throttledSecondsAreCountedOncePerSecond() {
        Shown shown;
        protocol::Telemetry hot = second(0, 1);
        hot.throttle_reasons = "thermal";
        shown.charts.append(second(0, 1));
        shown.charts.append(hot);
        shown.charts.append(hot);
        shown.charts.append(second(0, 1));
        shown.charts.append(hot);
        QCOMPARE(shown.charts.throttledSeconds(), qint64(3));
        protocol::Telemetry other = hot;
        other.device_index = 1;
        for (int i = 0; i < 5; ++i) shown.charts.append(other);  // seconds 1 and 4 are new
        QCOMPARE(shown.charts.throttledSeconds(), qint64(5));
    }
};

}  // namespace arcmeter::ui

QTEST_MAIN(arcmeter::ui::DeviceChartsTest)
#include "device_charts_test.moc"
