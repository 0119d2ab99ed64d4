// SPDX-License-Identifier: GPL-3.0-or-later
// Finds runs, published and imported rows to compare: the history's table with its filters, in a dialog.
#pragma once

#include <QDialog>
#include <vector>

#include "app/store/RunRecord.h"

class QLabel;
class QPushButton;
class QTableView;

namespace arcmeter::app {
class HistoryFilterProxy;
class HistoryModel;
class RunStore;
}  // namespace arcmeter::app

namespace arcmeter::ui {

class FilterBar;

class ComparePicker : public QDialog {
    Q_OBJECT

public:
    /// `history` is shared with the History page, is loaded here where it was not yet, and must outlive the
    /// dialog.
    ComparePicker(app::HistoryModel* history, const app::RunStore& store, QWidget* parent = nullptr);

    std::vector<app::RowReference> chosen() const;  ///< in the order shown
    bool asGroup() const { return m_asGroup; }      ///< as one side instead of one each

private:
    void makeTable();
    void showChoice();

    app::HistoryFilterProxy* m_rows;
    FilterBar* m_filters;
    QTableView* m_table;
    QLabel* m_count;
    QPushButton* m_add;
    QPushButton* m_group;
    bool m_asGroup = false;
};

}  // namespace arcmeter::ui
