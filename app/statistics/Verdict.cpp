// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Verdict.h"

#include <QCoreApplication>

#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

QString percent(double share) {
    return QString::number(100 * share, 'f', 1);
}

QString pText(double p) {
    return p < 0.001 ? QStringLiteral("p < 0.001") : QStringLiteral("p = %1").arg(QString::number(p, 'f', 3));
}

QString intervalText(const Interval& interval) {
    return Words::tr(" (95 % interval %1 to %2 %)").arg(percent(interval.low), percent(interval.high));
}

}  // namespace

QString toString(Judgement judgement) {
    switch (judgement) {
        case Judgement::TooFew:
            return QStringLiteral("too_few");
        case Judgement::NoDifference:
            return QStringLiteral("no_difference");
        case Judgement::Faster:
            return QStringLiteral("faster");
        case Judgement::Slower:
            return QStringLiteral("slower");
    }
    return {};
}

std::optional<double> Verdict::relativeShift() const {
    return test && firstMedian > 0 ? std::optional(test->shift / firstMedian) : std::nullopt;
}

std::optional<Interval> Verdict::relativeInterval() const {
    if (!test || !test->interval || !(firstMedian > 0)) return std::nullopt;
    return Interval{test->interval->low / firstMedian, test->interval->high / firstMedian};
}

Verdict verdictBetween(std::span<const double> first, std::span<const double> second) {
    Verdict verdict;
    verdict.firstRepeats = first.size();
    verdict.secondRepeats = second.size();
    if (!first.empty()) verdict.firstMedian = protocol::repeat_statistics(first).median;
    if (std::min(first.size(), second.size()) < verdict_least_repeats) return verdict;
    verdict.test = mannWhitney(first, second);
    verdict.judgement = verdict.test->p >= verdict_significance ? Judgement::NoDifference
                        : verdict.test->cliffsDelta > 0         ? Judgement::Faster
                                                                : Judgement::Slower;
    return verdict;
}

QString verdictText(const Verdict& verdict) {
    if (!verdict.test) {
        return Words::tr("Too few repeats to tell: %1 against %2; a verdict needs at least %3 on each side.")
            .arg(verdict.firstRepeats)
            .arg(verdict.secondRepeats)
            .arg(verdict_least_repeats);
    }
    const double shift = verdict.relativeShift().value_or(0);
    const auto interval = verdict.relativeInterval();
    // A slower side's loss is told as a positive share, so its interval turns round.
    const bool slower = verdict.judgement == Judgement::Slower;
    const QString range =
        !interval ? QString() : intervalText(slower ? Interval{-interval->high, -interval->low} : *interval);
    const QString evidence =
        Words::tr("%1, Cliff's delta %2, %3 against %4 repeats")
            .arg(pText(verdict.test->p), QString::asprintf("%+.2f", verdict.test->cliffsDelta))
            .arg(verdict.firstRepeats)
            .arg(verdict.secondRepeats);
    switch (verdict.judgement) {
        case Judgement::Faster:
            return Words::tr("Faster by %1 %%2: %3.").arg(percent(shift), range, evidence);
        case Judgement::Slower:
            return Words::tr("Slower by %1 %%2: %3.").arg(percent(-shift), range, evidence);
        default:
            return Words::tr("No difference that these repeats can tell: %1 %%2, %3.")
                .arg((shift >= 0 ? QStringLiteral("+") : QString()) + percent(shift), range, evidence);
    }
}

}  // namespace arcmeter::app
