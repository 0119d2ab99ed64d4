// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/model_weights.h"

#include <algorithm>
#include <limits>

#include "engine/train/run_plan.h"
#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

protocol::RunConfig config_for(std::string_view model) {
    protocol::RunConfig config;
    config.model = model;
    config.num_classes = 10;
    config.batch_size_per_device = 2;
    config.device = protocol::Device::cpu;
    return config;
}

/// The stored tensors of a model's inference graph.
std::vector<NamedShape> tensors_of(const graph::Graph& graph) {
    std::vector<NamedShape> out;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = graph.tensors()[i];
        if (tensor.role != graph::Role::parameter && tensor.role != graph::Role::buffer) continue;
        out.push_back({tensor.name, file_shape(graph, static_cast<graph::TensorId>(i))});
    }
    return out;
}

std::vector<NamedShape> y1_tensors() {
    return tensors_of(train::build_inference_graph(config_for("y1")));
}

/// Loads a file of these tensors, all ones, into a y1.
void load_y1(const std::vector<NamedShape>& tensors) {
    const TempFolder folder;
    test::write_ones(folder / "w", tensors);
    const graph::Graph graph = train::build_inference_graph(config_for("y1"));
    const auto choice = backend::choose_backend(protocol::Device::cpu);
    const auto executor = choice.backend->make_executor(graph, {});
    load_weights(SafetensorsFile(folder / "w"), graph, *executor);
}

TEST(ModelWeights, TellsEveryNetworkByItsTensors) {
    const TempFolder folder;
    for (const protocol::ModelInfo& info : protocol::models()) {
        std::vector<NamedShape> tensors = tensors_of(train::build_inference_graph(config_for(info.name)));
        for (NamedShape& tensor : tensors)
            tensor.shape = {0};  // names alone tell; whole files would be gigabytes
        test::write_ones(folder / "w", tensors);
        EXPECT_EQ(model_of(SafetensorsFile(folder / "w")), info.name);
    }
}

TEST(ModelWeights, RefusesNetworksItDoesNotKnow) {
    const TempFolder folder;
    test::write_ones(folder / "w", {{"layer1.0.conv1.weight", {1}}, {"layer2.0.conv1.weight", {1}}});
    EXPECT_THAT(error_of([&] { model_of(SafetensorsFile(folder / "w")); }).what(),
                AllOf(HasSubstr("1 1 0 0 units"), HasSubstr("r50 3 4 14 3")));
    test::write_ones(folder / "w", {{"fc.weight", {1}}});
    EXPECT_THAT(error_of([&] { model_of(SafetensorsFile(folder / "w")); }).what(),
                HasSubstr("no network known"));
}

TEST(ModelWeights, FilesWithoutMetadataAreArcfaceTorchs) {
    const TempFolder folder;
    test::write_ones(folder / "w", {{"conv_sep.layers.0.weight", {1}}});
    const protocol::RunConfig mbf = config_of(SafetensorsFile(folder / "w"));
    EXPECT_EQ(mbf.model, "mbf");
    EXPECT_EQ(mbf.effective_bn_eps(), 1e-5);
    EXPECT_EQ(mbf.input_scale, 1 / 127.5);
    EXPECT_EQ(config_of(SafetensorsFile(folder / "w"), "r50").effective_bn_eps(), 1e-5);
    EXPECT_EQ(config_of(SafetensorsFile(folder / "w"), "y1").effective_bn_eps(), 1e-3);
    EXPECT_EQ(config_of(SafetensorsFile(folder / "w"), "y1").input_scale, 0.0078125);
}

TEST(ModelWeights, MetadataSaysEpsScaleAndOutput) {
    const TempFolder folder;
    const std::vector<NamedShape> tensors{{"conv_sep.layers.0.weight", {1}}};
    test::write_ones(folder / "w", tensors,
                     {{"bn_eps", "2e-05"}, {"input_scale", "0.0078125"}, {"fc_type", "FC"}});
    const protocol::RunConfig config = config_of(SafetensorsFile(folder / "w"), "r18");
    EXPECT_EQ(config.effective_bn_eps(), 2e-5);
    EXPECT_EQ(config.input_scale, 0.0078125);
    EXPECT_EQ(config.effective_fc_type(), protocol::FcType::fc);

    for (const char* value : {"", "x", "0", "-1", "2", "nan", "1e-5 ", "0x1"}) {
        test::write_ones(folder / "w", tensors, {{"bn_eps", value}});
        EXPECT_THAT(error_of([&] { config_of(SafetensorsFile(folder / "w")); }).what(),
                    HasSubstr("bn_eps '"));
    }
    test::write_ones(folder / "w", tensors, {{"fc_type", "E"}});
    EXPECT_THAT(error_of([&] { config_of(SafetensorsFile(folder / "w")); }).what(), HasSubstr("fc_type 'E'"));
}

TEST(ModelWeights, ShapesAreArcfaceTorchs) {
    const graph::Graph graph = train::build_inference_graph(config_for("r18"));
    const auto shape = [&](const char* name) { return file_shape(graph, graph.find(name)); };
    EXPECT_EQ(shape("conv1.weight"), (TensorShape{64, 3, 3, 3}));
    EXPECT_EQ(shape("layer2.0.downsample.0.weight"), (TensorShape{128, 64, 1, 1}));
    EXPECT_EQ(shape("prelu.weight"), (TensorShape{64}));
    EXPECT_EQ(shape("bn1.running_var"), (TensorShape{64}));
    EXPECT_EQ(shape("fc.weight"), (TensorShape{512, 25088}));
    EXPECT_EQ(shape("fc.bias"), (TensorShape{512}));
    EXPECT_EQ(shape("features.weight"), (TensorShape{512}));
}

TEST(ModelWeights, LoadsCountersAndCentresItDoesNotNeed) {
    std::vector<NamedShape> tensors = y1_tensors();
    tensors.push_back({"stem.bn.num_batches_tracked", {}});
    tensors.push_back({"head.weight", {3, 128}});
    EXPECT_NO_THROW(load_y1(tensors));
}

TEST(ModelWeights, NamesMissingAndSuperfluousTensors) {
    std::vector<NamedShape> tensors = y1_tensors();
    std::erase_if(tensors,
                  [](const NamedShape& tensor) { return tensor.name.starts_with("block3.expand.bn"); });
    tensors.push_back({"block99.conv.weight", {1}});
    EXPECT_THAT(error_of([&] { load_y1(tensors); }).what(),
                AllOf(HasSubstr("it lacks block3.expand.bn.weight, block3.expand.bn.bias, "
                                "block3.expand.bn.running_mean and 1 more"),
                      HasSubstr("it holds block99.conv.weight, which the network has not")));
}

TEST(ModelWeights, NamesATensorOfTheWrongShape) {
    std::vector<NamedShape> tensors = y1_tensors();
    const auto fc = std::find_if(tensors.begin(), tensors.end(),
                                 [](const NamedShape& tensor) { return tensor.name == "fc.weight"; });
    fc->shape = {512, 128};
    EXPECT_THAT(error_of([&] { load_y1(tensors); }).what(),
                HasSubstr("fc.weight has the shape [512, 128]; the network needs [128, 512]"));
}

TEST(ModelWeights, SurviveAnExecutor) {
    const TempFolder folder;
    for (const char* model : {"y1", "mbf"}) {
        const protocol::RunConfig config = config_for(model);
        test::write_initial_weights(folder / "initial", config);
        const train::StepGraph step = train::build_step_graph(config, *config.num_classes);
        const auto choice = backend::choose_backend(protocol::Device::cpu);
        const auto executor = choice.backend->make_executor(step.graph, train::executor_options(config));
        load_weights(SafetensorsFile(folder / "initial"), step.graph, *executor);
        {
            OutputFile file(folder / "again");
            save_weights(file, config, step.graph, *executor);
        }
        EXPECT_TRUE(test::read_text(folder / "initial") == test::read_text(folder / "again")) << model;

        // What a run starts from is the same.
        executor->initialise(static_cast<std::uint64_t>(config.seed));
        OutputFile file(folder / "run");
        save_weights(file, config, step.graph, *executor);
        EXPECT_TRUE(test::read_text(folder / "initial") == test::read_text(folder / "run")) << model;
    }
}

TEST(ModelWeights, SeedsDiffer) {
    const TempFolder folder;
    protocol::RunConfig config = config_for("y1");
    test::write_initial_weights(folder / "a", config);
    config.seed = 1;
    test::write_initial_weights(folder / "b", config);
    const SafetensorsFile a(folder / "a");
    const SafetensorsFile b(folder / "b");
    EXPECT_NE(a.read("head.weight"), b.read("head.weight"));
    EXPECT_EQ(a.read("gdc.bn.weight"), b.read("gdc.bn.weight"));
    EXPECT_EQ(
        a.metadata(),
        (Metadata{{"model", "y1"}, {"fc_type", "GDC"}, {"bn_eps", "0.001"}, {"input_scale", "0.0078125"}}));
}

}  // namespace
}  // namespace arcmeter::weights
