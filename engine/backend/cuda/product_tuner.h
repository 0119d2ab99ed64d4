// SPDX-License-Identifier: Apache-2.0
// Picks one of a product's candidates by measuring them, and remembers it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/backend/cuda/choice.h"
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

struct Candidate {
    std::string name;    ///< under which it is remembered
    std::string engine;  ///< what EngineRecords calls it
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

    /// Index of the fastest of `candidates`, which is remembered; the first where the device has no memory
    /// left to measure with. Throws Error(internal) naming the product when none runs.
    std::size_t choose(const std::string& product, Arithmetic arithmetic, const ProductOptions& options,
                       const std::vector<Candidate>& candidates, const OperandBytes& bytes,
                       const Launch& launch);

    bool has_measured() const { return has_measured_; }

    const std::string& note() const { return note_.empty() ? cache_.note() : note_; }

private:
    std::string key(const std::string& product, Arithmetic arithmetic, const ProductOptions& options) const;
    std::optional<Choice> measure(const std::vector<Candidate>& candidates,
                                  const std::vector<std::size_t>& which, const ProductOperands& operands,
                                  const Launch& launch);

    std::string device_;
    ChoiceCache cache_;
    DeviceTimer timer_;
    EngineRecords records_;
    bool has_measured_ = false;
    std::string note_;
};

}  // namespace arcmeter::backend::cuda
