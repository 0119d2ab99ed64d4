// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ProgressPrinter.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>

#include "app/cli/Terminal.h"
#include "app/run/DurationEstimator.h"

namespace arcmeter::app::cli {
namespace {

constexpr int redrawMs = 200;
constexpr int lineMs = 10'000;
constexpr int barWidth = 24;

int terminalWidth() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

QString stateText(RunState state) {
    return toString(state).replace(QLatin1Char('_'), QLatin1Char(' '));
}

}  // namespace

ProgressPrinter::ProgressPrinter(RunController* controller, QObject* parent)
    : QObject(parent), m_controller(controller), m_terminal(::isatty(STDERR_FILENO) == 1) {
    connect(controller, &RunController::stateChanged, this, &ProgressPrinter::showState);
    connect(controller, &RunController::warningArrived, this, [this](const QString& sentence) {
        finish();
        say(QStringLiteral("warning: ") + sentence + QLatin1Char('\n'));
    });
    connect(controller, &RunController::phaseDetail, this, [this](const QString& sentence) {
        finish();
        say(sentence + QLatin1Char('\n'));
    });
    connect(&m_timer, &QTimer::timeout, this, &ProgressPrinter::refresh);
    m_timer.start(redrawMs);
    m_sinceLine.start();
}

void ProgressPrinter::finish() {
    if (m_barShown) say(QStringLiteral("\r\x1b[K"));
    m_barShown = false;
}

void ProgressPrinter::showState(RunState state) {
    if (m_terminal || isEnded(state)) return;
    const RunProgress progress = m_controller->progress();
    say(QStringLiteral("repeat %1 of %2: %3\n")
            .arg(progress.repeat + 1)
            .arg(progress.repeatsPlanned)
            .arg(stateText(state)));
    m_sinceLine.restart();
}

QString ProgressPrinter::text(int width) const {
    const RunProgress progress = m_controller->progress();
    const int filled = static_cast<int>(progress.fraction * width);
    QString line;
    if (width > 0) {
        line = QLatin1Char('[') + QString(filled, QLatin1Char('#')) +
               QString(width - filled, QLatin1Char('.')) + QStringLiteral("] ");
    }
    line += QStringLiteral("%1 %  ").arg(static_cast<int>(progress.fraction * 100));
    if (progress.iteration == 0) return line + stateText(m_controller->state());
    if (progress.repeatsPlanned > 1) {
        line += QStringLiteral("repeat %1/%2  ").arg(progress.repeat + 1).arg(progress.repeatsPlanned);
    }
    line += QStringLiteral("iteration %1/%2").arg(progress.iteration).arg(progress.iterationsPlanned);
    if (progress.samplesPerSecond) {
        line += QStringLiteral("  %1 samples/s").arg(figureText(*progress.samplesPerSecond));
    }
    if (progress.loss) line += QStringLiteral("  loss %1").arg(QString::number(*progress.loss, 'f', 3));
    if (progress.remainingMs) line += QStringLiteral("  %1 left").arg(durationText(*progress.remainingMs));
    return line;
}

void ProgressPrinter::refresh() {
    if (!m_controller->isActive()) return;
    if (m_terminal) {
        say(QStringLiteral("\r\x1b[K") + text(barWidth).left(terminalWidth() - 1));
        m_barShown = true;
    } else if (m_sinceLine.elapsed() >= lineMs) {
        say(text(0) + QLatin1Char('\n'));
        m_sinceLine.restart();
    }
}

}  // namespace arcmeter::app::cli
