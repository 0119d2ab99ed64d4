// SPDX-License-Identifier: Apache-2.0
#include "engine/head/head.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "engine/head/data_parallel.h"
#include "engine/head/model_parallel.h"
#include "engine/head/partial_fc.h"
#include "engine/protocol/error.h"

namespace arcmeter::head {

std::unique_ptr<HeadStrategy> make_head(protocol::Parallelism parallelism) {
    switch (parallelism) {
        case protocol::Parallelism::data:
            return std::make_unique<DataParallel>();
        case protocol::Parallelism::model:
            return std::make_unique<ModelParallel>();
        case protocol::Parallelism::partial_fc:
            return std::make_unique<PartialFc>();
    }
    throw std::logic_error("make_head: unknown parallelism");
}

Shard shard_of(std::int64_t num_classes, const graph::Ranks& ranks) {
    if (num_classes < ranks.size) {
        throw Error(ErrorCode::invalid_config,
                    "num_classes is " + std::to_string(num_classes) +
                        "; allowed: " + std::to_string(ranks.size) +
                        " or more, one for each rank that holds a shard of the class centres.");
    }
    const std::int64_t each = num_classes / ranks.size, more = num_classes % ranks.size;
    return {ranks.rank * each + std::min(ranks.rank, more), each + (ranks.rank < more ? 1 : 0)};
}

graph::MarginSoftmaxAttributes margin_of(protocol::Loss loss) {
    switch (loss) {
        case protocol::Loss::arcface:
            return {.m1 = 1, .m2 = 0.5, .m3 = 0};
        case protocol::Loss::cosface:
            return {.m1 = 1, .m2 = 0, .m3 = 0.4};
        case protocol::Loss::combined:
            return {.m1 = 1, .m2 = 0.3, .m3 = 0.2};
        case protocol::Loss::softmax:
            return {.m1 = 1, .m2 = 0, .m3 = 0};
    }
    return {};
}

std::int64_t chunk_columns(std::int64_t embedding_size, std::int64_t columns, std::int64_t chunk_bytes) {
    const std::int64_t wanted = chunk_bytes / (embedding_size * 4);
    return std::min(columns, std::max<std::int64_t>(wanted, 256));
}

}  // namespace arcmeter::head
