// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/engine/protocol/event_samples.h"

namespace arcmeter::protocol {
namespace {

/// A field that a reader or writer forgets would stay at its default on one side and show here, because the
/// samples set every field away from its default.
TEST(EventRoundTrip, EveryEventSurvivesALine) {
    for (const Event& event : test::sample_events()) {
        const std::string line = to_line(event);
        EXPECT_EQ(line.find('\n'), std::string::npos) << line;
        const ParsedLine parsed = parse_line(line);
        ASSERT_TRUE(parsed.event) << line << ": " << parsed.problem;
        EXPECT_EQ(parsed.event->time_ms, event.time_ms);
        EXPECT_EQ(parsed.event->body.index(), event.body.index());
        EXPECT_EQ(to_json(*parsed.event), to_json(event));
    }
}

TEST(EventRoundTrip, NoSampleFieldIsADefault) {
    for (const Event& event : test::sample_events()) {
        EventBody fresh;
        std::visit([&fresh](const auto& body) { fresh = std::remove_cvref_t<decltype(body)>{}; }, event.body);
        const nlohmann::json sample = to_json(event.body), defaults = to_json(fresh);
        for (const auto& [key, value] : sample.items()) {
            if (key == "event" || key == "protocol" || key == "memory") continue;
            EXPECT_TRUE(!defaults.contains(key) || defaults[key] != value) << sample["event"] << " " << key;
        }
    }
}

TEST(EventRoundTrip, MembersArriveWhereTheyBelong) {
    const auto step = std::get<Step>(parse_line(to_line({9, test::sample_step()})).event->body);
    EXPECT_EQ(step.iteration, 77);
    EXPECT_DOUBLE_EQ(step.samples_per_s, 123.456789012345);
    EXPECT_DOUBLE_EQ(step.parts.optimizer, 6.5);
    EXPECT_DOUBLE_EQ(step.loss, 1e-30);
    const auto plan = std::get<Plan>(parse_line(to_line({9, test::sample_plan()})).event->body);
    EXPECT_EQ(plan.memory, test::sample_plan().memory);
    EXPECT_EQ(plan.memory.total(), 66);
    EXPECT_FALSE(plan.fits);
    const auto error = std::get<ErrorEvent>(parse_line(to_line({9, test::sample_error()})).event->body);
    EXPECT_EQ(error.code, ErrorCode::rank_lost);
    EXPECT_EQ(error.message, "rank 3 is lost.\nSecond line.");
}

TEST(EventRoundTrip, PlanCarriesItsTotal) {
    EXPECT_EQ(to_json(EventBody(test::sample_plan()))["memory_total"], 66);
}

TEST(EventRoundTrip, NotANumberTravelsAsNull) {
    Step step = test::sample_step();
    step.loss = std::nan("");
    step.samples_per_s = std::numeric_limits<double>::infinity();
    const std::string line = to_line({0, step});
    EXPECT_TRUE(nlohmann::json::parse(line)["loss"].is_null());
    const auto back = std::get<Step>(parse_line(line).event->body);
    EXPECT_TRUE(std::isnan(back.loss));
    EXPECT_TRUE(std::isnan(back.samples_per_s));
}

TEST(EventRoundTrip, AbsentOptionalsStayAbsent) {
    Telemetry telemetry;
    telemetry.device = "cpu";
    const auto back = std::get<Telemetry>(parse_line(to_line({0, telemetry})).event->body);
    EXPECT_FALSE(back.power_w);
    EXPECT_FALSE(back.temperature_c);
}

TEST(EventRoundTrip, BytesThatAreNotUtf8DoNotEndTheProtocol) {
    ErrorEvent error = test::sample_error();
    error.message = "file \xff\xfe is missing";
    const ParsedLine parsed = parse_line(to_line({0, error}));
    ASSERT_TRUE(parsed.event) << parsed.problem;
    EXPECT_NE(std::get<ErrorEvent>(parsed.event->body).message.find("is missing"), std::string::npos);
}

TEST(EventRoundTrip, PhasesHaveNames) {
    for (const RunPhase phase :
         {RunPhase::preparing, RunPhase::tuning, RunPhase::warmup, RunPhase::measuring, RunPhase::finished}) {
        EXPECT_EQ(run_phase_from_string(to_string(phase)), phase);
    }
    EXPECT_EQ(run_phase_from_string("resting"), std::nullopt);
}

}  // namespace
}  // namespace arcmeter::protocol
