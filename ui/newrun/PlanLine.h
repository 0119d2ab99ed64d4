// SPDX-License-Identifier: GPL-3.0-or-later
// 'Will it fit, and how long will it take', under the New-run fields, while the user types. Asks the plan
// service; never blocks.
#pragma once

#include <QWidget>
#include <optional>

#include "app/run/DurationEstimator.h"
#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

class QLabel;
class QPushButton;

namespace arcmeter::app {
class PlanService;
}

namespace arcmeter::ui {

class MemoryBar;

class PlanLine : public QWidget {
    Q_OBJECT

public:
    explicit PlanLine(app::PlanService* service, QWidget* parent = nullptr);

    void setConfig(const std::optional<protocol::RunConfig>& config, const QString& problem);
    void setHistory(std::vector<app::HistoryRow> runs);  ///< earlier runs, for the duration
    QString fitText() const;
    QString durationLine() const;
    std::optional<bool> fits() const;  ///< nullopt: not known yet

signals:
    void quickAsked();  ///< the user takes the offer of a short measurement

private:
    void takePlan(const protocol::RunConfig& config, const protocol::Plan& plan);
    void takeFailure(const protocol::RunConfig& config, const QString& message, const QString& hint);
    void showPlan(const protocol::Plan& plan);
    void showDuration();

    app::PlanService* m_service;
    app::DurationEstimator m_estimator;
    std::optional<protocol::RunConfig> m_config;
    std::optional<protocol::Plan> m_plan;
    MemoryBar* m_bar;
    QLabel* m_fit;
    QLabel* m_duration;
    QPushButton* m_quick;
};

}  // namespace arcmeter::ui
