// SPDX-License-Identifier: GPL-3.0-or-later
// The published report with an Arcmeter column, made from the store: looked at here, saved as a file.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "app/report/DlperfFigures.h"
#include "app/report/ReportDocument.h"
#include "app/report/pdf/ReportPdf.h"

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class BarChart;
class LatestTask;
class MessageBar;
class ReportView;

class ReportPage : public QWidget {
    Q_OBJECT

public:
    explicit ReportPage(app::RunStore* store, QWidget* parent = nullptr);

    ReportView* view() const { return m_view; }
    MessageBar* messages() const { return m_messages; }
    const app::ReportDocument& document() const { return m_document; }
    bool isLoading() const;
    /// Written in a thread of its own, whole or not at all; `messages` says where, or why not.
    void save(app::ReportFormat format, const QString& file);

signals:
    void suiteAsked(const QString& suiteId);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Made {
        app::ReportDocument document;
        std::vector<app::ReportChoice> choices;
        std::optional<app::ReportChoice> chosen;
    };
    QWidget* makeTop();
    void storeChanged();
    void load();
    void take(const Made& made);
    void askAndSave(app::ReportFormat format);
    void showChartMenu(BarChart* chart, const QPoint& position);
    std::optional<app::ReportChoice> choice() const;

    app::RunStore* m_store;
    LatestTask* m_task;
    LatestTask* m_saving;
    ReportView* m_view;
    MessageBar* m_messages;
    QListWidget* m_sections;
    QComboBox* m_choice;
    QComboBox* m_language;
    QPushButton* m_export = nullptr;
    QLabel* m_empty;
    std::vector<app::ReportChoice> m_choices;
    app::ReportDocument m_document;
    bool m_isStale = true;
};

}  // namespace arcmeter::ui
