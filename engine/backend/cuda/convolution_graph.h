// SPDX-License-Identifier: Apache-2.0
// One convolution as a cuDNN operation graph, and every engine that can run it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/backend/cuda/choice.h"
#include "engine/backend/cuda/cudnn_descriptor.h"

namespace arcmeter::backend::cuda {

/// What engines are chosen for: a device with its handle, or a device's description, with which engines and
/// their plans can be looked at on a machine that has no GPU, but not run.
class CudnnTarget {
public:
    explicit CudnnTarget(cudnnHandle_t handle) : handle_(handle) {}

    /// `properties` is the JSON that cuDNN writes for CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION.
    explicit CudnnTarget(const std::string& properties);

    /// Sets one attribute or the other; descriptors that take a handle from their graph have no handle
    /// attribute.
    void apply(CudnnDescriptor& descriptor, std::optional<cudnnBackendAttributeName_t> handle,
               std::optional<cudnnBackendAttributeName_t> properties) const;

private:
    cudnnHandle_t handle_ = nullptr;
    std::optional<CudnnDescriptor> properties_;
};

/// An engine with its knobs, ready to run.
struct ConvolutionPlan {
    std::string engine;  ///< "67:2=5,13=0": cuDNN's index of the engine and its knobs; plan() reads it again
    EngineTraits traits;
    std::size_t workspace_bytes = 0;
    CudnnDescriptor descriptor;
};

/// Ids of the tensors in a plan's variant pack.
inline constexpr std::int64_t x_id = 'x', w_id = 'w', y_id = 'y';

/// x and y are NHWC, w is KRSC, all three of the type the arithmetic stores, weight gradients too: cuDNN 9.19
/// has no engine that reads half and writes an FP32 weight gradient. Engines that work in NCHW are among the
/// candidates: cuDNN puts the transposes around them itself, and their workspace and time hold them.
class ConvolutionGraph {
public:
    /// `target` must outlive this.
    ConvolutionGraph(const CudnnTarget& target, Direction direction, const ConvolutionShape& shape,
                     Arithmetic arithmetic);

    /// Every engine configuration that the heuristics name, and every engine with its default knobs, whose
    /// arithmetic is allowed and whose workspace is at most `workspace_limit`; without repetitions, the
    /// heuristics' best first. Engines that cuDNN compiles when a plan is made are there only if no other is:
    /// on an H200 they took 80 of 120 s for ResNet-100's products, were at most 2 % faster than the others
    /// where they were faster at all, and one of them left 18 GB of local memory reserved in the process.
    std::vector<ConvolutionPlan> candidates(bool deterministic, std::size_t workspace_limit) const;

    /// The plan of a candidate by its name; nullopt where this cuDNN does not know or support it, or where
    /// candidates() would not have it.
    std::optional<ConvolutionPlan> plan(const std::string& engine, bool deterministic,
                                        std::size_t workspace_limit) const;

private:
    enum class Engines { compiled_before, compiled_at_run_time };

    std::vector<ConvolutionPlan> plans_of(const std::vector<CudnnDescriptor>& configurations, Engines engines,
                                          bool deterministic, std::size_t workspace_limit) const;
    std::vector<CudnnDescriptor> configurations() const;
    std::optional<CudnnDescriptor> make_engine(std::int64_t index) const;
    std::optional<ConvolutionPlan> make_plan(const CudnnDescriptor& configuration, bool deterministic,
                                             std::size_t workspace_limit) const;

    const CudnnTarget& target_;
    Arithmetic arithmetic_;
    CudnnDescriptor graph_;
};

}  // namespace arcmeter::backend::cuda
