// SPDX-License-Identifier: Apache-2.0
// What the head strategies are made of: class centres, unit embeddings, margin softmax forward and backward.
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Centres [shard.classes, D] and momentum of the same shape. Their initial values are the shard's part of
/// the whole matrix's, whatever the number of ranks.
HeadTensors add_class_centres(graph::Graph& graph, const HeadOptions& options, const Shard& shard);

/// Labels [1, batch] i32, written before each step.
graph::TensorId add_labels(graph::Graph& graph);

/// The batch that a rank's head works on, its own or the global one, and the classes it works with.
struct MarginInputs {
    graph::TensorId unit = graph::no_tensor;    ///< unit embeddings [batch, D]
    graph::TensorId labels = graph::no_tensor;  ///< as first_class numbers them
    graph::TensorId rows =
        graph::no_tensor;          ///< row of the centres of each column; no_tensor: column j is row j
    std::int64_t num_classes = 0;  ///< rows of the centres
    std::int64_t first_class = 0;  ///< label of column 0
    std::int64_t columns = 0;
    std::int64_t loss_rows = 0;  ///< the global batch
    bool finish = true;          ///< no other rank holds classes: the forward pass writes the loss itself
};

class MarginGraph {
public:
    MarginGraph(graph::Graph& graph, const HeadOptions& options);

    /// Own embeddings of unit length.
    graph::TensorId append_normalize();
    void append_forward(const MarginInputs& inputs, const HeadTensors& tensors);
    /// d unit embeddings of the batch; the centres are updated, or their gradient written to
    /// tensors.gradient.
    graph::TensorId append_backward(const HeadTensors& tensors);
    /// The same in parts of the columns, each writing its rows of the centres' gradient to a buffer of its
    /// own: `part` gives `gradient` the rows of columns first .. first + count - 1.
    struct BackwardPart {
        std::int64_t first = 0;
        std::int64_t count = 0;
        graph::TensorId gradient = graph::no_tensor;
    };
    void append_backward_part(const HeadTensors& tensors, const BackwardPart& part);
    /// Back through the normalisation: tensors.d_embedding.
    void append_normalize_backward(graph::TensorId d_unit, HeadTensors& tensors);

    graph::TensorId row_state() const { return row_state_; }
    graph::TensorId d_unit() const { return d_unit_; }
    std::int64_t chunk() const { return attributes_.chunk; }

    /// Scratch of one step, f32 [rows, columns].
    graph::TensorId scratch(const std::string& name, std::int64_t rows, std::int64_t columns);
    /// Fills in name and part.
    graph::Operation named(graph::Operation op) const;
    void add(graph::Operation op);

private:
    void append_backward_of(const HeadTensors& tensors, const graph::MarginSoftmaxAttributes& attributes,
                            graph::TensorId gradient, const std::string& suffix);
    graph::TensorId gathered_scratch(const std::string& name);

    graph::Graph& graph_;
    const HeadOptions& options_;
    MarginInputs inputs_;
    graph::MarginSoftmaxAttributes attributes_;
    std::int64_t width_ = 0;
    std::int64_t batch_ = 0;
    graph::TensorId own_unit_ = graph::no_tensor;
    graph::TensorId own_norms_ = graph::no_tensor;
    graph::TensorId row_state_ = graph::no_tensor;
    graph::TensorId inverse_norms_ = graph::no_tensor;
    graph::TensorId logits_ = graph::no_tensor;
    graph::TensorId d_unit_ = graph::no_tensor;
};

}  // namespace arcmeter::head
