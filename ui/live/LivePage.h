// SPDX-License-Identifier: GPL-3.0-or-later
// The run at hand as it goes: header, charts, step table. Also shows a stored run the same way.
//
// Steps may come thousands a second: they go straight into bounded stores; charts, header and table take from
// those at most ten times a second, and nothing is drawn while the page is hidden.
#pragma once

#include <QWidget>
#include <array>
#include <optional>

#include "app/export/Table.h"
#include "app/models/StepTableModel.h"
#include "app/run/RunController.h"
#include "app/store/RunRecord.h"
#include "ui/live/LiveData.h"

class QSplitter;
class QStackedWidget;
class QTableView;
class QTimer;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class DeviceCharts;
class LatestTask;
class MessageBar;
class ReferenceBar;
class References;
class RunHeader;
class Welcome;

class LivePage : public QWidget {
    Q_OBJECT

public:
    LivePage(app::RunController* controller, app::RunStore* store, QWidget* parent = nullptr);
    ~LivePage() override;

    void showStored(qint64 runId);  ///< throws Error when there is no such run; ignored while a run goes
    bool showsSomething() const;
    void addReference(const app::HistoryRow& row);
    void setSuggestions(std::vector<app::HistoryRow> rows);
    qint64 shownRun() const { return m_runId; }
    std::optional<protocol::RunConfig> shownConfig() const;
    QString shownEngine() const;  ///< the shown run's, as NewRun has it
    /// The run's steps as an exportable table; throws Error when nothing is shown.
    app::Table stepsTable() const;

    References* references() const { return m_references; }
    RunHeader* header() const { return m_header; }
    Welcome* welcome() const { return m_welcome; }
    QSplitter* splitter() const { return m_splitter; }
    QTableView* stepTable() const { return m_table; }
    const std::vector<Chart*>& charts() const { return m_charts; }
    DeviceCharts* devices() const { return m_devices; }
    MessageBar* messages() const { return m_messages; }

    /// The store's answer to runs of a million steps: appends without a controller. Used by the benchmark.
    void appendStep(const protocol::Step& step);

signals:
    void tryAsked();
    void historyAsked();
    void stopAsked();
    void againAsked(const arcmeter::protocol::RunConfig& config,
                    const QString& engine);  ///< as NewRun has them

private:
    void makeCharts();
    void connectExports(Chart* chart);
    QWidget* makeContent();
    void connectController();
    void linkCharts();
    void begin(qint64 runId, const protocol::RunConfig& config, const QString& datasetName);
    void showState(app::RunState state);
    void showPlan(const protocol::Plan& plan);
    void showOutcome(const app::RunOutcome& outcome);
    void tick();
    void updateLines();
    void updateLevels();
    void explain(qint64 runId);
    QString provenance() const;

    app::RunController* m_controller;
    app::RunStore* m_store;
    References* m_references;
    QStackedWidget* m_stack;
    Welcome* m_welcome;
    MessageBar* m_messages;
    RunHeader* m_header;
    ReferenceBar* m_bar;
    QSplitter* m_splitter;
    QTableView* m_table;
    app::StepTableModel* m_model;
    QTimer* m_timer;
    LatestTask* m_insights;
    Chart* m_throughput = nullptr;
    Chart* m_memory = nullptr;
    Chart* m_time = nullptr;
    Chart* m_loss = nullptr;
    DeviceCharts* m_devices = nullptr;
    std::vector<Chart*> m_charts;
    LiveData m_data;
    std::vector<ChartBand> m_notices;  ///< drift, throttling and outliers
    qint64 m_runId = 0;
    std::optional<protocol::RunConfig> m_config;
    QString m_datasetName;
    std::optional<protocol::Plan> m_plan;
    std::optional<protocol::Environment> m_environment;
    std::optional<protocol::Step> m_lastStep;
    bool m_newSteps = false;
};

}  // namespace arcmeter::ui
