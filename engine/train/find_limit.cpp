// SPDX-License-Identifier: Apache-2.0
#include "engine/train/find_limit.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/head/head.h"
#include "engine/protocol/error.h"

namespace arcmeter::train {
namespace {

using protocol::Limit;
using protocol::Plan;

/// Values behind a found one that are planned too.
constexpr std::int64_t values_looked_at_behind = 8;
/// A bracket grows at most by this factor at a time: memory far beyond the limit need not be planned.
constexpr std::int64_t largest_growth = 16;

class LimitFinder {
public:
    LimitFinder(const protocol::RunConfig& config, Limit limit, const backend::Backend& backend,
                const FindOptions& options)
        : config_(config), limit_(limit), backend_(backend) {
        plan_options_.overhead = options.overhead;
        plan_options_.available_bytes = available_ = available_bytes(config, backend);
        classes_ = resolve_num_classes(config);
    }

    Plan find(std::int64_t curve_points) {
        if (available_ == 0) {
            throw Error(ErrorCode::invalid_config,
                        "memory_limit_bytes is not set and the memory of the device is not known here; "
                        "allowed: a size "
                        "such as 16GiB.");
        }
        const std::int64_t least = protocol::least_limit_value(config_, limit_, classes_);
        const std::int64_t largest = protocol::largest_limit_value(config_, limit_);
        const std::int64_t found = fits(least) ? largest_fitting(least, largest) : 0;
        const std::int64_t shown = std::max(found, least);
        Plan plan = plan_run(at(shown), backend_, plan_options_).plan;
        plan.limit = describe(found, shown, largest);
        if (curve_points > 1) plan.limit->curve = curve(least, shown, largest, curve_points);
        return plan;
    }

private:
    protocol::RunConfig at(std::int64_t value) const {
        return protocol::with_limit_value(config_, limit_, value);
    }

    const Plan& plan(std::int64_t value) {
        const auto [entry, is_new] = plans_.try_emplace(value);
        if (is_new) entry->second = plan_leanest(at(value), backend_, plan_options_);
        return entry->second;
    }
    double total(std::int64_t value) { return static_cast<double>(plan(value).memory.total()); }
    bool fits(std::int64_t value) { return plan(value).fits; }

    /// Whether a head alone would keep its logits; what comes before and after it makes no difference.
    bool keeps_logits(std::int64_t value) const {
        const protocol::RunConfig config = at(value);
        graph::Graph graph;
        graph.embedding =
            graph.add_tensor({.name = "embedding",
                              .shape = {config.batch_size_per_device,
                                        protocol::find_model(config.model)->embedding_size, 1, 1}});
        head::HeadOptions options;
        options.num_classes = config.num_classes.value_or(classes_);
        options.sample_ratio = config.sample_ratio;
        options.class_chunk_bytes = backend_.class_chunk_bytes();
        options.ranks = {0, config.world_size()};
        options.bucket_bytes = config.communication_bucket_bytes;
        head::make_head(config.parallelism)->append(graph, options);
        for (const graph::Operation& op : graph.operations()) {
            if (op.kind != graph::OpKind::margin_softmax_forward) continue;
            return op.get<graph::MarginSoftmaxAttributes>().keep_logits;
        }
        return false;
    }

    /// First value of [low, high] whose logits are not kept; high + 1 where all are.
    std::int64_t first_without_logits(std::int64_t low, std::int64_t high) const {
        if (keeps_logits(high)) return high + 1;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            keeps_logits(middle) ? low = middle + 1 : high = middle;
        }
        return low;
    }

    std::int64_t largest_fitting(std::int64_t least, std::int64_t largest) {
        const std::int64_t step_down = first_without_logits(least, largest);
        std::int64_t low = least, high = largest;
        if (step_down > least && step_down <= largest) {
            fits(step_down) ? low = step_down : high = step_down - 1;
        }
        std::int64_t found = bracket(low, high);
        for (std::int64_t behind = found + 2; behind <= std::min(high, found + values_looked_at_behind);
             ++behind) {
            if (fits(behind)) found = behind;
        }
        return found;
    }

    /// `low` fits. Grows until a value does not, by what the last two say of the next, then narrows.
    std::int64_t bracket(std::int64_t low, std::int64_t high) {
        std::int64_t before = low, step = 1;
        while (low < high) {
            const std::int64_t furthest = low > high / largest_growth ? high : low * largest_growth;
            const std::int64_t next = std::clamp(step, low + 1, furthest);
            if (!fits(next)) return narrow(low, next);
            before = std::exchange(low, next);
            const double slope = (total(low) - total(before)) / static_cast<double>(low - before);
            // A little beyond what the slope says: one plan then closes the bracket.
            const double target =
                static_cast<double>(low) + 1.01 * (static_cast<double>(available_) - total(low)) / slope;
            step = slope > 0 && target < static_cast<double>(high) ? static_cast<std::int64_t>(target) + 1
                                                                   : high;
        }
        return low;
    }

    /// `low` fits, `high` does not: by interpolation, and by halving where that does not halve.
    std::int64_t narrow(std::int64_t low, std::int64_t high) {
        bool halve = false;
        while (high - low > 1) {
            const std::int64_t width = high - low;
            const double share = (static_cast<double>(available_) - total(low)) / (total(high) - total(low));
            const double guess =
                static_cast<double>(low) + std::clamp(share, 0.0, 1.0) * static_cast<double>(width);
            const std::int64_t middle = halve ? low + width / 2 : static_cast<std::int64_t>(guess);
            const std::int64_t tried = std::clamp(middle, low + 1, high - 1);
            fits(tried) ? low = tried : high = tried;
            halve = high - low > width / 2;
        }
        return low;
    }

    protocol::PlannedLimit describe(std::int64_t found, std::int64_t shown, std::int64_t largest) {
        protocol::PlannedLimit out;
        out.find = to_string(limit_);
        out.found = found;
        if (found == largest) {
            out.bound_by = "range";
            return out;
        }
        const std::int64_t next =
            found == 0 ? shown : std::min(largest, protocol::next_limit_value(limit_, found));
        out.needed_for_next = plan(next).memory.total();
        // Two values apart enough that a part's growth is not the arena's rounding.
        const std::int64_t apart = std::max(next, std::min(largest, 2 * shown));
        out.bound_by = part_that_grows(plan(shown).memory, plan(apart).memory);
        return out;
    }

    static std::string part_that_grows(const protocol::MemoryPlan& less, const protocol::MemoryPlan& more) {
        const nlohmann::json a = to_json(less), b = to_json(more);
        std::string part;
        std::int64_t growth = -1;
        for (const auto& [name, bytes] : b.items()) {
            const std::int64_t grown = bytes.get<std::int64_t>() - a[name].get<std::int64_t>();
            // Of two that grow alike, weights and their momentum, the later in the alphabet: the weights.
            if (name == "memory_total" || name == "host" || grown < growth) continue;
            part = name;
            growth = grown;
        }
        return part;
    }

    std::vector<protocol::LimitPoint> curve(std::int64_t least, std::int64_t shown, std::int64_t largest,
                                            std::int64_t points) {
        const std::int64_t end = std::min(largest, std::max(shown + shown / 4, least + points - 1));
        std::map<std::int64_t, protocol::LimitPoint> curve;
        const auto add = [&](std::int64_t value) {
            curve[value] = {value, plan(value).memory.total(), fits(value)};
        };
        add(shown);
        for (std::int64_t i = 0; i < points; ++i) {
            add(least + static_cast<std::int64_t>(static_cast<double>(end - least) * static_cast<double>(i) /
                                                  static_cast<double>(points - 1)));
        }
        std::vector<protocol::LimitPoint> out;
        for (const auto& [value, point] : curve) out.push_back(point);
        return out;
    }

    protocol::RunConfig config_;
    Limit limit_;
    const backend::Backend& backend_;
    PlanOptions plan_options_;
    std::int64_t available_ = 0;
    std::int64_t classes_ = 0;
    std::map<std::int64_t, Plan> plans_;
};

}  // namespace

Plan find_limit(const protocol::RunConfig& config, Limit limit, const backend::Backend& backend,
                const FindOptions& options) {
    return LimitFinder(config, limit, backend, options).find(options.curve_points);
}

}  // namespace arcmeter::train
