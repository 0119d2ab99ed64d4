// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/class_sampling.h"

#include <algorithm>
#include <cstring>

#include "kernels/math/random.h"

namespace arcmeter::kernels::cpu {

namespace {

bool in_shard(std::int32_t label, std::int64_t first_class, std::int64_t classes) {
    return label >= first_class && label < first_class + classes;
}

void gather_row(const float* source, std::int64_t width, float* out) {
    std::memcpy(out, source, static_cast<std::size_t>(width) * sizeof(float));
}

void gather_row(const float* source, std::int64_t width, bfloat16* out) {
    std::transform(source, source + width, out, [](float value) { return to_bfloat16(value); });
}

void gather_row(const bfloat16* source, std::int64_t width, float* out) {
    std::transform(source, source + width, out, [](bfloat16 value) { return to_float(value); });
}

template <class Source, class E>
void gather_all(const Source* weight, std::int64_t width, std::span<const std::int32_t> rows, E* out) {
    const std::int64_t count = static_cast<std::int64_t>(rows.size());
#pragma omp parallel for schedule(static)
    for (std::int64_t k = 0; k < count; ++k) {
        gather_row(weight + rows[static_cast<std::size_t>(k)] * width, width, out + k * width);
    }
}

}  // namespace

std::int64_t collect_positives(std::span<const std::int32_t> labels, std::int64_t first_class,
                               std::int64_t classes, std::int32_t* out) {
    std::int32_t* end = out;
    for (const std::int32_t label : labels) {
        if (in_shard(label, first_class, classes)) {
            *end++ = static_cast<std::int32_t>(label - first_class);
        }
    }
    std::sort(out, end);
    return std::unique(out, end) - out;
}

std::int64_t sampled_count(std::int64_t positives, std::int64_t classes, std::int64_t sample_size) {
    return std::max(positives, std::min(sample_size, classes));
}

std::int64_t sample_classes(std::span<const std::int32_t> positives, std::int64_t classes,
                            std::int64_t sample_size, std::uint64_t seed, std::uint64_t step,
                            std::int32_t* rows) {
    const std::int64_t wanted =
        sampled_count(static_cast<std::int64_t>(positives.size()), classes, sample_size);
    std::int64_t count = static_cast<std::int64_t>(positives.size());
    std::copy(positives.begin(), positives.end(), rows);
    if (count == wanted) {
        return count;
    }
    const KeyedPermutation permutation = make_permutation(static_cast<std::uint64_t>(classes), seed, step);
    for (std::uint64_t i = 0; count < wanted; ++i) {
        const std::int32_t candidate = static_cast<std::int32_t>(permute(permutation, i));
        if (!std::binary_search(positives.begin(), positives.end(), candidate)) {
            rows[count++] = candidate;
        }
    }
    return count;
}

void remap_labels(std::span<const std::int32_t> labels, std::int64_t first_class, std::int64_t classes,
                  std::span<const std::int32_t> positives, std::int32_t* out) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (!in_shard(labels[i], first_class, classes)) {
            out[i] = -1;
            continue;
        }
        const std::int32_t local = static_cast<std::int32_t>(labels[i] - first_class);
        const auto found = std::lower_bound(positives.begin(), positives.end(), local);
        out[i] = static_cast<std::int32_t>(found - positives.begin());
    }
}

void gather_rows(const float* weight, std::int64_t width, std::span<const std::int32_t> rows,
                 ElementType type, void* out) {
    if (type == ElementType::f32) {
        gather_all(weight, width, rows, static_cast<float*>(out));
    } else {
        gather_all(weight, width, rows, static_cast<bfloat16*>(out));
    }
}

void gather_rows(const bfloat16* weight, std::int64_t width, std::span<const std::int32_t> rows, float* out) {
    gather_all(weight, width, rows, out);
}

}  // namespace arcmeter::kernels::cpu
