// SPDX-License-Identifier: Apache-2.0
// A head alone behind given embeddings, and the same mathematics in plain double precision.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/backend/backend.h"
#include "engine/comm/communicator.h"
#include "engine/head/head.h"

namespace arcmeter::head::test {

struct HeadShape {
    std::int64_t batch = 4;
    std::int64_t width = 32;
    std::int64_t classes = 10;
};

/// Embeddings, labels (first and last class among them), centres and momentum. Half of the embeddings lie
/// near their own centre, so that small and large losses occur.
struct HeadData {
    explicit HeadData(const HeadShape& shape, unsigned seed = 1);
    HeadShape shape;
    std::vector<float> embeddings;
    std::vector<std::int32_t> labels;
    std::vector<float> centres;
    std::vector<float> momentum;
};

struct HeadResult {
    double loss = 0;
    double accuracy = 0;
    std::vector<float> d_embedding;  ///< [batch][width]
    std::vector<float> gradient;     ///< of the centres of `rows`, [rows][width]
};

/// Cross-entropy over the classes of `rows` alone (all classes: 0, 1, 2, ...). Formulas of spec.md.
HeadResult plain_head(const HeadData& data, protocol::Loss loss, std::span<const std::int32_t> rows);

std::vector<std::int32_t> all_rows(const HeadShape& shape);

inline constexpr double rate = 0.1;

struct HeadRun {
    HeadResult result;  ///< gradient only where the strategy was told to keep it
    std::vector<float> centres;
    std::vector<float> momentum;
    bool kept_logits = false;
    std::int64_t chunk = 0;
    std::int64_t first_class = 0;  ///< of `centres` and `momentum`
};

struct HeadSetup {
    protocol::Loss loss = protocol::Loss::arcface;
    protocol::Parallelism parallelism = protocol::Parallelism::data;
    double sample_ratio = 0.1;
    bool keep_class_gradient = false;
    std::uint64_t seed = 0;
    std::uint64_t step = 0;
    comm::Communicator* communicator = nullptr;  ///< of several ranks; null: one rank
    std::int64_t bucket_bytes = 25'000'000;
};

/// One step of the real head on the CPU backend, with NaN in all scratch memory beforehand. On several ranks
/// `data` is the global batch and all classes; each rank trains and returns its own samples and, where they
/// are divided, its own classes.
HeadRun run_head(const HeadData& data, const HeadSetup& setup);

}  // namespace arcmeter::head::test
