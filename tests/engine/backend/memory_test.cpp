// SPDX-License-Identifier: Apache-2.0
// What the plan says about memory, against what an executor takes.
#include <gtest/gtest.h>

#include "engine/backend/cpu/cpu_backend.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

TEST(Memory, PlanAndExecutorAgree) {
    for (const std::int64_t threads : {1, 2, 3}) {
        const ExecutorOptions options{.threads = threads};
        const train::StepGraph step = small_step(8);
        const auto executor = executor_of(step, Products::library, options);
        EXPECT_EQ(cpu::CpuBackend().plan(step.graph, options), executor->memory()) << threads << " threads";
    }
}

/// The parts of the plan are the whole: an executor with exactly that limit fits (executor_test), so no byte
/// is counted twice or left out.
TEST(Memory, HeadingsAreFilled) {
    StepSetup setup;
    setup.num_classes = 1000;
    setup.keep_class_gradient = false;
    const protocol::MemoryPlan plan = executor_of(small_step(8, setup), Products::library)->memory();
    EXPECT_GE(plan.head_weights, 1000 * 32 * 4);
    EXPECT_EQ(plan.head_optimizer, plan.head_weights);
    EXPECT_GT(plan.weights, plan.gradients);  // running statistics and weight copies too
    EXPECT_EQ(plan.optimizer, plan.gradients);
    EXPECT_GT(plan.activations, 0);
    EXPECT_EQ(plan.overhead, 0);
    EXPECT_EQ(plan.communication, 0);
}

/// Issue, part C: the head's memory does not grow with batch x classes. Beyond the centres, their momentum
/// and one inverse norm a class, ten times the classes cost nothing.
TEST(Memory, TheHeadsWorkDoesNotGrowWithBatchTimesClasses) {
    const auto head_bytes = [](std::int64_t classes) {
        StepSetup setup;
        setup.num_classes = classes;
        setup.keep_class_gradient = false;
        const train::StepGraph step = small_step(64, setup);
        const protocol::MemoryPlan plan = cpu::CpuBackend().plan(step.graph, {});
        return plan.total() - plan.head_weights - plan.head_optimizer;
    };
    const std::int64_t one = head_bytes(1'000'000), ten = head_bytes(10'000'000);
    EXPECT_LE(ten - one, 9'000'000 * 4 + 4096);
}

TEST(Memory, PartialFcPlansForItsSampleAlone) {
    StepSetup setup;
    setup.num_classes = 10'000'000;
    setup.keep_class_gradient = false;
    setup.parallelism = protocol::Parallelism::partial_fc;
    const train::StepGraph step = small_step(64, setup);
    const protocol::MemoryPlan plan = cpu::CpuBackend().plan(step.graph, {});
    // Row number and inverse norm of a million sampled rows.
    EXPECT_LT(plan.head_activations, 1'000'000 * 8 + (64 << 20));
}

/// The largest shard there is can be planned without memory.
TEST(Memory, PlanningTwoBillionClassesAllocatesNothing) {
    StepSetup setup;
    setup.num_classes = protocol::max_num_classes;
    setup.keep_class_gradient = false;
    const protocol::MemoryPlan plan = cpu::CpuBackend().plan(small_step(64, setup).graph, {});
    EXPECT_GE(plan.head_weights, protocol::max_num_classes * 32 * 4);
}

}  // namespace
}  // namespace arcmeter::backend
