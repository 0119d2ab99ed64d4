// SPDX-License-Identifier: Apache-2.0
// Every way of not having NCCL has its sentence. The libraries are small ones that the build makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/backend/cuda/nccl_api.h"

namespace arcmeter::backend::cuda {
namespace {

using ::testing::HasSubstr;

NcclLibrary unusable(const char* file) {
    NcclLibrary library = load_nccl(file);
    EXPECT_EQ(library.api, nullptr);
    return library;
}

TEST(NcclLibrary, EveryFaultHasItsReason) {
    EXPECT_THAT(unusable("libno_such_nccl.so.2").reason,
                HasSubstr("NCCL cannot be loaded (libno_such_nccl.so.2"));
    EXPECT_THAT(unusable(FAKE_NCCL_OLD).reason,
                HasSubstr("NCCL 2.17.1 is too old (allowed: 2.18.0 or later)"));
    EXPECT_THAT(unusable(FAKE_NCCL_INCOMPLETE).reason, HasSubstr("NCCL 2.18.5 has no ncclGetErrorString"));
    EXPECT_THAT(unusable("libm.so.6").reason, HasSubstr("does not say which version of NCCL it is"));
}

TEST(NcclLibrary, VersionsReadAsNvidiaWritesThem) {
    EXPECT_EQ(nccl_version_text(22809), "2.28.9");
    EXPECT_EQ(unusable(FAKE_NCCL_OLD).version, 21701);
}

}  // namespace
}  // namespace arcmeter::backend::cuda
