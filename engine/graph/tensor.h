// SPDX-License-Identifier: Apache-2.0
// Tensors of a graph: logical shape, element type and role. Where the bytes lie and in which order is the
// backend's and the memory plan's business.
#pragma once

#include <cstdint>
#include <string>

namespace arcmeter::graph {

enum class DataType { f32, bf16, f16, u8, i32 };

std::int64_t size_of(DataType type);

/// [batch, channels, height, width]; a matrix is [rows, columns, 1, 1], a vector of C values [1, C, 1, 1].
/// A convolution's weight is [out, in / groups, kernel, kernel].
struct Shape {
    std::int64_t n = 1;
    std::int64_t c = 1;
    std::int64_t h = 1;
    std::int64_t w = 1;

    std::int64_t elements() const { return n * c * h * w; }
    std::int64_t spatial() const { return h * w; }
    bool operator==(const Shape&) const = default;
};

/// What a tensor is for; it decides how long it lives and under which heading the plan counts it.
enum class Role {
    input,       ///< images and labels, written before a step
    activation,  ///< lives within one step
    parameter,   ///< trained weights
    buffer,      ///< running statistics
    gradient,    ///< of parameters
    momentum,
    class_centre,  ///< the head's weights
    class_gradient,
    class_momentum,
    result,         ///< loss and accuracy, read back after a step
    communication,  ///< what collectives gather into and reduce in; apart from lifetimes, as a network may
                    ///< still read
};

/// True when the tensor keeps its bytes from one step to the next.
bool is_persistent(Role role);

enum class Initialiser { none, zero, one, normal, prelu_slope, kaiming_fan_out };

using TensorId = std::int32_t;
inline constexpr TensorId no_tensor = -1;

struct Tensor {
    std::string name = {};
    Shape shape = {};
    DataType type = DataType::f32;
    Role role = Role::activation;
    Initialiser initialiser = Initialiser::none;
    double initial_stddev = 0;
    std::int64_t initial_first =
        0;  ///< place of element 0 in the whole of which this is a shard: initial values agree
    bool head_part = false;    ///< activations of the classification head are counted apart
    bool host_memory = false;  ///< lies in host memory where the device has its own
    bool unit_end = false;     ///< where a unit of the network ends: recompute policy `blocks` keeps these

    std::int64_t bytes() const { return shape.elements() * size_of(type); }
};

}  // namespace arcmeter::graph
