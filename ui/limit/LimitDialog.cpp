// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/limit/LimitDialog.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

#include "app/search/SearchTable.h"
#include "app/version/Version.h"
#include "app/worker/PlanService.h"
#include "ui/charts/ChartActions.h"
#include "ui/format/Format.h"
#include "ui/limit/MemoryBar.h"
#include "ui/limit/MemoryCurve.h"
#include "ui/limit/ProbeModel.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {
namespace {

constexpr int curve_points = 24;

}  // namespace

LimitDialog::LimitDialog(app::LimitSearch* search, app::PlanService* plans, QWidget* parent)
    : QDialog(parent),
      m_search(search),
      m_plans(plans),
      m_heading(makeLabel({}, TextRole::Title)),
      m_subject(makeWrappedLabel({}, TextRole::Body, true)),
      m_sentence(makeWrappedLabel({}, TextRole::Heading)),
      m_messages(new MessageBar(this)),
      m_bar(new MemoryBar(this)),
      m_curve(new MemoryCurve(this)),
      m_model(new ProbeModel(this)),
      m_table(new QTableView(this)) {
    setObjectName(QStringLiteral("limitDialog"));
    resize(760, 720);
    makeParts();
    makeButtons();
    connectSearch();
    connect(m_plans, &app::PlanService::planReady, this, &LimitDialog::takePlan);
    connect(m_plans, &app::PlanService::planFailed, this,
            [this](const protocol::RunConfig&, const QString& message, const QString& hint) {
                m_curve->clear(message);
                setFound(0, hint.isEmpty() ? message : message + ' ' + hint);
            });
}

void LimitDialog::makeParts() {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(2 * space);
    m_sentence->setObjectName(QStringLiteral("limitSentence"));
    m_table->setObjectName(QStringLiteral("probes"));
    m_table->setAccessibleName(tr("Values tried"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setMinimumHeight(120);
    for (QWidget* part :
         std::initializer_list<QWidget*>{m_heading, m_subject, m_sentence, m_messages, m_bar}) {
        column->addWidget(part);
    }
    column->addWidget(m_curve, 2);
    column->addWidget(
        makeWrappedLabel(tr("Each value is proven by 20 iterations in a fresh process; the next step has to "
                            "fail. Every run is stored in History, tagged 'search'."),
                         TextRole::Small, true));
    column->addWidget(m_table, 1);
}

void LimitDialog::makeButtons() {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_prove = makePrimaryButton(tr("&Prove by running"), QStringLiteral("run"));
    m_resume = new QPushButton(tr("&Go on"));
    m_stop = new QPushButton(tr("&Stop"));
    m_use = new QPushButton(tr("&Use"));
    m_prove->setObjectName(QStringLiteral("prove"));
    m_resume->setObjectName(QStringLiteral("resumeSearch"));
    m_stop->setObjectName(QStringLiteral("stopSearch"));
    m_use->setObjectName(QStringLiteral("useLimit"));
    m_resume->setToolTip(tr("Goes on with the stopped search: what it has proven stays"));
    auto* save = new QPushButton(tr("S&ave"));
    save->setObjectName(QStringLiteral("saveLimit"));
    auto* menu = new QMenu(save);
    menu->addAction(tr("Picture of the curve …"), this,
                    [this] { saveChartAs(*m_curve, this, provenance(), m_messages); });
    menu->addAction(tr("Table of the values tried …"), this, [this] {
        saveTableAs(this, app::searchTable(m_model->probes(), m_run.config, m_limit),
                    QStringLiteral("search"), m_messages);
    });
    save->setMenu(menu);
    buttons->addButton(save, QDialogButtonBox::ActionRole);
    for (QPushButton* button : {m_use, m_stop, m_resume, m_prove}) {
        buttons->addButton(button, QDialogButtonBox::ActionRole);
    }
    layout()->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(m_prove, &QPushButton::clicked, this, [this] { ask(false); });
    connect(m_resume, &QPushButton::clicked, this, [this] { ask(true); });
    connect(m_stop, &QPushButton::clicked, m_search, &app::LimitSearch::stop);
    connect(m_use, &QPushButton::clicked, this, [this] { emit valueChosen(m_limit, m_found); });
}

void LimitDialog::connectSearch() {
    connect(m_search, &app::LimitSearch::probeStarted, this,
            [this](qint64 value) { m_model->setTrying(value); });
    connect(m_search, &app::LimitSearch::probeFinished, this, [this](const app::SearchProbe& probe) {
        m_model->add(probe);
        m_curve->setProbes(m_model->probes());
        m_table->scrollToBottom();
    });
    connect(m_search, &app::LimitSearch::ended, this, &LimitDialog::takeOutcome);
}

QString LimitDialog::valueName() const {
    return m_limit == protocol::Limit::batch_size ? tr("Images a device and step") : tr("Number of classes");
}

void LimitDialog::showFor(const app::NewRun& run, protocol::Limit limit) {
    if (!m_search->isActive()) {
        m_run = run;
        m_limit = limit;
        m_mayResume = false;
        m_model->clear();
        m_bar->clear();
        m_curve->clear(tr("Planning …"));
        const QString title =
            limit == protocol::Limit::batch_size ? tr("Largest batch size") : tr("Largest number of classes");
        setWindowTitle(title);
        m_heading->setText(title);
        m_subject->setText(configTitle(run.config, run.datasetName));
        setFound(0, tr("Planning …"));
        m_plans->requestLimit(run.config, limit, curve_points);
    }
    show();
    raise();
    activateWindow();
}

void LimitDialog::setEngine(const QString& engine) {
    m_plans->setEngine(engine);
}

void LimitDialog::setMayRun(bool may) {
    m_mayRun = may;
    showButtons();
}

void LimitDialog::takePlan(const protocol::RunConfig& config, const protocol::Plan& plan) {
    if (!plan.limit || config != m_run.config || !m_model->probes().empty()) return;
    m_bar->setMemory(plan.memory, plan.memory_available_bytes);
    m_curve->setCurve(windowTitle(), valueName(), plan);
    const QString limit = bytesText(static_cast<double>(plan.memory_available_bytes));
    if (plan.limit->found == 0) {
        setFound(0, tr("By the plan nothing fits into %1: the least value needs %2.")
                        .arg(limit, bytesText(static_cast<double>(plan.limit->needed_for_next))));
    } else if (plan.limit->bound_by == "range") {
        setFound(plan.limit->found,
                 tr("By the plan %1 fits, the largest value allowed.").arg(integerText(plan.limit->found)));
    } else {
        setFound(plan.limit->found,
                 tr("By the plan %1 fits into %2. What grows: %3; the next step needs %4.")
                     .arg(integerText(plan.limit->found), limit,
                          memoryPartTitle(QString::fromStdString(plan.limit->bound_by)).toLower(),
                          bytesText(static_cast<double>(plan.limit->needed_for_next))));
    }
}

void LimitDialog::takeOutcome(const app::SearchOutcome& outcome) {
    m_model->setTrying(std::nullopt);
    m_mayResume = outcome.state == app::SearchOutcome::State::Stopped && !outcome.probes.empty();
    switch (outcome.state) {
        case app::SearchOutcome::State::Found:
            setFound(outcome.found, outcome.found > 0
                                        ? tr("Proven: %1 runs, the next step does not. It would need %2.")
                                              .arg(integerText(outcome.found),
                                                   bytesText(static_cast<double>(outcome.neededForNext)))
                                        : tr("Not even the least value runs."));
            break;
        case app::SearchOutcome::State::Stopped:
            setFound(outcome.found,
                     outcome.found > 0
                         ? tr("Stopped. %1 is proven to run; more may.").arg(integerText(outcome.found))
                         : tr("Stopped. Nothing is proven yet."));
            break;
        case app::SearchOutcome::State::Failed:
            setFound(outcome.found, outcome.failure.message);
            m_messages->showMessage(MessageBar::Kind::Problem,
                                    outcome.failure.message + ' ' + outcome.failure.hint);
            break;
    }
}

void LimitDialog::ask(bool resume) {
    app::SearchRequest request;
    request.run = m_run;
    request.limit = m_limit;
    request.resume = resume;
    m_model->clear();
    m_curve->setProbes({});
    setFound(0, tr("Searching …"));
    emit searchAsked(request);
    showButtons();
}

void LimitDialog::setFound(qint64 found, const QString& sentence) {
    m_found = found;
    m_sentence->setText(sentence);
    m_sentence->setAccessibleName(sentence);
    showButtons();
}

void LimitDialog::showButtons() {
    const bool searching = m_search->isActive();
    m_prove->setEnabled(!searching && m_mayRun && m_curve->title() == windowTitle());
    m_prove->setToolTip(m_mayRun ? QString() : tr("A run is going: stop it or wait for its end"));
    m_resume->setVisible(m_mayResume && !searching);
    m_resume->setEnabled(m_mayRun);
    m_stop->setVisible(searching);
    m_use->setEnabled(m_found > 0 && !searching);
    m_use->setText(m_found > 0 ? tr("&Use %1").arg(integerText(m_found)) : tr("&Use"));
}

QString LimitDialog::summary() const {
    return m_sentence->text();
}

QString LimitDialog::provenance() const {
    return tr("%1. Arcmeter %2, by the engine's plan and %n run(s).", nullptr,
              static_cast<int>(m_model->probes().size()))
        .arg(m_subject->text(), app::programVersion());
}

}  // namespace arcmeter::ui
