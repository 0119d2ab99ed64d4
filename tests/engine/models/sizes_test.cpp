// SPDX-License-Identifier: Apache-2.0
// Parameters, multiply-accumulates and FLOPs: the published networks', to the last digit.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/graph/cost.h"
#include "engine/models/registry.h"
#include "engine/protocol/error.h"

namespace arcmeter::models {
namespace {

using protocol::FcType;

struct Size {
    const char* model;
    std::int64_t parameters;
    std::int64_t macs;
    double train_gflops;  ///< to three decimals
};

class Sizes : public ::testing::TestWithParam<Size> {};

graph::NetworkCost cost_with(const std::string& model, FcType fc_type) {
    return graph::network_cost(build(model, fc_type, {.batch = 3}));
}

TEST_P(Sizes, AgreeWithTheSpecification) {
    const graph::NetworkCost cost =
        cost_with(GetParam().model, protocol::find_model(GetParam().model)->fc_type);
    EXPECT_EQ(cost.parameters, GetParam().parameters);
    EXPECT_EQ(cost.macs_per_sample, GetParam().macs);
    if (GetParam().train_gflops > 0) {
        EXPECT_EQ(std::llround(static_cast<double>(cost.flops_per_sample) / 1e6),
                  std::llround(GetParam().train_gflops * 1e3));
    }
}

/// Forward and two gradients, but no data gradient for the first convolution (3 or 27 x 112 x 112 inputs).
TEST_P(Sizes, TrainingIsThreeForwardsLessTheFirstDataGradient) {
    const graph::Graph graph =
        build(GetParam().model, protocol::find_model(GetParam().model)->fc_type, {.batch = 1});
    const graph::NetworkCost cost = graph::network_cost(graph);
    const graph::Operation* first = nullptr;
    for (const graph::Operation& op : graph.operations()) {
        if (!first && op.kind == graph::OpKind::convolution) first = &op;
    }
    ASSERT_NE(first, nullptr);
    const std::int64_t first_macs = graph.tensor(first->output(0)).shape.elements() * 27;
    EXPECT_EQ(cost.flops_per_sample, 6 * cost.macs_per_sample - 2 * first_macs);
}

INSTANTIATE_TEST_SUITE_P(Networks, Sizes,
                         ::testing::Values(Size{"r18", 24'025'600, 2'609'954'816, 15.616},
                                           Size{"r34", 34'139'328, 4'459'642'880, 26.715},
                                           Size{"r50", 43'590'848, 6'309'330'944, 37.813},
                                           Size{"r100", 65'156'160, 12'089'606'144, 72.494},
                                           Size{"r200", 118'833'920, 23'418'945'536, 140.470},
                                           Size{"y1", 1'003'264, 220'965'376, 1.315},
                                           Size{"mbf", 2'059'520, 437'520'896, 0}),
                         [](const auto& test_info) { return std::string(test_info.param.model); });

TEST(Registry, OutputFCIsEWithoutTheDropout) {
    const graph::NetworkCost e = cost_with("r18", FcType::e), fc = cost_with("r18", FcType::fc);
    EXPECT_EQ(e.parameters, fc.parameters);
    EXPECT_EQ(e.macs_per_sample, fc.macs_per_sample);
    const auto dropouts = [](FcType type) {
        int count = 0;
        const graph::Graph graph = build("r18", type, {});
        for (const graph::Operation& op : graph.operations()) count += op.kind == graph::OpKind::dropout;
        return count;
    };
    EXPECT_EQ(dropouts(FcType::e), 1);
    EXPECT_EQ(dropouts(FcType::fc), 0);
}

TEST(Registry, BuildsWhatTheProtocolLists) {
    for (const protocol::ModelInfo& info : protocol::models()) {
        for (const FcType fc_type : info.fc_types) {
            const graph::Graph graph = build(std::string(info.name), fc_type, {.batch = 3});
            const graph::Shape shape = graph.tensor(graph.embedding).shape;
            EXPECT_EQ(shape, (graph::Shape{3, info.embedding_size, 1, 1})) << info.name;
        }
    }
}

TEST(Registry, RefusesWhatTheProtocolDoesNotList) {
    EXPECT_THROW(build("r19", FcType::e, {}), Error);
    EXPECT_THROW(build("", FcType::e, {}), Error);
    for (const protocol::ModelInfo& info : protocol::models()) {
        for (const auto& entry : protocol::names_of(FcType{})) {
            const bool listed =
                std::find(info.fc_types.begin(), info.fc_types.end(), entry.value) != info.fc_types.end();
            if (listed) continue;
            EXPECT_THROW(build(std::string(info.name), entry.value, {}), Error)
                << info.name << " " << entry.name;
        }
    }
}

TEST(Registry, LayerOptionsFollowTheConfiguration) {
    protocol::RunConfig config;
    config.model = "y1";
    config.batch_size_per_device = 9;
    config.precision = protocol::Precision::bf16;
    EXPECT_DOUBLE_EQ(layer_options(config).bn_eps, 1e-3);
    EXPECT_EQ(layer_options(config).batch, 9);
    EXPECT_EQ(layer_options(config).activation_type, graph::DataType::bf16);
    EXPECT_EQ(layer_options(config).convolution_initialiser, graph::Initialiser::normal);
    config.model = "mbf";
    config.bn_eps = 0.25;
    EXPECT_EQ(layer_options(config).convolution_initialiser, graph::Initialiser::kaiming_fan_out);
    EXPECT_DOUBLE_EQ(layer_options(config).bn_eps, 0.25);
}

}  // namespace
}  // namespace arcmeter::models
