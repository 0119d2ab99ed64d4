// SPDX-License-Identifier: GPL-3.0-or-later
// The window: New-run panel at the left, pages Live, History, Compare, Scaling and Report at the right, the
// queue below, menus. It
// wires the parts together and keeps their state; what they do is theirs.
#pragma once

#include <QMainWindow>
#include <memory>

#include "app/catalog/Catalog.h"
#include "app/store/RunRecord.h"
#include "engine/protocol/limit.h"
#include "ui/window/EngineProbe.h"

class QLabel;
class QSplitter;
class QStackedWidget;
class QTabBar;
class QThread;
class QUndoStack;

namespace arcmeter::app {
class LimitSearch;
class PlanService;
class QueueRunner;
class RunController;
struct QueueBatch;
struct SearchRequest;
class RunStore;
class Settings;
class TorchPeer;
struct TorchFinding;
}  // namespace arcmeter::app

namespace arcmeter::ui {

class ComparePage;
class DropHint;
class HistoryPage;
class LimitDialog;
class LivePage;
class NewRunPanel;
class QueueDock;
class ReportPage;
class ScalingPage;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// Store and settings must outlive the window.
    MainWindow(app::RunStore* store, app::Settings* settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    NewRunPanel* panel() const { return m_panel; }
    LivePage* live() const { return m_live; }
    HistoryPage* history() const { return m_history; }
    ComparePage* compare() const { return m_compare; }
    ScalingPage* scaling() const { return m_scaling; }
    ReportPage* report() const { return m_report; }
    app::RunController* controller() const { return m_controller; }
    app::QueueRunner* queue() const { return m_queue; }
    QueueDock* queueDock() const { return m_queueDock; }
    LimitDialog* limits() const { return m_limits; }
    QUndoStack* undoStack() const { return m_undo; }
    void showPage(QWidget* page);
    void importFiles(const QStringList& files);    ///< shows what is in them first
    void showSuites(const QString& suiteId = {});  ///< empty: the first

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeCentral();
    QWidget* makePages();
    ComparePage* makeCompare();
    ReportPage* makeReport();
    void makeMenus();
    void makeRunMenu();
    void makeViewMenu();
    void connectParts();
    void connectRun();
    void findEngine();
    void findPeers();
    void takePeers(const app::TorchFinding& finding);
    void takeFacts(const MachineFacts& facts);
    void startRun(const app::NewRun& run);
    void connectSearch();
    void startSearch(const app::SearchRequest& request);
    void stopRun();
    void runAgain(const protocol::RunConfig& config, const QString& engine);
    void tryItNow();
    bool isBusy() const;  ///< a run, a search or the queue goes
    void showBusy();
    void makeQueue();
    void connectQueue();
    void addToQueue(const app::NewRun& run);
    void addBatch(const app::QueueBatch& batch, bool start);
    void showSweep();
    void startQueue();
    void offerToResumeQueue();
    void refreshHistoryFacts();
    void takeHistory(std::vector<app::HistoryRow> rows);
    void tell(const QString& problem);
    void askForImport();
    void openSettings();
    void openHelp();
    void exportTable();
    void exportSteps();
    void restore();
    void save();

    app::RunStore* m_store;
    app::Settings* m_settings;
    app::Catalog m_catalog;
    QString m_engine;
    QString m_knownEnginePath;
    app::PlanService* m_plans;
    app::RunController* m_controller;
    app::LimitSearch* m_search;  ///< runs its probes on the controller
    app::QueueRunner* m_queue;   ///< likewise, where neither a run nor a search goes
    LimitDialog* m_limits;
    EngineProbe* m_probe;
    app::TorchPeer* m_torch;
    QString m_knownTorchPython;
    QUndoStack* m_undo;
    NewRunPanel* m_panel = nullptr;
    LivePage* m_live = nullptr;
    HistoryPage* m_history = nullptr;
    ComparePage* m_compare = nullptr;
    ScalingPage* m_scaling = nullptr;
    ReportPage* m_report = nullptr;
    QueueDock* m_queueDock = nullptr;
    DropHint* m_dropHint = nullptr;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_pages = nullptr;
    QSplitter* m_splitter = nullptr;
    QLabel* m_machine = nullptr;
    QAction* m_runAction = nullptr;
    QAction* m_stopAction = nullptr;
    QAction* m_againAction = nullptr;
    QAction* m_panelAction = nullptr;
    QThread* m_reader = nullptr;  ///< reads the history for refreshHistoryFacts()
    bool m_readAgain = false;
    bool m_closing = false;
};

}  // namespace arcmeter::ui
