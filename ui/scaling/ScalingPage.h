// SPDX-License-Identifier: GPL-3.0-or-later
// Throughput, speedup and efficiency against devices: own runs beside the published series, with what the
// projection expects of more devices, always named so.
#pragma once

#include <QWidget>

#include "app/projection/LinkCatalog.h"
#include "ui/scaling/ScalingCurves.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QListWidget;
class QListWidgetItem;
class QSplitter;
class QTableView;

namespace arcmeter::ui {

class MessageBar;
class ScalingChart;
class ScalingModel;

class ScalingPage : public QWidget {
    Q_OBJECT

public:
    /// The store must outlive the page.
    explicit ScalingPage(const app::RunStore* store, QWidget* parent = nullptr);

    /// RunStore::history(); the choice of series stays.
    void setHistory(const std::vector<app::HistoryRow>& rows);

    const std::vector<ScalingCurve>& curves() const { return m_curves; }
    app::Table table() const;  ///< of what is shown, for export
    ScalingChart* chart() const { return m_chart; }
    QListWidget* seriesList() const { return m_list; }

private:
    QWidget* makeTop();
    QWidget* makeSide();
    QComboBox* addChoice(QHBoxLayout* row, const QString& label, const char* name);
    void fillLinks();
    void chooseAtFirst();
    void limitChoice(QListWidgetItem* changed);
    void refresh();
    ProjectionChoice projectionChoice() const;
    std::vector<app::ScalingSeries> chosenSeries() const;
    QString provenance() const;
    void saveFigures();

    const app::RunStore* m_store;
    app::LinkCatalog m_catalog;
    std::vector<app::ScalingSeries> m_series;
    std::vector<ScalingCurve> m_curves;
    MessageBar* m_messages;
    QListWidget* m_list;
    ScalingChart* m_chart;
    ScalingModel* m_model;
    QTableView* m_table;
    QSplitter* m_splitter;
    QComboBox* m_quantity = nullptr;
    QCheckBox* m_projected = nullptr;
    QComboBox* m_most = nullptr;
    QComboBox* m_intraLink = nullptr;
    QComboBox* m_link = nullptr;
};

}  // namespace arcmeter::ui
