// SPDX-License-Identifier: GPL-3.0-or-later
// The queue within the window: its dock, what is added to it, going on with what an earlier program left.
#include "app/queue/QueueRunner.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/history/HistoryPage.h"
#include "ui/live/LivePage.h"
#include "ui/newrun/ConfigForm.h"
#include "ui/newrun/NewRunPanel.h"
#include "ui/queue/QueueDock.h"
#include "ui/queue/QueueModel.h"
#include "ui/suites/SuitesDialog.h"
#include "ui/suites/SweepDialog.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {

void MainWindow::makeQueue() {
    m_queueDock = new QueueDock(m_queue, m_store, m_undo, this);
    addDockWidget(Qt::BottomDockWidgetArea, m_queueDock);
    m_queueDock->hide();
}

void MainWindow::connectQueue() {
    connect(m_panel, &NewRunPanel::queueRequested, this, &MainWindow::addToQueue);
    connect(m_queueDock, &QueueDock::addAsked, this, [this] {
        if (const auto run = m_panel->newRun()) addToQueue(*run);
    });
    connect(m_queueDock, &QueueDock::suitesAsked, this, [this] { showSuites(); });
    connect(m_queueDock, &QueueDock::startAsked, this, &MainWindow::startQueue);
    connect(m_queueDock, &QueueDock::saveTableAsked, this, [this] {
        saveTableAs(this, m_queueDock->model()->exportTable(), QStringLiteral("arcmeter-queue"),
                    m_live->messages());
    });
    connect(m_queueDock, &QueueDock::runAsked, m_history, &HistoryPage::openAsked);
    connect(m_queue, &app::QueueRunner::changed, this, &MainWindow::showBusy);
    connect(m_queue, &app::QueueRunner::drained, this, [this] {
        if (m_closing && !isBusy()) close();
    });
}

void MainWindow::addToQueue(const app::NewRun& run) {
    app::QueueBatch batch;
    batch.title = tr("New run");
    batch.tags = run.tags;
    batch.items.push_back({{run.config, run.datasetName, run.presetId, {}, run.engine}, {}});
    addBatch(batch, false);
}

void MainWindow::addBatch(const app::QueueBatch& batch, bool start) {
    try {
        m_queue->add(batch);
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()));
        return;
    }
    m_queueDock->show();
    if (start) startQueue();
}

void MainWindow::showSuites(const QString& suiteId) {
    SuitesDialog dialog(app::shippedSuites(m_catalog, *m_settings), m_store, m_engine, this);
    if (!suiteId.isEmpty()) dialog.choose(suiteId);
    connect(&dialog, &SuitesDialog::queueAsked, this, &MainWindow::addBatch);
    dialog.exec();
}

void MainWindow::showSweep() {
    const auto run = m_panel->newRun();
    if (!run) {
        tell(tr("A sweep starts from the New-run panel: mend this first. %1")
                 .arg(m_panel->form()->firstProblem()));
        return;
    }
    SweepDialog dialog({run->config, run->datasetName, {}, {}, run->engine}, m_store, m_engine, this);
    connect(&dialog, &SweepDialog::queueAsked, this, &MainWindow::addBatch);
    dialog.exec();
}

void MainWindow::startQueue() {
    if (isBusy()) return;
    if (m_engine.isEmpty()) findEngine();
    if (m_engine.isEmpty()) return;
    m_queueDock->show();
    showPage(m_live);
    try {
        m_queue->start();
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()));
    }
}

/// What waits, or ran when its program died, is never begun unasked: the machine may be in use.
void MainWindow::offerToResumeQueue() {
    int left = 0;
    for (const app::QueueEntry& entry : m_queue->entries()) {
        const bool goesOn =
            entry.state == app::QueueState::Waiting || entry.state == app::QueueState::Running;
        if (goesOn && !entry.ownedElsewhere) ++left;
    }
    if (left == 0) return;
    m_queueDock->show();
    m_live->messages()->showMessage(
        MessageBar::Kind::Info, tr("The queue still holds %n configurations from before.", nullptr, left));
    m_live->messages()->setAction(tr("Go on"), [this] { startQueue(); });
}

}  // namespace arcmeter::ui
