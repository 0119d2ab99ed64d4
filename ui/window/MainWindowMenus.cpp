// SPDX-License-Identifier: GPL-3.0-or-later
// The window's menus and what their entries open.
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QUndoStack>

#include "app/run/RunController.h"
#include "app/settings/Settings.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/compare/ComparePage.h"
#include "ui/history/FilterBar.h"
#include "ui/history/HistoryPage.h"
#include "ui/live/LivePage.h"
#include "ui/newrun/NewRunPanel.h"
#include "ui/queue/QueueDock.h"
#include "ui/report/ReportPage.h"
#include "ui/scaling/ScalingPage.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/HelpWindow.h"
#include "ui/window/MainWindow.h"
#include "ui/window/SettingsDialog.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(actionIcon(QStringLiteral("folder")), tr("&Import…"), QKeySequence::Open, this,
                    &MainWindow::askForImport);
    file->addAction(actionIcon(QStringLiteral("export")), tr("&Export history…"), QKeySequence::Save, this,
                    &MainWindow::exportTable);
    file->addAction(tr("Export the run's &steps…"), this, &MainWindow::exportSteps);
    file->addSeparator();
    QAction* settings =
        file->addAction(actionIcon(QStringLiteral("settings")), tr("Se&ttings…"),
                        QKeySequence(Qt::CTRL | Qt::Key_Comma), this, &MainWindow::openSettings);
    settings->setMenuRole(QAction::PreferencesRole);
    file->addSeparator();
    QAction* quit = file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    quit->setMenuRole(QAction::QuitRole);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_undo->createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_undo->createRedoAction(this, tr("&Redo"));
    redo->setShortcut(QKeySequence::Redo);
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addAction(tr("&Copy rows as TSV"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this, [this] {
        showPage(m_history);
        m_history->copySelected();
    });
    edit->addAction(actionIcon(QStringLiteral("search")), tr("&Find in history"), QKeySequence::Find, this,
                    [this] {
                        showPage(m_history);
                        m_history->filters()->focusSearch();
                    });
    makeRunMenu();
    makeViewMenu();
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Arcmeter help"), QKeySequence::HelpContents, this, &MainWindow::openHelp);
    QAction* about = help->addAction(tr("A&bout Arcmeter"), this, [this] { showAbout(this, m_engine); });
    about->setMenuRole(QAction::AboutRole);
}

void MainWindow::makeRunMenu() {
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    m_runAction = run->addAction(actionIcon(QStringLiteral("run")), tr("&Run"),
                                 QKeySequence(Qt::CTRL | Qt::Key_R), this, [this] {
                                     if (const auto newRun = m_panel->newRun()) startRun(*newRun);
                                 });
    m_stopAction = run->addAction(actionIcon(QStringLiteral("stop")), tr("&Stop"),
                                  QKeySequence(Qt::CTRL | Qt::Key_Period), this, &MainWindow::stopRun);
    m_againAction = run->addAction(actionIcon(QStringLiteral("again")), tr("Run a&gain"),
                                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), this, [this] {
                                       if (const auto config = m_live->shownConfig())
                                           runAgain(*config, m_live->shownEngine());
                                   });
    run->addSeparator();
    run->addAction(actionIcon(QStringLiteral("queue")), tr("A&dd to queue"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), this, [this] {
                       if (const auto newRun = m_panel->newRun()) addToQueue(*newRun);
                   });
    run->addAction(tr("S&tart the queue"), this, &MainWindow::startQueue);
    run->addAction(tr("S&uites…"), QKeySequence(Qt::CTRL | Qt::Key_U), this, [this] { showSuites(); });
    run->addAction(tr("S&weep…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_U), this,
                   &MainWindow::showSweep);
    run->addSeparator();
    run->addAction(tr("&Quick look (no GPU)"), this, &MainWindow::tryItNow);
}

void MainWindow::makeViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(tr("&Live"), QKeySequence(Qt::CTRL | Qt::Key_1), this, [this] { showPage(m_live); });
    view->addAction(tr("&History"), QKeySequence(Qt::CTRL | Qt::Key_2), this,
                    [this] { showPage(m_history); });
    view->addAction(tr("Co&mpare"), QKeySequence(Qt::CTRL | Qt::Key_3), this,
                    [this] { showPage(m_compare); });
    view->addAction(tr("&Scaling"), QKeySequence(Qt::CTRL | Qt::Key_4), this,
                    [this] { showPage(m_scaling); });
    view->addAction(tr("&Report"), QKeySequence(Qt::CTRL | Qt::Key_5), this, [this] { showPage(m_report); });
    view->addSeparator();
    m_panelAction = view->addAction(tr("&New-run panel"));
    m_panelAction->setShortcut(QKeySequence(Qt::Key_F9));
    m_panelAction->setCheckable(true);
    m_panelAction->setChecked(true);
    connect(m_panelAction, &QAction::toggled, m_panel, &QWidget::setVisible);
    QAction* queue = m_queueDock->toggleViewAction();
    queue->setText(tr("&Queue"));
    queue->setShortcut(QKeySequence(Qt::Key_F8));
    view->addAction(queue);
    QMenu* colours = view->addMenu(tr("&Colours"));
    auto* group = new QActionGroup(this);
    const std::pair<QString, app::Settings::Theme> themes[] = {
        {tr("As the system"), app::Settings::Theme::Auto},
        {tr("Light"), app::Settings::Theme::Light},
        {tr("Dark"), app::Settings::Theme::Dark}};
    for (const auto& [name, theme] : themes) {
        QAction* action =
            colours->addAction(name, this, [this, theme = theme] { m_settings->setTheme(theme); });
        action->setCheckable(true);
        action->setChecked(m_settings->theme() == theme);
        group->addAction(action);
        connect(m_settings, &app::Settings::changed, action,
                [this, action, theme = theme] { action->setChecked(m_settings->theme() == theme); });
    }
    QAction* full = view->addAction(tr("&Full screen"));
    full->setShortcut(QKeySequence::FullScreen);
    full->setCheckable(true);
    connect(full, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
}

void MainWindow::openSettings() {
    SettingsDialog dialog(m_catalog, m_settings, this);
    dialog.exec();
}

void MainWindow::openHelp() {
    auto* help = findChild<HelpWindow*>();
    if (!help) help = new HelpWindow(this);
    help->show();
    help->raise();
}

void MainWindow::exportTable() {
    showPage(m_history);
    m_history->exportAs();
}

void MainWindow::exportSteps() {
    try {
        saveTableAs(this, m_live->stepsTable(),
                    QStringLiteral("arcmeter-run-%1-steps").arg(m_live->shownRun()), m_live->messages());
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()));
    }
}

}  // namespace arcmeter::ui
