// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page within the window.
#include "app/store/RunStore.h"
#include "ui/compare/ComparePage.h"
#include "ui/history/HistoryPage.h"
#include "ui/window/MainWindow.h"

namespace arcmeter::ui {

ComparePage* MainWindow::makeCompare() {
    auto* compare = new ComparePage(m_store, m_history->model(), m_undo);
    connect(compare, &ComparePage::historyAsked, this, [this] { showPage(m_history); });
    connect(m_history, &HistoryPage::compareAsked, this,
            [this, compare](const std::vector<app::HistoryRow>& rows) {
                std::vector<app::RowReference> references;
                for (const app::HistoryRow& row : rows) references.push_back(app::referenceOf(row));
                compare->add(references);
                showPage(compare);
            });
    return compare;
}

}  // namespace arcmeter::ui
