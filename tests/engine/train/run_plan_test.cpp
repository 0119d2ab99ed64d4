// SPDX-License-Identifier: Apache-2.0
#include "engine/train/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <map>

#include "engine/data/set_maker.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/host.h"

namespace arcmeter::train {
namespace {

using ::testing::HasSubstr;

protocol::RunConfig small_config() {
    protocol::RunConfig config;
    config.model = "y1";
    config.num_classes = 1000;
    config.batch_size_per_device = 16;
    config.device = protocol::Device::cpu;
    return config;
}

PlannedRun plan(const protocol::RunConfig& config) {
    return plan_run(config, *backend::choose_backend(config.device).backend);
}

TEST(RunPlan, SaysWhatIsComputedAndKept) {
    const PlannedRun planned = plan(small_config());
    EXPECT_EQ(planned.plan.parameters, 1'003'264);
    EXPECT_EQ(planned.plan.head_flops_per_sample, 6 * 128 * 1000);
    EXPECT_EQ(planned.plan.num_classes, 1000);
    EXPECT_EQ(planned.plan.device, "cpu");
    EXPECT_TRUE(planned.plan.fits);
    EXPECT_EQ(planned.config.recompute, protocol::Recompute::none);
    EXPECT_GE(planned.plan.memory.weights, 1'003'264 * 4);
    EXPECT_GE(planned.plan.memory.data, 16 * 112 * 112 * 3);
    EXPECT_GT(planned.plan.memory.overhead, 0);
    EXPECT_EQ(planned.plan.overhead_source, "assumed");
}

TEST(RunPlan, AutoTakesTheFastestPolicyThatFits) {
    using protocol::Recompute;
    protocol::RunConfig config = small_config();
    std::map<Recompute, std::int64_t> totals;
    for (const Recompute policy : {Recompute::none, Recompute::units, Recompute::blocks}) {
        config.recompute = policy;
        const PlannedRun planned = plan(config);
        EXPECT_EQ(planned.plan.recompute, to_string(policy));
        totals[policy] = planned.plan.memory.total();
    }
    ASSERT_LT(totals[Recompute::units], totals[Recompute::none]);
    ASSERT_LT(totals[Recompute::blocks], totals[Recompute::units]);

    const auto chosen = [&](std::int64_t limit) {
        config.recompute = Recompute::automatic;
        config.memory_limit_bytes = limit;
        return plan(config);
    };
    EXPECT_EQ(chosen(totals[Recompute::none]).config.recompute, Recompute::none);
    EXPECT_EQ(chosen(totals[Recompute::none] - 1).config.recompute, Recompute::units);
    EXPECT_EQ(chosen(totals[Recompute::units] - 1).config.recompute, Recompute::blocks);
    EXPECT_TRUE(chosen(totals[Recompute::units] - 1).plan.fits);
    EXPECT_FALSE(chosen(totals[Recompute::blocks] - 1).plan.fits);
    config.recompute = Recompute::none;
    config.memory_limit_bytes = totals[Recompute::none] - 1;
    EXPECT_FALSE(plan(config).plan.fits);
}

/// Every policy's cost stands in the plan: each computes what the one before it does and more. One more
/// forward pass is a third of a training step's products, but for the last stretch and the head.
TEST(RunPlan, PoliciesCostWhatTheyComputeAgain) {
    protocol::RunConfig config = small_config();
    config.model = "r18";
    const auto policies = plan(config).plan.policies;
    ASSERT_EQ(policies.size(), 3u);
    EXPECT_EQ(policies[0].recompute, "none");
    EXPECT_EQ(policies[1].recompute, "units");
    EXPECT_EQ(policies[2].recompute, "blocks");
    EXPECT_EQ(policies[1].flops, policies[0].flops);
    EXPECT_GT(policies[1].bytes, policies[0].bytes);
    EXPECT_GT(policies[2].bytes, policies[1].bytes);
    EXPECT_NEAR(policies[2].flops / policies[0].flops, 4.0 / 3, 0.02);
}

TEST(RunPlan, WhatDoesNotFitIsOneSentence) {
    protocol::RunConfig config = small_config();
    config.memory_limit_bytes = 64 << 20;
    try {
        require_fits(plan(config).plan);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
        EXPECT_THAT(error.what(), HasSubstr("0.06 GiB"));
        EXPECT_NE(error.hint(), "");
    }
}

/// A cap makes a machine smaller, never larger.
TEST(RunPlan, ALimitAboveTheMachinesMemoryIsTheMachines) {
    protocol::RunConfig config = small_config();
    config.memory_limit_bytes = telemetry::system_memory().total_bytes * 2;
    EXPECT_LE(plan(config).plan.memory_available_bytes, telemetry::system_memory().total_bytes);
    config.num_classes = protocol::max_num_classes;  // a terabyte of class centres
    EXPECT_FALSE(plan(config).plan.fits);
}

protocol::Plan cuda_plan(protocol::RunConfig config) {
    config.device = protocol::Device::cuda;
    config.memory_limit_bytes = config.memory_limit_bytes.value_or(std::int64_t{16} << 30);
    return plan_run(config, *backend::choose_planning_backend(config.device).backend).plan;
}

/// performance.md, Memory: what fits a 16 GiB device. OneFlow's own largest batch was 96 to 120.
TEST(RunPlan, LargestBatchesOfR100OnA16GibibyteGpu) {
    protocol::RunConfig config;
    config.recompute = protocol::Recompute::units;
    config.batch_size_per_device = 220;
    EXPECT_TRUE(cuda_plan(config).fits);
    config.batch_size_per_device = 300;
    EXPECT_FALSE(cuda_plan(config).fits);
    config.recompute = protocol::Recompute::none;
    config.batch_size_per_device = 96;
    EXPECT_TRUE(cuda_plan(config).fits);
    config.batch_size_per_device = 220;
    EXPECT_FALSE(cuda_plan(config).fits);
}

/// 4096 bytes of FP32 state a class, with Partial FC 0.1, batch 64 and FP16.
TEST(RunPlan, MostClassesOfR100OnAGpu) {
    protocol::RunConfig config;
    config.precision = protocol::Precision::fp16;
    config.parallelism = protocol::Parallelism::partial_fc;
    config.num_classes = 3'100'000;
    EXPECT_TRUE(cuda_plan(config).fits);
    config.num_classes = 3'600'000;
    EXPECT_FALSE(cuda_plan(config).fits);
    config.memory_limit_bytes = std::int64_t{139} << 30;
    config.num_classes = 34'000'000;
    EXPECT_TRUE(cuda_plan(config).fits);
}

/// The loader's buffers lie in host memory; the two input buffers on the device are the backend's own.
TEST(RunPlan, AGpusDataIsItsInputBuffers) {
    protocol::RunConfig config = small_config();
    const std::int64_t batch_bytes = 16 * 112 * 112 * 3;
    const std::int64_t data = cuda_plan(config).memory.data;
    EXPECT_GE(data, 2 * batch_bytes);
    EXPECT_LT(data, 2 * batch_bytes + 4096);
}

TEST(RunPlan, ClassesOfSyntheticData) {
    protocol::RunConfig config;
    EXPECT_EQ(resolve_num_classes(config), 85'742);
    config.num_classes = 5;
    EXPECT_EQ(resolve_num_classes(config), 5);
}

class MadeSet : public ::testing::Test {
protected:
    void SetUp() override {
        folder =
            std::filesystem::temp_directory_path() / ("arcmeter_run_plan_test_" + std::to_string(getpid()));
        data::make_set({.identities = 7, .images_per_identity = 1, .output = folder},
                       [](std::int64_t, std::int64_t) {});
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(MadeSet, ClassesOfAFolder) {
    protocol::RunConfig config;
    config.dataset = folder;
    EXPECT_EQ(resolve_num_classes(config), 7);
    config.num_classes = 100;
    EXPECT_EQ(resolve_num_classes(config), 100);
    config.num_classes = 6;
    try {
        resolve_num_classes(config);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_THAT(error.what(), HasSubstr("num_classes is 6; allowed: 7 or more"));
    }
}

TEST(RunPlan, AMissingFolderIsMissingData) {
    protocol::RunConfig config;
    config.dataset = "/no/such/folder";
    try {
        resolve_num_classes(config);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::data_missing);
        EXPECT_THAT(error.what(), HasSubstr("/no/such/folder"));
    }
}

TEST(RunPlan, ExecutorOptionsFollowTheConfiguration) {
    protocol::RunConfig config;
    config.cpu_threads = 3;
    config.momentum = 0.5;
    config.weight_decay = 0.25;
    config.seed = 9;
    config.memory_limit_bytes = 1 << 30;
    config.deterministic = true;
    const backend::ExecutorOptions options = executor_options(config);
    EXPECT_EQ(options.threads, 3);
    EXPECT_EQ(options.momentum, 0.5);
    EXPECT_EQ(options.weight_decay, 0.25);
    EXPECT_EQ(options.seed, 9u);
    EXPECT_EQ(options.memory_limit_bytes, 1 << 30);
    EXPECT_TRUE(options.deterministic);
    EXPECT_FALSE(options.tf32);
    config.precision = protocol::Precision::tf32;
    EXPECT_TRUE(executor_options(config).tf32);
}

}  // namespace
}  // namespace arcmeter::train
