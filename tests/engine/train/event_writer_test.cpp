// SPDX-License-Identifier: Apache-2.0
#include "engine/train/event_writer.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace arcmeter::train {
namespace {

class EventWriterTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(pipe(ends), 0);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void TearDown() override {
        close_end(0);
        close_end(1);
    }
    void close_end(int end) {
        if (ends[end] >= 0) close(ends[end]);
        ends[end] = -1;
    }
    int ends[2] = {-1, -1};
};

TEST_F(EventWriterTest, LinesOfSeveralThreadsStayWhole) {
    constexpr int threads = 4, lines = 500;
    std::string text;
    std::thread reader([&] {
        char buffer[4096];
        for (ssize_t count; (count = read(ends[0], buffer, sizeof buffer)) > 0;) {
            text.append(buffer, static_cast<std::size_t>(count));
        }
    });
    {
        EventWriter writer(ends[1]);
        std::vector<std::jthread> writers;
        for (int t = 0; t < threads; ++t) {
            writers.emplace_back([&writer] {
                for (int i = 0; i < lines; ++i)
                    writer.write(protocol::Phase{protocol::RunPhase::measuring, i, 0, 0, {}});
            });
        }
    }
    close_end(1);
    reader.join();
    int events = 0;
    for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        events += protocol::parse_line(std::string_view(text).substr(begin, end - begin)).event.has_value();
    }
    EXPECT_EQ(events, threads * lines);
    EXPECT_EQ(text.back(), '\n');
}

TEST_F(EventWriterTest, GoesQuietWhenTheReaderIsGone) {
    EventWriter writer(ends[1]);
    writer.write(protocol::Hello{});
    EXPECT_FALSE(writer.broken());
    close_end(0);
    writer.write(protocol::Hello{});
    EXPECT_TRUE(writer.broken());
    writer.write(protocol::Hello{});  // and returns
}

/// A rank that does not write the protocol says nothing but its errors.
TEST(EventWriter, AnotherRankForwardsItsErrors) {
    std::vector<std::string> lines;
    EventWriter writer([&](const std::string& line) { lines.push_back(line); });
    writer.write(protocol::Step{});
    protocol::ErrorEvent error;
    error.rank = 3;
    error.message = "no memory";
    writer.write(error);
    ASSERT_EQ(lines.size(), 1u);
    const protocol::ParsedLine parsed = protocol::parse_line(lines[0]);
    ASSERT_TRUE(parsed.event);
    EXPECT_EQ(std::get<protocol::ErrorEvent>(parsed.event->body).rank, 3);
    EXPECT_FALSE(writer.broken());
}

}  // namespace
}  // namespace arcmeter::train
