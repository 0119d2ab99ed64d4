// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/LivePage.h"

#include <QGridLayout>
#include <QHeaderView>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "app/export/HistoryTable.h"
#include "app/statistics/RunInsight.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/charts/ChartActions.h"
#include "ui/format/Format.h"
#include "ui/live/DeviceCharts.h"
#include "ui/live/ReferenceBar.h"
#include "ui/live/References.h"
#include "ui/live/RunHeader.h"
#include "ui/live/Welcome.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int tick_ms = 100;
constexpr qsizetype shown_lines = 8;  ///< of the last a failed worker wrote; History keeps them all

QTableView* makeStepTable(app::StepTableModel* model) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setAlternatingRowColors(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(QFontMetrics(table->font()).height() + 8);
    for (int column = 0; column < app::StepTableModel::ColumnCount; ++column) {
        const QString title = model->headerData(column, Qt::Horizontal).toString();
        const QFontMetrics metrics(textFont(TextRole::Heading));
        table->setColumnWidth(column, std::max(76, metrics.horizontalAdvance(title) + 26));
    }
    table->horizontalHeader()->setHighlightSections(false);
    table->setObjectName(QStringLiteral("steps"));
    table->setAccessibleName(LivePage::tr("Steps: the charts' figures as a table"));
    return table;
}

}  // namespace

LivePage::LivePage(app::RunController* controller, app::RunStore* store, QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_store(store),
      m_references(new References(store, this)),
      m_stack(new QStackedWidget(this)),
      m_welcome(new Welcome),
      m_messages(new MessageBar),
      m_header(new RunHeader),
      m_bar(new ReferenceBar(m_references)),
      m_splitter(new QSplitter(Qt::Vertical)),
      m_model(new app::StepTableModel(100'000, this)),
      m_timer(new QTimer(this)),
      m_insights(new LatestTask(this)) {
    m_table = makeStepTable(m_model);
    makeCharts();
    m_stack->addWidget(m_welcome);
    m_stack->addWidget(makeContent());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2 * space, 0, 0);
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    m_timer->setInterval(tick_ms);
    connect(m_timer, &QTimer::timeout, this, &LivePage::tick);
    connect(m_references, &References::changed, this, &LivePage::updateLines);
    connect(m_references, &References::changed, this, &LivePage::updateLevels);
    connect(m_bar, &ReferenceBar::historyWanted, this, &LivePage::historyAsked);
    connect(m_welcome, &Welcome::tryAsked, this, &LivePage::tryAsked);
    connect(m_welcome, &Welcome::historyAsked, this, &LivePage::historyAsked);
    connect(m_header, &RunHeader::stopRequested, this, &LivePage::stopAsked);
    connect(m_header, &RunHeader::againRequested, this, [this] {
        if (m_config) emit againAsked(*m_config, shownEngine());
    });
    connectController();
    updateLines();
}

LivePage::~LivePage() {
    for (Chart* chart : m_charts) chart->setLines({});  // the stores go before the charts
}

void LivePage::makeCharts() {
    m_throughput = new Chart({.title = tr("Throughput"), .unit = tr("samples/s")});
    m_memory = new Chart({.title = tr("Memory"), .unit = {}, .values = ChartValues::Bytes});
    m_time = new Chart({.title = tr("Where the step's time goes"),
                        .unit = tr("ms a step"),
                        .kind = ChartKind::Stacked,
                        .values = ChartValues::Milliseconds});
    m_loss = new Chart({.title = tr("Loss"), .unit = {}, .fromZero = false});
    m_charts = {m_throughput, m_memory, m_time, m_loss};
    m_devices = new DeviceCharts(m_loss);
    for (Chart* chart : m_charts) {
        chart->setStepName([this](qint64 step) { return m_data.stepName(step); });
        connectExports(chart);
    }
    for (Chart* chart : m_devices->charts()) connectExports(chart);
    m_throughput->setBandName(tr("Warm-up, not counted"));
    m_throughput->setBandName(tr("Steps drift"), ChartBand::Kind::Notice);
    m_throughput->setBandName(tr("Throttled"), ChartBand::Kind::Throttled);
    m_throughput->setBandName(tr("Outlier"), ChartBand::Kind::Outlier);
    linkCharts();
}

void LivePage::connectExports(Chart* chart) {
    connect(chart, &Chart::exportRequested, this,
            [this, chart] { saveChartAs(*chart, this, provenance(), m_messages); });
    connect(chart, &Chart::copyRequested, this, [this, chart] { copyChart(*chart, provenance()); });
}

/// Zoom and read-out move together in all charts.
void LivePage::linkCharts() {
    for (Chart* source : m_charts) {
        connect(source, &Chart::viewChanged, this, [this, source](const std::optional<StepRange>& view) {
            for (Chart* chart : m_charts) {
                if (chart != source) chart->setView(view);
            }
        });
        connect(source, &Chart::readoutChanged, this, [this, source](const std::optional<qint64>& step) {
            for (Chart* chart : m_charts) {
                if (chart != source) chart->setReadout(step);
            }
        });
    }
}

QWidget* LivePage::makeContent() {
    auto* grid = new QWidget;
    auto* cells = new QGridLayout(grid);
    cells->setContentsMargins(0, 0, 0, 0);
    cells->setSpacing(2 * space);
    cells->addWidget(m_throughput, 0, 0);
    cells->addWidget(m_memory, 0, 1);
    cells->addWidget(m_time, 1, 0);
    cells->addWidget(m_devices, 1, 1);
    for (const int track : {0, 1}) {
        cells->setRowStretch(track, 1);
        cells->setColumnStretch(track, 1);
    }
    QVBoxLayout* tableColumn = nullptr;
    QFrame* tableCard = makeCard(&tableColumn);
    tableColumn->setContentsMargins(space, space, space, space);
    tableColumn->addWidget(m_table);
    m_splitter->addWidget(grid);
    m_splitter->addWidget(tableCard);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({510, 170});
    m_splitter->setHandleWidth(2 * space);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(m_header);
    column->addWidget(m_bar);
    column->addWidget(m_splitter, 1);
    return content;
}

void LivePage::connectController() {
    if (!m_controller) return;
    connect(m_controller, &app::RunController::runStarted, this, [this](qint64 runId) {
        begin(runId, m_controller->config(), m_store->historyRow(runId).dataset);
        for (const protocol::Step& step : m_store->steps(runId)) appendStep(step);  // of a run that goes on
        showState(m_controller->state());
        m_timer->start();
    });
    connect(m_controller, &app::RunController::stateChanged, this, &LivePage::showState);
    connect(m_controller, &app::RunController::phaseDetail, this,
            [this](const QString& text) { m_header->setState(m_controller->state(), text); });
    connect(m_controller, &app::RunController::planArrived, this, &LivePage::showPlan);
    connect(m_controller, &app::RunController::environmentArrived, this,
            [this](const protocol::Environment& environment) { m_environment = environment; });
    connect(m_controller, &app::RunController::stepArrived, this, &LivePage::appendStep);
    connect(m_controller, &app::RunController::telemetryArrived, m_devices, &DeviceCharts::append);
    connect(m_controller, &app::RunController::warningArrived, this, [this](const QString& sentence) {
        m_messages->showMessage(MessageBar::Kind::Warning, sentence);
    });
    connect(m_controller, &app::RunController::runEnded, this, &LivePage::showOutcome);
}

void LivePage::begin(qint64 runId, const protocol::RunConfig& config, const QString& datasetName) {
    m_runId = runId;
    m_config = config;
    m_datasetName = datasetName;
    m_plan.reset();
    m_environment.reset();
    m_lastStep.reset();
    m_newSteps = false;
    m_data.clear();
    m_notices.clear();
    m_insights->cancel();
    m_devices->clear();
    m_model->clear();
    m_messages->hide();
    m_header->setRun(runId, configTitle(config, datasetName));
    for (Chart* chart : m_charts) {
        chart->setView(std::nullopt);
        chart->setReadout(std::nullopt);
        chart->setBands({});
        chart->setExpectedSteps(config.effective_repeats() * config.effective_iterations());
    }
    updateLines();
    updateLevels();
    m_stack->setCurrentIndex(1);
}

void LivePage::appendStep(const protocol::Step& step) {
    m_data.append(step, m_config ? m_config->effective_warmup() : 0);
    m_model->append(step);
    m_lastStep = step;
    m_newSteps = true;
    if (!m_timer->isActive()) m_timer->start();
}

/// Ten times a second while something happens and is seen.
void LivePage::tick() {
    const bool active = m_controller && m_controller->isActive();
    if (!active && !m_newSteps) m_timer->stop();
    if (!isVisible()) return;
    if (active) m_header->setProgress(m_controller->progress());
    if (!m_newSteps) return;
    m_newSteps = false;
    m_header->setStep(*m_lastStep);
    std::vector<ChartBand> bands = m_data.warmups();
    bands.insert(bands.end(), m_notices.begin(), m_notices.end());
    m_throughput->setBands(bands);
    for (ChartBand& band : bands) band.label.clear();  // said once, where it is first looked for
    for (Chart* chart : m_charts) {
        if (chart != m_throughput) chart->setBands(bands);
        chart->dataChanged();
    }
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 1;
    m_model->flush();
    if (atEnd) m_table->scrollToBottom();
}

void LivePage::showState(app::RunState state) {
    m_header->setState(state);
}

void LivePage::showPlan(const protocol::Plan& plan) {
    m_plan = plan;
    updateLevels();
}

void LivePage::showOutcome(const app::RunOutcome& outcome) {
    tick();
    m_header->setState(outcome.state);
    m_header->setFigures(outcome.figures, m_config->batch_size_per_device * m_config->world_size());
    m_header->setElapsed(m_controller->progress().elapsedMs);
    explain(m_runId);
    if (outcome.state != app::RunState::Failed) return;
    const app::RunFailure& failure = outcome.failure;
    const QString sentence = failure.hint.isEmpty() ? failure.message : failure.message + ' ' + failure.hint;
    m_messages->showMessage(
        MessageBar::Kind::Problem, sentence,
        failure.lastLines.mid(std::max<qsizetype>(0, failure.lastLines.size() - shown_lines)).join('\n'));
    m_messages->setAction(tr("Run again"), [this] {
        if (m_config) emit againAsked(*m_config, shownEngine());
    });
}

/// The verdict under the header, and where in the charts it shows. Read in a thread of its own: a run may
/// have half a million steps.
void LivePage::explain(qint64 runId) {
    m_insights->start(
        [this, store = m_store, runId](const LatestTask::IsStopped& isStopped) -> LatestTask::Deliver {
            try {
                const app::RunDetails details = store->details(runId);
                return [this, details, insight = app::insightOf(*store, details, isStopped)] {
                    m_header->setVerdict(insight.diagnosis, app::insightNotes(insight, details));
                    m_notices = noticeBands(insight, m_data);
                    m_newSteps = m_lastStep.has_value();
                    tick();
                };
            } catch (const Error& error) {
                qWarning("%s", error.what());  // another program deleted it meanwhile
                return {};
            }
        });
}

void LivePage::showStored(qint64 runId) {
    if (m_controller && m_controller->isActive()) return;
    const app::RunDetails details = m_store->details(runId);
    begin(runId, details.config, details.row.dataset);
    m_environment = details.environment;
    if (details.plan) showPlan(*details.plan);
    for (const protocol::Step& step : m_store->steps(runId)) appendStep(step);
    for (const protocol::Telemetry& telemetry : m_store->telemetry(runId)) m_devices->append(telemetry);
    tick();
    m_header->setState(details.row.state.value_or(app::RunState::Finished));
    m_header->setFigures(details.figures, details.config.batch_size_per_device * details.config.world_size());
    explain(runId);
    if (details.errors.empty()) return;
    const app::RunFailure& failure = details.errors.back();
    m_messages->showMessage(MessageBar::Kind::Problem, failure.message, failure.lastLines.join('\n'));
}

bool LivePage::showsSomething() const {
    return m_runId != 0;
}

QString LivePage::shownEngine() const {
    try {
        return m_runId > 0 ? engineOf(m_store->historyRow(m_runId)) : QString();
    } catch (const Error&) {  // deleted meanwhile
        return {};
    }
}

std::optional<protocol::RunConfig> LivePage::shownConfig() const {
    return m_config;
}

app::Table LivePage::stepsTable() const {
    if (m_runId == 0) throw Error(ErrorCode::invalid_config, "There is no run to export.");
    m_store->flush();
    return app::stepsTable(m_store->details(m_runId), m_store->steps(m_runId));
}

void LivePage::addReference(const app::HistoryRow& row) {
    m_stack->setCurrentIndex(1);
    if (!m_references->add(row)) {
        m_messages->showMessage(MessageBar::Kind::Info,
                                tr("At most %1 rows are compared at once, each once.").arg(References::limit),
                                {}, 6);
    }
}

void LivePage::setSuggestions(std::vector<app::HistoryRow> rows) {
    m_bar->setSuggestions(std::move(rows));
}

void LivePage::updateLines() {
    const QString own = tr("This run");
    const ColorKey color{ColorKey::Set::Series, 0};
    std::vector<ChartLine> throughput{{own, color, false, &m_data.samplesPerSecond}};
    std::vector<ChartLine> memory{{own, color, false, &m_data.memory}};
    std::vector<ChartLine> loss{{own, color, false, &m_data.loss}};
    for (const auto& reference : m_references->all()) {
        if (!reference->data) continue;
        throughput.push_back({reference->name, reference->color, true, &reference->data->samplesPerSecond});
        memory.push_back({reference->name, reference->color, true, &reference->data->memory});
        loss.push_back({reference->name, reference->color, true, &reference->data->loss});
    }
    m_throughput->setLines(std::move(throughput));
    m_memory->setLines(std::move(memory));
    m_loss->setLines(std::move(loss));
    std::vector<ChartLine> parts;
    for (std::size_t part = 0; part < part_count; ++part) {
        parts.push_back(
            {partName(part), {ColorKey::Set::Part, static_cast<int>(part)}, false, &m_data.parts[part]});
    }
    m_time->setLines(std::move(parts));
}

void LivePage::updateLevels() {
    std::vector<ChartLevel> throughput, memory;
    for (const auto& reference : m_references->all()) {
        const app::HistoryRow& row = reference->row;
        if (row.kind == app::HistoryRow::Kind::Run) continue;
        if (row.samplesPerSecond)
            throughput.push_back({reference->name, {}, *row.samplesPerSecond, reference->color});
        if (row.memoryMib)
            memory.push_back({reference->name, {}, *row.memoryMib * 1048576.0, reference->color});
    }
    if (m_plan) {
        memory.push_back(
            {tr("Plan"), tr("Plan"), static_cast<double>(m_plan->memory.total()), {ColorKey::Set::Muted, 0}});
        const std::int64_t limit = m_config && m_config->memory_limit_bytes ? *m_config->memory_limit_bytes
                                                                            : m_plan->memory_available_bytes;
        if (limit > 0)
            memory.push_back(
                {tr("Limit"), tr("Limit"), static_cast<double>(limit), {ColorKey::Set::Bad, 0}, false});
    }
    m_throughput->setLevels(std::move(throughput));
    m_memory->setLevels(std::move(memory));
}

QString LivePage::provenance() const {
    if (m_runId == 0) return {};
    const app::RunDetails details = m_store->details(m_runId);
    QStringList words{tr("Run %1").arg(m_runId), configTitle(details.config, m_datasetName),
                      methodText(details.config.method)};
    if (!details.row.hardware.isEmpty()) words << details.row.hardware;
    if (!details.row.driver.isEmpty()) words << tr("driver %1").arg(details.row.driver);
    if (details.hello)
        words << QStringLiteral("%1 %2").arg(QString::fromStdString(details.hello->engine),
                                             QString::fromStdString(details.hello->version));
    words << QStringLiteral("Arcmeter %1").arg(details.row.programVersion) << details.row.createdAt;
    return words.join(QStringLiteral(" · "));
}

}  // namespace arcmeter::ui
