// SPDX-License-Identifier: GPL-3.0-or-later
// The Report page within the window.
#include "ui/report/ReportPage.h"
#include "ui/window/MainWindow.h"

namespace arcmeter::ui {

ReportPage* MainWindow::makeReport() {
    auto* report = new ReportPage(m_store);
    connect(report, &ReportPage::suiteAsked, this, &MainWindow::showSuites);
    return report;
}

}  // namespace arcmeter::ui
