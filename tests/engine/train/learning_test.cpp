// SPDX-License-Identifier: Apache-2.0
// A network learns made faces from a real set on disk.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/data/set_maker.h"
#include "engine/protocol/error.h"
#include "engine/train/training_run.h"

namespace arcmeter::train {
namespace {

namespace fs = std::filesystem;

class Learning : public ::testing::Test {
protected:
    void SetUp() override {
        folder = fs::temp_directory_path() / ("arcmeter_learning_test_" + std::to_string(getpid()));
        fs::create_directories(folder);
        config.model = "y1";
        config.device = protocol::Device::cpu;
        config.loss = protocol::Loss::softmax;
        config.method = protocol::Method::quick;
        config.learning_rate = 0.1;
        config.batch_size_per_device = 32;
        config.dataset = folder / "set";
        config.warmup = 0;
    }
    void TearDown() override { fs::remove_all(folder); }

    void make_set(int identities, int images) {
        data::make_set({.identities = identities, .images_per_identity = images, .output = folder / "set"},
                       {});
    }

    /// Runs in this process, its events in a file; returns what they say.
    struct Outcome {
        std::vector<double> losses;
        protocol::Result result;
    };
    Outcome train() {
        const std::string path = folder / "events";
        const int descriptor = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
        std::atomic<bool> stop = false;
        EventWriter events(descriptor);
        EXPECT_EQ(run_training(config, events, stop), exit_done);
        close(descriptor);
        Outcome out;
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            const protocol::ParsedLine parsed = protocol::parse_line(line);
            EXPECT_TRUE(parsed.event) << line;
            if (!parsed.event) continue;
            if (const auto* step = std::get_if<protocol::Step>(&parsed.event->body))
                out.losses.push_back(step->loss);
            if (const auto* result = std::get_if<protocol::Result>(&parsed.event->body)) out.result = *result;
        }
        return out;
    }

    fs::path folder;
    protocol::RunConfig config;
};

/// Over 90 % in the last 50 of 300 iterations, where guessing gives 5 %.
TEST_F(Learning, Y1LearnsTwentyIdentities) {
    make_set(20, 100);
    config.iterations = 300;
    const Outcome outcome = train();
    RecordProperty("accuracy", std::to_string(outcome.result.accuracy));
    EXPECT_EQ(outcome.losses.size(), 300u);
    EXPECT_GT(outcome.result.accuracy, 0.9);
    EXPECT_LT(outcome.result.final_loss, outcome.losses.front() / 4);
}

TEST_F(Learning, DeterministicRunsGiveEqualLosses) {
    make_set(20, 5);
    config.iterations = 8;
    config.batch_size_per_device = 16;
    config.deterministic = true;
    const Outcome first = train();
    config.data_threads = 3;  // decoding order must not matter
    EXPECT_EQ(train().losses, first.losses);
    config.seed = 1;
    EXPECT_NE(train().losses, first.losses);
}

}  // namespace
}  // namespace arcmeter::train
