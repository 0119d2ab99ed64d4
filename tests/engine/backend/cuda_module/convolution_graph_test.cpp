// SPDX-License-Identifier: Apache-2.0
// cuDNN's own list of engines, for an H100 that is only described: the descriptors are right if cuDNN
// finalises plans from them, and no engine that rounds more than its arithmetic says is in the list.
#include "engine/backend/cuda/convolution_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t workspace_limit = std::size_t{256} << 20;

/// In the words of cuDNN 9; the figures are of NVIDIA's data sheet and programming guide.
constexpr char h100[] = R"({"cudaDeviceId":0,"deviceVer":900,"driverVer":13000,"totalGlobalMem":85017493504,
"maxGridSize":[2147483647,65535,65535],"maxBlockSize":[1024,1024,64],"regsPerBlock":65536,
"multiProcessorCount":132,"warpSize":32,"maxSharedMemoryPerBlock":49152,"maxSharedMemoryPerBlockOptin":232448,
"reservedSharedMemoryPerBlock":1024,"maxRegistersPerSM":65536,"maxCtasPerSM":32,"maxThreadsPerBlock":1024,
"maxThreadsPerSM":2048,"pciDeviceId":0,"isTccDriver":0,"supportCoopLaunch":1,"smClockRateKHz":1980000,
"memClockRateKHz":2619000,"l2CacheSize":52428800,"deviceName":"NVIDIA H100 80GB HBM3"})";

/// cuDNN before 9.8 cannot describe engines without a device.
#define SKIP_WITHOUT_DESCRIPTIONS() \
    if (cudnnGetVersion() < 90800) GTEST_SKIP() << "this cuDNN needs a device"

struct Case {
    const char* name;
    ConvolutionShape shape;
};

/// What r100 and y1 have: the stem, a stride, a shortcut, the widest and the smallest map, a pointwise one.
const Case cases[] = {
    {"stem", {64, 4, 64, 112, 112, 3, 1, 1}},     {"stage1_stride2", {64, 64, 64, 112, 112, 3, 2, 1}},
    {"shortcut", {64, 64, 128, 56, 56, 1, 2, 0}}, {"stage3", {128, 256, 256, 14, 14, 3, 1, 1}},
    {"stage4", {64, 512, 512, 7, 7, 3, 1, 1}},    {"expand", {256, 64, 128, 56, 56, 1, 1, 0}},
};

class EveryProduct : public ::testing::TestWithParam<std::tuple<Case, Direction, Arithmetic>> {};

TEST_P(EveryProduct, HasEnginesThatKeepItsArithmetic) {
    SKIP_WITHOUT_DESCRIPTIONS();
    const auto& [product, direction, arithmetic] = GetParam();
    const CudnnTarget target{std::string(h100)};
    const ConvolutionGraph graph(target, direction, product.shape, arithmetic);
    const auto candidates = graph.candidates(true, workspace_limit);
    ASSERT_FALSE(candidates.empty()) << describe(direction, product.shape);
    std::vector<std::string> names;
    for (const ConvolutionPlan& plan : candidates) {
        names.push_back(plan.engine);
        EXPECT_TRUE(allowed(plan.traits, arithmetic, true)) << plan.engine;
        EXPECT_LE(plan.workspace_bytes, workspace_limit) << plan.engine;
        EXPECT_FALSE(plan.traits.compiled_at_run_time) << plan.engine << " takes seconds to make";
    }
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << "no engine twice";
    const bool tensor_cores =
        std::any_of(candidates.begin(), candidates.end(),
                    [](const ConvolutionPlan& plan) { return plan.traits.tensor_cores; });
    EXPECT_EQ(tensor_cores, arithmetic != Arithmetic::fp32) << "the filter is what keeps them out, or in";
}

INSTANTIATE_TEST_SUITE_P(Cudnn, EveryProduct,
                         ::testing::Combine(::testing::ValuesIn(cases),
                                            ::testing::Values(Direction::forward, Direction::data_gradient,
                                                              Direction::weight_gradient),
                                            ::testing::Values(Arithmetic::fp32, Arithmetic::tf32,
                                                              Arithmetic::fp16, Arithmetic::bf16)),
                         [](const auto& test_info) {
                             return std::string(std::get<0>(test_info.param).name) + "_" +
                                    std::string(to_string(std::get<1>(test_info.param))) + "_" +
                                    std::string(to_string(std::get<2>(test_info.param)));
                         });

const ConvolutionShape stage3{64, 256, 256, 14, 14, 3, 1, 1};

TEST(ConvolutionGraph, ANameBringsBackThePlan) {
    SKIP_WITHOUT_DESCRIPTIONS();
    const CudnnTarget target{std::string(h100)};
    const ConvolutionGraph graph(target, Direction::weight_gradient, stage3, Arithmetic::bf16);
    for (const ConvolutionPlan& candidate : graph.candidates(false, workspace_limit)) {
        const auto again = graph.plan(candidate.engine, false, workspace_limit);
        ASSERT_TRUE(again) << candidate.engine;
        EXPECT_EQ(again->engine, candidate.engine);
        EXPECT_EQ(again->workspace_bytes, candidate.workspace_bytes);
    }
}

TEST(ConvolutionGraph, ANameFromElsewhereIsRefused) {
    SKIP_WITHOUT_DESCRIPTIONS();
    const CudnnTarget target{std::string(h100)};
    const ConvolutionGraph fp32(target, Direction::forward, stage3, Arithmetic::fp32);
    for (const char* name : {"", "x", "67:", "67:2", "67:2=", "67:2=5,", "67;2=5", "100000", "-1",
                             "67:2=99999999", "67:99=1", "99999999999999999999"}) {
        EXPECT_FALSE(fp32.plan(name, false, workspace_limit)) << name;
    }
    const ConvolutionGraph tf32(target, Direction::forward, stage3, Arithmetic::tf32);
    int on_tensor_cores = 0;
    for (const ConvolutionPlan& candidate : tf32.candidates(false, workspace_limit)) {
        if (!candidate.traits.tensor_cores) continue;
        ++on_tensor_cores;
        EXPECT_FALSE(fp32.plan(candidate.engine, false, workspace_limit)) << "TF32 under the name of FP32";
    }
    EXPECT_GT(on_tensor_cores, 0);
}

TEST(ConvolutionGraph, TheWorkspaceLimitIsKept) {
    SKIP_WITHOUT_DESCRIPTIONS();
    const CudnnTarget target{std::string(h100)};
    const ConvolutionGraph graph(target, Direction::forward, stage3, Arithmetic::fp32);
    const auto unlimited = graph.candidates(false, std::size_t{1} << 40);
    const auto limited = graph.candidates(false, 1 << 20);
    EXPECT_LT(limited.size(), unlimited.size());
    const auto largest =
        std::max_element(unlimited.begin(), unlimited.end(),
                         [](const auto& a, const auto& b) { return a.workspace_bytes < b.workspace_bytes; });
    EXPECT_FALSE(graph.plan(largest->engine, false, largest->workspace_bytes - 1));
    EXPECT_TRUE(graph.plan(largest->engine, false, largest->workspace_bytes));
}

TEST(ConvolutionGraph, DeterminismLeavesEnginesOut) {
    SKIP_WITHOUT_DESCRIPTIONS();
    const CudnnTarget target{std::string(h100)};
    const ConvolutionGraph graph(target, Direction::data_gradient, stage3, Arithmetic::fp32);
    EXPECT_LT(graph.candidates(true, workspace_limit).size(),
              graph.candidates(false, workspace_limit).size());
}

}  // namespace
}  // namespace arcmeter::backend::cuda
