// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/PlanLine.h"

#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>

#include "app/worker/PlanService.h"
#include "ui/format/Format.h"
#include "ui/limit/MemoryBar.h"
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
    const auto text = [&](std::int64_t bytes, int decimals) {
        return locale.toString(inGib(bytes), 'f', decimals);
    };
    // What is hardly too much is not to read as if it fitted.
    int decimals = available < (std::int64_t{10} << 30) ? 1 : 0;
    while (needed > available && decimals < 6 && text(needed, decimals) == text(available, decimals))
        ++decimals;
    return PlanLine::tr("%1 of %2 GiB").arg(text(needed, std::max(decimals, 1)), text(available, decimals));
}

/// What backward computes again, and what that costs.
QString recomputeText(const protocol::Plan& plan) {
    const auto taken = std::find_if(plan.policies.begin(), plan.policies.end(),
                                    [&](const auto& policy) { return policy.recompute == plan.recompute; });
    if (taken == plan.policies.end() || taken == plan.policies.begin()) {
        return PlanLine::tr("Recomputed in backward: nothing");
    }
    const protocol::PolicyCost& none = plan.policies.front();
    return PlanLine::tr("Recomputed in backward: %1, %2 more work and %3 more memory traffic")
        .arg(plan.recompute == "units" ? PlanLine::tr("BatchNorm and PReLU") : PlanLine::tr("whole units"),
             percentText(taken->flops / none.flops - 1), percentText(taken->bytes / none.bytes - 1));
}

}  // namespace

PlanLine::PlanLine(app::PlanService* service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_bar(new MemoryBar(this)),
      m_fit(makeWrappedLabel({})),
      m_duration(makeWrappedLabel({}, TextRole::Body, true)),
      m_quick(makeLinkButton(tr("Measure quickly instead: 30 iterations"))) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_fit);
    column->addWidget(m_bar);
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
    m_bar->clear();
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
    m_bar->clear();
    setLook(m_fit, "problem", true);
    m_fit->setText(hint.isEmpty() ? message : message + ' ' + hint);
}

void PlanLine::showPlan(const protocol::Plan& plan) {
    const std::int64_t needed = plan.memory.total();
    setLook(m_fit, "problem", !plan.fits);
    if (plan.memory_available_bytes <= 0) {
        m_fit->setText(tr("Needs %1").arg(bytesText(static_cast<double>(needed))));
    } else if (plan.fits) {
        m_fit->setText(tr("Fits: %1").arg(ofText(needed, plan.memory_available_bytes)));
    } else {
        m_fit->setText(tr("Does not fit: %1. Lower the batch size or the number of classes.")
                           .arg(ofText(needed, plan.memory_available_bytes)));
    }
    m_bar->setMemory(plan.memory, plan.memory_available_bytes);
    QString details = memoryPartsText(plan.memory) + '\n' + recomputeText(plan);
    if (plan.overhead_source == "assumed")
        details += '\n' + tr("The program's own share is assumed until a run measures it");
    m_fit->setToolTip(details);
    m_bar->setToolTip(details);
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
