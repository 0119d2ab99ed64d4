// SPDX-License-Identifier: Apache-2.0
// The classification head: how the C x D matrix of class centres is held and trained over the ranks. A
// strategy appends its operations, collectives among them, to this rank's graph; the backend that runs them
// does not know which strategy wrote them. On one rank no strategy communicates, and data and model are the
// same graph.
#pragma once

#include <memory>
#include <optional>

#include "engine/graph/collectives.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::head {

inline constexpr std::int64_t default_class_chunk_bytes = std::int64_t{4} << 20;

struct HeadOptions {
    protocol::Loss loss = protocol::Loss::arcface;
    std::int64_t num_classes = protocol::default_synthetic_classes;  ///< of all ranks together
    double sample_ratio = 0.1;
    /// Write the centres' gradient instead of updating them in the backward pass; on one rank, not with
    /// Partial FC.
    bool keep_class_gradient = false;
    std::int64_t class_chunk_bytes = default_class_chunk_bytes;  ///< FP32 class centres worked on at a time
    graph::Ranks ranks = {};
    std::int64_t bucket_bytes = 25'000'000;                ///< of class gradients reduced at once, about
    graph::DataType wire = graph::DataType::f32;           ///< of class gradients on their way
    graph::DataType centre_type = graph::DataType::f32;    ///< f32 or bf16; with keep_class_gradient f32
    graph::DataType momentum_type = graph::DataType::f32;  ///< of the centres; f32 or bf16, likewise
    bool centres_in_host_memory = false;
    bool momentum_in_host_memory = false;
};

struct HeadTensors {
    graph::TensorId centres = graph::no_tensor;   ///< this rank's, live from step to step
    graph::TensorId momentum = graph::no_tensor;  ///< likewise
    graph::TensorId gradient = graph::no_tensor;  ///< only with keep_class_gradient
    graph::TensorId d_embedding = graph::no_tensor;
    std::int64_t columns = 0;  ///< classes that a sample meets in a step, over all ranks
    /// What the head leaves to the end of the step, after the backbone's backward pass.
    std::vector<graph::Operation> at_end = {};
};

class HeadStrategy {
public:
    virtual ~HeadStrategy() = default;

    /// Appends normalisation, loss and the backward pass to `graph.embedding`; sets graph.labels and
    /// graph.result. Throws Error(invalid_config) where there are fewer classes than shards.
    virtual HeadTensors append(graph::Graph& graph, const HeadOptions& options) const = 0;
};

std::unique_ptr<HeadStrategy> make_head(protocol::Parallelism parallelism);

/// A rank's run of consecutive classes: C / N of them, on the first C mod N ranks one more.
struct Shard {
    std::int64_t first = 0;
    std::int64_t classes = 0;
};
Shard shard_of(std::int64_t num_classes, const graph::Ranks& ranks);

/// m1, m2, m3 of spec.md's table.
graph::MarginSoftmaxAttributes margin_of(protocol::Loss loss);

/// Logits of a whole step are kept between forward and backward up to this size, else recomputed chunk by
/// chunk.
inline constexpr std::int64_t kept_logits_bytes = std::int64_t{64} << 20;

/// Class centres worked on at a time: as many as chunk_bytes hold, so that they stay in a cache between the
/// two products, but no fewer than 256.
std::int64_t chunk_columns(std::int64_t embedding_size, std::int64_t columns, std::int64_t chunk_bytes);

}  // namespace arcmeter::head
