// SPDX-License-Identifier: GPL-3.0-or-later
// The loss chart and, behind tabs beside it, what the devices say of themselves once a second: utilization,
// memory, power, temperature, clock. A tab appears when its quantity does. Seconds in which a device
// throttled are shaded.
#pragma once

#include <QWidget>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "engine/protocol/events.h"
#include "ui/charts/Chart.h"

class QStackedWidget;
class QTabBar;

namespace arcmeter::ui {

class DeviceCharts : public QWidget {
    Q_OBJECT

public:
    /// Takes the loss chart as its first page.
    explicit DeviceCharts(Chart* loss, QWidget* parent = nullptr);
    ~DeviceCharts() override;

    void clear();
    /// One device's word of one second; a device speaks at most once for each.
    void append(const protocol::Telemetry& telemetry);

    const std::vector<Chart*>& charts() const { return m_charts; }  ///< without the loss
    QTabBar* tabs() const { return m_tabs; }
    qint64 throttledSeconds() const { return static_cast<qint64>(m_throttledSeconds.size()); }

private:
    static constexpr std::size_t quantities = 5;
    struct Device {
        std::array<SeriesStore, quantities> series;
        QString name;
    };
    void addDevice(const protocol::Telemetry& telemetry);
    void shade(qint64 second);
    void updateLines();

    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    std::vector<Chart*> m_charts;
    std::map<std::int64_t, std::unique_ptr<Device>> m_devices;  ///< by device index
    std::set<qint64> m_throttledSeconds;
};

}  // namespace arcmeter::ui
