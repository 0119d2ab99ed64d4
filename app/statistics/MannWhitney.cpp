// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/MannWhitney.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace arcmeter::app {
namespace {

constexpr std::size_t exact_limit = 50;  // their number of splits is still exact in a double
constexpr double half_alpha = 0.025;

/// Twice the mid-ranks of the pooled values, first sample's first: whole numbers even where values tie.
std::vector<std::size_t> doubledRanks(std::span<const double> first, std::span<const double> second) {
    std::vector<double> pooled(first.begin(), first.end());
    pooled.insert(pooled.end(), second.begin(), second.end());
    std::vector<std::size_t> order(pooled.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&pooled](std::size_t a, std::size_t b) { return pooled[a] < pooled[b]; });
    std::vector<std::size_t> ranks(pooled.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && pooled[order[end]] == pooled[order[begin]]) ++end;
        for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = begin + 1 + end;
        begin = end;
    }
    return ranks;
}

/// ways[s]: how many choices of `taken` of the ranks have the sum s.
std::vector<double> waysBySum(const std::vector<std::size_t>& ranks, std::size_t taken) {
    const std::size_t total = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
    std::vector<std::vector<double>> ways(taken + 1, std::vector<double>(total + 1, 0.0));
    ways[0][0] = 1;
    for (const std::size_t rank : ranks) {
        for (std::size_t count = taken; count-- > 0;) {
            for (std::size_t sum = 0; sum + rank <= total; ++sum) {
                ways[count + 1][sum + rank] += ways[count][sum];
            }
        }
    }
    return std::move(ways[taken]);
}

double exactP(const std::vector<std::size_t>& ranks, std::size_t firstSize) {
    const std::size_t taken = ranks.size() - firstSize;
    const std::size_t seen =
        std::accumulate(ranks.begin() + static_cast<std::ptrdiff_t>(firstSize), ranks.end(), std::size_t{0});
    const auto middle = static_cast<double>(taken * (ranks.size() + 1));  // twice the mean rank sum
    const double distance = std::abs(static_cast<double>(seen) - middle);
    const std::vector<double> ways = waysBySum(ranks, taken);
    double asFar = 0, all = 0;
    for (std::size_t sum = 0; sum < ways.size(); ++sum) {
        all += ways[sum];
        if (std::abs(static_cast<double>(sum) - middle) >= distance) asFar += ways[sum];
    }
    return asFar / all;
}

/// Variance of U: m n / 12 (N + 1 - sum of (t^3 - t) / (N (N - 1)) over groups of t equal values).
double varianceOfU(const std::vector<std::size_t>& ranks, double m, double n) {
    std::vector<std::size_t> sorted = ranks;
    std::sort(sorted.begin(), sorted.end());
    const auto all = static_cast<double>(ranks.size());
    double ties = 0;
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin;
        while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
        const auto group = static_cast<double>(end - begin);
        ties += group * group * group - group;
        begin = end;
    }
    return m * n / 12 * (all + 1 - ties / (all * (all - 1)));
}

double approximateP(const std::vector<std::size_t>& ranks, double u, double m, double n) {
    const double variance = varianceOfU(ranks, m, n);
    if (variance <= 0) return 1;  // every value is the same
    const double z = std::max(0.0, std::abs(u - m * n / 2) - 0.5) / std::sqrt(variance);
    return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

/// The largest k with P(U < k) <= 0.025 where nothing ties: the interval runs from the k-th smallest to the
/// k-th largest difference. 0: no interval reaches 95 %.
std::size_t intervalRank(std::size_t m, std::size_t n) {
    const auto pairs = static_cast<double>(m * n);
    if (m + n > exact_limit) {
        const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), half_alpha));
        const double k = pairs / 2 - z * std::sqrt(pairs * static_cast<double>(m + n + 1) / 12);
        return static_cast<std::size_t>(std::max(0.0, std::floor(k)));
    }
    std::vector<std::size_t> ranks(m + n);
    std::iota(ranks.begin(), ranks.end(), std::size_t{1});
    const std::vector<double> ways = waysBySum(ranks, n);
    const double all = std::accumulate(ways.begin(), ways.end(), 0.0);
    const std::size_t least = n * (n + 1) / 2;  // the rank sum at which U is 0
    double below = 0;
    std::size_t k = 0;
    while ((below += ways[least + k]) <= half_alpha * all) ++k;
    return k;
}

std::vector<double> sortedDifferences(std::span<const double> first, std::span<const double> second) {
    std::vector<double> differences;
    differences.reserve(first.size() * second.size());
    for (const double a : first) {
        for (const double b : second) differences.push_back(b - a);
    }
    std::sort(differences.begin(), differences.end());
    return differences;
}

}  // namespace

MannWhitney mannWhitney(std::span<const double> first, std::span<const double> second) {
    if (first.empty() || second.empty()) throw std::invalid_argument("mannWhitney: an empty sample");
    MannWhitney out;
    const auto m = static_cast<double>(first.size());
    const auto n = static_cast<double>(second.size());
    const std::vector<double> differences = sortedDifferences(first, second);
    for (const double difference : differences) out.u += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
    out.cliffsDelta = 2 * out.u / (m * n) - 1;
    const std::size_t count = differences.size();
    out.shift =
        count % 2 == 1 ? differences[count / 2] : (differences[count / 2 - 1] + differences[count / 2]) / 2;
    const std::vector<std::size_t> ranks = doubledRanks(first, second);
    out.exact = ranks.size() <= exact_limit;
    out.p = out.exact ? exactP(ranks, first.size()) : approximateP(ranks, out.u, m, n);
    if (const std::size_t k = intervalRank(first.size(), second.size()); k > 0) {
        out.interval = Interval{differences[k - 1], differences[count - k]};
    }
    return out;
}

}  // namespace arcmeter::app
