// SPDX-License-Identifier: Apache-2.0
// Operations of a graph. A model file writes Convolution .. Linear; lowering and backward construction write the rest.
// For each kind the comment gives inputs -> outputs in order; [x] may be no_tensor.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/graph/tensor.h"

namespace arcmeter::graph {

enum class OpKind {
    // What model files write.
    input_conversion,       ///< images u8 [n,112,112,3] -> x; x = (pixel - 127.5) * scale
    convolution,            ///< x, weight -> y (groups == 1)
    depthwise_convolution,  ///< x, weight -> y (groups == channels, or channels / 2)
    batch_norm,             ///< x, gamma, beta, running_mean, running_var -> y
    prelu,                  ///< x, slope -> y
    add,                    ///< a, b -> y
    dropout,                ///< x -> y; also its own backward
    linear,                 ///< x, weight [out, in], [bias] -> y; x is flattened in (channel, row, column) order

    // Lowered BatchNorm and fused element-wise work. channel_map: y = prelu?(affine?(a) + affine?(b)?)
    channel_statistics,     ///< x -> mean, variance (biased)
    batch_norm_finalize,    ///< mean, variance, gamma, beta, running_mean, running_var -> inv_std, scale, shift
    batch_norm_inference,   ///< gamma, beta, running_mean, running_var -> scale, shift
    channel_map,            ///< a, [scale_a], [shift_a], [b], [scale_b], [shift_b], [slope] -> y, [mean, variance of y]

    // Backward.
    channel_map_backward_reduce,  ///< x, dy, [mean], [inv_std], [scale], [shift], [slope] -> dbeta, dgamma, [dslope]
    channel_map_backward_apply,   ///< x, dy, [mean], [inv_std], [scale], [shift], [slope], [dbeta], [dgamma], [add] -> dx
    convolution_data_gradient,    ///< dy, weight -> dx
    convolution_weight_gradient,  ///< x, dy -> dweight
    depthwise_data_gradient,      ///< dy, weight -> dx
    depthwise_weight_gradient,    ///< x, dy -> dweight
    linear_data_gradient,         ///< dy, weight -> dx
    linear_weight_gradient,       ///< x, dy -> dweight, [dbias]

    // Classification head (engine/head). Row vectors are [1, batch]; `rows` are sampled class indices.
    unit_normalize,           ///< embedding -> unit embedding (f32), inverse norms
    unit_normalize_backward,  ///< d unit embedding, unit embedding, inverse norms -> d embedding
    class_sample,             ///< labels -> rows, labels among the rows
    margin_softmax_forward,   ///< unit embedding, centres, labels, [rows] -> row state, result, inverse norms of the
                              ///< centres, logits (all of them or one chunk's), [gathered centres of one chunk]
    margin_softmax_backward,  ///< unit embedding, centres, labels, [rows], row state, inverse norms, [logits],
                              ///< momentum | gradient -> d unit embedding, [logits of one chunk], [gathered centres],
                              ///< products of one chunk; centres are updated in place or their gradient written

    sgd_update,  ///< parameter, gradient, momentum of every trained tensor, in triples -> nothing
};

std::string_view to_string(OpKind kind);

/// The part of a step an operation's time is counted under.
enum class Part { forward, head, backward, communication, optimizer };

struct ConvolutionAttributes {
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t padding = 1;
    std::int64_t groups = 1;
};

struct InputAttributes {
    double scale = 0.0078125;
};

struct BatchNormAttributes {
    double eps = 2e-5;
    double momentum = 0.9;  ///< running = momentum * running + (1 - momentum) * batch
};

struct DropoutAttributes {
    double rate = 0.4;
    std::uint32_t stream = 0;  ///< tells the dropouts of one network apart
};

/// Spec: logits = scale * (cos(m1 * theta + m2) - m3) for the target class, scale * cos for the others.
struct MarginSoftmaxAttributes {
    double m1 = 1;
    double m2 = 0.5;
    double m3 = 0;
    double scale = 64;
    std::int64_t num_classes = 0;  ///< of this rank's shard
    std::int64_t columns = 0;      ///< classes a step uses: all of the shard, or the sample's size
    std::int64_t chunk = 0;        ///< classes worked on at a time
    bool keep_logits = false;
    bool fused_update = true;      ///< backward applies SGD itself instead of writing the gradient
};

struct ClassSampleAttributes {
    std::int64_t num_classes = 0;
    std::int64_t sample_size = 0;  ///< rows reserved: min(shard, max(sample, batch))
    double ratio = 0.1;
};

using Attributes = std::variant<std::monostate, ConvolutionAttributes, InputAttributes, BatchNormAttributes,
                                DropoutAttributes, MarginSoftmaxAttributes, ClassSampleAttributes>;

struct Operation {
    OpKind kind = OpKind::add;
    std::string name = {};
    Part part = Part::forward;
    std::vector<TensorId> inputs = {};
    std::vector<TensorId> outputs = {};
    Attributes attributes = {};

    template <typename T>
    const T& get() const {
        return std::get<T>(attributes);
    }
    TensorId input(std::size_t slot) const { return slot < inputs.size() ? inputs[slot] : no_tensor; }
    TensorId output(std::size_t slot) const { return slot < outputs.size() ? outputs[slot] : no_tensor; }
};

/// Slots of the operations with many optional inputs.
namespace channel_map {
enum Input : std::size_t { a, scale_a, shift_a, b, scale_b, shift_b, slope };
enum Output : std::size_t { y, mean, variance };
}  // namespace channel_map

namespace channel_map_backward {
enum Input : std::size_t { x, dy, mean, inv_std, scale, shift, slope, dbeta, dgamma, add };
enum ReduceOutput : std::size_t { reduce_dbeta, reduce_dgamma, reduce_dslope };
}  // namespace channel_map_backward

namespace margin_softmax {
enum ForwardInput : std::size_t { embedding, centres, labels, rows };
enum ForwardOutput : std::size_t { row_state, result, inverse_norms, logits, gathered };
enum BackwardInput : std::size_t {
    b_embedding,
    b_centres,
    b_labels,
    b_rows,
    b_row_state,
    b_inverse_norms,
    b_logits,
    b_momentum,
    b_gradient
};
enum BackwardOutput : std::size_t { d_embedding, chunk_logits, b_gathered, chunk_products };
/// Rows of the row state, [row_state_rows, batch].
enum RowState : std::size_t { sum_exp, max_other, target_cos, row_loss, inverse_normaliser, target_dcos, row_state_rows };
}  // namespace margin_softmax

}  // namespace arcmeter::graph
