// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/LiveData.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(LiveData)
};

}  // namespace

QString partName(std::size_t part) {
    switch (part) {
        case 0:
            return Words::tr("Forward");
        case 1:
            return Words::tr("Backward");
        case 2:
            return Words::tr("Head");
        case 3:
            return Words::tr("Optimizer");
        case 4:
            return Words::tr("Communication");
        case 5:
            return Words::tr("Waiting for data");
    }
    return {};
}

double partOf(const protocol::StepParts& parts, std::size_t part) {
    const std::array<double, part_count> values{parts.forward,   parts.backward,      parts.head,
                                                parts.optimizer, parts.communication, parts.data_wait};
    return values.at(part);
}

void LiveData::clear() {
    for (SeriesStore* store : {&samplesPerSecond, &memory, &loss}) store->clear();
    for (SeriesStore& store : parts) store.clear();
    m_repeats.clear();
    m_warmups.clear();
}

void LiveData::beginRepeat(const protocol::Step& step, qint64 warmup) {
    const qint64 first = samplesPerSecond.end();
    for (SeriesStore* store : {&samplesPerSecond, &memory, &loss}) store->startSegment();
    for (SeriesStore& store : parts) store.startSegment();
    m_repeats.push_back({first, step.repeat, step.iteration});
    const qint64 left = warmup - step.iteration + 1;
    if (left > 0) m_warmups.push_back({first, first + left});
}

void LiveData::append(const protocol::Step& step, qint64 warmup) {
    if (m_repeats.empty() || m_repeats.back().repeat != step.repeat) beginRepeat(step, warmup);
    samplesPerSecond.append(step.samples_per_s);
    const std::int64_t bytes =
        step.device_memory_bytes > 0 ? step.device_memory_bytes : step.host_memory_bytes;
    memory.append(static_cast<double>(bytes));
    loss.append(step.loss);
    for (std::size_t part = 0; part < part_count; ++part) parts[part].append(partOf(step.parts, part));
}

StepRange LiveData::measuredSteps(qint64 repeat) const {
    for (std::size_t i = 0; i < m_repeats.size(); ++i) {
        if (m_repeats[i].repeat != repeat) continue;
        StepRange range{m_repeats[i].step,
                        i + 1 < m_repeats.size() ? m_repeats[i + 1].step : samplesPerSecond.end()};
        for (const ChartBand& warmup : m_warmups) {
            if (warmup.from == range.from) range.from = std::min(warmup.to, range.to);
        }
        return range;
    }
    return {1, 1};
}

qint64 LiveData::stepOf(qint64 repeat, qint64 iteration) const {
    for (const RepeatStart& start : m_repeats) {
        if (start.repeat == repeat) return start.step + iteration - start.iteration;
    }
    return 0;
}

std::vector<ChartBand> noticeBands(const app::RunInsight& insight, const LiveData& data) {
    std::vector<ChartBand> bands;
    const auto addRepeat = [&](qint64 repeat, ChartBand::Kind kind, const QString& label) {
        const StepRange steps = data.measuredSteps(repeat);
        if (steps.to > steps.from) bands.push_back({steps.from, steps.to, kind, label});
    };
    for (const std::size_t outlier : insight.outliers)
        addRepeat(static_cast<qint64>(outlier), ChartBand::Kind::Outlier, Words::tr("outlier"));
    for (const app::RepeatDrift& each : insight.drifts) {
        const QString share =
            (each.drift.change > 0 ? QStringLiteral("+") : QString()) + percentText(each.drift.change);
        addRepeat(each.repeat, ChartBand::Kind::Notice, Words::tr("drift %1").arg(share));
    }
    for (const app::StepSpan& span : insight.throttled) {
        const qint64 first = data.stepOf(span.repeat, span.first);
        if (first > 0)
            bands.push_back({first, first + span.last - span.first + 1, ChartBand::Kind::Throttled,
                             Words::tr("throttled")});
    }
    return bands;
}

QString LiveData::stepName(qint64 step) const {
    const auto after =
        std::upper_bound(m_repeats.begin(), m_repeats.end(), step,
                         [](qint64 wanted, const RepeatStart& start) { return wanted < start.step; });
    if (after == m_repeats.begin()) return Words::tr("Step %1").arg(integerText(step));
    const RepeatStart& start = *(after - 1);
    const qint64 iteration = start.iteration + step - start.step;
    return Words::tr("Repeat %1, iteration %2").arg(start.repeat + 1).arg(integerText(iteration));
}

}  // namespace arcmeter::ui
