// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/module_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

using ::testing::HasSubstr;

std::string reason_of(const char* file) {
    const LoadedModule loaded = load_module({file}, "right");
    EXPECT_EQ(loaded.module, nullptr) << file;
    return loaded.reason;
}

TEST(ModuleLoader, TheFirstFileThatIsThereIsLoaded) {
    const LoadedModule loaded = load_module({"no/such/file.so", FAKE_MODULE, FAKE_MODULE_EMPTY}, "right");
    ASSERT_NE(loaded.module, nullptr) << loaded.reason;
    EXPECT_EQ(loaded.reason, "");
    EXPECT_EQ(loaded.module->versions().at("CUDA"), "13.0");
    EXPECT_EQ(loaded.module->unavailable_reason(), "it is a fake");
}

TEST(ModuleLoader, EveryFaultHasItsReason) {
    EXPECT_THAT(reason_of("no/such/file.so"), HasSubstr("libarcmeter_cuda.so is not beside this program"));
    EXPECT_THAT(reason_of(FAKE_MODULE_OTHER),
                HasSubstr("is of another build (other) than this program (right)"));
    EXPECT_THAT(reason_of(FAKE_MODULE_EMPTY), HasSubstr("has no entry arcmeter_cuda_module"));
    EXPECT_THAT(reason_of(FAKE_MODULE_INCOMPLETE),
                HasSubstr("needs the library libfake_dependency.so, which is not"));
    EXPECT_THAT(reason_of("/etc/hostname"), HasSubstr("cannot be loaded (/etc/hostname"));
}

TEST(ModuleLoader, AnErrorArrivesWhole) {
    const LoadedModule loaded = load_module({FAKE_MODULE}, "right");
    ASSERT_NE(loaded.module, nullptr) << loaded.reason;
    for (std::size_t i = 0; i < 3; ++i) {
        try {
            loaded.module->make_backend(i);
            FAIL() << "nothing was thrown";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::device_fault);
            EXPECT_EQ(std::string(error.what()), "device " + std::to_string(i) + " is a fake.");
            EXPECT_EQ(error.hint(), "Buy a real one.");
        }
    }
    EXPECT_THROW(loaded.module->devices(), std::bad_alloc);
    EXPECT_THROW(loaded.module->make_backend(0), std::exception) << "as the base class too";
}

}  // namespace
}  // namespace arcmeter::backend::cuda
