// SPDX-License-Identifier: GPL-3.0-or-later
// The largest batch or number of classes: at once by the plan, with memory against the value; then proven by
// real runs, each shown as it ends. Not modal: the live page shows the run of the moment.
#pragma once

#include <QDialog>

#include "app/search/LimitSearch.h"

class QLabel;
class QPushButton;
class QTableView;

namespace arcmeter::app {
class PlanService;
}

namespace arcmeter::ui {

class MemoryBar;
class MemoryCurve;
class MessageBar;
class ProbeModel;

class LimitDialog : public QDialog {
    Q_OBJECT

public:
    /// The search must outlive the dialog. `plans` is the dialog's alone: another one's questions would
    /// replace its.
    LimitDialog(app::LimitSearch* search, app::PlanService* plans, QWidget* parent = nullptr);

    /// Shows the limit of `run` by the plan. While a search goes, it stays what the dialog shows.
    void showFor(const app::NewRun& run, protocol::Limit limit);
    void setEngine(const QString& engine);
    void setMayRun(bool may);  ///< nothing else is running

    const ProbeModel& probes() const { return *m_model; }
    MemoryCurve* curve() const { return m_curve; }
    QString summary() const;

signals:
    void valueChosen(arcmeter::protocol::Limit limit, qint64 value);
    void searchAsked(const arcmeter::app::SearchRequest& request);

private:
    void makeParts();
    void makeButtons();
    void connectSearch();
    void takePlan(const protocol::RunConfig& config, const protocol::Plan& plan);
    void takeOutcome(const app::SearchOutcome& outcome);
    void ask(bool resume);
    void showButtons();
    void setFound(qint64 found, const QString& sentence);
    QString provenance() const;
    QString valueName() const;

    app::LimitSearch* m_search;
    app::PlanService* m_plans;
    app::NewRun m_run;
    protocol::Limit m_limit = protocol::Limit::batch_size;
    qint64 m_found = 0;
    bool m_mayRun = true;
    bool m_mayResume = false;
    QLabel* m_heading;
    QLabel* m_subject;
    QLabel* m_sentence;
    MessageBar* m_messages;
    MemoryBar* m_bar;
    MemoryCurve* m_curve;
    ProbeModel* m_model;
    QTableView* m_table;
    QPushButton* m_prove = nullptr;
    QPushButton* m_resume = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_use = nullptr;
};

}  // namespace arcmeter::ui
