// SPDX-License-Identifier: Apache-2.0
// Partial FC: a step over the batch's own classes and random others changes nothing else.
#include "engine/head/partial_fc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "kernels/cpu/class_sampling.h"
#include "tests/engine/backend/network_support.h"
#include "tests/engine/head/head_support.h"

namespace arcmeter::head {
namespace {

using namespace test;
using backend::test::relative_distance;
using protocol::Loss;
using protocol::Parallelism;

/// As full_softmax_test.
constexpr double loss_tolerance = 2e-5;
constexpr double gradient_tolerance = 2e-4;

HeadSetup sampled(double ratio, std::uint64_t step = 0) {
    return {.parallelism = Parallelism::partial_fc, .sample_ratio = ratio, .seed = 17, .step = step};
}

/// The rows a step uses: the same function of seed and step as the head's.
std::vector<std::int32_t> rows_of(const HeadData& data, const HeadSetup& setup) {
    const std::int64_t classes = data.shape.classes;
    std::vector<std::int32_t> positives(data.labels.size());
    positives.resize(
        static_cast<std::size_t>(kernels::cpu::collect_positives(data.labels, 0, classes, positives.data())));
    const auto sample =
        std::max<std::int64_t>(1, std::llround(setup.sample_ratio * static_cast<double>(classes)));
    std::vector<std::int32_t> rows(static_cast<std::size_t>(
        kernels::cpu::sampled_count(static_cast<std::int64_t>(positives.size()), classes, sample)));
    kernels::cpu::sample_classes(positives, classes, sample, setup.seed, setup.step, rows.data());
    return rows;
}

/// Compares a step with a plain one over the same rows, and every other row with what it was.
void expect_step(const HeadData& data, const HeadSetup& setup) {
    const std::vector<std::int32_t> rows = rows_of(data, setup);
    const std::set<std::int32_t> used(rows.begin(), rows.end());
    ASSERT_EQ(used.size(), rows.size());
    const HeadResult expected = plain_head(data, setup.loss, rows);
    const HeadRun run = run_head(data, setup);
    EXPECT_NEAR(run.result.loss, expected.loss, loss_tolerance * expected.loss + 1e-9);
    EXPECT_NEAR(run.result.accuracy, expected.accuracy, 1e-6);
    EXPECT_LE(relative_distance(run.result.d_embedding, expected.d_embedding), gradient_tolerance);

    std::vector<float> centres = data.centres, momentum = data.momentum;
    const auto width = static_cast<std::size_t>(data.shape.width);
    for (std::size_t j = 0; j < rows.size(); ++j) {
        for (std::size_t k = 0; k < width; ++k) {
            const std::size_t at = static_cast<std::size_t>(rows[j]) * width + k;
            momentum[at] =
                static_cast<float>(0.9 * data.momentum[at] -
                                   rate * (expected.gradient[j * width + k] + 5e-4 * data.centres[at]));
            centres[at] = data.centres[at] + momentum[at];
        }
    }
    EXPECT_LE(relative_distance(run.momentum, momentum), gradient_tolerance);
    EXPECT_LE(relative_distance(run.centres, centres), gradient_tolerance);
    for (std::int64_t row = 0; row < data.shape.classes; ++row) {
        const bool untouched = !used.contains(static_cast<std::int32_t>(row));
        const auto begin = static_cast<std::ptrdiff_t>(row * data.shape.width),
                   end = begin + data.shape.width;
        const auto same = [&](const std::vector<float>& before, const std::vector<float>& after) {
            return std::equal(before.begin() + begin, before.begin() + end, after.begin() + begin);
        };
        EXPECT_EQ(same(data.centres, run.centres), untouched) << "centre " << row;
        EXPECT_EQ(same(data.momentum, run.momentum), untouched) << "momentum " << row;
    }
}

TEST(PartialFc, OnlySampledRowsChange) {
    expect_step(HeadData({8, 32, 300}), sampled(0.1));
}

TEST(PartialFc, AnotherStepDrawsOthers) {
    const HeadData data({8, 32, 300});
    EXPECT_NE(rows_of(data, sampled(0.1, 0)), rows_of(data, sampled(0.1, 1)));
    expect_step(data, sampled(0.1, 1));
}

TEST(PartialFc, SampleInSeveralChunks) {
    expect_step(HeadData({4, 512, 5000}), sampled(0.9));
}

/// The sample would be 5 of 50 classes: the batch's own are more, and all of them are used.
TEST(PartialFc, MorePositivesThanTheSample) {
    HeadData data({16, 32, 50});
    for (std::int32_t i = 0; i < 16; ++i) data.labels[static_cast<std::size_t>(i)] = 3 * i;
    const HeadSetup setup = sampled(0.1);
    EXPECT_EQ(rows_of(data, setup).size(), 16u);
    expect_step(data, setup);
}

TEST(PartialFc, ABatchOfOneClass) {
    HeadData data({16, 32, 50});
    std::fill(data.labels.begin(), data.labels.end(), 49);
    expect_step(data, sampled(0.1));
}

TEST(PartialFc, OneClassInAll) {
    const HeadRun run = run_head(HeadData({3, 16, 1}), sampled(0.1));
    EXPECT_EQ(run.result.loss, 0);
    EXPECT_EQ(run.result.accuracy, 1);
}

/// Ratio 1 uses every class in another order: full softmax but for rounding.
TEST(PartialFc, RatioOneIsTheFullSoftmax) {
    for (const Loss loss : {Loss::arcface, Loss::softmax}) {
        const HeadData data({6, 32, 200});
        HeadSetup setup = sampled(1);
        setup.loss = loss;
        const HeadRun partial = run_head(data, setup), full = run_head(data, {.loss = loss});
        EXPECT_NEAR(partial.result.loss, full.result.loss, loss_tolerance * full.result.loss);
        EXPECT_EQ(partial.result.accuracy, full.result.accuracy);
        EXPECT_LE(relative_distance(partial.result.d_embedding, full.result.d_embedding), gradient_tolerance);
        EXPECT_LE(relative_distance(partial.centres, full.centres), gradient_tolerance);
        EXPECT_LE(relative_distance(partial.momentum, full.momentum), gradient_tolerance);
    }
}

/// A gradient of all centres would need a row for each, which is what Partial FC avoids.
TEST(PartialFc, HasNoGradientToKeep) {
    HeadSetup setup = sampled(0.1);
    setup.keep_class_gradient = true;
    EXPECT_THROW(run_head(HeadData({4, 16, 50}), setup), std::logic_error);
}

}  // namespace
}  // namespace arcmeter::head
