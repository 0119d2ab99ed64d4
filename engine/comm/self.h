// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/comm/communicator.h"

namespace arcmeter::comm {

/// The only rank of a run: sums are what they were, gathering copies.
class SelfCommunicator : public Communicator {
public:
    std::int64_t rank() const override { return 0; }
    std::int64_t size() const override { return 1; }
    Request all_reduce(void* data, std::int64_t count, ElementType type, Reduction reduction) override;
    Request all_gather(const void* mine, void* all, std::int64_t count, ElementType type) override;
    Request reduce_scatter(const void* all, void* mine, std::int64_t count, ElementType type) override;
    Request broadcast(void* data, std::int64_t count, ElementType type, std::int64_t root) override;
    Request barrier() override { return {}; }
    std::optional<double> wait(Request) override { return 0.0; }
};

}  // namespace arcmeter::comm
