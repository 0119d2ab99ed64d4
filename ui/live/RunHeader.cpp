// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/RunHeader.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

#include "ui/format/Format.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int progress_steps = 1000;

/// "median of 5, ± 0.3", "of one repeat", "of a part: it was stopped".
QString figureNote(const app::RunFigures& figures) {
    if (!figures.samplesPerSecond) return RunHeader::tr("samples/s");
    if (figures.partial) return RunHeader::tr("samples/s, partial");
    if (figures.repeats.size() < 2) return RunHeader::tr("samples/s");
    if (!figures.ci95) return RunHeader::tr("samples/s, median of %1").arg(figures.repeats.size());
    return RunHeader::tr("samples/s, median of %1, ±%2")
        .arg(figures.repeats.size())
        .arg(numberText(*figures.ci95));
}

}  // namespace

RunHeader::RunHeader(QWidget* parent)
    : QFrame(parent),
      m_title(makeLabel({}, TextRole::Title)),
      m_state(makeLabel({}, TextRole::Heading)),
      m_detail(makeLabel({}, TextRole::Body, true)),
      m_progress(new QProgressBar(this)),
      m_stop(new QPushButton(tr("&Stop"))),
      m_again(new QPushButton(tr("Run a&gain"))) {
    setProperty("card", true);
    m_title->setObjectName(QStringLiteral("runTitle"));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_state->setObjectName(QStringLiteral("runState"));
    m_stop->setObjectName(QStringLiteral("stop"));
    m_stop->setIcon(actionIcon(QStringLiteral("stop")));
    m_stop->setToolTip(tr("Stop; what was measured is kept"));
    m_again->setObjectName(QStringLiteral("again"));
    m_again->setIcon(actionIcon(QStringLiteral("again")));
    m_progress->setRange(0, progress_steps);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the run"));
    auto* top = new QHBoxLayout;
    top->setSpacing(3 * space);
    top->addWidget(m_title, 1);
    top->addWidget(m_detail);
    top->addWidget(m_state);
    top->addWidget(m_stop);
    top->addWidget(m_again);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(6 * space);
    m_samples = addTile(tiles, "samples", tr("samples/s"), &m_samplesTitle);
    m_stepTime = addTile(tiles, "stepTime", tr("a step"));
    m_loss = addTile(tiles, "loss", tr("loss"), &m_lossTitle);
    m_accuracy = addTile(tiles, "accuracy", tr("accuracy"), &m_accuracyTitle);
    m_memory = addTile(tiles, "memory", tr("memory"));
    m_utilization = addTile(tiles, "utilization", tr("of the peak"), &m_utilizationTitle);
    m_utilization->setToolTip(
        tr("Arithmetic done, as a share of the highest rate this device is capable of (model FLOPs "
           "utilization)"));
    m_time = addTile(tiles, "time", tr("left"), &m_timeTitle);
    tiles->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * space, 3 * space, 3 * space, 3 * space);
    column->setSpacing(2 * space);
    column->addLayout(top);
    column->addWidget(m_progress);
    column->addLayout(tiles);
    m_verdict = makeWrappedLabel({}, TextRole::Body);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setTextFormat(Qt::RichText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_verdict->setAccessibleName(tr("Why the run is as fast as it is"));
    column->addWidget(m_verdict);
    connect(m_stop, &QPushButton::clicked, this, &RunHeader::stopRequested);
    connect(m_again, &QPushButton::clicked, this, &RunHeader::againRequested);
    clear();
}

QLabel* RunHeader::addTile(QHBoxLayout* row, const char* name, const QString& title, QLabel** caption) {
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addStretch();  // fonts of different scripts differ in height: captions stand on one line
    auto* value = makeLabel(unknownText(), TextRole::Figure);
    value->setObjectName(QLatin1String(name));
    value->setAccessibleName(title);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* under = makeLabel(title, TextRole::Small, true);
    if (caption) *caption = under;
    column->addWidget(value);
    column->addWidget(under);
    row->addLayout(column);
    return value;
}

void RunHeader::clear() {
    for (QLabel* value : {m_samples, m_stepTime, m_loss, m_accuracy, m_memory, m_time})
        value->setText(unknownText());
    m_samplesTitle->setText(tr("samples/s"));
    m_timeTitle->setText(tr("left"));
    m_lossTitle->setText(tr("loss"));
    m_accuracyTitle->setText(tr("accuracy"));
    showUtilization(std::nullopt);
    m_progress->setValue(0);
    m_detail->clear();
    m_state->clear();
    m_stop->hide();
    m_again->hide();
    m_verdict->clear();
    m_verdict->hide();
}

void RunHeader::setRun(qint64 runId, const QString& title) {
    clear();
    m_title->setText(title);
    m_title->setToolTip(tr("Run %1: %2").arg(runId).arg(title));
}

void RunHeader::setStateLook(app::RunState state) {
    setLook(m_state, "good", state == app::RunState::Finished);
    setLook(m_state, "problem", state == app::RunState::Failed);
    setLook(m_state, "warning", state == app::RunState::Stopped || state == app::RunState::Interrupted);
}

void RunHeader::setState(app::RunState state, const QString& detail) {
    m_state->setText(ui::stateText(state));
    m_detail->setText(detail);
    setStateLook(state);
    setEnded(app::isEnded(state));
}

void RunHeader::setEnded(bool ended) {
    m_stop->setVisible(!ended);
    m_stop->setEnabled(!ended);
    m_again->setVisible(ended);
    m_progress->setVisible(!ended);
}

void RunHeader::setProgress(const app::RunProgress& progress) {
    m_progress->setValue(static_cast<int>(progress.fraction * progress_steps));
    if (progress.repeatsPlanned > 1) {
        m_detail->setText(tr("Repeat %1 of %2").arg(progress.repeat + 1).arg(progress.repeatsPlanned));
    }
    if (progress.samplesPerSecond) m_samples->setText(numberText(*progress.samplesPerSecond));
    m_time->setText(textOr(progress.remainingMs, durationText));
}

void RunHeader::setStep(const protocol::Step& step) {
    m_stepTime->setText(millisecondsText(step.step_ms));
    m_loss->setText(numberText(step.loss));
    m_accuracy->setText(percentText(step.accuracy));
    const std::int64_t bytes =
        step.device_memory_bytes > 0 ? step.device_memory_bytes : step.host_memory_bytes;
    m_memory->setText(bytesText(static_cast<double>(bytes)));
}

void RunHeader::setFigures(const app::RunFigures& figures, std::int64_t globalBatch) {
    if (figures.samplesPerSecond.value_or(0) > 0) {
        m_stepTime->setText(
            millisecondsText(1000.0 * static_cast<double>(globalBatch) / *figures.samplesPerSecond));
    }
    m_samples->setText(textOr(figures.samplesPerSecond, numberText));
    m_samplesTitle->setText(figureNote(figures));
    if (figures.finalLoss) {
        m_loss->setText(numberText(*figures.finalLoss));
        m_lossTitle->setText(tr("loss, last 50"));
    }
    if (figures.accuracy) {
        m_accuracy->setText(percentText(*figures.accuracy));
        m_accuracyTitle->setText(tr("accuracy, last 50"));
    }
    showUtilization(figures.modelFlopsUtilization);
    const auto peak = figures.peakDeviceMemoryBytes.value_or(0) > 0 ? figures.peakDeviceMemoryBytes
                                                                    : figures.peakHostMemoryBytes;
    if (peak) m_memory->setText(bytesText(static_cast<double>(*peak)));
}

/// Only an ended run knows it, and only where the device's peak is known.
void RunHeader::showUtilization(const std::optional<double>& share) {
    m_utilization->setText(share ? percentText(*share) : unknownText());
    m_utilization->setVisible(share.has_value());
    m_utilizationTitle->setVisible(share.has_value());
}

void RunHeader::setElapsed(qint64 milliseconds) {
    m_time->setText(durationText(milliseconds));
    m_timeTitle->setText(tr("taken"));
}

void RunHeader::setVerdict(const app::Diagnosis& diagnosis, const QStringList& notes) {
    QString text;
    if (diagnosis.bottleneck != app::Bottleneck::Unknown) {
        text = QStringLiteral("<b>%1</b>: %2. %3")
                   .arg(app::bottleneckTitle(diagnosis.bottleneck).toHtmlEscaped(),
                        app::diagnosisFigures(diagnosis).toHtmlEscaped(),
                        app::diagnosisAdvice(diagnosis).toHtmlEscaped());
    }
    for (const QString& note : notes) text += QLatin1Char(' ') + note.toHtmlEscaped();
    m_verdict->setText(text.trimmed());
    m_verdict->setVisible(!text.isEmpty());
}

QString RunHeader::stateText() const {
    return m_state->text();
}

QString RunHeader::figure(const QString& name) const {
    const auto* label = findChild<QLabel*>(name);
    return label ? label->text() : QString();
}

}  // namespace arcmeter::ui
