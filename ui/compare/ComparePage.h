// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, published and imported rows side by side: what differs, by how much against a baseline, whether the
// repeats can tell, and the curves one over the other. What is compared can be kept under a name. Every
// change can be undone.
#pragma once

#include <QWidget>
#include <vector>

#include "app/export/Table.h"
#include "ui/compare/CompareCommands.h"
#include "ui/compare/CompareSides.h"

class QAction;
class QCheckBox;
class QHBoxLayout;
class QLabel;
class QListWidget;
class QMenu;
class QSplitter;
class QStackedWidget;
class QTableView;
class QTimer;
class QUndoStack;

namespace arcmeter::app {
class HistoryModel;
class RunStore;
}  // namespace arcmeter::app

namespace arcmeter::ui {

class Chart;
class CompareCharts;
class CompareModel;
class LatestTask;
class MessageBar;

class ComparePage : public QWidget {
    Q_OBJECT

public:
    static constexpr std::size_t most_sides = 12;  ///< more could not be told apart

    /// Store, history and undo stack must outlive the page.
    ComparePage(app::RunStore* store, app::HistoryModel* history, QUndoStack* undo,
                QWidget* parent = nullptr);

    /// Each row as a side of its own, or all as one. Rows that are sides already are left out.
    void add(const std::vector<app::RowReference>& rows, bool asGroup = false);
    void selectSides(const std::vector<std::size_t>& places);
    void open(const QString& name);
    void saveAs(const QString& name);
    void rename(const QString& name);
    void deleteSaved();

    const app::SavedComparison& asked() const { return m_asked; }
    const ShownComparison& shown() const { return m_shown; }
    bool isReading() const;
    app::Table table() const;    ///< of what is shown, for export; throws Error where nothing is
    QString provenance() const;  ///< under charts that leave the program

    QListWidget* sides() const { return m_list; }
    QTableView* tableView() const { return m_table; }
    CompareCharts* charts() const { return m_charts; }
    MessageBar* messages() const { return m_messages; }
    QSplitter* splitter() const { return m_splitter; }
    const QList<QAction*>& pageActions() const { return m_actions; }

signals:
    void historyAsked();

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeTable();
    void makeActions();
    QAction* addPageAction(const QString& text, const QString& icon, const QKeySequence& shortcut,
                           void (ComparePage::*handler)());
    QWidget* makeTop();
    QWidget* makeSide();
    QWidget* makeFields();
    QWidget* makeEmpty();
    QMenu* makeExportMenu();
    void connectStore();
    void connectExports(Chart* chart);

    void askRows();
    void makeBaseline();
    void groupSelected();
    void groupAlike();
    void splitSelected();
    void removeSelected();
    void fillSavedMenu();
    void askName();
    void askNewName();
    void copyTable();
    void saveTable();

    void edit(const QString& what, const app::SavedComparison& after);
    void showComparison(const app::SavedComparison& comparison);
    void keep(const QString& what, const KeepComparisonCommand::Kept& before,
              const KeepComparisonCommand::Kept& after);
    void offerUndo(const QString& sentence);
    KeepComparisonCommand::Kept savedUnder(const QString& name) const;
    std::vector<std::size_t> selectedSides() const;
    void forget(const std::vector<app::RowReference>& rows);
    void read();
    void take(ShownComparison shown);
    void fillList();
    void fillTable();
    void showName();
    void showCount();
    void updateActions();

    app::RunStore* m_store;
    app::HistoryModel* m_history;
    QUndoStack* m_undo;
    app::SavedComparison m_asked;  ///< `name` is that under which it is kept, empty where it is not
    ShownComparison m_shown;
    SideCache m_known;
    LatestTask* m_reader;
    QTimer* m_again;  ///< reads once more after changes in the store
    MessageBar* m_messages;
    QStackedWidget* m_stack;
    QListWidget* m_list;
    CompareCharts* m_charts;
    CompareModel* m_model;
    QTableView* m_table;
    QSplitter* m_splitter;
    QLabel* m_name;
    QLabel* m_count;
    QCheckBox* m_all;
    QMenu* m_saved;
    QList<QAction*> m_actions;
    QAction* m_add = nullptr;
    QAction* m_baseline = nullptr;
    QAction* m_group = nullptr;
    QAction* m_groupAlike = nullptr;
    QAction* m_split = nullptr;
    QAction* m_remove = nullptr;
    QList<QAction*> m_exports;
};

}  // namespace arcmeter::ui
