// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/images.h"

#include "engine/protocol/error.h"

namespace arcmeter::weights {

std::int64_t image_count(const NpyFile& input) {
    const std::vector<std::int64_t>& shape = input.shape();
    if (shape.size() == 4 && shape[0] >= 1 && shape[1] == 3 && shape[2] == 112 && shape[3] == 112)
        return shape[0];
    std::string text;
    for (const std::int64_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
    throw Error(ErrorCode::data_corrupt, input.path().string() + " cannot be used: its shape is [" + text +
                                             "]; allowed: [n, 3, 112, 112] with n of at least 1.");
}

}  // namespace arcmeter::weights
