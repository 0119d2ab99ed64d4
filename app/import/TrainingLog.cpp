// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TrainingLog.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <cmath>

#include "app/import/LogFacts.h"
#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

constexpr qint64 warmup_iterations = 50;

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

struct Throughput {
    qint64 line = 0;
    qint64 epoch = 0;
    qint64 iteration = 0;  ///< in its epoch, or in all, as the program counts
    double samplesPerSecond = 0;
    std::optional<double> loss;
};

/// One kind of throughput line. `marker`: what only such lines hold, so that a damaged one is seen.
struct LineKind {
    ImportFormat format;
    QRegularExpression marker;
    QRegularExpression whole;  ///< with the groups speed, iteration, and where it has them epoch and loss
};

QRegularExpression pattern(const char* text) {
    QString expression = QString::fromLatin1(text);
    expression.replace(
        QStringLiteral("NUM"),
        QStringLiteral("(?:[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|[-+]?(?:nan|inf))"));
    return QRegularExpression(expression);
}

const std::array<LineKind, 4>& lineKinds() {
    static const std::array<LineKind, 4> kinds{{
        {ImportFormat::OneFlowLog, pattern("train: iter|, throughput:"),
         pattern("^\\s*train: iter (?<iteration>\\d+), loss (?<loss>NUM), throughput: (?<speed>NUM)\\s*$")},
        {ImportFormat::MxnetLog, pattern("(?:Epoch|Iter)\\[\\d+\\] Batch|\\tSpeed: "),
         pattern("^(?:.*\\D)?(?:Epoch|Iter)\\[(?<epoch>\\d+)\\] Batch ?\\[(?:\\d+-)?(?<iteration>\\d+)\\]\\s+"
                 "Speed: (?<speed>NUM) samples/sec"
                 "(?:\\s+(?:[Ll]oss\\w*=(?<loss>NUM)|[\\w.-]+=NUM))*\\s*$")},
        {ImportFormat::MxnetLog, pattern("it/sec"),
         pattern("^(?:.*\\D)?Iter:(?<iteration>\\d+) Rank:NUM it/sec Total:(?<speed>NUM) it/sec "
                 "\\[\\d+\\]\\[loss\\]:(?<loss>NUM)\\s*$")},
        {ImportFormat::ArcfaceTorchLog, pattern("Speed.*Global Step|Speed.* samples/sec +Loss"),
         pattern("^(?:Training: [-\\d]+ [\\d:,]+-)?Speed (?<speed>NUM) samples/sec +Loss (?<loss>NUM) +"
                 "(?:LearningRate NUM +)?Epoch: (?<epoch>\\d+) +Global Step: (?<iteration>\\d+) +"
                 "(?:Fp16 Grad Scale: *NUM +)?Required: NUM hours\\s*$")},
    }};
    return kinds;
}

std::optional<double> finite(const QString& text) {
    bool ok = false;
    const double value = text.toDouble(&ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// A whole throughput line; nullopt where the line does not fit or its speed is none.
std::optional<Throughput> throughputIn(const LineKind& kind, const TextLine& line) {
    const QRegularExpressionMatch match = kind.whole.match(line.text);
    if (!line.damage.isEmpty() || !match.hasMatch()) return std::nullopt;
    const auto speed = finite(match.captured(QStringLiteral("speed")));
    if (!speed || *speed <= 0) return std::nullopt;
    const bool hasEpoch = kind.whole.namedCaptureGroups().contains(QStringLiteral("epoch"));
    return Throughput{line.number, hasEpoch ? match.captured(QStringLiteral("epoch")).toLongLong() : 0,
                      match.captured(QStringLiteral("iteration")).toLongLong(), *speed,
                      finite(match.captured(QStringLiteral("loss")))};
}

QString whyDamaged(const LineKind& kind, const TextLine& line) {
    if (!line.damage.isEmpty()) return line.damage;
    return kind.whole.match(line.text).hasMatch() ? Words::tr("its throughput is no positive number")
                                                  : Words::tr("a throughput line that is not whole");
}

void readLine(const TextLine& line, ImportPreview& preview, std::vector<Throughput>& throughputs) {
    for (const LineKind& kind : lineKinds()) {
        if (kind.format != preview.format || !kind.marker.match(line.text).hasMatch()) continue;
        if (const auto throughput = throughputIn(kind, line)) {
            throughputs.push_back(*throughput);
            ++preview.linesRead;
        } else {
            preview.problems.push_back({line.number, whyDamaged(kind, line), excerptOf(line.text)});
        }
        return;
    }
    if (!line.damage.isEmpty()) {
        preview.problems.push_back({line.number, line.damage, excerptOf(line.text)});
    }
}

/// Without the start of the training, where there is anything after it.
std::vector<Throughput> counting(const std::vector<Throughput>& all) {
    std::vector<Throughput> after;
    for (const Throughput& each : all) {
        if (each.epoch > all.front().epoch || each.iteration > warmup_iterations) after.push_back(each);
    }
    return after.empty() ? all : after;
}

void setFigures(HistoryRow& row, const std::vector<Throughput>& all, double factor) {
    const std::vector<Throughput> counted = counting(all);
    std::vector<double> values;
    for (const Throughput& each : counted) values.push_back(each.samplesPerSecond * factor);
    const protocol::RepeatStatistics statistics = protocol::repeat_statistics(values);
    row.samplesPerSecond = statistics.median;
    row.publishedFigure = QString::number(statistics.median, 'g', 8);
    row.repeats = 1;
    for (const Throughput& each : all) {
        if (each.loss) row.finalLoss = each.loss;
    }
    row.note =
        Words::tr("Median of %1 throughput lines, iterations %2 to %3; lowest %4, highest %5 samples/s.")
            .arg(values.size())
            .arg(counted.front().iteration)
            .arg(counted.back().iteration)
            .arg(statistics.min, 0, 'f', 2)
            .arg(statistics.max, 0, 'f', 2);
}

}  // namespace

std::optional<ImportFormat> logFormatOf(const std::vector<TextLine>& lines) {
    for (const TextLine& line : lines) {
        for (const LineKind& kind : lineKinds()) {
            if (throughputIn(kind, line)) return kind.format;
        }
    }
    return std::nullopt;
}

void readTrainingLog(const std::vector<TextLine>& lines, ImportPreview& preview) {
    std::vector<Throughput> throughputs;
    LogFacts facts(preview.format);
    for (const TextLine& line : lines) {
        readLine(line, preview, throughputs);
        if (line.damage.isEmpty()) facts.read(line.text);
    }
    if (throughputs.empty()) return;
    facts.readPath(preview.file);
    ImportedRow imported;
    imported.line = throughputs.front().line;
    imported.row = facts.row();
    setFigures(imported.row, throughputs, facts.speedFactor());
    if (facts.speedFactor() != 1) {
        imported.row.note +=
            QLatin1Char(' ') +
            Words::tr("Each node's own lines, times %1 nodes.").arg(static_cast<int>(facts.speedFactor()));
    }
    preview.rows.push_back(std::move(imported));
}

}  // namespace arcmeter::app
