// SPDX-License-Identifier: Apache-2.0
// Operations of a graph. A model file writes Convolution .. Linear; lowering and backward construction write
// the rest. For each kind the comment gives inputs -> outputs in order; [x] may be no_tensor.
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
    linear,  ///< x, weight [out, in], [bias] -> y; x is flattened in (channel, row, column) order

    // Lowered BatchNorm and fused element-wise work. channel_map: y = prelu?(affine?(a) + affine?(b)?)
    channel_statistics,   ///< x -> mean, variance (biased)
    batch_norm_finalize,  ///< mean, variance, gamma, beta, running_mean, running_var -> inv_std, scale, shift
    batch_norm_inference,  ///< gamma, beta, running_mean, running_var -> scale, shift
    channel_map,  ///< a, [scale_a], [shift_a], [b], [scale_b], [shift_b], [slope] -> y, [mean, variance of y]

    // Backward.
    channel_map_backward_reduce,  ///< x, dy, [mean], [inv_std], [scale], [shift], [slope] -> dbeta, dgamma,
                                  ///< [dslope]
    channel_map_backward_apply,   ///< x, dy, [mean], [inv_std], [scale], [shift], [slope], [dbeta], [dgamma],
                                  ///< [add] -> dx
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
    margin_softmax_forward,   ///< unit embedding, centres, labels, [rows] -> row state, result, inverse norms
                              ///< of the centres, logits (all of them or one chunk's), [gathered centres of
                              ///< one chunk]
    margin_softmax_backward,  ///< unit embedding, centres, labels, [rows], row state, inverse norms,
                              ///< [logits], momentum | gradient -> d unit embedding, [logits of one chunk],
                              ///< [gathered centres], products of one chunk; centres are updated in place or
                              ///< their gradient written

    // The head on several ranks.
    margin_softmax_finish,    ///< row state, sums of all ranks in it -> row state, result (loss)
    margin_softmax_accuracy,  ///< row state, maximum of all ranks in it -> result (accuracy)
    class_update,             ///< centres, momentum, gradient of a run of rows -> nothing; SGD on these rows

    // Between ranks. A collective only starts where it stands; what it writes may be read, and what it reads
    // may be
    // written, after the `wait` with the same request. Every rank runs the same collectives in the same
    // order.
    all_reduce,      ///< tensors -> the same tensors, each element reduced over the ranks in place
    all_gather,      ///< mine [rows, ...] -> all [ranks * rows, ...] in the order of ranks
    reduce_scatter,  ///< all [ranks * rows, ...] -> mine [rows, ...]: this rank's rows of the sum
    wait,            ///< what the collective reads -> what it writes

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
    std::int64_t first_sample =
        0;  ///< number of sample 0 within the global batch: masks are the global batch's
};

/// Spec: logits = scale * (cos(m1 * theta + m2) - m3) for the target class, scale * cos for the others.
struct MarginSoftmaxAttributes {
    double m1 = 1;
    double m2 = 0.5;
    double m3 = 0;
    double scale = 64;
    std::int64_t num_classes = 0;  ///< of this rank's shard
    std::int64_t first_class = 0;  ///< label of column 0; 0 where the labels are numbered as the columns are
    std::int64_t columns = 0;  ///< classes a step uses: all of the shard, or the sample's size; of a backward
                               ///< in parts: this part's
    std::int64_t first_column =
        0;                   ///< backward in parts: where this one begins; its gradient has its rows alone
    std::int64_t chunk = 0;  ///< classes worked on at a time
    std::int64_t loss_rows = 0;  ///< the global batch: the loss is a mean over it
    bool keep_logits = false;
    bool fused_update = true;  ///< backward applies SGD itself instead of writing the gradient
    bool finish = true;        ///< forward writes the loss itself; not where other ranks hold classes too
};

struct ClassSampleAttributes {
    std::int64_t num_classes = 0;  ///< of this rank's shard
    std::int64_t sample_size = 0;  ///< rows reserved: min(shard, max(sample, global batch))
    double ratio = 0.1;
    std::int64_t first_class = 0;  ///< label of the shard's row 0
    std::int64_t rank = 0;         ///< ranks draw independently of each other
};

struct ClassUpdateAttributes {
    std::int64_t first_row = 0;
    std::int64_t rows = 0;
};

enum class Reduction { sum, max };

/// What a collective carries: a run's figures are kept by it.
enum class Payload {
    gradients,
    class_gradients,
    embeddings,
    labels,
    softmax_sums,
    row_maximum,
    embedding_gradients,
    result
};

std::string_view to_string(Payload payload);

/// Of a collective and of its wait.
struct CollectiveAttributes {
    std::int32_t request = 0;  ///< 0, 1, 2, ... in a graph
    Payload payload = Payload::gradients;
    Reduction reduction = Reduction::sum;
    DataType wire = DataType::f32;  ///< all_reduce: the type in which elements travel and are summed
    std::int64_t first = 0;         ///< all_reduce of a part of its one tensor: first element
    std::int64_t elements = 0;      ///< and how many; 0: all of every tensor
};

using Attributes = std::variant<std::monostate, ConvolutionAttributes, InputAttributes, BatchNormAttributes,
                                DropoutAttributes, MarginSoftmaxAttributes, ClassSampleAttributes,
                                ClassUpdateAttributes, CollectiveAttributes>;

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
/// Rows of the row state, [row_state_rows, batch]. The first two are summed over ranks, the third is
/// maximised.
enum RowState : std::size_t {
    sum_exp,
    target_cos,
    max_other,
    row_loss,
    inverse_normaliser,
    target_dcos,
    row_state_rows
};
}  // namespace margin_softmax

}  // namespace arcmeter::graph
