// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QCloseEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMessageBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QThread>
#include <QUndoStack>
#include <QVBoxLayout>

#include "app/peer/TorchPeer.h"
#include "app/queue/QueueRunner.h"
#include "app/run/RunController.h"
#include "app/search/LimitSearch.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "app/worker/EngineLocator.h"
#include "app/worker/PlanService.h"
#include "engine/protocol/error.h"
#include "ui/compare/ComparePage.h"
#include "ui/format/Format.h"
#include "ui/history/HistoryPage.h"
#include "ui/import/DropHint.h"
#include "ui/limit/LimitDialog.h"
#include "ui/live/LivePage.h"
#include "ui/live/ReferenceBar.h"
#include "ui/live/RunHeader.h"
#include "ui/live/Welcome.h"
#include "ui/newrun/CatalogText.h"
#include "ui/newrun/ConfigForm.h"
#include "ui/newrun/NewRunPanel.h"
#include "ui/queue/QueueDock.h"
#include "ui/queue/QueueModel.h"
#include "ui/report/ReportPage.h"
#include "ui/scaling/ScalingPage.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr std::size_t suggestion_count = 12;

}  // namespace

MainWindow::MainWindow(app::RunStore* store, app::Settings* settings, QWidget* parent)
    : QMainWindow(parent),
      m_store(store),
      m_settings(settings),
      m_catalog(app::Catalog::load()),
      m_plans(new app::PlanService(QString(), this)),
      m_controller(new app::RunController(store, QString(), this)),
      m_search(new app::LimitSearch(store, m_controller, QString(), this)),
      m_queue(new app::QueueRunner(store, m_controller, {}, this)),
      m_limits(new LimitDialog(m_search, new app::PlanService(QString(), this), this)),
      m_probe(new EngineProbe(this)),
      m_torch(new app::TorchPeer(this)),
      m_undo(new QUndoStack(this)) {
    setWindowTitle(QStringLiteral("Arcmeter"));
    setWindowIcon(programIcon());
    resize(1440, 900);
    makeCentral();
    makeQueue();
    makeMenus();
    m_dropHint = new DropHint(this);
    setAcceptDrops(true);
    connectParts();
    connectRun();
    connectSearch();
    connectQueue();
    restore();
    findEngine();
    findPeers();
    refreshHistoryFacts();
    offerToResumeQueue();
    if (!m_store->notice().isEmpty()) {
        m_live->messages()->showMessage(MessageBar::Kind::Warning, m_store->notice());
    }
}

MainWindow::~MainWindow() {
    if (m_reader) m_reader->wait();
}

void MainWindow::makeCentral() {
    m_panel = new NewRunPanel(m_catalog, m_settings, m_plans);
    m_live = new LivePage(m_controller, m_store);
    m_history = new HistoryPage(m_store, m_undo);
    m_compare = makeCompare();
    m_scaling = new ScalingPage(m_store);
    m_report = makeReport();
    m_splitter = new QSplitter(Qt::Horizontal);
    m_splitter->addWidget(m_panel);
    m_splitter->addWidget(makePages());
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({350, 1090});
    m_splitter->setHandleWidth(2 * space);
    m_splitter->setChildrenCollapsible(false);
    auto* central = new QWidget;
    auto* row = new QHBoxLayout(central);
    row->setContentsMargins(2 * space, 2 * space, 2 * space, 2 * space);
    row->addWidget(m_splitter);
    setCentralWidget(central);
}

/// Page tabs; at their right, what measures and on what.
QWidget* MainWindow::makePages() {
    m_tabs = new QTabBar;
    m_tabs->setProperty("pages", true);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_tabs->setAccessibleName(tr("Pages"));
    m_pages = new QStackedWidget;
    m_machine = makeLabel({}, TextRole::Small, true);
    m_machine->setObjectName(QStringLiteral("machine"));
    m_machine->setAccessibleName(tr("Engine and device"));
    m_machine->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_machine->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* top = new QHBoxLayout;
    top->addWidget(m_tabs);
    top->addWidget(m_machine, 1);
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_pages, 1);
    for (const auto& [page, name] : {std::pair<QWidget*, QString>{m_live, tr("Live")},
                                     {m_history, tr("History")},
                                     {m_compare, tr("Compare")},
                                     {m_scaling, tr("Scaling")},
                                     {m_report, tr("Report")}}) {
        m_pages->addWidget(page);
        m_tabs->addTab(name);
    }
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    return side;
}

void MainWindow::connectParts() {
    connect(m_panel, &NewRunPanel::runRequested, this, &MainWindow::startRun);
    connect(m_panel, &NewRunPanel::commandCopied, this, [this](const QString& command) {
        m_live->messages()->showMessage(MessageBar::Kind::Done, tr("Copied: %1").arg(command), {}, 6);
    });
    connect(m_live, &LivePage::tryAsked, this, &MainWindow::tryItNow);
    connect(m_live, &LivePage::historyAsked, this, [this] {
        showPage(m_history);
        m_history->showPublished();
    });
    connect(m_live, &LivePage::stopAsked, this, &MainWindow::stopRun);
    connect(m_live, &LivePage::againAsked, this, &MainWindow::runAgain);
    connect(m_history, &HistoryPage::againAsked, this, &MainWindow::runAgain);
    connect(m_history, &HistoryPage::openAsked, this, [this](qint64 runId) {
        if (isBusy()) {
            MessageBar* messages = m_history->isVisible() ? m_history->messages() : m_live->messages();
            messages->showMessage(
                MessageBar::Kind::Info,
                tr("A run is going: open this one afterwards, or show it on the live charts."), {}, 8);
            return;
        }
        m_live->showStored(runId);
        refreshHistoryFacts();
        showPage(m_live);
    });
    connect(m_history, &HistoryPage::liveAsked, this, [this](const std::vector<app::HistoryRow>& rows) {
        for (const app::HistoryRow& row : rows) m_live->addReference(row);
        showPage(m_live);
    });
    connect(m_probe, &EngineProbe::answered, this, &MainWindow::takeFacts);
    connect(m_probe, &EngineProbe::failed, this, &MainWindow::tell);
    connect(m_torch, &app::TorchPeer::answered, this, &MainWindow::takePeers);
    connect(m_settings, &app::Settings::changed, this, [this] {
        if (m_settings->enginePath() != m_knownEnginePath) findEngine();
        if (m_settings->torchPython() != m_knownTorchPython) findPeers();
    });
    connect(m_store, &app::RunStore::writeFailed, this, &MainWindow::tell);
}

void MainWindow::connectRun() {
    connect(m_controller, &app::RunController::stateChanged, this, &MainWindow::showBusy);
    connect(m_controller, &app::RunController::runStarted, this, [this] { refreshHistoryFacts(); });
    connect(m_controller, &app::RunController::runEnded, this, [this] {
        showBusy();
        refreshHistoryFacts();
        if (m_closing && !isBusy()) close();
    });
    showBusy();
}

void MainWindow::connectSearch() {
    connect(m_panel, &NewRunPanel::limitRequested, m_limits, &LimitDialog::showFor);
    connect(m_limits, &LimitDialog::searchAsked, this, &MainWindow::startSearch);
    connect(m_limits, &LimitDialog::valueChosen, this, [this](protocol::Limit limit, qint64 value) {
        const bool isBatch = limit == protocol::Limit::batch_size;
        m_panel->form()->setField(
            isBatch ? QStringLiteral("batch_size_per_device") : QStringLiteral("num_classes"),
            QString::number(value));
    });
    connect(m_search, &app::LimitSearch::ended, this, [this] {
        showBusy();
        if (m_closing) close();
    });
}

void MainWindow::startSearch(const app::SearchRequest& request) {
    showPage(m_live);
    if (m_engine.isEmpty()) findEngine();
    if (m_engine.isEmpty()) return;
    try {
        m_search->start(request);
        showBusy();
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()) + ' ' + QString::fromStdString(error.hint()));
    }
}

void MainWindow::stopRun() {
    if (m_search->isActive()) {
        m_search->stop();
    } else if (m_queue->isRunning()) {
        m_queue->stop();
    } else {
        m_controller->stop();
    }
}

void MainWindow::showPage(QWidget* page) {
    m_tabs->setCurrentIndex(m_pages->indexOf(page));
}

// ---- engine

void MainWindow::findEngine() {
    m_knownEnginePath = m_settings->enginePath();
    try {
        m_engine = app::findEngine(m_knownEnginePath);
    } catch (const Error& error) {
        m_engine.clear();
        const QString sentence = QString::fromUtf8(error.what()) + ' ' + QString::fromStdString(error.hint());
        m_machine->setText(tr("No engine"));
        m_live->welcome()->setProblem(sentence);
        tell(sentence);
        return;
    }
    m_live->welcome()->setProblem({});
    m_plans->setEngine(m_engine);
    m_controller->setEngine(m_engine);
    m_search->setEngine(m_engine);
    m_limits->setEngine(m_engine);
    m_panel->setEngine(m_engine);
    m_probe->ask(m_engine);
}

void MainWindow::findPeers() {
    m_knownTorchPython = m_settings->torchPython();
    m_torch->ask(m_knownTorchPython);
}

void MainWindow::takePeers(const app::TorchFinding& finding) {
    std::vector<app::PeerEngine> peers;
    if (finding.engine) peers.push_back(*finding.engine);
    m_controller->setPeers(peers);
    m_panel->setPeers(peers, finding.reason);
}

void MainWindow::takeFacts(const MachineFacts& facts) {
    const QString name = QFileInfo(m_engine).fileName();
    m_machine->setText(facts.device.isEmpty() ? name : QStringLiteral("%1 · %2").arg(name, facts.device));
    m_machine->setToolTip(facts.cudaAvailable ? m_engine
                                              : m_engine + '\n' + tr("No GPU: %1").arg(facts.cudaReason));
    m_panel->setMachine(facts);
    for (const app::Preset& preset : m_catalog.presets()) {
        if (preset.needsGpu && !facts.cudaAvailable) continue;
        m_live->welcome()->setPreset(catalogText(preset.title), catalogText(preset.description));
        break;
    }
}

void MainWindow::tell(const QString& problem) {
    m_live->messages()->showMessage(MessageBar::Kind::Problem, problem);
}

// ---- runs

void MainWindow::startRun(const app::NewRun& run) {
    showPage(m_live);
    if (isBusy()) return;
    if (m_engine.isEmpty()) {
        findEngine();
        if (m_engine.isEmpty()) return;
    }
    try {
        m_controller->start(run);
        showBusy();
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()) + ' ' + QString::fromStdString(error.hint()));
    }
}

void MainWindow::runAgain(const protocol::RunConfig& config, const QString& engine) {
    m_panel->setConfig(config);
    if (!m_panel->chooseEngine(engine)) {
        tell(tr("The engine %1 is not here now: see the settings.").arg(engine));
        return;
    }
    if (const auto run = m_panel->newRun()) startRun(*run);
}

/// The first preset that this machine can run: moves a chart within seconds, ends within a minute.
void MainWindow::tryItNow() {
    if (m_catalog.presets().empty()) return;
    m_panel->applyPreset(m_catalog.presets().front().id);
    if (const auto run = m_panel->newRun()) startRun(*run);
}

bool MainWindow::isBusy() const {
    return m_controller->isActive() || m_search->isActive() || m_queue->isRunning();
}

void MainWindow::showBusy() {
    const bool running = isBusy();
    const QString reason = m_queue->isRunning()
                               ? tr("The queue is measuring: add this to it, or stop it first")
                               : tr("One run at a time: stop the present one first");
    m_panel->setBusy(running ? reason : QString());
    m_queueDock->setMayRun(running && !m_queue->isRunning() ? reason : QString());
    m_limits->setMayRun(!running);
    m_runAction->setEnabled(!running);
    m_stopAction->setEnabled(running);
    m_againAction->setEnabled(!running && m_live->shownConfig().has_value());
}

/// What depends on the stored runs: durations of future runs, what is offered for comparison. Read in a
/// thread of its own, because 50,000 runs take a good part of a second.
void MainWindow::refreshHistoryFacts() {
    if (m_reader) {
        m_readAgain = true;
        return;
    }
    auto rows = std::make_shared<std::vector<app::HistoryRow>>();
    m_reader = QThread::create([store = m_store, rows] {
        try {
            *rows = store->history();
        } catch (const Error&) {
            rows->clear();  // the history page says what is wrong; here nothing is offered
        }
    });
    m_reader->setParent(this);
    connect(m_reader, &QThread::finished, this, [this, rows] {
        m_reader->deleteLater();
        m_reader = nullptr;
        takeHistory(std::move(*rows));
        if (std::exchange(m_readAgain, false)) refreshHistoryFacts();
    });
    m_reader->start();
}

void MainWindow::takeHistory(std::vector<app::HistoryRow> rows) {
    const auto config = m_live->shownConfig() ? m_live->shownConfig() : m_panel->form()->config();
    if (config) m_live->setSuggestions(suggestionsFor(*config, m_live->shownRun(), rows, suggestion_count));
    m_scaling->setHistory(rows);
    std::erase_if(rows, [](const app::HistoryRow& row) { return row.kind != app::HistoryRow::Kind::Run; });
    m_queueDock->model()->setHistory(rows);
    m_panel->setHistory(std::move(rows));
}

// ---- closing and state

void MainWindow::closeEvent(QCloseEvent* event) {
    if (isBusy()) {
        event->ignore();
        if (m_closing) return;
        QMessageBox box(QMessageBox::Question, tr("A run is going"),
                        tr("Stop the run and quit? What was measured so far is kept."), QMessageBox::Cancel,
                        this);
        QPushButton* stop = box.addButton(tr("Stop and quit"), QMessageBox::AcceptRole);
        box.setDefaultButton(stop);
        box.exec();
        if (box.clickedButton() != stop) return;
        m_closing = true;
        if (isBusy()) {
            stopRun();  // its end closes the window
        } else {
            close();
        }
        return;
    }
    save();
    event->accept();
}

void MainWindow::save() {
    m_settings->setWindowState(QStringLiteral("geometry"), saveGeometry());
    m_settings->setWindowState(QStringLiteral("main_splitter"), m_splitter->saveState());
    m_settings->setWindowState(QStringLiteral("live_splitter"), m_live->splitter()->saveState());
    m_settings->setWindowState(QStringLiteral("history_splitter"), m_history->splitter()->saveState());
    m_settings->setWindowState(QStringLiteral("compare_splitter"), m_compare->splitter()->saveState());
    m_settings->setWindowState(QStringLiteral("history_columns"),
                               m_history->table()->horizontalHeader()->saveState());
    m_settings->setWindowState(QStringLiteral("step_columns"),
                               m_live->stepTable()->horizontalHeader()->saveState());
    m_settings->setWindowState(QStringLiteral("docks"), saveState());
    m_settings->setWindowState(QStringLiteral("panel_shown"), m_panelAction->isChecked() ? "1" : "0");
}

void MainWindow::restore() {
    const auto state = [this](const char* key) { return m_settings->windowState(QLatin1String(key)); };
    restoreGeometry(state("geometry"));
    restoreState(state("docks"));
    m_splitter->restoreState(state("main_splitter"));
    m_live->splitter()->restoreState(state("live_splitter"));
    m_history->splitter()->restoreState(state("history_splitter"));
    m_compare->splitter()->restoreState(state("compare_splitter"));
    m_history->table()->horizontalHeader()->restoreState(state("history_columns"));
    m_live->stepTable()->horizontalHeader()->restoreState(state("step_columns"));
    m_panelAction->setChecked(state("panel_shown") != "0");
}

}  // namespace arcmeter::ui
