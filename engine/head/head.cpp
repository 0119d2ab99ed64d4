// SPDX-License-Identifier: Apache-2.0
#include "engine/head/head.h"

#include <algorithm>

#include "engine/head/full_softmax.h"
#include "engine/head/partial_fc.h"

namespace arcmeter::head {

std::unique_ptr<HeadStrategy> make_head(protocol::Parallelism parallelism) {
    if (parallelism == protocol::Parallelism::partial_fc) return std::make_unique<PartialFc>();
    return std::make_unique<FullSoftmax>();
}

graph::MarginSoftmaxAttributes margin_of(protocol::Loss loss) {
    switch (loss) {
        case protocol::Loss::arcface: return {.m1 = 1, .m2 = 0.5, .m3 = 0};
        case protocol::Loss::cosface: return {.m1 = 1, .m2 = 0, .m3 = 0.4};
        case protocol::Loss::combined: return {.m1 = 1, .m2 = 0.3, .m3 = 0.2};
        case protocol::Loss::softmax: return {.m1 = 1, .m2 = 0, .m3 = 0};
    }
    return {};
}

std::int64_t chunk_columns(std::int64_t embedding_size, std::int64_t columns, std::int64_t chunk_bytes) {
    const std::int64_t wanted = chunk_bytes / (embedding_size * 4);
    return std::min(columns, std::max<std::int64_t>(wanted, 256));
}

}  // namespace arcmeter::head
