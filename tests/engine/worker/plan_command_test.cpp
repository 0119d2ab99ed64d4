// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/worker/worker_process.h"

namespace arcmeter::worker {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(PlanCommand, OneConfigurationOneAnswer) {
    WorkerProcess worker({"plan"});
    worker.write("{\"model\":\"r100\",\"device\":\"cpu\",\"batch_size_per_device\":1}\n");
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    ASSERT_EQ(events.size(), 1u);
    const auto& plan = std::get<protocol::Plan>(events[0]);
    EXPECT_EQ(plan.parameters, 65'156'160);
    EXPECT_NEAR(static_cast<double>(plan.flops_per_sample), 72.494e9, 5e5);
    EXPECT_EQ(plan.num_classes, 85'742);
}

/// No GPU is needed to plan for one; what a context takes there is not known here and is said to be assumed.
TEST(PlanCommand, PlansForAGpuOnAnyMachine) {
    WorkerProcess worker({"plan"});
    worker.write(
        "{\"model\":\"y1\",\"device\":\"cuda\",\"precision\":\"fp16\",\"batch_size_per_device\":256}\n");
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    ASSERT_EQ(events.size(), 1u);
    const auto& plan = std::get<protocol::Plan>(events[0]);
    EXPECT_EQ(plan.device, "cuda");
    EXPECT_EQ(plan.overhead_source, "assumed");
    EXPECT_EQ(plan.memory_available_bytes, 0);
    EXPECT_TRUE(plan.fits);
}

TEST(PlanCommand, AWrongConfigurationHasAnExitCode) {
    WorkerProcess worker({"plan"});
    worker.write("{\"batch_size_per_device\":0}\n");
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 2);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_THAT(std::get<protocol::ErrorEvent>(events[0]).message, HasSubstr("batch_size_per_device is 0"));
}

TEST(PlanCommand, FindsALimit) {
    WorkerProcess worker({"plan", "--find", "batch-size"});
    worker.write(
        "{\"model\":\"y1\",\"device\":\"cpu\",\"num_classes\":1000,\"memory_limit_bytes\":536870912}\n");
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    ASSERT_EQ(events.size(), 1u);
    const auto& plan = std::get<protocol::Plan>(events[0]);
    ASSERT_TRUE(plan.limit);
    EXPECT_EQ(plan.limit->find, "batch-size");
    EXPECT_GT(plan.limit->found, 1);
    EXPECT_TRUE(plan.fits);
    EXPECT_GT(plan.limit->needed_for_next, 536'870'912);
}

TEST(PlanCommand, ServesLimitsAndCurves) {
    WorkerProcess worker({"plan", "--serve"});
    const std::string fields =
        "\"model\":\"y1\",\"device\":\"cpu\",\"batch_size_per_device\":8,\"memory_limit_bytes\":536870912}\n";
    worker.write("{\"find\":\"num-classes\",\"curve_points\":5," + fields);
    const auto answer = worker.next_event();
    ASSERT_TRUE(answer);
    const auto& plan = std::get<protocol::Plan>(*answer);
    ASSERT_TRUE(plan.limit);
    EXPECT_EQ(plan.limit->found, plan.num_classes);
    EXPECT_GE(plan.limit->curve.size(), 5u);
    for (const char* wrong : {"\"find\":\"depth\",", "\"find\":3,", "\"curve_points\":5,",
                              "\"find\":\"batch-size\",\"curve_points\":1,"}) {
        worker.write(std::string("{") + wrong + fields);
        const auto refused = worker.next_event();
        ASSERT_TRUE(refused) << wrong;
        EXPECT_EQ(std::get<protocol::ErrorEvent>(*refused).code, ErrorCode::invalid_config) << wrong;
    }
    worker.close_input();
    EXPECT_EQ(worker.wait(), 0);
}

/// No GPU is needed to plan for one (the first two examples).
TEST(PlanCommand, FindsLimitsOfAGpuThatIsNotHere) {
    const auto found = [](const std::string& fields, const char* find) {
        WorkerProcess worker({"plan", "--find", find});
        worker.write("{\"model\":\"r100\",\"device\":\"cuda\",\"memory_limit_bytes\":17179869184," + fields +
                     "}\n");
        const auto events = worker.remaining_events();
        EXPECT_EQ(worker.wait(), 0);
        return std::get<protocol::Plan>(events.at(0)).limit.value().found;
    };
    EXPECT_GE(found("\"recompute\":\"units\"", "batch-size"), 220);
    EXPECT_GE(found("\"recompute\":\"none\"", "batch-size"), 96);
    const std::string head =
        "\"precision\":\"fp16\",\"parallelism\":\"partial_fc\",\"sample_ratio\":0.1,\"batch_size_per_"
        "device\":64";
    EXPECT_GE(found(head, "num-classes"), 3'100'000);
    EXPECT_GE(found(head + ",\"momentum_precision\":\"bf16\"", "num-classes"), 4'200'000);
}

/// Each line in, one line out, in order; nothing ends the conversation but the end of input.
TEST(PlanCommand, ServesEveryLineWhateverItHolds) {
    WorkerProcess worker({"plan", "--serve"});
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    const std::vector<std::string> wrong{"",
                                         "Hello?",
                                         "null",
                                         "[1,2",
                                         "{\"model\":5}",
                                         "{\"model\":" + deep + "}",
                                         deep,
                                         "{\"\xff\":1}",
                                         "{\"dataset\":\"/no/such/folder\"}",
                                         std::string(300'000, 'x')};
    for (const std::string& line : wrong) {
        worker.write(line + "\n");
        const auto answer = worker.next_event();
        ASSERT_TRUE(answer) << line.substr(0, 80);
        const auto* error = std::get_if<protocol::ErrorEvent>(&*answer);
        ASSERT_NE(error, nullptr) << line.substr(0, 80);
        EXPECT_TRUE(error->can_go_on);
        EXPECT_NE(error->code, ErrorCode::internal) << error->message;
        EXPECT_LT(error->message.size(), 400u);
    }
    std::int64_t before = 0;
    for (const char* batch : {"1", "8", "32"}) {
        worker.write(std::string("{\"model\":\"y1\",\"device\":\"cpu\",\"batch_size_per_device\":") + batch +
                     "}\n");
        const auto answer = worker.next_event();
        ASSERT_TRUE(answer);
        const auto& plan = std::get<protocol::Plan>(*answer);
        EXPECT_GT(plan.memory.activations, before);
        before = plan.memory.activations;
    }
    worker.close_input();
    EXPECT_EQ(worker.wait(), 0);
}

}  // namespace
}  // namespace arcmeter::worker
