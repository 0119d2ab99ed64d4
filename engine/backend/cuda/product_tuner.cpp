// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/product_tuner.h"

#include <utility>

#include "engine/backend/cuda/choice.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

/// The operands of one product while its candidates are measured.
class ScratchOperands {
public:
    static std::optional<ScratchOperands> allocate(const OperandBytes& bytes, Arithmetic arithmetic) {
        ScratchOperands scratch;
        for (const std::size_t size : {bytes.a, bytes.b, bytes.bias, bytes.out, bytes.workspace}) {
            auto memory = ScratchMemory::allocate(size, arithmetic);
            if (!memory) return std::nullopt;
            scratch.memory_.push_back(std::move(*memory));
        }
        return scratch;
    }

    ProductOperands operands() const {
        return {memory_[0].get(), memory_[1].get(), static_cast<const float*>(memory_[2].get()),
                memory_[3].get(), memory_[4].get()};
    }

private:
    std::vector<ScratchMemory> memory_;
};

}  // namespace

ProductTuner::ProductTuner(std::string device, std::filesystem::path cache_file)
    : device_(std::move(device)), cache_(std::move(cache_file)) {}

std::string ProductTuner::key(const std::string& product, Arithmetic arithmetic,
                              const ProductOptions& options) const {
    return device_ + "; " + product + "; " + std::string(to_string(arithmetic)) +
           (options.deterministic ? "; deterministic" : "") + "; workspace " +
           std::to_string(options.workspace_limit);
}

std::optional<std::string> ProductTuner::known(const std::string& product, Arithmetic arithmetic,
                                               const ProductOptions& options) const {
    return cache_.find(key(product, arithmetic, options));
}

/// The fastest of candidates[which], whose times are noted in the engines' records.
std::optional<Choice> ProductTuner::measure(const std::vector<Candidate>& candidates,
                                            const std::vector<std::size_t>& which,
                                            const ProductOperands& operands, const Launch& launch) {
    std::multimap<std::string, double> times;
    auto best = choose_fastest(which.size(), [&](std::size_t i, int runs) {
        const auto time = timer_.median_us(runs, [&](Stream stream) { launch(which[i], operands, stream); });
        if (time) times.emplace(candidates[which[i]].engine, *time);
        return time;
    });
    records_.add(times);
    if (best) best->candidate = which[best->candidate];
    return best;
}

std::size_t ProductTuner::choose(const std::string& product, Arithmetic arithmetic,
                                 const ProductOptions& options, const std::vector<Candidate>& candidates,
                                 const OperandBytes& bytes, const Launch& launch) {
    if (options.progress)
        options.progress("measuring " + std::to_string(candidates.size()) + " engines for " + product);
    has_measured_ = true;
    const auto scratch = ScratchOperands::allocate(bytes, arithmetic);
    if (!scratch) {
        note_ = "The device has no memory left to measure the engines of " + product +
                ": the library's own first choice runs it.";
        return 0;
    }
    const ProductOperands operands = scratch->operands();
    std::vector<std::size_t> worth_it, others;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        (records_.worth_measuring(candidates[i].engine) ? worth_it : others).push_back(i);
    auto best = measure(candidates, worth_it, operands, launch);
    if (!best) best = measure(candidates, others, operands, launch);
    if (!best) {
        throw Error(ErrorCode::internal, "None of the " + std::to_string(candidates.size()) +
                                             " engines for " + product + " in " +
                                             std::string(to_string(arithmetic)) + " runs on this device.");
    }
    cache_.add(key(product, arithmetic, options), candidates[best->candidate].name, best->microseconds);
    return best->candidate;
}

}  // namespace arcmeter::backend::cuda
