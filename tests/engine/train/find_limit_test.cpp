// SPDX-License-Identifier: Apache-2.0
// Limits found by the plan, against the plan of every value around them.
#include "engine/train/find_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/backend/cpu/cpu_backend.h"
#include "engine/protocol/error.h"

namespace arcmeter::train {
namespace {

using protocol::Limit;
using ::testing::HasSubstr;

protocol::RunConfig config_of(const std::string& model, std::int64_t limit_mib) {
    protocol::RunConfig config;
    config.model = model;
    config.device = protocol::Device::cpu;
    config.cpu_threads = 1;
    config.num_classes = 1000;
    config.batch_size_per_device = 16;
    config.memory_limit_bytes = limit_mib << 20;
    return config;
}

protocol::Plan find(const protocol::RunConfig& config, Limit limit, std::int64_t curve_points = 0) {
    return find_limit(config, limit, backend::cpu::CpuBackend(), {.curve_points = curve_points});
}

bool fits(const protocol::RunConfig& config, Limit limit, std::int64_t value) {
    return plan_leanest(protocol::with_limit_value(config, limit, value), backend::cpu::CpuBackend()).fits;
}

struct Case {
    const char* model;
    std::int64_t limit_mib;
    protocol::Parallelism parallelism;
    protocol::Recompute recompute;
};

class FindLimit : public ::testing::TestWithParam<Case> {
protected:
    protocol::RunConfig config() const {
        protocol::RunConfig config = config_of(GetParam().model, GetParam().limit_mib);
        config.parallelism = GetParam().parallelism;
        config.recompute = GetParam().recompute;
        return config;
    }
};

/// No batch at all beyond the found one fits, as far as memory could come down again.
TEST_P(FindLimit, LargestBatchOfAll) {
    const protocol::Plan plan = find(config(), Limit::batch_size);
    const std::int64_t found = plan.limit->found;
    ASSERT_GT(found, 1);
    EXPECT_TRUE(plan.fits);
    EXPECT_TRUE(fits(config(), Limit::batch_size, found));
    for (std::int64_t value = found + 1; value <= found + found / 2 + 8; ++value) {
        EXPECT_FALSE(fits(config(), Limit::batch_size, value)) << value << " fits, found is " << found;
    }
    EXPECT_EQ(plan.limit->bound_by, "activations");
    EXPECT_GT(plan.limit->needed_for_next, *config().memory_limit_bytes);
}

TEST_P(FindLimit, LargestNumberOfClasses) {
    const protocol::Plan plan = find(config(), Limit::num_classes);
    const std::int64_t found = plan.limit->found;
    ASSERT_GT(found, 1000);
    EXPECT_EQ(plan.num_classes, found);
    EXPECT_TRUE(fits(config(), Limit::num_classes, found));
    EXPECT_FALSE(fits(config(), Limit::num_classes, found + 1));
    for (std::int64_t i = 1; i <= 40; ++i) {
        EXPECT_FALSE(fits(config(), Limit::num_classes, found + i * i * found / 800 + i)) << i;
    }
    EXPECT_EQ(plan.limit->bound_by, "head_weights");
    EXPECT_GT(plan.limit->needed_for_next, *config().memory_limit_bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, FindLimit,
    ::testing::Values(Case{"y1", 512, protocol::Parallelism::data, protocol::Recompute::none},
                      Case{"y1", 900, protocol::Parallelism::partial_fc, protocol::Recompute::automatic},
                      Case{"mbf", 700, protocol::Parallelism::data, protocol::Recompute::blocks},
                      Case{"r18", 1000, protocol::Parallelism::partial_fc, protocol::Recompute::units}),
    [](const auto& test_info) {
        return std::string(test_info.param.model) + "_" +
               std::string(to_string(test_info.param.parallelism)) + "_" +
               std::string(to_string(test_info.param.recompute));
    });

/// The largest batch may lie beyond values that do not fit: where logits become too many to be kept, memory
/// falls by 64 MiB. The limit is set so that it does.
TEST(FindLimitStep, LooksBeyondTheStepDown) {
    protocol::RunConfig config = config_of("y1", 0);
    config.recompute = protocol::Recompute::none;
    config.num_classes = 800'000;  // 20 x 800,000 logits are kept, 21 x 800,000 are not
    const auto total = [&](std::int64_t batch) {
        const auto at = protocol::with_limit_value(config, Limit::batch_size, batch);
        return plan_leanest(at, backend::cpu::CpuBackend()).memory.total();
    };
    ASSERT_LT(total(21), total(20));
    config.memory_limit_bytes = total(21);
    ASSERT_FALSE(fits(config, Limit::batch_size, 20));
    const protocol::Plan plan = find(config, Limit::batch_size);
    EXPECT_GE(plan.limit->found, 21);
    EXPECT_TRUE(plan.fits);
}

TEST(FindLimit, NothingFits) {
    const protocol::Plan plan = find(config_of("r18", 64), Limit::batch_size);
    EXPECT_EQ(plan.limit->found, 0);
    EXPECT_FALSE(plan.fits);
    EXPECT_EQ(plan.limit->needed_for_next, plan.memory.total());
}

/// More than 2^31 classes are not asked for, whatever memory there is.
TEST(FindLimit, TheWholeRangeFits) {
    class Endless : public backend::cpu::CpuBackend {
        std::int64_t available_bytes() const override { return std::int64_t{1} << 50; }
    };
    protocol::RunConfig config = config_of("y1", 0);
    config.memory_limit_bytes.reset();
    config.parallelism = protocol::Parallelism::partial_fc;
    const protocol::Plan plan = find_limit(config, Limit::num_classes, Endless());
    EXPECT_EQ(plan.limit->found, protocol::max_num_classes);
    EXPECT_EQ(plan.limit->bound_by, "range");
    EXPECT_EQ(plan.limit->needed_for_next, 0);
    EXPECT_GT(plan.memory.head_weights, protocol::max_num_classes * 128 * 3);
}

TEST(FindLimit, MemoryThatIsNotKnownIsAskedFor) {
    class Unknown : public backend::cpu::CpuBackend {
        std::int64_t available_bytes() const override { return 0; }
    };
    protocol::RunConfig config = config_of("y1", 0);
    config.memory_limit_bytes.reset();
    try {
        find_limit(config, Limit::batch_size, Unknown());
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_THAT(error.what(), HasSubstr("memory_limit_bytes"));
    }
}

TEST(FindLimit, TheCurveGoesThroughTheFoundValue) {
    const protocol::Plan plan = find(config_of("y1", 512), Limit::batch_size, 8);
    const auto& curve = plan.limit->curve;
    ASSERT_GE(curve.size(), 8u);
    EXPECT_EQ(curve.front().value, 1);
    EXPECT_GT(curve.back().value, plan.limit->found);
    bool passes = false;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        EXPECT_EQ(curve[i].fits, curve[i].memory_total <= std::int64_t{512} << 20);
        if (i > 0) {
            EXPECT_GT(curve[i].value, curve[i - 1].value);
        }
        passes = passes || curve[i].value == plan.limit->found;
    }
    EXPECT_TRUE(passes);
}

/// Fewer bytes a class, more classes: as many as the bytes say but for the network and the sample's own.
TEST(FindLimit, HalfStateHoldsMoreClasses) {
    protocol::RunConfig config = config_of("y1", 900);
    config.parallelism = protocol::Parallelism::partial_fc;
    const std::int64_t full = find(config, Limit::num_classes).limit->found;
    config.momentum_precision = protocol::StatePrecision::bf16;
    const std::int64_t half_momentum = find(config, Limit::num_classes).limit->found;
    config.class_precision = protocol::StatePrecision::bf16;
    const std::int64_t half = find(config, Limit::num_classes).limit->found;
    EXPECT_NEAR(static_cast<double>(half_momentum) / static_cast<double>(full), 4.0 / 3, 0.02);
    EXPECT_NEAR(static_cast<double>(half) / static_cast<double>(full), 2, 0.05);
}

}  // namespace
}  // namespace arcmeter::train
