// SPDX-License-Identifier: Apache-2.0
// One step of the published networks on the build's product library and on the plain reference kernels.
#include <gtest/gtest.h>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

struct Case {
    const char* model;
    protocol::Recompute recompute;
};

class FullNetwork : public ::testing::TestWithParam<Case> {};

/// As products_agreement_test, with the networks' own slopes: elements on the other side of a kink cost up to
/// 1e-2 of a BatchNorm's gradient.
TEST_P(FullNetwork, EveryTensorAfterOneStep) {
    protocol::RunConfig config;
    config.model = GetParam().model;
    config.batch_size_per_device = 3;
    config.recompute = GetParam().recompute;
    const train::StepGraph step = train::build_step_graph(config, 100, {.keep_class_gradient = true});
    const Batch batch(step);
    const auto library = executor_of(step, Products::library);
    const auto reference = executor_of(step, Products::reference);
    library->initialise(5);
    reference->initialise(5);
    const StepReport a = run_step(*library, batch.input(0));
    const StepReport b = run_step(*reference, batch.input(0));
    EXPECT_NEAR(a.loss, b.loss, 1e-4 * b.loss);
    const double worst = expect_all_close(persistent_values(*library, step.graph),
                                          persistent_values(*reference, step.graph), 2e-2);
    RecordProperty("worst_relative_distance", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(Networks, FullNetwork,
                         ::testing::Values(Case{"y1", protocol::Recompute::none},
                                           Case{"y1", protocol::Recompute::units},
                                           Case{"y1", protocol::Recompute::blocks},
                                           Case{"mbf", protocol::Recompute::none}),
                         [](const auto& test_info) {
                             return std::string(test_info.param.model) + "_" +
                                    std::string(to_string(test_info.param.recompute));
                         });

}  // namespace
}  // namespace arcmeter::backend
