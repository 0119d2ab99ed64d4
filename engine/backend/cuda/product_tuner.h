// SPDX-License-Identifier: Apache-2.0
// Picks one of a product's candidates by measuring them, and remembers it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/backend/cuda/choice_cache.h"
#include "engine/backend/cuda/device_timer.h"

namespace arcmeter::backend::cuda {

/// What a product's enqueue takes.
struct ProductOperands {
    const void* a = nullptr;
    const void* b = nullptr;
    const float* bias = nullptr;
    void* out = nullptr;
    void* workspace = nullptr;
};

struct OperandBytes {
    std::size_t a = 0;
    std::size_t b = 0;
    std::size_t bias = 0;
    std::size_t out = 0;
    std::size_t workspace = 0;  ///< the most that any candidate wants
};

/// Used from one thread, on which the device is current.
class ProductTuner {
public:
    /// `device`: name of the device, driver and libraries, as far as they decide which engine is fastest.
    ProductTuner(std::string device, std::filesystem::path cache_file);

    /// A choice made before for this product under these conditions.
    std::optional<std::string> known(const std::string& product, Arithmetic arithmetic,
                                     const ProductOptions& options) const;

    using Launch = std::function<void(std::size_t candidate, const ProductOperands& operands, Stream stream)>;

    /// Index of the fastest of `names`, which is remembered; the first where the device has no memory left to
    /// measure with. Throws Error(internal) naming the product when none runs.
    std::size_t choose(const std::string& product, Arithmetic arithmetic, const ProductOptions& options,
                       const std::vector<std::string>& names, const OperandBytes& bytes,
                       const Launch& launch);

    const std::string& note() const { return note_.empty() ? cache_.note() : note_; }

private:
    std::string key(const std::string& product, Arithmetic arithmetic, const ProductOptions& options) const;

    std::string device_;
    ChoiceCache cache_;
    DeviceTimer timer_;
    std::string note_;
};

}  // namespace arcmeter::backend::cuda
