// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cuda_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/backend/cuda/cuda_support.h"
#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

TEST(CudaBackend, TrainsOnItsDeviceAndSaysWhatItIs) {
    CudaBackend backend(0, make_reference_products);
    EXPECT_EQ(backend.name(), "cuda");
    EXPECT_EQ(backend.device_info().kind, "cuda");
    EXPECT_EQ(backend.device_info().name, "Emulated device");
    EXPECT_THAT(backend.device_info().note, ::testing::HasSubstr("compute capability 9.0"));
    EXPECT_EQ(backend.device_info().pci_bus_id, "0000:4b:00.0");
    EXPECT_GT(backend.device_info().memory_bytes, 0);
    EXPECT_GT(backend.available_bytes(), 0);
    EXPECT_EQ(backend.libraries().at("plain loops"), "1");
    EXPECT_EQ(backend.libraries().at("CUDA"), "13.0");
    EXPECT_FALSE(backend.shares_host_memory());
    const train::StepGraph step = small_step(2);
    const auto executor = backend.make_executor(step.graph, emulated_options());
    executor->initialise(1);
    EXPECT_GT(run_step(*executor, Batch(step).input(0)).loss, 0);
    EXPECT_GE(executor->device_memory_bytes(), executor->memory().total());
    EXPECT_EQ(backend.plan(step.graph, emulated_options()), executor->memory());
}

/// H100's data sheet at its 1.83 GHz: 61.8 TFLOP/s FP32, 494.7 TF32, 989.4 in half precisions, dense.
TEST(CudaBackend, PeakRatesAreTheDataSheets) {
    const CudaBackend backend(0, make_reference_products);
    EXPECT_NEAR(backend.peak_flops(protocol::Precision::fp32), 61.8e12, 0.1e12);
    EXPECT_NEAR(backend.peak_flops(protocol::Precision::tf32), 494.7e12, 0.5e12);
    EXPECT_NEAR(backend.peak_flops(protocol::Precision::fp16), 989.4e12, 1e12);
    EXPECT_NEAR(backend.peak_flops(protocol::Precision::bf16), 989.4e12, 1e12);
}

TEST(CudaBackend, EveryPrecisionOnThisDevice) {
    const CudaBackend backend(0, make_reference_products);
    for (const auto precision : {protocol::Precision::fp32, protocol::Precision::tf32,
                                 protocol::Precision::fp16, protocol::Precision::bf16}) {
        EXPECT_NO_THROW(backend.require_precision(precision));
    }
}

}  // namespace
}  // namespace arcmeter::backend::cuda
