// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/gradients.h"

#include <cmath>

#include "tests/engine/weights/test_files.h"

namespace arcmeter::weights {
namespace {

using test::error_of;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

class Gradients : public testing::Test {
protected:
    Gradients() {
        options_.config = test::y1_config();
        options_.weights = folder_ / "weights";
        options_.input = folder_ / "images";
        options_.labels = folder_ / "labels";
        options_.output = folder_ / "gradients";
        test::write_initial_weights(options_.weights, options_.config);
        test::write_images(options_.input, 3);
        test::write_labels(options_.labels, {0, 9, 4});
    }

    std::string complaint() {
        const Error error = error_of([&] { write_gradients(options_); });
        EXPECT_FALSE(std::filesystem::exists(options_.output));
        return error.what();
    }

    TempFolder folder_;
    GradientsOptions options_;
};

TEST_F(Gradients, OneForEveryTrainedTensor) {
    write_gradients(options_);
    const SafetensorsFile weights(options_.weights);
    const SafetensorsFile gradients(options_.output);
    std::size_t trained = 0;
    for (const auto& [name, tensor] : weights.tensors()) {
        const bool buffer = name.find(".running_") != std::string::npos || name == "embedding_bn.weight";
        ASSERT_EQ(gradients.tensors().count(name), buffer ? 0u : 1u) << name;
        if (buffer) continue;
        ++trained;
        EXPECT_EQ(gradients.tensors().at(name).shape, tensor.shape) << name;
    }
    EXPECT_EQ(gradients.tensors().size(), trained + 1);
    const std::vector<float> loss = gradients.read("loss");
    EXPECT_THAT(gradients.tensors().at("loss").shape, ElementsAre());
    EXPECT_GT(loss.at(0), 0);
}

/// Nothing may be read that this step has not written: poison changes no bit.
TEST_F(Gradients, PoisonChangesNothing) {
    write_gradients(options_);
    const std::string clean = test::read_text(options_.output);
    options_.poison = true;
    write_gradients(options_);
    EXPECT_TRUE(test::read_text(options_.output) == clean);
}

/// The loss along the centres' gradient falls as the gradient says; the whole chain is checked against
/// PyTorch by tests/peer and operation by operation by finite differences in tests/engine/backend.
TEST_F(Gradients, CentresGradientPredictsTheLoss) {
    write_gradients(options_);
    const auto loss_and_gradient = [&] {
        const SafetensorsFile file(options_.output);
        return std::pair(file.read("loss").at(0), file.read("head.weight"));
    };
    const auto [before, gradient] = loss_and_gradient();
    double square = 0;
    for (const float value : gradient) square += static_cast<double>(value) * value;
    ASSERT_GT(square, 0);

    // A step that should lower the loss by 1 % of it. Centres are unit-normalised, so the loss bends over
    // distances of their length (0.1); 20 % of the change covers that bend.
    const double wanted = 0.01 * before;
    const SafetensorsFile old(options_.weights);
    std::vector<NamedShape> shapes;
    for (const auto& [name, tensor] : old.tensors()) shapes.push_back({name, tensor.shape});
    OutputFile file(folder_ / "moved");
    SafetensorsWriter writer(file, shapes, old.metadata());
    for (const NamedShape& shape : shapes) {
        std::vector<float> values = old.read(shape.name);
        if (shape.name == "head.weight") {
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] -= static_cast<float>(wanted / square) * gradient[i];
            }
        }
        writer.append(values);
    }
    writer.commit();
    options_.weights = folder_ / "moved";
    write_gradients(options_);
    EXPECT_NEAR(before - loss_and_gradient().first, wanted, 0.2 * wanted);
}

TEST_F(Gradients, RefusesLabelsThatDoNotFit) {
    test::write_labels(options_.labels, {0, 10, 4});
    EXPECT_THAT(complaint(), HasSubstr("the label 10; allowed: 0 to 9"));
    test::write_labels(options_.labels, {0, -1, 4});
    EXPECT_THAT(complaint(), HasSubstr("the label -1"));
    test::write_labels(options_.labels, {0, 1});
    EXPECT_THAT(complaint(), HasSubstr("one label for each of the 3 images"));
}

TEST_F(Gradients, RefusesConfigurationsNobodyCanRepeat) {
    options_.config.parallelism = protocol::Parallelism::partial_fc;
    EXPECT_THAT(complaint(), HasSubstr("parallelism is partial_fc"));
    options_.config = test::y1_config();
    options_.config.num_classes = 11;
    EXPECT_THAT(complaint(), HasSubstr("num_classes is 11; allowed: 10"));
    options_.config.model = "mbf";
    EXPECT_THAT(complaint(), HasSubstr("model is mbf; allowed: y1"));
}

TEST_F(Gradients, RefusesDropout) {
    test::write_ones(options_.weights, {{"layer1.0.conv1.weight", {0}},
                                        {"layer1.1.conv1.weight", {0}},
                                        {"layer2.0.conv1.weight", {0}},
                                        {"layer2.1.conv1.weight", {0}},
                                        {"layer3.0.conv1.weight", {0}},
                                        {"layer3.1.conv1.weight", {0}},
                                        {"layer4.0.conv1.weight", {0}},
                                        {"layer4.1.conv1.weight", {0}}});
    options_.config.model = "r18";
    EXPECT_THAT(complaint(), HasSubstr("fc_type is E, whose dropout"));
    options_.config.fc_type = protocol::FcType::fc;
    EXPECT_THAT(complaint(), HasSubstr("it lacks head.weight, the class centres"));
}

}  // namespace
}  // namespace arcmeter::weights
