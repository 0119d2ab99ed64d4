// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/class_sampling.h"

#include <algorithm>
#include <set>

#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

TEST(ClassSampling, CollectsThisShardsPositives) {
    const std::vector<std::int32_t> labels = {25, 10, 19, 10, 20, 9, 12};
    std::vector<std::int32_t> out(labels.size());
    ASSERT_EQ(cpu::collect_positives(labels, 10, 10, out.data()), 3);
    EXPECT_EQ((std::vector<std::int32_t>(out.begin(), out.begin() + 3)),
              (std::vector<std::int32_t>{0, 2, 9}));
}

TEST(ClassSampling, RemapsLabelsToSampledRows) {
    const std::vector<std::int32_t> labels = {25, 10, 19, 10, 20, 9, 12};
    const std::vector<std::int32_t> positives = {0, 2, 9};
    std::vector<std::int32_t> out(labels.size());
    cpu::remap_labels(labels, 10, 10, positives, out.data());
    EXPECT_EQ(out, (std::vector<std::int32_t>{-1, 0, 2, 0, -1, -1, 1}));
}

TEST(ClassSampling, TakesPositivesFirstAndEveryRowOnce) {
    const std::vector<std::int32_t> positives = {3, 77, 500, 999};
    for (const std::int64_t size : {5, 100, 999, 1000, 5000}) {
        const std::int64_t count = cpu::sampled_count(4, 1000, size);
        EXPECT_EQ(count, std::min<std::int64_t>(size, 1000));
        std::vector<std::int32_t> rows(static_cast<std::size_t>(count));
        ASSERT_EQ(cpu::sample_classes(positives, 1000, size, 5, 6, rows.data()), count);
        EXPECT_TRUE(std::equal(positives.begin(), positives.end(), rows.begin()));
        EXPECT_EQ(std::set<std::int32_t>(rows.begin(), rows.end()).size(), rows.size());
        EXPECT_GE(*std::min_element(rows.begin(), rows.end()), 0);
        EXPECT_LT(*std::max_element(rows.begin(), rows.end()), 1000);
    }
}

TEST(ClassSampling, KeepsAllPositivesIfTheyExceedTheSample) {
    const std::vector<std::int32_t> positives = {1, 2, 3, 4, 5};
    std::vector<std::int32_t> rows(5);
    ASSERT_EQ(cpu::sample_classes(positives, 1000, 3, 5, 6, rows.data()), 5);
    EXPECT_EQ(rows, positives);
}

TEST(ClassSampling, IsReproducibleAndChangesWithSeedAndStep) {
    const std::vector<std::int32_t> positives = {42};
    const auto sample = [&](std::uint64_t seed, std::uint64_t step) {
        std::vector<std::int32_t> rows(50);
        cpu::sample_classes(positives, 100000, 50, seed, step, rows.data());
        return rows;
    };
    EXPECT_EQ(sample(1, 2), sample(1, 2));
    EXPECT_NE(sample(1, 2), sample(1, 3));
    EXPECT_NE(sample(1, 2), sample(2, 2));
}

TEST(ClassSampling, DrawsNegativesUniformly) {
    const std::vector<std::int32_t> positives = {10, 20};
    const int steps = 20000;
    std::vector<int> drawn(102, 0);
    std::vector<std::int32_t> rows(12);
    for (int step = 0; step < steps; ++step) {
        cpu::sample_classes(positives, 102, 12, 99, static_cast<std::uint64_t>(step), rows.data());
        for (const std::int32_t row : rows) {
            ++drawn[static_cast<std::size_t>(row)];
        }
    }
    // 10 of 100 negatives a step: each expected 2000 times with variance 20000 * 0.1 * 0.9.
    double chi_square = 0;
    for (std::size_t row = 0; row < drawn.size(); ++row) {
        if (row == 10 || row == 20) {
            EXPECT_EQ(drawn[row], steps);
        } else {
            chi_square += (drawn[row] - 2000.0) * (drawn[row] - 2000.0) / 1800.0;
        }
    }
    // About chi-square of 99 degrees of freedom: 99.99 % below 158, 0.01 % below 54.
    EXPECT_LT(chi_square, 158);
    EXPECT_GT(chi_square, 54);
}

TEST(GatherRows, CopiesRowsInEitherType) {
    const std::vector<float> weight = random_floats(100 * 33, 70);
    const std::vector<std::int32_t> rows = {99, 0, 7};
    Elements full(ElementType::f32, 3 * 33);
    Elements half(ElementType::bf16, 3 * 33);
    cpu::gather_rows(weight.data(), 33, rows, ElementType::f32, full.data());
    cpu::gather_rows(weight.data(), 33, rows, ElementType::bf16, half.data());
    for (std::int64_t k = 0; k < 3; ++k) {
        for (std::int64_t d = 0; d < 33; ++d) {
            const float value = weight[static_cast<std::size_t>(rows[static_cast<std::size_t>(k)] * 33 + d)];
            EXPECT_EQ(full[k * 33 + d], value);
            EXPECT_EQ(half[k * 33 + d], to_float(to_bfloat16(value)));
        }
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
