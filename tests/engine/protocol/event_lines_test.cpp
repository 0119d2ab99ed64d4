// SPDX-License-Identifier: Apache-2.0
// What a line from a foreign, newer, broken or hostile worker does to its reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/protocol/event_samples.h"

namespace arcmeter::protocol {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

void expect_problem(const std::string& line, const std::string& part) {
    const ParsedLine parsed = parse_line(line);
    EXPECT_FALSE(parsed.event) << line;
    EXPECT_THAT(parsed.problem, HasSubstr(part)) << line;
    EXPECT_LT(parsed.problem.size(), 300u);
    EXPECT_EQ(parsed.problem.find('\n'), std::string::npos);
}

TEST(EventLines, UnknownEventsAreIgnored) {
    const ParsedLine parsed = parse_line(R"({"event":"weather","time_ms":1,"wind":[1,2]})");
    EXPECT_FALSE(parsed.event);
    EXPECT_EQ(parsed.problem, "");
}

TEST(EventLines, UnknownFieldsAreIgnored) {
    for (const Event& event : test::sample_events()) {
        json object = to_json(event);
        object["a_newer_field"] = {{"deep", {1, 2, 3}}};
        const ParsedLine parsed = parse_line(object.dump());
        ASSERT_TRUE(parsed.event) << parsed.problem;
        EXPECT_EQ(to_json(*parsed.event), to_json(event));
    }
}

TEST(EventLines, MissingFieldsAreNamed) {
    expect_problem(R"({"event":"hello"})", "'protocol' is missing");
    expect_problem(R"({"event":"phase"})", "'phase' is missing");
    expect_problem(R"({"event":"step","iteration":1})", "'step_ms' is missing");
    expect_problem(R"({"event":"step","step_ms":1})", "'iteration' is missing");
    expect_problem(R"({"event":"result"})", "'samples_per_s' is missing");
    expect_problem(R"({"event":"error"})", "'message' is missing");
    expect_problem(R"({"event":"plan"})", "'memory' is missing");
}

/// Every field of every event, given a value of another type, is refused by name.
TEST(EventLines, WrongTypesAreNamed) {
    for (const Event& event : test::sample_events()) {
        const json object = to_json(event);
        for (const auto& [key, value] : object.items()) {
            if (key == "event" || key == "memory_total") continue;
            json changed = object;
            changed[key] = value.is_string() || value.is_boolean() ? json(5) : json("text");
            expect_problem(changed.dump(), "'" + key + "'");
            changed[key] = value.is_array() ? json::object() : json::array({json::array()});
            expect_problem(changed.dump(), "'" + key + "'");
        }
    }
}

TEST(EventLines, WrongTypesInsideListsAndObjects) {
    expect_problem(R"({"event":"hello","protocol":1,"backends":["cpu",3]})",
                   "'backends' is not a list of strings");
    expect_problem(R"({"event":"result","samples_per_s":1,"repeats":[1,"2"]})",
                   "'repeats' is not a list of numbers");
    expect_problem(R"({"event":"environment","devices":[5]})", "'devices'");
    expect_problem(R"({"event":"environment","devices":[{"name":5}]})", "'name'");
    expect_problem(R"({"event":"environment","libraries":{"a":1}})", "'libraries'");
    expect_problem(R"({"event":"step","iteration":1,"step_ms":1,"parts":{"forward":"long"}})", "'forward'");
    expect_problem(R"({"event":"plan","memory":{"weights":1.5}})", "'weights' is not a whole number");
}

TEST(EventLines, NumbersOutOfRange) {
    expect_problem(R"({"event":"hello","protocol":4294967297})", "'protocol'");
    expect_problem(R"({"event":"step","iteration":18446744073709551615,"step_ms":1})", "'iteration'");
    expect_problem(R"({"event":"step","iteration":1e999,"step_ms":1})", "not a JSON object");
}

TEST(EventLines, UnknownPhaseIsAProblemUnknownErrorCodeIsInternal) {
    expect_problem(R"({"event":"phase","phase":"resting"})", "'phase'");
    const ParsedLine parsed = parse_line(R"({"event":"error","code":"new_code","message":"m"})");
    ASSERT_TRUE(parsed.event) << parsed.problem;
    EXPECT_EQ(std::get<ErrorEvent>(parsed.event->body).code, ErrorCode::internal);
}

TEST(EventLines, Garbage) {
    for (const std::string line :
         {"", " ", "null", "5", "[]", "\"event\"", "{", "{\"event\":", "\xff\xfe", "\0\0",
          "Segmentation fault (core dumped)", "{\"event\":\"step\"} trailing"}) {
        expect_problem(line, "not a JSON object");
    }
    expect_problem("{}", "no field 'event'");
    expect_problem(R"({"event":5})", "no field 'event'");
}

TEST(EventLines, HugeLinesAreRefusedUnread) {
    const std::string ok = to_line({0, test::sample_hello()});
    EXPECT_TRUE(parse_line(ok + std::string(max_line_bytes - ok.size(), ' ')).event);
    expect_problem(ok + std::string(max_line_bytes + 1 - ok.size(), ' '), "longer than any event");
}

TEST(EventLines, DeepNestingDoesNotExhaustTheStack) {
    const std::string open(max_line_bytes - 100, '[');
    expect_problem(open, "not a JSON object");
    const std::string half((max_line_bytes - 100) / 2, '[');
    const std::string close((max_line_bytes - 100) / 2, ']');
    expect_problem("{\"event\":\"hello\",\"protocol\":" + half + close + "}", "'protocol'");
}

/// Random damage to valid lines: each is understood, ignored or answered with a problem, and never throws.
TEST(EventLines, DamagedLinesNeverThrow) {
    std::mt19937 random(7);
    const std::vector<Event> events = test::sample_events();
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const std::string spice = "{}[]\",:0e-.ntf\\\n\xc3\xff";
    int understood = 0, problems = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string line = to_line(events[below(events.size())]);
        for (std::size_t edits = 1 + below(3); edits > 0 && !line.empty(); --edits) {
            const std::size_t at = below(line.size());
            switch (below(4)) {
                case 0:
                    line[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    line.erase(at, 1 + below(12));
                    break;
                case 2:
                    line.insert(at, 1, spice[below(spice.size())]);
                    break;
                default:
                    line.insert(at, line.substr(below(line.size()), below(20)));
                    break;
            }
        }
        ParsedLine parsed;
        ASSERT_NO_THROW(parsed = parse_line(line)) << line;
        if (parsed.event) {
            EXPECT_EQ(parsed.problem, "");
            ASSERT_NO_THROW(to_line(*parsed.event));
            ++understood;
        }
        problems += !parsed.problem.empty();
    }
    // The damage must reach both outcomes, or this test shows nothing.
    EXPECT_GT(understood, 500);
    EXPECT_GT(problems, 5'000);
}

}  // namespace
}  // namespace arcmeter::protocol
