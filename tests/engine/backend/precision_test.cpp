// SPDX-License-Identifier: Apache-2.0
// BF16 against FP32, on the same weights and images.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/backend/cpu/cpu_backend.h"
#include "engine/protocol/error.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

bool cpu_has_bf16() {
    try {
        cpu::CpuBackend().require_precision(protocol::Precision::bf16);
        return true;
    } catch (const Error&) {
        return false;
    }
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

TEST(Precision, Fp16AndTf32AreRefusedByTheCpu) {
    const cpu::CpuBackend backend;
    EXPECT_NO_THROW(backend.require_precision(protocol::Precision::fp32));
    EXPECT_THROW(backend.require_precision(protocol::Precision::fp16), Error);
    EXPECT_THROW(backend.require_precision(protocol::Precision::tf32), Error);
}

class Bfloat16 : public ::testing::TestWithParam<Products> {
protected:
    void SetUp() override {
        if (GetParam() == Products::library && !cpu_has_bf16()) {
            GTEST_SKIP() << "THIS CPU HAS NO BF16: the product library's BF16 path is not tested here";
        }
    }
};

/// BF16 keeps 8 bits: each stored activation is off by up to 2^-9. Over some twenty layers, with softmax's
/// scale of 64 behind them, the gradients keep their direction to a few per cent (1 - cos = error^2 / 2) and
/// the loss its size.
TEST_P(Bfloat16, OneStepFollowsFp32) {
    const train::StepGraph full = small_step(8);
    const train::StepGraph half = small_step(8, {}, graph::DataType::bf16);
    const auto expected = executor_of(full, Products::reference);
    const auto actual = executor_of(half, GetParam());
    initialise_scattered(*expected, full.graph, 5);
    initialise_scattered(*actual, half.graph, 5);
    const Batch batch(full);
    const StepReport a = run_step(*actual, batch.input(0));
    const StepReport b = run_step(*expected, batch.input(0));
    EXPECT_NEAR(a.loss, b.loss, 0.02 * b.loss);
    for (std::size_t i = 0; i < full.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = full.graph.tensors()[i];
        if (tensor.role != graph::Role::gradient && tensor.role != graph::Role::class_gradient) continue;
        if (tensor.name == "fc.bias.grad") continue;  // zero but for rounding
        const auto id = static_cast<graph::TensorId>(i);
        EXPECT_GT(cosine(actual->read_tensor(id), expected->read_tensor(id)), 0.95) << tensor.name;
    }
}

/// Master weights are FP32: a change far below what BF16 can tell apart at that size must survive the update.
TEST_P(Bfloat16, SmallUpdatesAreNotLost) {
    const train::StepGraph step = small_step(8, {}, graph::DataType::bf16);
    const auto executor = executor_of(step, GetParam());
    executor->initialise(5);
    const graph::TensorId id = step.graph.find("unit2.conv1.weight");
    const std::vector<float> before = executor->read_tensor(id);
    run_step(*executor, Batch(step).input(0, 1e-6));
    const std::vector<float> after = executor->read_tensor(id);
    std::size_t changed = 0;
    double largest = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        changed += before[i] != after[i];
        largest = std::max(largest, std::abs(static_cast<double>(after[i]) - before[i]));
    }
    EXPECT_GT(changed, before.size() / 2);
    EXPECT_LT(largest, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Products, Bfloat16, ::testing::Values(Products::library, Products::reference),
                         [](const auto& test_info) {
                             return test_info.param == Products::library ? "library" : "reference";
                         });

}  // namespace
}  // namespace arcmeter::backend
