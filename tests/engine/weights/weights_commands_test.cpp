// SPDX-License-Identifier: Apache-2.0
// The commands `weights`, `embed` and `gradients` as others call them: files in, files out, exit codes.
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>

#include "engine/weights/npy.h"
#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
    int exit_code = -1;
    std::string output;  ///< both streams
};

class WeightsCommands : public testing::Test {
protected:
    WeightsCommands() {
        test::write_text(folder_ / "config", R"({"model":"y1","num_classes":10,"device":"cpu"})");
        test::write_images(folder_ / "images", 3);
        test::write_labels(folder_ / "labels", {1, 2, 3});
    }

    /// Runs arcmeter-engine in the folder.
    Outcome run(const std::string& arguments) {
        const std::string command =
            "cd '" + folder_.path().string() + "' && '" ARCMETER_ENGINE "' " + arguments + " 2>&1";
        Outcome outcome;
        std::FILE* pipe = ::popen(command.c_str(), "r");
        char buffer[256];
        while (pipe && std::fgets(buffer, sizeof buffer, pipe)) outcome.output += buffer;
        const int status = pipe ? ::pclose(pipe) : -1;
        if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
        return outcome;
    }

    TempFolder folder_;
};

TEST_F(WeightsCommands, FromAConfigurationToEmbeddingsAndGradients) {
    const Outcome weights = run("weights --config config --output w.safetensors");
    ASSERT_EQ(weights.exit_code, 0) << weights.output;
    EXPECT_EQ(SafetensorsFile(folder_ / "w.safetensors").tensors().at("head.weight").shape,
              (TensorShape{10, 128}));

    const Outcome embed = run("embed --weights w.safetensors --input images --output e.npy --batch-size 2");
    ASSERT_EQ(embed.exit_code, 0) << embed.output;
    EXPECT_THAT(NpyFile(folder_ / "e.npy").shape(), ElementsAre(3, 128));

    const Outcome gradients = run(
        "gradients --config - --weights w.safetensors --input images --labels labels --output g.safetensors "
        "--poison < config");
    ASSERT_EQ(gradients.exit_code, 0) << gradients.output;
    EXPECT_EQ(SafetensorsFile(folder_ / "g.safetensors").tensors().count("loss"), 1u);
    EXPECT_EQ(weights.output + embed.output + gradients.output, "");
}

TEST_F(WeightsCommands, BadInputIsOneLineAndItsExitCode) {
    ASSERT_EQ(run("weights --config config --output w.safetensors").exit_code, 0);
    const auto expect = [&](const std::string& arguments, int exit_code, const char* complaint) {
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.exit_code, exit_code) << arguments;
        EXPECT_THAT(outcome.output, HasSubstr(complaint));
        EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
    };
    expect("embed --weights none --input images --output e", 1, "none cannot be read");
    expect("embed --weights images --input images --output e", 1, "images cannot be used");
    expect("embed --weights w.safetensors --input none --output e", 1, "none cannot be read");
    expect("embed --weights w.safetensors --input w.safetensors --output e", 1, "not an NPY file");
    expect("embed --weights w.safetensors --input images --output none/e", 2, "none/e cannot be written");
    expect("embed --weights w.safetensors --input images --output e --model r51", 2, "model is 'r51'");
    expect("weights --config none --output e", 2, "'none' cannot be read");
    expect("weights --config images --output e", 2, "is not JSON");
    EXPECT_EQ(run("embed --weights w.safetensors --input images --output e --batch-size 0").exit_code, 2);
    EXPECT_EQ(run("embed --weights w.safetensors").exit_code, 2);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "e"));
}

}  // namespace
}  // namespace arcmeter::weights
