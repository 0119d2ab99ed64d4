// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/NewRunPanel.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

#include "app/launch/Launchers.h"
#include "app/launch/SlurmScript.h"
#include "app/run/Preflight.h"
#include "app/settings/Settings.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/newrun/BatchScriptDialog.h"
#include "ui/newrun/CatalogText.h"
#include "ui/newrun/ConfigForm.h"
#include "ui/newrun/DatasetPicker.h"
#include "ui/newrun/FieldRow.h"
#include "ui/newrun/PlanLine.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int look_round_interval_ms = 5000;

void addChoice(QVBoxLayout* rows, QComboBox* list, const QString& name, const QString& title) {
    QLabel* label = makeLabel(title);
    label->setMinimumWidth(92);
    label->setBuddy(list);
    list->setObjectName(name);
    list->setAccessibleName(title);
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(10);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * space);
    row->addWidget(label);
    row->addWidget(list, 1);
    rows->addLayout(row);
}

}  // namespace

NewRunPanel::NewRunPanel(const app::Catalog& catalog, app::Settings* settings, app::PlanService* plans,
                         QWidget* parent)
    : QWidget(parent),
      m_catalog(catalog),
      m_settings(settings),
      m_datasets(new DatasetPicker(catalog, settings)),
      m_form(new ConfigForm(m_datasets)),
      m_presets(new QComboBox(this)),
      m_engines(new QComboBox(this)),
      m_presetNote(makeWrappedLabel({}, TextRole::Small, true)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeFields(), 1);
    column->addWidget(makeFooter(plans));
    setMinimumWidth(330);
    fillPresets();
    connect(m_form, &ConfigForm::changed, this, &NewRunPanel::handleChange);
    connect(m_form, &ConfigForm::limitAsked, this, [this](protocol::Limit limit) {
        if (const auto run = newRun()) emit limitRequested(*run, limit);
    });
    connect(m_engines, &QComboBox::currentIndexChanged, this, &NewRunPanel::lookRound);
    connect(m_presets, &QComboBox::activated, this,
            [this](int row) { applyPreset(m_presets->itemData(row).toString()); });
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, &NewRunPanel::lookRound);
    timer->start(look_round_interval_ms);
    const QByteArray last = m_settings->lastConfig();
    try {
        if (!last.isEmpty()) {
            setConfig(protocol::run_config_from_json(nlohmann::json::parse(last.toStdString())));
            m_startedFresh = false;
        }
    } catch (const std::exception&) {
        m_startedFresh = true;  // written by another version: start as on the first day
    }
    if (m_startedFresh && !m_catalog.presets().empty()) applyPreset(m_catalog.presets().front().id);
    lookRound();
}

QWidget* NewRunPanel::makeFields() {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column, this);
    column->addWidget(makeLabel(tr("New run"), TextRole::Title));
    auto* inner = new QWidget;
    auto* rows = new QVBoxLayout(inner);
    rows->setContentsMargins(0, 0, 2 * space, 0);
    rows->setSpacing(2 * space);
    addChoice(rows, m_presets, QStringLiteral("preset"), tr("Preset"));
    rows->addWidget(m_presetNote);
    addChoice(rows, m_engines, QStringLiteral("engine"), tr("Engine"));
    m_engines->setToolTip(tr("Who trains: Arcmeter's own engine, or another framework on the same charts"));
    setPeers({}, tr("Looking for PyTorch …"));
    rows->addWidget(m_form);
    rows->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    scroll->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);
    column->addWidget(scroll, 1);
    return card;
}

QWidget* NewRunPanel::makeFooter(app::PlanService* plans) {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column, this);
    m_plan = new PlanLine(plans, card);
    m_preflight = makeWrappedLabel({}, TextRole::Small);
    m_preflight->setProperty("warning", true);
    m_preflight->setObjectName(QStringLiteral("preflight"));
    m_run = makePrimaryButton(tr("&Run"), QStringLiteral("run"));
    m_run->setObjectName(QStringLiteral("run"));
    m_copy = new QPushButton(tr("&Copy as command"));
    m_copy->setObjectName(QStringLiteral("copyCommand"));
    m_copy->setToolTip(tr("Copies the arcmeter-cli command that does the same"));
    auto* buttons = new QHBoxLayout;
    m_script = new QPushButton(tr("&Batch script"));
    m_script->setObjectName(QStringLiteral("batchScript"));
    m_script->setToolTip(tr("Shows the Slurm script that runs this, to be copied or saved"));
    buttons->addWidget(m_copy);
    buttons->addWidget(m_script);
    buttons->addStretch();
    m_queue = new QPushButton(tr("&Queue"));
    m_queue->setObjectName(QStringLiteral("addToQueue"));
    m_queue->setAccessibleName(tr("Add to queue"));
    m_queue->setToolTip(tr("Adds this configuration to the queue"));
    buttons->addWidget(m_queue);
    buttons->addWidget(m_run);
    column->addWidget(m_plan);
    column->addWidget(m_preflight);
    column->addLayout(buttons);
    connect(m_plan, &PlanLine::quickAsked, this,
            [this] { m_form->setField(QStringLiteral("method"), QStringLiteral("quick")); });
    connect(m_run, &QPushButton::clicked, this, &NewRunPanel::requestRun);
    connect(m_queue, &QPushButton::clicked, this, [this] {
        if (const auto run = newRun()) emit queueRequested(*run);
    });
    connect(m_copy, &QPushButton::clicked, this, &NewRunPanel::copyCommand);
    connect(m_script, &QPushButton::clicked, this, &NewRunPanel::showScript);
    return card;
}

void NewRunPanel::fillPresets() {
    m_presets->addItem(tr("Your own settings"), QString());
    for (const app::Preset& preset : m_catalog.presets()) {
        m_presets->addItem(catalogText(preset.title), preset.id);
        m_presets->setItemData(m_presets->count() - 1, catalogText(preset.description), Qt::ToolTipRole);
    }
}

void NewRunPanel::applyPreset(const QString& id) {
    const app::Preset* preset = m_catalog.preset(id);
    if (!preset) return;
    protocol::RunConfig config = preset->config;
    m_catalog.applyDataset(preset->dataset, *m_settings, config);
    m_datasets->chooseId(preset->dataset);
    m_form->setConfig(config);
}

void NewRunPanel::setConfig(const protocol::RunConfig& config) {
    m_form->setConfig(config);
}

void NewRunPanel::setMachine(const MachineFacts& facts) {
    m_form->setMachine(facts);
    if (!m_startedFresh) return;
    m_startedFresh = false;
    for (const app::Preset& preset : m_catalog.presets()) {
        if (preset.needsGpu != facts.cudaAvailable) continue;
        applyPreset(preset.id);
        return;
    }
}

void NewRunPanel::setEngine(const QString& engine) {
    m_engine = engine;
}

void NewRunPanel::setHistory(std::vector<app::HistoryRow> runs) {
    m_plan->setHistory(std::move(runs));
}

void NewRunPanel::setPeers(const std::vector<app::PeerEngine>& peers, const QString& reason) {
    const QString chosen = m_engines->currentData().toString();
    m_engines->clear();
    m_engines->addItem(QStringLiteral("Arcmeter"), QString());
    for (const app::PeerEngine& peer : peers) m_engines->addItem(peer.title, peer.name);
    m_engines->setCurrentIndex(std::max(0, m_engines->findData(chosen)));
    if (!peers.empty()) return;
    m_engines->addItem(QStringLiteral("PyTorch"), app::torchEngine);
    const int row = m_engines->count() - 1;
    m_engines->setItemData(row, reason, Qt::ToolTipRole);
    if (auto* model = qobject_cast<QStandardItemModel*>(m_engines->model()))
        model->item(row)->setEnabled(false);
    m_engines->setCurrentIndex(0);
}

bool NewRunPanel::chooseEngine(const QString& name) {
    const int row = m_engines->findData(name);
    const auto* model = qobject_cast<QStandardItemModel*>(m_engines->model());
    if (row < 0 || !model || !model->item(row)->isEnabled()) return false;
    m_engines->setCurrentIndex(row);
    return true;
}

void NewRunPanel::setBusy(const QString& reason) {
    m_busy = reason;
    m_run->setEnabled(m_busy.isEmpty() && m_form->config().has_value());
    m_run->setToolTip(m_busy);
    lookRound();
}

void NewRunPanel::handleChange() {
    showPreset();
    m_plan->setConfig(m_form->config(), m_form->firstProblem());
    m_copy->setEnabled(m_form->config().has_value());
    const bool slurm = m_form->row(QStringLiteral("launcher"))->text() == QLatin1String("slurm");
    m_script->setVisible(slurm);
    m_script->setEnabled(m_form->config().has_value());
    lookRound();
    m_run->setEnabled(m_busy.isEmpty() && m_form->config().has_value());
    m_queue->setEnabled(m_form->config().has_value());
    if (!m_form->config()) return;
    m_settings->setLastConfig(QByteArray::fromStdString(protocol::to_json(*m_form->config()).dump()));
}

/// Names the preset that the fields are equal to.
void NewRunPanel::showPreset() {
    QString found, note;
    for (const app::Preset& preset : m_catalog.presets()) {
        protocol::RunConfig config = preset.config;
        m_catalog.applyDataset(preset.dataset, *m_settings, config);
        if (!m_form->config() || config != *m_form->config()) continue;
        found = preset.id;
        note = catalogText(preset.description);
        break;
    }
    m_presets->setCurrentIndex(std::max(0, m_presets->findData(found)));
    m_presetNote->setText(note);
    m_presetNote->setVisible(!note.isEmpty());
}

void NewRunPanel::lookRound() {
    QStringList sentences;
    if (m_busy.isEmpty()) {
        for (const app::PreflightItem& item : app::lookRound()) {
            if (item.warning) sentences << preflightText(item);
        }
    }
    const auto& config = m_form->config();
    if (config && app::ranksShareCores(*config)) {
        sentences << tr("%1 ranks share %2 cores of this machine: the figure says little about scaling.")
                         .arg(config->world_size())
                         .arg(app::physicalCores());
    }
    if (!m_engines->currentData().toString().isEmpty()) {
        sentences << tr("Memory and time above are Arcmeter's: whether %1 fits, only the run tells.")
                         .arg(m_engines->currentText());
    }
    m_preflight->setText(sentences.join(' '));
    m_preflight->setVisible(!sentences.isEmpty());
}

std::optional<app::NewRun> NewRunPanel::newRun() const {
    if (!m_form->config()) return std::nullopt;
    app::NewRun run;
    run.config = *m_form->config();
    run.datasetName = m_catalog.datasetName(run.config, *m_settings);
    run.presetId = m_presets->currentData().toString();
    run.engine = m_engines->currentData().toString();
    return run;
}

void NewRunPanel::requestRun() {
    if (const auto run = newRun(); run && m_busy.isEmpty()) emit runRequested(*run);
}

void NewRunPanel::showScript() {
    if (!m_form->config()) return;
    const QString engine = m_engine.isEmpty() ? QStringLiteral("arcmeter-engine") : m_engine;
    BatchScriptDialog(app::slurmBatchScript(engine, *m_form->config()), this).exec();
}

void NewRunPanel::copyCommand() {
    if (!m_form->config()) return;
    QString command = QString::fromStdString(protocol::to_command_line(*m_form->config()));
    const QString engine = m_engines->currentData().toString();
    if (!engine.isEmpty()) command += QStringLiteral(" --engine ") + engine;
    QGuiApplication::clipboard()->setText(command);
    emit commandCopied(command);
}

}  // namespace arcmeter::ui
