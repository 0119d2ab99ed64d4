// SPDX-License-Identifier: Apache-2.0
// Which of a library's engines runs a product: what an engine may do to numbers decides whether it is looked
// at, measured time decides among the rest. Knows neither CUDA nor a library, so that it is tested without a
// device.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// What a library says of an engine's arithmetic: cuDNN's numerical notes, cuBLASLt's implementation flags.
struct EngineTraits {
    bool tensor_cores = false;
    bool down_converts_inputs = false;    ///< to a type narrower than the product's arithmetic names
    bool reduced_precision_sums = false;  ///< sums are kept in half at some point
    bool nondeterministic = false;        ///< sums depend on the order in which blocks finish
    bool compiled_at_run_time = false;    ///< its plan takes up to seconds, in every process
};

/// FP32 runs on no tensor core, whatever they round to; nothing sums in half or rounds its inputs twice.
bool allowed(const EngineTraits& traits, Arithmetic arithmetic, bool deterministic);

/// Median time of `runs` runs of a candidate in microseconds, after one that does not count; nullopt where
/// the candidate does not run.
using MeasureCandidate = std::function<std::optional<double>(std::size_t candidate, int runs)>;

struct Choice {
    std::size_t candidate = 0;
    double microseconds = 0;
};

/// Measures every candidate briefly, then those near the best long enough to tell them apart. nullopt when
/// none runs.
std::optional<Choice> choose_fastest(std::size_t candidates, const MeasureCandidate& measure);

/// What is known of a library's engines from the products they were measured for, whatever their knobs: how
/// much slower than the fastest they were at best. An engine that was far behind for several products is not
/// measured for the next ones.
class EngineRecords {
public:
    /// `engine` names an engine for one kind of product; an empty name is never left out.
    bool worth_measuring(const std::string& engine) const;

    /// Times of one product's candidates in microseconds, by engine; of several with the same name the least
    /// counts.
    void add(const std::multimap<std::string, double>& times);

private:
    struct Record {
        int products = 0;
        double nearest = 0;  ///< least ratio of its time to the fastest
    };
    std::map<std::string, Record> records_;
};

std::string_view to_string(Arithmetic arithmetic);
std::string_view to_string(Direction direction);

/// "forward n64 c256 14x14 k256 3x3 stride 1 padding 1", for messages and as part of a cache's key.
std::string describe(Direction direction, const ConvolutionShape& shape);
std::string describe(const MatmulShape& shape);

}  // namespace arcmeter::backend::cuda
