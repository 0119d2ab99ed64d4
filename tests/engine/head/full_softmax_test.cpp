// SPDX-License-Identifier: Apache-2.0
// The chunked FP32 head against the unchunked one in double precision.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/backend/network_support.h"
#include "tests/engine/head/head_support.h"

namespace arcmeter::head {
namespace {

using namespace test;
using backend::test::relative_distance;
using protocol::Loss;

/// A cosine in FP32 is off by some 1e-7; the scale of 64 makes that 1e-5 of each exponential, and sums over
/// the batch and width partly cancel in the gradients.
constexpr double loss_tolerance = 2e-5;
constexpr double gradient_tolerance = 2e-4;

std::vector<float> updated_momentum(const HeadData& data, const std::vector<float>& gradient) {
    std::vector<float> out;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        out.push_back(
            static_cast<float>(0.9 * data.momentum[i] - rate * (gradient[i] + 5e-4 * data.centres[i])));
    }
    return out;
}

void expect_agreement(const HeadData& data, Loss loss) {
    const HeadResult expected = plain_head(data, loss, all_rows(data.shape));
    const HeadRun kept = run_head(data, {.loss = loss, .keep_class_gradient = true});
    EXPECT_NEAR(kept.result.loss, expected.loss, loss_tolerance * expected.loss + 1e-9);
    EXPECT_NEAR(kept.result.accuracy, expected.accuracy, 1e-6);
    EXPECT_LE(relative_distance(kept.result.d_embedding, expected.d_embedding), gradient_tolerance);
    EXPECT_LE(relative_distance(kept.result.gradient, expected.gradient), gradient_tolerance);
    EXPECT_EQ(kept.centres, data.centres);

    const HeadRun fused = run_head(data, {.loss = loss});
    const std::vector<float> velocity = updated_momentum(data, expected.gradient);
    EXPECT_EQ(fused.result.loss, kept.result.loss);
    EXPECT_LE(relative_distance(fused.momentum, velocity), gradient_tolerance);
    std::vector<float> centres = data.centres;
    for (std::size_t i = 0; i < centres.size(); ++i) centres[i] += velocity[i];
    EXPECT_LE(relative_distance(fused.centres, centres), gradient_tolerance);
}

class EveryLoss : public ::testing::TestWithParam<Loss> {};

TEST_P(EveryLoss, OneChunk) {
    expect_agreement(HeadData({7, 32, 256}), GetParam());
}

TEST_P(EveryLoss, BatchOfOne) {
    expect_agreement(HeadData({1, 16, 7}), GetParam());
}

TEST_P(EveryLoss, WidthThatNoVectorDivides) {
    expect_agreement(HeadData({3, 37, 19}), GetParam());
}

/// Width 512 makes chunks of 2048 classes: two whole ones and a part.
TEST_P(EveryLoss, ChunksAndARest) {
    const HeadData data({5, 512, 5000});
    EXPECT_EQ(run_head(data, {}).chunk, 2048);
    expect_agreement(data, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Losses, EveryLoss,
                         ::testing::Values(Loss::arcface, Loss::cosface, Loss::combined, Loss::softmax),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

TEST(FullSoftmax, OneClassMoreThanAChunk) {
    expect_agreement(HeadData({3, 512, 2049}), Loss::arcface);
}

TEST(FullSoftmax, ExactlyOneChunk) {
    expect_agreement(HeadData({3, 512, 2048}), Loss::arcface);
}

/// Above 64 MiB of logits they are computed again, chunk by chunk; up to it they are kept.
TEST(FullSoftmax, LogitsKeptAndComputedAgain) {
    const HeadData kept({64, 16, 262'144}), again({64, 16, 262'145});
    EXPECT_TRUE(run_head(kept, {}).kept_logits);
    EXPECT_FALSE(run_head(again, {}).kept_logits);
    expect_agreement(again, Loss::arcface);
}

/// With one class there is nothing to be wrong about: loss 0, all correct, and no gradient.
TEST(FullSoftmax, OneClass) {
    const HeadData data({3, 16, 1});
    const HeadRun run = run_head(data, {.keep_class_gradient = true});
    EXPECT_EQ(run.result.loss, 0);
    EXPECT_EQ(run.result.accuracy, 1);
    for (const float value : run.result.d_embedding) EXPECT_EQ(value, 0);
    for (const float value : run.result.gradient) EXPECT_EQ(value, 0);
}

/// An embedding on its own centre (cosine 1) and one opposite to it: the margin's derivative is kept finite.
TEST(FullSoftmax, CosinesOfPlusAndMinusOneStayFinite) {
    HeadData data({2, 16, 5});
    for (std::size_t k = 0; k < 16; ++k) {
        data.embeddings[k] = 100 * data.centres[k];
        data.embeddings[16 + k] = -100 * data.centres[4 * 16 + k];
    }
    for (const Loss loss : {Loss::arcface, Loss::cosface, Loss::combined, Loss::softmax}) {
        const HeadRun run = run_head(data, {.loss = loss, .keep_class_gradient = true});
        EXPECT_TRUE(std::isfinite(run.result.loss));
        for (const float value : run.result.d_embedding) EXPECT_TRUE(std::isfinite(value));
        for (const float value : run.result.gradient) EXPECT_TRUE(std::isfinite(value));
    }
}

TEST(FullSoftmax, AnEmbeddingOfZerosStaysFinite) {
    HeadData data({2, 16, 5});
    std::fill_n(data.embeddings.begin(), 16, 0.0f);
    const HeadRun run = run_head(data, {.keep_class_gradient = true});
    EXPECT_TRUE(std::isfinite(run.result.loss));
    for (const float value : run.result.d_embedding) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace arcmeter::head
