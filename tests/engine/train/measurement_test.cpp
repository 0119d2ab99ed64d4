// SPDX-License-Identifier: Apache-2.0
#include "engine/train/measurement.h"

#include <gtest/gtest.h>

namespace arcmeter::train {
namespace {

using namespace std::chrono_literals;

backend::StepReport report(double loss, double accuracy, double step_ms) {
    backend::StepReport out;
    out.step_ms = step_ms;
    out.parts = {.forward = step_ms / 2, .backward = step_ms / 4, .optimizer = step_ms / 4};
    out.loss = loss;
    out.accuracy = accuracy;
    return out;
}

class MeasurementTest : public ::testing::Test {
protected:
    /// Two warm-up iterations of a second, then `measured` of half a second, at batch 10.
    void run(int measured) {
        for (int i = 1; i <= 2; ++i) measurement.add(i, report(100, 0, 1000), 5, 300, 200, now += 1s);
        measurement.begin(now += 3s);  // draining is not measured
        for (int i = 3; i < 3 + measured; ++i)
            measurement.add(i, report(i, 0.5, 400), 100, 100, 50 * i, now += 500ms);
    }
    Measurement measurement{10, 1, 2};
    Measurement::Time now{};
};

TEST_F(MeasurementTest, ThroughputIsBetweenTheTwoEdges) {
    run(4);
    measurement.end(now += 2s);  // the drain at the end is
    const protocol::Result result = measurement.result();
    EXPECT_DOUBLE_EQ(result.samples_per_s, 40 / 4.0);
    EXPECT_EQ(result.measured_iterations, 4);
    EXPECT_EQ(result.repeats, std::vector<double>{10.0});
    EXPECT_DOUBLE_EQ(result.min, 10);
    EXPECT_DOUBLE_EQ(result.max, 10);
    EXPECT_FALSE(result.ci95);
    EXPECT_FALSE(result.partial);
    EXPECT_EQ(result.batch_size_per_device, 10);
}

TEST_F(MeasurementTest, PartsAreMeansOverMeasuredIterations) {
    run(4);
    const protocol::StepParts parts = measurement.result().parts;
    EXPECT_DOUBLE_EQ(parts.forward, 200);
    EXPECT_DOUBLE_EQ(parts.backward, 100);
    EXPECT_DOUBLE_EQ(parts.optimizer, 100);
    EXPECT_DOUBLE_EQ(parts.data_wait, 100);
}

TEST_F(MeasurementTest, PeaksIncludeTheWarmup) {
    run(4);
    EXPECT_EQ(measurement.result().peak_device_memory_bytes, 300);
    EXPECT_EQ(measurement.result().peak_host_memory_bytes, 300);
}

TEST_F(MeasurementTest, LossIsOfTheLastFiftyIterations) {
    run(60);  // iterations 3 to 62; the last fifty are 13 to 62
    EXPECT_DOUBLE_EQ(measurement.result().final_loss, (13 + 62) / 2.0);
    EXPECT_DOUBLE_EQ(measurement.result().accuracy, 0.5);
}

TEST_F(MeasurementTest, WithoutTheEndItIsPartial) {
    run(3);
    const protocol::Result result = measurement.result();
    EXPECT_TRUE(result.partial);
    EXPECT_EQ(result.measured_iterations, 3);
    EXPECT_DOUBLE_EQ(result.samples_per_s, 30 / 1.5);
}

TEST_F(MeasurementTest, NothingMeasuredIsZeroAndPartial) {
    for (const bool with_warmup : {false, true}) {
        if (with_warmup) measurement.add(1, report(7, 0.25, 10), 0, 1, 1, now += 1s);
        const protocol::Result result = measurement.result();
        EXPECT_TRUE(result.partial);
        EXPECT_EQ(result.samples_per_s, 0);
        EXPECT_EQ(result.measured_iterations, 0);
        EXPECT_TRUE(result.repeats.empty());
        EXPECT_DOUBLE_EQ(result.final_loss, with_warmup ? 7 : 0);
    }
}

TEST_F(MeasurementTest, AStepCountsItsWaitForData) {
    const protocol::Step step = measurement.add(1, report(3, 0.5, 80), 20, 11, 12, now);
    EXPECT_DOUBLE_EQ(step.step_ms, 100);
    EXPECT_DOUBLE_EQ(step.samples_per_s, 100);
    EXPECT_DOUBLE_EQ(step.parts.data_wait, 20);
    EXPECT_EQ(step.iteration, 1);
    EXPECT_EQ(step.device_memory_bytes, 11);
    EXPECT_EQ(step.host_memory_bytes, 12);
}

/// Samples of all ranks; milliseconds of each collective, summed over what it is counted under.
TEST(Measurement, CountsAllRanksAndWhatTheyCommunicate) {
    Measurement measurement(10, 4, 1);
    measurement.set_communication(
        {{{"all_reduce", "gradients", 2, 1000, 0}, {"all_gather", "labels", 1, 24, 0}}, {0, 1, 0}});
    Measurement::Time now{};
    for (int i = 1; i <= 3; ++i) {
        if (i == 2) measurement.begin(now);
        backend::StepReport step = report(1, 1, 500);
        step.collective_ms = {1.0 * i, 10.0 * i, 100.0 * i};
        EXPECT_DOUBLE_EQ(measurement.add(i, step, 0, 0, 0, now += 500ms).samples_per_s, 80);
    }
    measurement.end(now);
    const protocol::Result result = measurement.result();
    EXPECT_DOUBLE_EQ(result.samples_per_s, 80);
    EXPECT_EQ(result.world_size, 4);
    EXPECT_EQ(result.batch_size_per_device, 10);
    EXPECT_EQ(result.communication_bytes_per_step, 1024);
    ASSERT_EQ(result.collectives.size(), 2u);
    EXPECT_DOUBLE_EQ(result.collectives[0].ms, 252.5);  // (101 * 2 + 101 * 3) / 2, without the warm-up
    EXPECT_DOUBLE_EQ(result.collectives[1].ms, 25);
    EXPECT_EQ(result.collectives[0].calls, 2);
}

}  // namespace
}  // namespace arcmeter::train
