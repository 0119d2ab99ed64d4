// SPDX-License-Identifier: Apache-2.0
// What goes wrong on a device, as errors a person can act on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cuda_emulation/control.h"
#include "engine/protocol/error.h"
#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(Faults, OutOfMemoryNamesRequestAndWhatWasFree) {
    const train::StepGraph step = small_step(4);
    const std::int64_t need = CudaProgram(step.graph, emulated_options()).total_bytes();
    cuda_emulation::set_device_memory(static_cast<std::size_t>(need) - 1);
    try {
        cuda_executor_of(step);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
        EXPECT_THAT(error.what(), HasSubstr(std::to_string(need) + " bytes of device memory by the plan"));
        EXPECT_THAT(error.what(), HasSubstr(std::to_string(need - 1) + " of the device's"));
        EXPECT_NE(error.hint(), "");
    }
    cuda_emulation::set_device_memory(std::size_t{16} << 30);
    EXPECT_NO_THROW(cuda_executor_of(step));  // it was no fault of the device
}

TEST(Faults, TheLimitIsKept) {
    const train::StepGraph step = small_step(4);
    ExecutorOptions options = emulated_options();
    options.memory_limit_bytes = CudaProgram(step.graph, options).total_bytes();
    EXPECT_NO_THROW(cuda_executor_of(step, options));
    --*options.memory_limit_bytes;
    try {
        cuda_executor_of(step, options);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
    }
}

/// After an illegal address every call answers with it, from wherever it is noticed.
TEST(Faults, AStickyErrorIsADeviceFault) {
    const train::StepGraph step = small_step(2);
    const Batch batch(step);
    for (const bool while_waiting : {false, true}) {
        const auto executor = cuda_executor_of(step);
        executor->initialise(1);
        run_step(*executor, batch.input(0));
        if (while_waiting) executor->submit(batch.input(1));
        cuda_emulation::set_sticky_error(cudaErrorIllegalAddress);
        try {
            if (while_waiting) {
                executor->drain();
            } else {
                executor->submit(batch.input(1));
            }
            ADD_FAILURE() << "nothing was thrown";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::device_fault);
            EXPECT_THAT(error.what(), HasSubstr("cudaErrorIllegalAddress"));
        }
        cuda_emulation::set_sticky_error(cudaSuccess);
    }
}

}  // namespace
}  // namespace arcmeter::backend::cuda
