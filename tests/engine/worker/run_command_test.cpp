// SPDX-License-Identifier: Apache-2.0
// `arcmeter-engine run` as the window and the command line see it: events, exit codes, how it ends early.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "tests/engine/worker/worker_process.h"

namespace arcmeter::worker {
namespace {

using namespace test;
using ::testing::HasSubstr;

template <typename T>
const T* last_of(const std::vector<protocol::EventBody>& events) {
    const T* found = nullptr;
    for (const protocol::EventBody& event : events) {
        if (const T* body = std::get_if<T>(&event)) found = body;
    }
    return found;
}

template <typename T>
std::size_t count_of(const std::vector<protocol::EventBody>& events) {
    std::size_t count = 0;
    for (const protocol::EventBody& event : events) count += std::holds_alternative<T>(event);
    return count;
}

/// Reads up to and including the given step.
void read_until_step(WorkerProcess& worker, std::int64_t iteration) {
    while (const auto event = worker.next_event()) {
        const auto* step = std::get_if<protocol::Step>(&*event);
        if (step && step->iteration >= iteration) return;
        if (const auto* error = std::get_if<protocol::ErrorEvent>(&*event)) FAIL() << error->message;
    }
    FAIL() << "the worker ended before iteration " << iteration;
}

constexpr const char* endless = R"("iterations":10000000,"warmup":1)";

TEST(RunCommand, EventsComeInOrder) {
    WorkerProcess worker({"run"});
    worker.write(quick_config());
    const std::vector<protocol::EventBody> events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    std::string order;
    for (const protocol::EventBody& event : events) {
        std::string name = protocol::to_json(event)["event"];
        if (const auto* phase = std::get_if<protocol::Phase>(&event)) name = to_string(phase->phase);
        order += (order.empty() ? "" : " ") + name;
    }
    EXPECT_EQ(order, "hello environment preparing plan warmup step measuring step step step result finished");

    const auto* result = last_of<protocol::Result>(events);
    ASSERT_NE(result, nullptr);
    EXPECT_FALSE(result->partial);
    EXPECT_EQ(result->measured_iterations, 3);
    EXPECT_EQ(result->batch_size_per_device, 4);
    EXPECT_EQ(result->num_classes, 100);
    EXPECT_GT(result->samples_per_s, 0);
    EXPECT_GT(result->final_loss, 0);
    EXPECT_GT(result->peak_host_memory_bytes, 0);
    const auto* plan = last_of<protocol::Plan>(events);
    ASSERT_NE(plan, nullptr);
    EXPECT_NEAR(
        result->flops_per_s,
        result->samples_per_s * static_cast<double>(plan->flops_per_sample + plan->head_flops_per_sample),
        1e-6 * result->flops_per_s);
    const auto* hello = last_of<protocol::Hello>(events);
    ASSERT_NE(hello, nullptr);
    EXPECT_EQ(hello->protocol, protocol::protocol_version);
}

TEST(RunCommand, ConfigurationFromAFile) {
    const std::string path = ::testing::TempDir() + "arcmeter_run_command_test.json";
    std::ofstream(path) << quick_config(R"("iterations":1,"warmup":0,"repeat":3)");
    WorkerProcess worker({"run", "--config", path});
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    ASSERT_NE(last_of<protocol::Result>(events), nullptr);
    EXPECT_EQ(last_of<protocol::Result>(events)->repeat, 3);
    EXPECT_EQ(last_of<protocol::Step>(events)->repeat, 3);
}

TEST(RunCommand, SigtermEndsWithAPartialResult) {
    for (const int number : {SIGTERM, SIGINT}) {
        WorkerProcess worker({"run"});
        worker.write(quick_config(endless));
        read_until_step(worker, 3);
        worker.signal(number);
        const auto events = worker.remaining_events();
        EXPECT_EQ(worker.wait(), 3);
        const auto* result = last_of<protocol::Result>(events);
        ASSERT_NE(result, nullptr);
        EXPECT_TRUE(result->partial);
        EXPECT_GE(result->measured_iterations, 2);
        EXPECT_GT(result->samples_per_s, 0);
    }
}

TEST(RunCommand, SigtermBeforeTheFirstStep) {
    WorkerProcess worker({"run"});
    worker.write(quick_config(R"("batch_size_per_device":64,"iterations":1000)"));
    while (const auto event = worker.next_event()) {
        if (std::holds_alternative<protocol::Plan>(*event)) break;
    }
    worker.signal(SIGTERM);
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 3);
    const auto* result = last_of<protocol::Result>(events);
    ASSERT_NE(result, nullptr);
    EXPECT_TRUE(result->partial);
    EXPECT_EQ(result->samples_per_s, 0);
}

TEST(RunCommand, StopsWhenStandardInputClosesIfAsked) {
    WorkerProcess worker({"run", "--stop-on-close"});
    worker.write(quick_config(endless));
    read_until_step(worker, 1);
    worker.close_input();
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 3);
    ASSERT_NE(last_of<protocol::Result>(events), nullptr);
    EXPECT_TRUE(last_of<protocol::Result>(events)->partial);
}

TEST(RunCommand, GoesOnWhenStandardInputClosesIfNotAsked) {
    WorkerProcess worker({"run"});
    worker.write(quick_config());
    worker.close_input();
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(count_of<protocol::Step>(events), 4u);
}

TEST(RunCommand, EndsWhenNobodyReads) {
    WorkerProcess worker({"run"});
    worker.write(quick_config(endless));
    read_until_step(worker, 1);
    worker.close_output();
    EXPECT_EQ(worker.wait(), 3);
}

/// The partial result has nowhere to go, but the process must not stay.
TEST(RunCommand, SigtermEndsItWhenTheReaderSleeps) {
    WorkerProcess worker({"run"});
    worker.write(quick_config(endless));
    read_until_step(worker, 1);
    worker.let_output_fill();
    worker.signal(SIGTERM);
    EXPECT_EQ(worker.wait(), 3);
}

struct Refusal {
    const char* name;
    std::string input;
    ErrorCode code;
    int exit_code;
    const char* message;
};

class RefusedRun : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedRun, OneErrorEventAndItsExitCode) {
    WorkerProcess worker({"run"});
    worker.write(GetParam().input);
    worker.close_input();
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), GetParam().exit_code);
    EXPECT_EQ(count_of<protocol::ErrorEvent>(events), 1u);
    EXPECT_EQ(count_of<protocol::Result>(events), 0u);
    const auto* error = last_of<protocol::ErrorEvent>(events);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->code, GetParam().code);
    EXPECT_THAT(error->message, HasSubstr(GetParam().message));
    EXPECT_TRUE(std::holds_alternative<protocol::Hello>(events.front()));
}

INSTANTIATE_TEST_SUITE_P(
    Causes, RefusedRun,
    ::testing::Values(
        Refusal{"nothing", "", ErrorCode::invalid_config, 2, "Standard input ended"},
        Refusal{"garbage", "Hello?\n", ErrorCode::invalid_config, 2, "not JSON"},
        Refusal{"list", "[]\n", ErrorCode::invalid_config, 2, "JSON object"},
        Refusal{"field", quick_config(R"("batchsize":4)"), ErrorCode::invalid_config, 2, "batchsize"},
        Refusal{"type", quick_config(R"("seed":"one")"), ErrorCode::invalid_config, 2, "seed is \"one\""},
        Refusal{"range", quick_config(R"("momentum":1.5)"), ErrorCode::invalid_config, 2, "momentum is 1.5"},
        Refusal{"model", quick_config(R"("model":"r19")"), ErrorCode::invalid_config, 2, "model is 'r19'"},
        Refusal{"precision", quick_config(R"("precision":"fp16")"), ErrorCode::invalid_config, 2,
                "precision is fp16"},
        Refusal{"cuda", quick_config(R"("device":"cuda")"), ErrorCode::device_unavailable, 4,
                "device is cuda"},
        Refusal{"memory", quick_config(R"("memory_limit_bytes":20000000)"), ErrorCode::out_of_memory, 1,
                "by the plan"},
        Refusal{"classes", quick_config(R"("num_classes":2147483647)"), ErrorCode::out_of_memory, 1,
                "by the plan"},
        Refusal{"dataset", quick_config(R"("dataset":"/no/such/folder")"), ErrorCode::data_missing, 1,
                "/no/such/folder"}),
    [](const auto& test_info) { return std::string(test_info.param.name); });

TEST(RunCommand, AConfigurationFileThatIsNotThere) {
    WorkerProcess worker({"run", "--config", "/no/such/file.json"});
    const auto events = worker.remaining_events();
    EXPECT_EQ(worker.wait(), 2);
    ASSERT_NE(last_of<protocol::ErrorEvent>(events), nullptr);
    EXPECT_THAT(last_of<protocol::ErrorEvent>(events)->message, HasSubstr("/no/such/file.json"));
}

}  // namespace
}  // namespace arcmeter::worker
