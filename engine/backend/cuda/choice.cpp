// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/choice.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <vector>

namespace arcmeter::backend::cuda {
namespace {

constexpr int brief_runs = 1;
constexpr int thorough_runs = 7;
/// A single run varies by less than this on a device that does nothing else.
constexpr double worth_a_second_look = 1.3;
constexpr std::size_t most_second_looks = 8;

/// cuDNN's direct engines are 20 to 500 times slower than the fastest at every shape of a network, and take
/// most of the time that measuring takes; engines that win at some shape are near the fastest at the others.
constexpr double far_behind = 4;
constexpr int products_to_judge_by = 2;

}  // namespace

bool allowed(const EngineTraits& traits, Arithmetic arithmetic, bool deterministic) {
    if (arithmetic == Arithmetic::fp32 && traits.tensor_cores) return false;
    if (traits.down_converts_inputs || traits.reduced_precision_sums) return false;
    return !(deterministic && traits.nondeterministic);
}

std::optional<Choice> choose_fastest(std::size_t candidates, const MeasureCandidate& measure) {
    std::vector<Choice> ran;
    for (std::size_t candidate = 0; candidate < candidates; ++candidate) {
        if (const auto time = measure(candidate, brief_runs)) ran.push_back({candidate, *time});
    }
    if (ran.empty()) return std::nullopt;
    std::stable_sort(ran.begin(), ran.end(),
                     [](const Choice& a, const Choice& b) { return a.microseconds < b.microseconds; });
    const double limit = ran.front().microseconds * worth_a_second_look;
    std::optional<Choice> best;
    for (std::size_t i = 0; i < std::min(ran.size(), most_second_looks) && ran[i].microseconds <= limit;
         ++i) {
        const auto time = measure(ran[i].candidate, thorough_runs);
        if (time && (!best || *time < best->microseconds)) best = Choice{ran[i].candidate, *time};
    }
    return best ? best : ran.front();
}

bool EngineRecords::worth_measuring(const std::string& engine) const {
    const auto found = records_.find(engine);
    return found == records_.end() || found->second.products < products_to_judge_by ||
           found->second.nearest < far_behind;
}

void EngineRecords::add(const std::multimap<std::string, double>& times) {
    std::map<std::string, double> least;
    double fastest = std::numeric_limits<double>::infinity();
    for (const auto& [engine, time] : times) {
        const auto known = least.try_emplace(engine, time).first;
        known->second = std::min(known->second, time);
        fastest = std::min(fastest, time);
    }
    for (const auto& [engine, time] : least) {
        if (engine.empty()) continue;
        Record& record = records_[engine];
        const double ratio = time / fastest;
        record.nearest = record.products == 0 ? ratio : std::min(record.nearest, ratio);
        ++record.products;
    }
}

std::string_view to_string(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::fp32:
            return "fp32";
        case Arithmetic::tf32:
            return "tf32";
        case Arithmetic::fp16:
            return "fp16";
        case Arithmetic::bf16:
            return "bf16";
    }
    return "unknown";
}

std::string_view to_string(Direction direction) {
    switch (direction) {
        case Direction::forward:
            return "forward";
        case Direction::data_gradient:
            return "data_gradient";
        case Direction::weight_gradient:
            return "weight_gradient";
    }
    return "unknown";
}

std::string describe(Direction direction, const ConvolutionShape& shape) {
    std::ostringstream out;
    out << to_string(direction) << " n" << shape.batch << " c" << shape.in_channels << ' ' << shape.in_height
        << 'x' << shape.in_width << " k" << shape.out_channels << ' ' << shape.kernel << 'x' << shape.kernel
        << " stride " << shape.stride << " padding " << shape.padding;
    return out.str();
}

std::string describe(const MatmulShape& shape) {
    std::ostringstream out;
    out << "matmul " << (shape.transpose_a ? 't' : 'n') << (shape.transpose_b ? 't' : 'n') << " m" << shape.m
        << " n" << shape.n << " k" << shape.k << " lda " << shape.lda << " ldb " << shape.ldb << " ldc "
        << shape.ldc;
    if (shape.accumulate) out << " accumulate";
    if (shape.float_output) out << " float output";
    if (shape.bias) out << " bias";
    if (shape.batch > 1) out << " batch " << shape.batch;
    return out.str();
}

}  // namespace arcmeter::backend::cuda
