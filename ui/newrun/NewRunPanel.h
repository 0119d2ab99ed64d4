// SPDX-License-Identifier: GPL-3.0-or-later
// The panel at the window's left: choose a preset or set every field, see whether it fits and how long it
// takes, run.
#pragma once

#include <QWidget>

#include "app/catalog/Catalog.h"
#include "app/peer/PeerEngine.h"
#include "app/store/RunRecord.h"
#include "engine/protocol/limit.h"
#include "ui/window/EngineProbe.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace arcmeter::app {
class PlanService;
class Settings;
}  // namespace arcmeter::app

namespace arcmeter::ui {

class ConfigForm;
class DatasetPicker;
class PlanLine;

class NewRunPanel : public QWidget {
    Q_OBJECT

public:
    NewRunPanel(const app::Catalog& catalog, app::Settings* settings, app::PlanService* plans,
                QWidget* parent = nullptr);

    /// What pressing Run starts; nullopt while a field cannot work.
    std::optional<app::NewRun> newRun() const;
    void setConfig(const protocol::RunConfig& config);
    void applyPreset(const QString& id);
    /// Machine facts from the engine; chooses the first preset that suits when nothing was chosen before.
    void setMachine(const MachineFacts& facts);
    void setEngine(const QString& engine);  ///< that a batch script starts
    void setHistory(std::vector<app::HistoryRow> runs);
    /// The other engines that are offered; `reason`: why there is none.
    void setPeers(const std::vector<app::PeerEngine>& peers, const QString& reason);
    bool chooseEngine(const QString& name);  ///< as in NewRun; false where it is not offered
    void setBusy(const QString& reason);     ///< why no run may begin now; empty: it may
    ConfigForm* form() const { return m_form; }

signals:
    void runRequested(const arcmeter::app::NewRun& run);
    void queueRequested(const arcmeter::app::NewRun& run);
    void limitRequested(const arcmeter::app::NewRun& run, arcmeter::protocol::Limit limit);
    void commandCopied(const QString& command);

private:
    QWidget* makeFields();
    QWidget* makeFooter(app::PlanService* plans);
    void fillPresets();
    void handleChange();
    void showPreset();
    void lookRound();
    void copyCommand();
    void showScript();
    void requestRun();

    app::Catalog m_catalog;
    app::Settings* m_settings;
    DatasetPicker* m_datasets;
    ConfigForm* m_form;
    PlanLine* m_plan = nullptr;
    QComboBox* m_presets;
    QComboBox* m_engines;
    QLabel* m_presetNote;
    QLabel* m_preflight = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_queue = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_script = nullptr;
    QString m_engine;
    QString m_busy;
    bool m_startedFresh = true;
};

}  // namespace arcmeter::ui
