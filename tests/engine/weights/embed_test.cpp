// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/embed.h"

#include <cmath>

#include "engine/weights/npy.h"
#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

class Embed : public testing::Test {
protected:
    void SetUp() override {
        test::write_initial_weights(options_.weights = folder_ / "weights", test::y1_config());
    }

    std::vector<float> embeddings(std::int64_t images, std::int64_t batch_size) {
        test::write_images(options_.input = folder_ / "images", images);
        options_.output = folder_ / "embeddings";
        options_.batch_size = batch_size;
        embed(options_);
        const NpyFile file(options_.output);
        EXPECT_THAT(file.shape(), ElementsAre(images, 128));
        std::vector<float> values(static_cast<std::size_t>(file.elements()));
        file.read_floats(0, values);
        return values;
    }

    TempFolder folder_;
    EmbedOptions options_;
};

TEST_F(Embed, EveryBatchSizeGivesTheSame) {
    const std::vector<float> whole = embeddings(5, 5);
    float largest = 0;
    for (const float value : whole) largest = std::max(largest, std::abs(value));
    ASSERT_GT(largest, 0);
    // Sums may be grouped in another way for another batch size: a few FP32 roundings.
    for (const std::int64_t batch_size : {1, 2, 3, 100}) {
        const std::vector<float> parts = embeddings(5, batch_size);
        ASSERT_EQ(parts.size(), whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(parts[i], whole[i], 1e-5f * largest);
    }
}

TEST_F(Embed, EmbeddingsDependOnTheirImageAlone) {
    const std::vector<float> five = embeddings(5, 2);
    const std::vector<float> one = embeddings(1, 2);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], five[i], 1e-6f);
    EXPECT_GT(std::abs(five[0] - five[128]), 1e-6f);
}

TEST_F(Embed, RefusesOtherInputs) {
    test::write_labels(options_.input = folder_ / "images", {1, 2});
    options_.output = folder_ / "embeddings";
    EXPECT_THAT(error_of([&] { embed(options_); }).what(),
                HasSubstr("its shape is [2]; allowed: [n, 3, 112, 112]"));
    EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(Embed, RefusesAnotherModelThanTheWeights) {
    options_.model = "mbf";
    EXPECT_THAT(error_of([&] { embeddings(1, 1); }).what(), HasSubstr("it lacks layers.0.layers.0.weight"));
    options_.model = "r51";
    EXPECT_THAT(error_of([&] { embeddings(1, 1); }).what(), HasSubstr("model is 'r51'"));
}

}  // namespace
}  // namespace arcmeter::weights
