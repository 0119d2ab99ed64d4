// SPDX-License-Identifier: Apache-2.0
// The classification head: how the C x D matrix of class centres is held and trained. A strategy appends its
// operations to the graph; the backend that runs them does not know which strategy wrote them.
#pragma once

#include <memory>
#include <optional>

#include "engine/graph/graph.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::head {

inline constexpr std::int64_t default_class_chunk_bytes = std::int64_t{4} << 20;

struct HeadOptions {
    protocol::Loss loss = protocol::Loss::arcface;
    std::int64_t num_classes = protocol::default_synthetic_classes;
    double sample_ratio = 0.1;
    /// Write the centres' gradient instead of updating them in the backward pass; not with Partial FC.
    bool keep_class_gradient = false;
    std::int64_t class_chunk_bytes = default_class_chunk_bytes;  ///< FP32 class centres worked on at a time
};

/// Tensors of the head that live from step to step.
struct HeadTensors {
    graph::TensorId centres = graph::no_tensor;
    graph::TensorId momentum = graph::no_tensor;
    graph::TensorId gradient = graph::no_tensor;  ///< only with keep_class_gradient
    graph::TensorId d_embedding = graph::no_tensor;
};

class HeadStrategy {
public:
    virtual ~HeadStrategy() = default;

    /// Appends normalisation, loss and the backward pass to `graph.embedding`; sets graph.labels and graph.result.
    virtual HeadTensors append(graph::Graph& graph, const HeadOptions& options) const = 0;
};

std::unique_ptr<HeadStrategy> make_head(protocol::Parallelism parallelism);

/// m1, m2, m3 of spec.md's table.
graph::MarginSoftmaxAttributes margin_of(protocol::Loss loss);

/// Logits of a whole step are kept between forward and backward up to this size, else recomputed chunk by chunk.
inline constexpr std::int64_t kept_logits_bytes = std::int64_t{64} << 20;

/// Class centres worked on at a time: as many as chunk_bytes hold, so that they stay in a cache between the two
/// products, but no fewer than 256.
std::int64_t chunk_columns(std::int64_t embedding_size, std::int64_t columns, std::int64_t chunk_bytes);

}  // namespace arcmeter::head
