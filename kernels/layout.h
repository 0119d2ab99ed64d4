// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/math/bfloat16.h"
#include "kernels/math/float16.h"

namespace arcmeter::kernels {

/// Type of stored activations. Per-channel parameters, statistics and sums are always float. The CPU's
/// kernels take f32 and bf16.
enum class ElementType { f32, bf16, f16 };

ARCMETER_HD constexpr std::size_t size_of(ElementType type) {
    return type == ElementType::f32 ? sizeof(float) : sizeof(std::uint16_t);
}

/// Where element (n, c, s) of an activation lies; one formula covers NCHW (block 1), channel-blocked
/// nChw16c and nChw8c (block 16, 8), NHWC (block = channels) and [batch, features] (spatial 1,
/// block = features). channels is a multiple of block; spatial = height * width.
struct ActivationLayout {
    std::int64_t batch;
    std::int64_t channels;
    std::int64_t spatial;
    std::int64_t block;

    ARCMETER_HD constexpr std::int64_t offset(std::int64_t n, std::int64_t c, std::int64_t s) const {
        return ((n * (channels / block) + c / block) * spatial + s) * block + c % block;
    }
    ARCMETER_HD constexpr std::int64_t elements() const { return batch * channels * spatial; }
    /// Values per channel.
    ARCMETER_HD constexpr std::int64_t rows() const { return batch * spatial; }
};

}  // namespace arcmeter::kernels
