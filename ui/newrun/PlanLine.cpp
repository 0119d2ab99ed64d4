// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/PlanLine.h"

#include <QLocale>
#include <QVBoxLayout>

#include "app/worker/PlanService.h"
#include "ui/format/Format.h"
#include "ui/newrun/FitMeter.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr qint64 long_run_ms = 10 * 60 * 1000;

double inGib(std::int64_t bytes) {
    return static_cast<double>(bytes) / (1 << 30);
}

/// "2.1 of 23 GiB".
QString ofText(std::int64_t needed, std::int64_t available) {
    if (inGib(needed) < 0.1) {
        return PlanLine::tr("%1 of %2")
            .arg(bytesText(static_cast<double>(needed)), bytesText(static_cast<double>(available)));
    }
    const QLocale locale;
    return PlanLine::tr("%1 of %2 GiB")
        .arg(locale.toString(inGib(needed), 'f', 1),
             locale.toString(inGib(available), 'f', available < (std::int64_t{10} << 30) ? 1 : 0));
}

QString partsText(const protocol::MemoryPlan& memory) {
    const std::pair<QString, std::int64_t> parts[] = {
        {PlanLine::tr("Weights"), memory.weights},
        {PlanLine::tr("Gradients"), memory.gradients},
        {PlanLine::tr("Optimizer"), memory.optimizer},
        {PlanLine::tr("Activations"), memory.activations},
        {PlanLine::tr("Workspace"), memory.workspace},
        {PlanLine::tr("Class centres"), memory.head_weights},
        {PlanLine::tr("Their optimizer"), memory.head_optimizer},
        {PlanLine::tr("Head activations"), memory.head_activations},
        {PlanLine::tr("Data"), memory.data},
        {PlanLine::tr("Communication"), memory.communication},
        {PlanLine::tr("Program"), memory.overhead},
    };
    QStringList lines;
    for (const auto& [name, bytes] : parts) {
        if (bytes > 0) lines << QStringLiteral("%1: %2").arg(name, bytesText(static_cast<double>(bytes)));
    }
    return lines.join('\n');
}

}  // namespace

PlanLine::PlanLine(app::PlanService* service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_meter(new FitMeter(this)),
      m_fit(makeWrappedLabel({})),
      m_duration(makeWrappedLabel({}, TextRole::Body, true)),
      m_quick(makeLinkButton(tr("Measure quickly instead: 30 iterations"))) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_fit);
    column->addWidget(m_meter);
    column->addWidget(m_duration);
    column->addWidget(m_quick);
    m_quick->hide();
    m_fit->setObjectName(QStringLiteral("fit"));
    m_duration->setObjectName(QStringLiteral("duration"));
    m_quick->setObjectName(QStringLiteral("quickOffer"));
    connect(m_quick, &QPushButton::clicked, this, &PlanLine::quickAsked);
    connect(m_service, &app::PlanService::planReady, this, &PlanLine::takePlan);
    connect(m_service, &app::PlanService::planFailed, this, &PlanLine::takeFailure);
}

void PlanLine::setConfig(const std::optional<protocol::RunConfig>& config, const QString& problem) {
    if (config && m_config == config) return;
    m_config = config;
    m_plan.reset();
    if (m_config) {
        m_service->request(*m_config);
        showDuration();
        return;
    }
    m_meter->clear();
    m_fit->setText(problem);
    m_duration->clear();
    m_quick->hide();
}

void PlanLine::setHistory(std::vector<app::HistoryRow> runs) {
    m_estimator.refresh(std::move(runs));
    showDuration();
}

void PlanLine::takePlan(const protocol::RunConfig& config, const protocol::Plan& plan) {
    if (m_config != config) return;
    m_plan = plan;
    showPlan(plan);
    showDuration();
}

void PlanLine::takeFailure(const protocol::RunConfig& config, const QString& message, const QString& hint) {
    if (m_config != config) return;
    m_meter->clear();
    setLook(m_fit, "problem", true);
    m_fit->setText(hint.isEmpty() ? message : message + ' ' + hint);
}

void PlanLine::showPlan(const protocol::Plan& plan) {
    const std::int64_t needed = plan.memory.total();
    setLook(m_fit, "problem", !plan.fits);
    if (plan.memory_available_bytes <= 0) {
        m_fit->setText(tr("Needs %1").arg(bytesText(static_cast<double>(needed))));
        m_meter->clear();
    } else if (plan.fits) {
        m_fit->setText(tr("Fits: %1").arg(ofText(needed, plan.memory_available_bytes)));
        m_meter->setShare(inGib(needed) / inGib(plan.memory_available_bytes));
    } else {
        m_fit->setText(tr("Does not fit: %1. Lower the batch size or the number of classes.")
                           .arg(ofText(needed, plan.memory_available_bytes)));
        m_meter->setShare(inGib(needed) / inGib(plan.memory_available_bytes));
    }
    m_fit->setToolTip(partsText(plan.memory));
    m_meter->setToolTip(m_fit->toolTip());
}

void PlanLine::showDuration() {
    if (!m_config) return;
    const auto estimate = m_estimator.estimate(*m_config, m_plan);
    m_quick->setVisible(estimate && estimate->milliseconds > long_run_ms &&
                        m_config->method != protocol::Method::quick);
    if (!estimate) {
        m_duration->setText(m_plan ? tr("How long it takes is known after a first run.") : QString());
        return;
    }
    m_duration->setText(tr("About %1").arg(durationText(estimate->milliseconds)));
    m_duration->setToolTip(tr("Estimated from %1").arg(estimate->basis));
}

QString PlanLine::fitText() const {
    return m_fit->text();
}
QString PlanLine::durationLine() const {
    return m_duration->text();
}
std::optional<bool> PlanLine::fits() const {
    return m_plan ? std::optional(m_plan->fits) : std::nullopt;
}

}  // namespace arcmeter::ui
