// SPDX-License-Identifier: Apache-2.0
// The classification head in chunks of class columns: dot products, softmax sums, gradients and the centres'
// update. Memory is one chunk's, whatever the number of classes, but for the per-column inverse norms.
#include <stdexcept>

#include "engine/backend/cpu/launches.h"
#include "kernels/cpu/class_sampling.h"
#include "kernels/cpu/convert.h"
#include "kernels/cpu/margin_softmax.h"
#include "kernels/cpu/unit_norm.h"
#include "kernels/math/margin.h"

namespace arcmeter::backend::cpu {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using kernels::ElementType;
namespace slot = graph::margin_softmax;

namespace {

Run bind_unit_normalize(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.input(0)).shape;
    const auto type = bindings.program->type(op.input(0));
    const void* x = bindings.data(op.input(0));
    float* unit = bindings.as<float>(op.output(0));
    float* inverse = bindings.as<float>(op.output(1));
    return [=, rows = shape.n, width = shape.c] {
        kernels::cpu::unit_norm(type, rows, width, x, inverse, unit);
    };
}

Run bind_unit_normalize_backward(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.output(0)).shape;
    const auto type = bindings.program->type(op.output(0));
    const float* d_unit = bindings.as<float>(op.input(0));
    const float* unit = bindings.as<float>(op.input(1));
    const float* inverse = bindings.as<float>(op.input(2));
    void* dx = bindings.data(op.output(0));
    return [=, rows = shape.n, width = shape.c] {
        kernels::cpu::unit_norm_backward(type, rows, width, unit, inverse, d_unit, dx);
    };
}

/// rows = [count, row, row, ...]: the sampled classes with the batch's own first.
Run bind_class_sample(const Bindings& bindings, const Operation& op) {
    const auto attributes = op.get<graph::ClassSampleAttributes>();
    const std::int64_t batch = bindings.program->graph().tensor(op.input(0)).shape.c;
    const auto* labels = bindings.as<std::int32_t>(op.input(0));
    auto* rows = bindings.as<std::int32_t>(op.output(0));
    auto* row_labels = bindings.as<std::int32_t>(op.output(1));
    const StepInput* step = bindings.step;
    // Rank 0's draws are those of a run on one rank.
    const std::uint64_t seed =
        bindings.options->seed + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(attributes.rank);
    return [=, positives = std::vector<std::int32_t>(static_cast<std::size_t>(batch))]() mutable {
        const std::span<const std::int32_t> batch_labels(labels, static_cast<std::size_t>(batch));
        const std::int64_t found = kernels::cpu::collect_positives(batch_labels, attributes.first_class,
                                                                   attributes.num_classes, positives.data());
        const std::span<const std::int32_t> own(positives.data(), static_cast<std::size_t>(found));
        rows[0] = static_cast<std::int32_t>(kernels::cpu::sample_classes(
            own, attributes.num_classes, attributes.sample_size, seed, step->step, rows + 1));
        kernels::cpu::remap_labels(batch_labels, attributes.first_class, attributes.num_classes, own,
                                   row_labels);
    };
}

/// Everything the two margin launches share.
struct Margin {
    graph::MarginSoftmaxAttributes attributes;
    ProductLibrary* library = nullptr;
    std::int64_t batch = 0;
    std::int64_t width = 0;
    const float* unit = nullptr;
    void* centres = nullptr;
    ElementType centre_type = ElementType::f32;
    const std::int32_t* labels = nullptr;
    const std::int32_t* rows = nullptr;  // count first; null: every class in order
    float* row_state = nullptr;
    float* inverse_norms = nullptr;
    float* logits = nullptr;
    std::int64_t logits_stride = 0;
    float* gathered = nullptr;

    float* row(slot::RowState which) const { return row_state + static_cast<std::int64_t>(which) * batch; }
    std::int64_t end() const { return rows ? rows[0] : attributes.first_column + attributes.columns; }
    double share_of_loss() const {
        return static_cast<double>(batch) / static_cast<double>(attributes.loss_rows);
    }
    float gradient_scale() const { return 1.0f / static_cast<float>(attributes.loss_rows); }
    float scale() const { return static_cast<float>(attributes.scale); }
    kernels::MarginParameters parameters() const {
        return {static_cast<float>(attributes.m1), static_cast<float>(attributes.m2),
                static_cast<float>(attributes.m3)};
    }

    const std::int32_t* chunk_rows(std::int64_t first) const { return rows ? rows + 1 + first : nullptr; }

    /// Where the rows of a chunk begin that are not listed: all of them if they are.
    void* chunk_start(void* matrix, ElementType type, std::int64_t first) const {
        const std::int64_t elements = rows ? 0 : first * width;
        return static_cast<std::byte*>(matrix) + elements * static_cast<std::int64_t>(size_of(type));
    }

    /// FP32 centres of a chunk side by side: in place, or gathered.
    const float* chunk_centres(std::int64_t first, std::int64_t count) const {
        const std::span<const std::int32_t> listed(chunk_rows(first),
                                                   rows ? static_cast<std::size_t>(count) : 0);
        const void* start = chunk_start(centres, centre_type, first);
        if (centre_type == ElementType::f32) {
            if (!rows) return static_cast<const float*>(start);
            kernels::cpu::gather_rows(static_cast<const float*>(start), width, listed, ElementType::f32,
                                      gathered);
        } else if (rows) {
            kernels::cpu::gather_rows(static_cast<const kernels::bfloat16*>(start), width, listed, gathered);
        } else {
            kernels::cpu::convert(count * width, static_cast<const kernels::bfloat16*>(start), gathered);
        }
        return gathered;
    }

    kernels::cpu::LogitChunk logit_chunk(std::int64_t first, std::int64_t count) const {
        float* dots = attributes.keep_logits ? logits + first : logits;
        return {batch, count, logits_stride, attributes.first_class + first, dots, inverse_norms + first,
                labels};
    }

    void multiply(const kernels::cpu::LogitChunk& chunk, const float* w) const {
        library->sgemm(false, true, batch, chunk.columns, width, unit, width, w, width, 0, chunk.dots,
                       chunk.stride);
    }
};

Margin margin_of(const Bindings& bindings, const Operation& op) {
    Margin margin;
    margin.attributes = op.get<graph::MarginSoftmaxAttributes>();
    margin.library = &bindings.program->library();
    const graph::Shape& unit = bindings.program->graph().tensor(op.input(slot::embedding)).shape;
    margin.batch = unit.n;
    margin.width = unit.c;
    margin.unit = bindings.as<float>(op.input(slot::embedding));
    margin.centres = bindings.data(op.input(slot::centres));
    margin.centre_type = bindings.program->type(op.input(slot::centres));
    margin.labels = bindings.as<std::int32_t>(op.input(slot::labels));
    margin.rows = bindings.as<std::int32_t>(op.input(slot::rows));
    return margin;
}

/// Kept logits have a column for every class of the step, others one for each of a chunk.
void bind_logits(const Bindings& bindings, graph::TensorId logits, Margin& margin) {
    margin.logits = bindings.as<float>(logits);
    margin.logits_stride = bindings.program->graph().tensor(logits).shape.c;
}

/// Loss of the rows whose sums are complete, and what backward needs of them. Returns this rank's share of
/// the mean.
double finish_rows(const Margin& m) {
    const double mean = kernels::cpu::margin_softmax_finish_rows(
        {m.batch, m.row(slot::sum_exp), m.row(slot::target_cos), m.parameters(), m.scale(),
         m.gradient_scale(), m.row(slot::row_loss), m.row(slot::inverse_normaliser),
         m.row(slot::target_dcos)});
    return mean * m.share_of_loss();
}

double accuracy_of_rows(const Margin& m) {
    const std::int64_t correct =
        kernels::cpu::margin_softmax_count_correct(m.batch, m.row(slot::target_cos), m.row(slot::max_other));
    return static_cast<double>(correct) / static_cast<double>(m.attributes.loss_rows);
}

Margin margin_of_rows(const Bindings& bindings, const Operation& op) {
    Margin m;
    if (op.kind == OpKind::margin_softmax_finish) m.attributes = op.get<graph::MarginSoftmaxAttributes>();
    m.batch = bindings.program->graph().tensor(op.input(0)).shape.c;
    m.row_state = bindings.as<float>(op.input(0));
    return m;
}

Run bind_margin_finish(const Bindings& bindings, const Operation& op) {
    const Margin m = margin_of_rows(bindings, op);
    float* result = bindings.as<float>(op.output(1));
    return [m, result] { result[0] = static_cast<float>(finish_rows(m)); };
}

Run bind_margin_accuracy(const Bindings& bindings, const Operation& op) {
    Margin m = margin_of_rows(bindings, op);
    m.attributes.loss_rows = m.batch;  // the global batch's rows are all here
    float* result = bindings.as<float>(op.output(0));
    return [m, result] { result[1] = static_cast<float>(accuracy_of_rows(m)); };
}

Run bind_margin_forward(const Bindings& bindings, const Operation& op) {
    Margin m = margin_of(bindings, op);
    m.row_state = bindings.as<float>(op.output(slot::row_state));
    m.inverse_norms = bindings.as<float>(op.output(slot::inverse_norms));
    bind_logits(bindings, op.output(slot::logits), m);
    m.gathered = bindings.as<float>(op.output(slot::gathered));
    float* result = bindings.as<float>(op.output(slot::result));
    return [m, result] {
        float* sum_exp = m.row(slot::sum_exp);
        float* max_other = m.row(slot::max_other);
        float* target_cos = m.row(slot::target_cos);
        kernels::cpu::margin_softmax_start_rows(m.batch, sum_exp, max_other, target_cos);
        const std::int64_t columns = m.end();
        for (std::int64_t first = 0; first < columns; first += m.attributes.chunk) {
            const std::int64_t count = std::min(m.attributes.chunk, columns - first);
            const float* w = m.chunk_centres(first, count);
            kernels::cpu::inverse_norms(ElementType::f32, count, m.width, w, m.inverse_norms + first);
            const auto chunk = m.logit_chunk(first, count);
            m.multiply(chunk, w);
            kernels::cpu::margin_softmax_forward_chunk(chunk, m.scale(), sum_exp, max_other, target_cos);
        }
        if (!m.attributes.finish) return;
        result[0] = static_cast<float>(finish_rows(m));
        result[1] = static_cast<float>(accuracy_of_rows(m));
    };
}

Run bind_margin_backward(const Bindings& bindings, const Operation& op) {
    Margin m = margin_of(bindings, op);
    m.row_state = bindings.as<float>(op.input(slot::b_row_state));
    m.inverse_norms = bindings.as<float>(op.input(slot::b_inverse_norms));
    bind_logits(bindings, m.attributes.keep_logits ? op.input(slot::b_logits) : op.output(slot::chunk_logits),
                m);
    m.gathered = bindings.as<float>(op.output(slot::b_gathered));
    float* d_unit = bindings.as<float>(op.output(slot::d_embedding));
    float* products = bindings.as<float>(op.output(slot::chunk_products));
    float* column_sums = products + m.attributes.chunk * m.width;
    void* momentum = bindings.data(op.input(slot::b_momentum));
    const ElementType momentum_type =
        momentum ? bindings.program->type(op.input(slot::b_momentum)) : ElementType::f32;
    float* gradient = bindings.as<float>(op.input(slot::b_gradient));
    const StepInput* step = bindings.step;
    const auto decay = static_cast<float>(bindings.options->weight_decay);
    const auto factor = static_cast<float>(bindings.options->momentum);
    const std::uint64_t seed = bindings.options->seed;
    if (gradient && m.centre_type != ElementType::f32) {
        throw std::logic_error("the class centres' gradient is written for FP32 centres only");
    }
    return [=] {
        const std::int64_t end = m.end();
        for (std::int64_t first = m.attributes.first_column; first < end; first += m.attributes.chunk) {
            const std::int64_t count = std::min(m.attributes.chunk, end - first);
            const float* w = m.chunk_centres(first, count);
            const auto chunk = m.logit_chunk(first, count);
            if (!m.attributes.keep_logits) m.multiply(chunk, w);
            kernels::cpu::margin_softmax_backward_chunk({chunk, m.row(slot::inverse_normaliser),
                                                         m.row(slot::target_dcos), m.scale(),
                                                         m.gradient_scale(), column_sums});
            m.library->sgemm(false, false, m.batch, m.width, count, chunk.dots, chunk.stride, w, m.width,
                             first == 0 ? 0.0f : 1.0f, d_unit, m.width);
            m.library->sgemm(true, false, count, m.width, m.batch, chunk.dots, chunk.stride, m.unit, m.width,
                             0, products, m.width);
            if (gradient) {
                kernels::cpu::centre_gradient(
                    {count, m.width, m.chunk_rows(first),
                     static_cast<const float*>(m.chunk_start(m.centres, m.centre_type, first)),
                     m.inverse_norms + first, column_sums, products,
                     gradient + (first - m.attributes.first_column) * m.width});
            } else {
                kernels::cpu::centre_update({.columns = count,
                                             .width = m.width,
                                             .rows = m.chunk_rows(first),
                                             .weight = m.chunk_start(m.centres, m.centre_type, first),
                                             .momentum = m.chunk_start(momentum, momentum_type, first),
                                             .inv_norm = m.inverse_norms + first,
                                             .column_sums = column_sums,
                                             .r = products,
                                             .rate = static_cast<float>(step->learning_rate),
                                             .momentum_factor = factor,
                                             .decay = decay,
                                             .weight_type = m.centre_type,
                                             .momentum_type = momentum_type,
                                             .seed = seed,
                                             .step = step->step,
                                             .first_row = m.rows ? 0 : first});
            }
        }
    };
}

}  // namespace

Run bind_head(const Bindings& bindings, const Operation& op) {
    switch (op.kind) {
        case OpKind::unit_normalize:
            return bind_unit_normalize(bindings, op);
        case OpKind::unit_normalize_backward:
            return bind_unit_normalize_backward(bindings, op);
        case OpKind::class_sample:
            return bind_class_sample(bindings, op);
        case OpKind::margin_softmax_forward:
            return bind_margin_forward(bindings, op);
        case OpKind::margin_softmax_finish:
            return bind_margin_finish(bindings, op);
        case OpKind::margin_softmax_accuracy:
            return bind_margin_accuracy(bindings, op);
        case OpKind::margin_softmax_backward:
            return bind_margin_backward(bindings, op);
        case OpKind::class_update:
            return bind_class_update(bindings, op);
        default:
            throw std::logic_error("not an operation of the head: " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cpu
