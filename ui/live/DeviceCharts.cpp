// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/DeviceCharts.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>
#include <cmath>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

ChartSetup setupOf(std::size_t quantity) {
    switch (quantity) {
        case 0:
            return {.title = DeviceCharts::tr("Utilization"), .unit = DeviceCharts::tr("% of the device")};
        case 1:
            return {.title = DeviceCharts::tr("Memory in use"), .unit = {}, .values = ChartValues::Bytes};
        case 2:
            return {.title = DeviceCharts::tr("Power"), .unit = DeviceCharts::tr("W")};
        case 3:
            return {.title = DeviceCharts::tr("Temperature"), .unit = DeviceCharts::tr("°C")};
        default:
            return {.title = DeviceCharts::tr("Clock"), .unit = DeviceCharts::tr("MHz")};
    }
}

/// In setupOf()'s order and units; NaN where the device does not say.
std::array<double, 5> valuesOf(const protocol::Telemetry& telemetry) {
    const auto used = static_cast<double>(telemetry.memory_used_bytes);
    return {100 * telemetry.utilization, used > 0 ? used : NAN, telemetry.power_w.value_or(NAN),
            telemetry.temperature_c.value_or(NAN), telemetry.sm_clock_mhz.value_or(NAN)};
}

}  // namespace

DeviceCharts::DeviceCharts(Chart* loss, QWidget* parent)
    : QWidget(parent), m_tabs(new QTabBar), m_pages(new QStackedWidget) {
    m_tabs->setProperty("small", true);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setObjectName(QStringLiteral("deviceTabs"));
    m_tabs->setAccessibleName(tr("Loss or a quantity of the device"));
    m_tabs->addTab(loss->title());
    m_pages->addWidget(loss);
    for (std::size_t quantity = 0; quantity < quantities; ++quantity) {
        const ChartSetup setup = setupOf(quantity);
        auto* chart = new Chart(setup);
        chart->setStepName([](qint64 second) { return tr("Second %1").arg(integerText(second)); });
        chart->setBandName(tr("Throttled"));
        m_tabs->addTab(setup.title);
        m_pages->addWidget(chart);
        m_charts.push_back(chart);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tabs);
    column->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    clear();
}

DeviceCharts::~DeviceCharts() {
    for (Chart* chart : m_charts) chart->setLines({});  // the stores go before the charts
}

void DeviceCharts::clear() {
    for (Chart* chart : m_charts) {
        chart->setLines({});
        chart->setBands({});
        chart->setView(std::nullopt);
    }
    m_devices.clear();
    m_throttledSeconds.clear();
    for (int tab = 1; tab < m_tabs->count(); ++tab) m_tabs->setTabVisible(tab, false);
    m_tabs->setVisible(false);
    m_tabs->setCurrentIndex(0);
}

void DeviceCharts::addDevice(const protocol::Telemetry& telemetry) {
    auto device = std::make_unique<Device>();
    device->name = telemetry.device == "cuda" ? tr("GPU") : tr("CPU");
    m_devices.emplace(telemetry.device_index, std::move(device));
}

void DeviceCharts::append(const protocol::Telemetry& telemetry) {
    if (!m_devices.contains(telemetry.device_index)) {
        addDevice(telemetry);
        updateLines();
    }
    Device& device = *m_devices.at(telemetry.device_index);
    const std::array<double, quantities> values = valuesOf(telemetry);
    for (std::size_t quantity = 0; quantity < quantities; ++quantity) {
        device.series[quantity].append(values[quantity]);
        if (!std::isfinite(values[quantity])) continue;
        const int tab = static_cast<int>(quantity) + 1;
        if (!m_tabs->isTabVisible(tab)) m_tabs->setTabVisible(tab, true);
        m_charts[quantity]->dataChanged();
    }
    if (m_tabs->isHidden()) m_tabs->show();
    if (!telemetry.throttle_reasons.empty()) shade(device.series.front().end() - 1);
}

void DeviceCharts::shade(qint64 second) {
    if (!m_throttledSeconds.insert(second).second) return;  // another device already throttled then
    std::vector<ChartBand> bands;
    for (const qint64 throttled : m_throttledSeconds) {
        if (!bands.empty() && bands.back().to == throttled) {
            bands.back().to = throttled + 1;
        } else {
            bands.push_back({throttled, throttled + 1});
        }
    }
    for (Chart* chart : m_charts) chart->setBands(bands);
}

void DeviceCharts::updateLines() {
    for (std::size_t quantity = 0; quantity < quantities; ++quantity) {
        std::vector<ChartLine> lines;
        for (const auto& [index, device] : m_devices) {
            const QString number = m_devices.size() > 1 ? QStringLiteral(" %1").arg(index) : QString();
            const int color = static_cast<int>(lines.size());
            lines.push_back({device->name + number,
                             {ColorKey::Set::Series, color},
                             color >= 4,
                             &device->series[quantity]});
        }
        m_charts[quantity]->setLines(std::move(lines));
    }
}

}  // namespace arcmeter::ui
