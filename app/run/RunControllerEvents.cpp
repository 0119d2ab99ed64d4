// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker says, and what becomes of it.
#include <algorithm>
#include <cmath>

#include "app/run/Preflight.h"
#include "app/run/RunControllerPrivate.h"
#include "app/run/RunStateMachine.h"
#include "app/store/RunStore.h"

namespace arcmeter::app {
namespace {

constexpr int maxBadLines = 10;  // of one launch; a library's stray message is no reason to give up

}  // namespace

QString codeName(ErrorCode code) {
    const std::string_view name = to_string(code);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

void RunController::Private::take(const protocol::Event& event) {
    if (!active || !failure.code.isEmpty()) return;  // already giving up
    if (const auto* hello = std::get_if<protocol::Hello>(&event.body)) {
        take(*hello);
        return;
    }
    if (!greeted) {
        giveUp(QStringLiteral("wrong_protocol"),
               QStringLiteral("The engine %1 did not begin with 'hello'.").arg(engine()));
        return;
    }
    std::visit(
        [&](const auto& body) {
            using Body = std::remove_cvref_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, protocol::Telemetry>) {
                take(body, event.time_ms);
            } else {
                take(body);
            }
        },
        event.body);
}

void RunController::Private::take(const protocol::Hello& hello) {
    helloTimer.stop();
    greeted = true;
    if (hello.protocol != protocol::protocol_version) {
        giveUp(QStringLiteral("wrong_protocol"),
               QStringLiteral("The engine %1 speaks protocol %2; this program speaks %3.")
                   .arg(engine())
                   .arg(hello.protocol)
                   .arg(protocol::protocol_version),
               QStringLiteral("Use an engine of the same release as this program."));
        return;
    }
    if (repeat == 0) store->recordHello(runId, hello);
}

void RunController::Private::take(const protocol::Environment& arrived) {
    if (repeat != 0) return;
    environment = arrived;
    store->recordEnvironment(runId, arrived);
    const std::vector<PreflightItem> more = preflightOf(arrived);
    preflight.insert(preflight.end(), more.begin(), more.end());
    store->recordPreflight(runId, preflight);
    emit q->environmentArrived(arrived);
    emit q->preflightArrived(preflight);
}

void RunController::Private::take(const protocol::Plan& arrived) {
    if (repeat != 0) return;
    plan = arrived;
    store->recordPlan(runId, arrived);
    emit q->planArrived(arrived);
}

void RunController::Private::take(const protocol::Phase& phase) {
    using protocol::RunPhase;
    if (phase.iterations > 0) iterationsPlanned = phase.iterations;
    if (phase.iterations > 0 && phase.warmup < phase.iterations) warmup = phase.warmup;
    if (!phase.detail.empty()) emit q->phaseDetail(QString::fromStdString(phase.detail));
    switch (phase.phase) {
        case RunPhase::preparing:
        case RunPhase::tuning:
            go(RunState::Preparing);
            break;
        case RunPhase::warmup:
            go(RunState::WarmingUp);
            break;
        case RunPhase::measuring:
            go(RunState::Measuring);
            break;
        case RunPhase::finished:
            break;  // said by the result and the worker's exit
    }
}

void RunController::Private::take(protocol::Step step) {
    if (step.iteration <= iteration) {
        takeBadLine(QStringLiteral("step %1 after step %2").arg(step.iteration).arg(iteration));
        return;
    }
    if (iteration == 0) overheadMs = std::max(0.0, static_cast<double>(launchClock.elapsed()) - step.step_ms);
    step.repeat = repeat;
    iteration = step.iteration;
    go(iteration <= warmup ? RunState::WarmingUp : RunState::Measuring);
    if (std::isfinite(step.step_ms) && step.step_ms > 0) {
        stepSumMs += step.step_ms;
        ++stepCount;
    }
    sums->add(step);
    lastStep = step;
    store->recordStep(runId, step);
    emit q->stepArrived(step);
}

void RunController::Private::take(const protocol::Telemetry& telemetry, qint64 timeMs) {
    store->recordTelemetry(runId, repeat, timeMs, telemetry);
    emit q->telemetryArrived(telemetry);
}

void RunController::Private::take(protocol::Result arrived) {
    if (!std::isfinite(arrived.samples_per_s) || arrived.samples_per_s <= 0)
        return;  // stopped before measuring
    arrived.repeat = repeat;
    result = std::move(arrived);
}

void RunController::Private::take(const protocol::ErrorEvent& error) {
    RunFailure said;
    said.code = codeName(error.code);
    said.message = QString::fromStdString(error.message);
    said.hint = QString::fromStdString(error.hint);
    said.rank = static_cast<int>(error.rank);
    if (error.can_go_on) {
        store->recordError(runId, said);
        emit q->warningArrived(said.rank > 0 ? QStringLiteral("Rank %1: %2").arg(said.rank).arg(said.message)
                                             : said.message);
        return;
    }
    failure = said;
    failureExitCode = exit_code_of(error.code);
}

void RunController::Private::takeBadLine(const QString& problem) {
    if (!active || !failure.code.isEmpty()) return;
    ++badLines;
    if (badLines >= maxBadLines) {
        giveUp(QStringLiteral("worker_garbage"),
               QStringLiteral("The engine %1 wrote %2 lines that are no events (the last: %3).")
                   .arg(engine())
                   .arg(badLines)
                   .arg(problem),
               QStringLiteral("Is this the right program?"));
    } else if (badLines == 1) {
        emit q->warningArrived(QStringLiteral("The engine wrote a line that is no event: %1.").arg(problem));
    }
}

void RunController::Private::giveUp(const QString& code, const QString& message, const QString& hint) {
    failure = {code, message, hint, 0, {}};
    failureExitCode = exit_failed;
    worker->kill();
}

}  // namespace arcmeter::app
