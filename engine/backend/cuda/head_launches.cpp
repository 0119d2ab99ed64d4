// SPDX-License-Identifier: Apache-2.0
// The classification head in chunks of class columns, as on the CPU. How many columns a step of Partial FC
// uses is known to the device alone: chunks run over all row slots, and kernels leave out what lies behind
// the count. In half precisions the operands of products are half (unit embeddings, class centres, G); dots,
// sums and losses are not.
#include <algorithm>
#include <stdexcept>

#include "engine/backend/cuda/head_products.h"
#include "engine/backend/cuda/launches.h"
#include "kernels/cuda/class_sampling.h"
#include "kernels/cuda/convert.h"
#include "kernels/cuda/margin_softmax.h"
#include "kernels/cuda/unit_norm.h"

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using kernels::ElementType;
namespace slot = graph::margin_softmax;

std::int64_t dots_stride(const CudaProgram& program, const Operation& op) {
    const auto& attributes = op.get<graph::MarginSoftmaxAttributes>();
    if (!attributes.keep_logits) return CudaProgram::logits_stride(attributes.chunk);
    const bool forward = op.kind == OpKind::margin_softmax_forward;
    const graph::TensorId logits = forward ? op.output(slot::logits) : op.input(slot::b_logits);
    return CudaProgram::logits_stride(program.graph().tensor(logits).shape.c);
}

HeadProducts head_products(const CudaProgram& program, ProductCache& products, const Operation& op,
                           std::int64_t columns) {
    const auto& attributes = op.get<graph::MarginSoftmaxAttributes>();
    const graph::Shape& unit = program.graph().tensor(op.input(slot::embedding)).shape;
    const Arithmetic arithmetic = program.arithmetic(program.graph().embedding);
    const std::int64_t batch = unit.n, width = unit.c;
    const std::int64_t dots = dots_stride(program, op);
    HeadProducts out;
    const bool forward = op.kind == OpKind::margin_softmax_forward;
    if (forward || !attributes.keep_logits) {
        out.logits = &products.matmul({.transpose_b = true,
                                       .m = batch,
                                       .n = columns,
                                       .k = width,
                                       .lda = width,
                                       .ldb = width,
                                       .ldc = dots},
                                      arithmetic);
    }
    if (forward) return out;
    const bool in_place = program.type(program.graph().embedding) == ElementType::f32;
    const std::int64_t stride = in_place ? dots : CudaProgram::logits_stride(attributes.chunk);
    MatmulShape d_unit{.m = batch, .n = width, .k = columns, .lda = stride, .ldb = width, .ldc = width};
    out.d_unit_set = &products.matmul(d_unit, arithmetic);
    d_unit.accumulate = true;
    out.d_unit_add = &products.matmul(d_unit, arithmetic);
    out.centres = &products.matmul({.transpose_a = true,
                                    .m = columns,
                                    .n = width,
                                    .k = batch,
                                    .lda = stride,
                                    .ldb = width,
                                    .ldc = width},
                                   arithmetic);
    return out;
}

bool is_head(OpKind kind) {
    return kind == OpKind::unit_normalize || kind == OpKind::unit_normalize_backward ||
           kind == OpKind::class_sample || kind == OpKind::margin_softmax_forward ||
           kind == OpKind::margin_softmax_finish || kind == OpKind::margin_softmax_accuracy ||
           kind == OpKind::margin_softmax_backward;
}

namespace {

Enqueue bind_unit_normalize(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.input(0)).shape;
    const auto type = bindings.program->type(op.input(0));
    const void* x = bindings.data(op.input(0));
    float* unit = bindings.as<float>(op.output(0));
    float* inverse = bindings.as<float>(op.output(1));
    return [=, rows = shape.n, width = shape.c](Stream stream) {
        kernels::cuda::unit_norm(type, rows, width, x, inverse, unit, ElementType::f32, nullptr, stream);
    };
}

Enqueue bind_unit_normalize_backward(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.output(0)).shape;
    const auto type = bindings.program->type(op.output(0));
    const float* d_unit = bindings.as<float>(op.input(0));
    const float* unit = bindings.as<float>(op.input(1));
    const float* inverse = bindings.as<float>(op.input(2));
    void* dx = bindings.data(op.output(0));
    return [=, rows = shape.n, width = shape.c](Stream stream) {
        kernels::cuda::unit_norm_backward(type, rows, width, unit, inverse, d_unit, dx, stream);
    };
}

Enqueue bind_class_sample(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<graph::ClassSampleAttributes>();
    kernels::cuda::SampleClassesArgs args{};
    args.label_count = bindings.program->graph().tensor(op.input(0)).shape.c;
    args.labels = bindings.as<std::int32_t>(op.input(0));
    args.first_class = attributes.first_class;
    args.classes = attributes.num_classes;
    args.sample_size = attributes.sample_size;
    // Rank 0's draws are those of a run on one rank.
    args.seed = bindings.options->seed + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(attributes.rank);
    args.state = bindings.state();
    args.rows = bindings.as<std::int32_t>(op.output(0));
    args.row_labels = bindings.as<std::int32_t>(op.output(1));
    args.workspace = reinterpret_cast<std::int32_t*>(bindings.kernel_workspace());
    return [args](Stream stream) { kernels::cuda::sample_classes(args, stream); };
}

/// Everything the two margin launches share.
struct Margin {
    graph::MarginSoftmaxAttributes attributes;
    ElementType type = ElementType::f32;  ///< of the products' operands
    std::int64_t batch = 0;
    std::int64_t width = 0;
    std::int64_t stride = 0;  ///< of dots
    const float* unit = nullptr;
    void* centres = nullptr;
    ElementType centre_type = ElementType::f32;
    const std::int32_t* labels = nullptr;
    const std::int32_t* rows = nullptr;  // count first; null: every class in order
    float* row_state = nullptr;
    float* inverse_norms = nullptr;
    float* logits = nullptr;
    void* centres_copy = nullptr;  ///< a chunk's centres gathered or rounded; null: they are read in place
    void* unit_copy = nullptr;     ///< rounded; null: the unit embeddings themselves are read
    void* half_g = nullptr;        ///< null: G takes the dots' place
    void* library_workspace = nullptr;

    float* row(slot::RowState which) const { return row_state + static_cast<std::int64_t>(which) * batch; }
    float scale() const { return static_cast<float>(attributes.scale); }
    float gradient_scale() const { return 1.0f / static_cast<float>(attributes.loss_rows); }
    kernels::MarginParameters parameters() const {
        return {static_cast<float>(attributes.m1), static_cast<float>(attributes.m2),
                static_cast<float>(attributes.m3)};
    }
    const std::int32_t* chunk_rows(std::int64_t first) const { return rows ? rows + 1 + first : nullptr; }

    /// The matrix that a chunk's row numbers index.
    void* chunk_matrix(void* matrix, ElementType matrix_type, std::int64_t first) const {
        const std::int64_t elements = rows ? 0 : first * width;
        return static_cast<std::byte*>(matrix) + elements * static_cast<std::int64_t>(size_of(matrix_type));
    }
    void* chunk_centres(std::int64_t first) const { return chunk_matrix(centres, centre_type, first); }
    const void* chunk_operand(std::int64_t first) const {
        return centres_copy ? centres_copy : chunk_centres(first);
    }
    const void* unit_operand() const { return unit_copy ? unit_copy : static_cast<const void*>(unit); }

    kernels::cuda::LogitChunk chunk(std::int64_t first, std::int64_t columns) const {
        float* dots = attributes.keep_logits ? logits + first : logits;
        return {batch,  columns, stride, attributes.first_class + first, dots, inverse_norms + first,
                labels, rows};
    }

    void round_unit(Stream stream) const {
        if (unit_copy) kernels::cuda::convert(batch * width, ElementType::f32, unit, type, unit_copy, stream);
    }
    /// `norms` or null.
    void gather(std::int64_t first, std::int64_t columns, float* norms, Stream stream) const {
        if (!centres_copy && !norms) return;
        kernels::cuda::gather_rows({columns, width, chunk_centres(first), chunk_rows(first), rows, first,
                                    type, centres_copy, norms, centre_type},
                                   stream);
    }
    void multiply(Product* product, std::int64_t first, const kernels::cuda::LogitChunk& to,
                  Stream stream) const {
        product->enqueue(unit_operand(), chunk_operand(first), nullptr, to.dots, library_workspace, stream);
    }
};

Margin margin_of(const Bindings& bindings, const Operation& op, graph::TensorId gathered) {
    const CudaProgram& program = *bindings.program;
    Margin margin;
    margin.attributes = op.get<graph::MarginSoftmaxAttributes>();
    margin.type = program.type(program.graph().embedding);
    const graph::Shape& unit = program.graph().tensor(op.input(slot::embedding)).shape;
    margin.batch = unit.n;
    margin.width = unit.c;
    margin.stride = dots_stride(program, op);
    margin.unit = bindings.as<float>(op.input(slot::embedding));
    margin.centres = bindings.data(op.input(slot::centres));
    margin.centre_type = program.type(op.input(slot::centres));
    margin.labels = bindings.as<std::int32_t>(op.input(slot::labels));
    margin.rows = bindings.as<std::int32_t>(op.input(slot::rows));
    margin.library_workspace = bindings.library_workspace();
    margin.centres_copy = bindings.data(gathered);
    if (margin.type == ElementType::f32) return margin;
    auto* workspace = reinterpret_cast<std::byte*>(bindings.kernel_workspace());
    const CudaProgram::HeadWorkspace halves = program.head_workspace(op);
    margin.unit_copy = workspace + halves.unit;
    margin.half_g = workspace + halves.logits;
    if (!margin.rows) margin.centres_copy = workspace + halves.centres;
    return margin;
}

kernels::cuda::FinishRowsArgs finish_args(const Bindings& bindings, const Margin& m, float* result) {
    return {m.batch,
            m.row(slot::sum_exp),
            m.row(slot::max_other),
            m.row(slot::target_cos),
            m.parameters(),
            m.scale(),
            m.gradient_scale(),
            bindings.scales_loss() ? bindings.state() : nullptr,
            m.row(slot::row_loss),
            m.row(slot::inverse_normaliser),
            m.row(slot::target_dcos),
            result,
            m.attributes.loss_rows};
}

Enqueue bind_margin_forward(const Bindings& bindings, const Operation& op) {
    Margin m = margin_of(bindings, op, op.output(slot::gathered));
    m.row_state = bindings.as<float>(op.output(slot::row_state));
    m.inverse_norms = bindings.as<float>(op.output(slot::inverse_norms));
    m.logits = bindings.as<float>(op.output(slot::logits));
    std::vector<HeadProducts> products;
    for_each_chunk(m.attributes, [&](std::int64_t, std::int64_t columns) {
        products.push_back(head_products(*bindings.program, *bindings.products, op, columns));
    });
    const auto finish = finish_args(bindings, m, bindings.as<float>(op.output(slot::result)));
    return [m, finish, products = std::move(products)](Stream stream) {
        float* sum_exp = m.row(slot::sum_exp);
        float* max_other = m.row(slot::max_other);
        float* target_cos = m.row(slot::target_cos);
        kernels::cuda::margin_softmax_start_rows(m.batch, sum_exp, max_other, target_cos, stream);
        m.round_unit(stream);
        for_each_chunk(m.attributes, [&](std::int64_t first, std::int64_t columns) {
            const auto index = static_cast<std::size_t>(first / m.attributes.chunk);
            const auto chunk = m.chunk(first, columns);
            m.gather(first, columns, m.inverse_norms + first, stream);
            m.multiply(products[index].logits, first, chunk, stream);
            kernels::cuda::margin_softmax_forward_chunk(chunk, m.scale(), sum_exp, max_other, target_cos,
                                                        stream);
        });
        if (m.attributes.finish) kernels::cuda::margin_softmax_finish_rows(finish, stream);
    };
}

/// The row state, complete once all shards' sums are in it.
Margin margin_of_rows(const Bindings& bindings, const Operation& op) {
    Margin m;
    m.batch = bindings.program->graph().tensor(op.input(0)).shape.c;
    m.row_state = bindings.as<float>(op.input(0));
    return m;
}

Enqueue bind_margin_finish(const Bindings& bindings, const Operation& op) {
    Margin m = margin_of_rows(bindings, op);
    m.attributes = op.get<graph::MarginSoftmaxAttributes>();
    auto finish = finish_args(bindings, m, bindings.as<float>(op.output(1)));
    finish.max_other = nullptr;  // still on its way
    return [finish](Stream stream) { kernels::cuda::margin_softmax_finish_rows(finish, stream); };
}

Enqueue bind_margin_accuracy(const Bindings& bindings, const Operation& op) {
    const Margin m = margin_of_rows(bindings, op);
    float* accuracy = bindings.as<float>(op.output(0)) + 1;
    return [m, accuracy](Stream stream) {
        kernels::cuda::margin_softmax_accuracy(m.batch, m.row(slot::target_cos), m.row(slot::max_other),
                                               accuracy, stream);
    };
}

/// What the backward launch has besides Margin.
struct MarginBackward {
    Margin m;
    float* d_unit = nullptr;
    float* products = nullptr;  ///< R of a chunk
    float* column_sums = nullptr;
    void* momentum = nullptr;
    ElementType momentum_type = ElementType::f32;
    std::uint64_t seed = 0;
    float* gradient = nullptr;  ///< null: the centres are updated
    float momentum_factor = 0;
    float decay = 0;
    bool scales_loss = false;
    kernels::cuda::StepState* state = nullptr;

    const kernels::cuda::StepState* loss_state() const { return scales_loss ? state : nullptr; }
    void* g(const kernels::cuda::LogitChunk& chunk) const { return m.half_g ? m.half_g : chunk.dots; }
    std::int64_t g_stride() const {
        return m.half_g ? CudaProgram::logits_stride(m.attributes.chunk) : m.stride;
    }

    void run_chunk(const HeadProducts& with, std::int64_t first, std::int64_t columns, Stream stream) const {
        const auto chunk = m.chunk(first, columns);
        m.gather(first, columns, nullptr, stream);
        if (with.logits) m.multiply(with.logits, first, chunk, stream);
        kernels::cuda::margin_softmax_backward_chunk(
            {chunk, m.row(slot::inverse_normaliser), m.row(slot::target_dcos), m.scale(), m.gradient_scale(),
             loss_state(), m.type, g(chunk), g_stride(), column_sums},
            stream);
        Product* d_unit_product = first == 0 ? with.d_unit_set : with.d_unit_add;
        d_unit_product->enqueue(g(chunk), m.chunk_operand(first), nullptr, d_unit, m.library_workspace,
                                stream);
        with.centres->enqueue(g(chunk), m.unit_operand(), nullptr, products, m.library_workspace, stream);
        finish_centres(first, columns, stream);
    }

    void finish_centres(std::int64_t first, std::int64_t columns, Stream stream) const {
        if (gradient) {
            kernels::cuda::centre_gradient(
                {columns, m.width, m.chunk_rows(first), m.rows, first,
                 static_cast<const float*>(m.chunk_centres(first)), m.inverse_norms + first, column_sums,
                 products, gradient + (first - m.attributes.first_column) * m.width},
                stream);
            return;
        }
        kernels::cuda::CentreUpdateArgs args{};
        args.columns = columns;
        args.width = m.width;
        args.rows = m.chunk_rows(first);
        args.count = m.rows;
        args.first_column = first;
        args.weight = m.chunk_centres(first);
        args.momentum = m.chunk_matrix(momentum, momentum_type, first);
        args.weight_type = m.centre_type;
        args.momentum_type = momentum_type;
        args.seed = seed;
        args.first_row = m.rows ? 0 : first;
        args.inv_norm = m.inverse_norms + first;
        args.column_sums = column_sums;
        args.r = products;
        args.momentum_factor = momentum_factor;
        args.decay = decay;
        args.state = state;
        args.skip_overflow = scales_loss;
        kernels::cuda::centre_update(args, stream);
    }
};

Enqueue bind_margin_backward(const Bindings& bindings, const Operation& op) {
    MarginBackward b;
    b.m = margin_of(bindings, op, op.output(slot::b_gathered));
    b.m.row_state = bindings.as<float>(op.input(slot::b_row_state));
    b.m.inverse_norms = bindings.as<float>(op.input(slot::b_inverse_norms));
    b.m.logits = bindings.as<float>(b.m.attributes.keep_logits ? op.input(slot::b_logits)
                                                               : op.output(slot::chunk_logits));
    b.d_unit = bindings.as<float>(op.output(slot::d_embedding));
    b.products = bindings.as<float>(op.output(slot::chunk_products));
    b.column_sums = b.products + b.m.attributes.chunk * b.m.width;
    b.momentum = bindings.data(op.input(slot::b_momentum));
    if (b.momentum) b.momentum_type = bindings.program->type(op.input(slot::b_momentum));
    b.seed = bindings.options->seed;
    b.gradient = bindings.as<float>(op.input(slot::b_gradient));
    b.momentum_factor = static_cast<float>(bindings.options->momentum);
    b.decay = static_cast<float>(bindings.options->weight_decay);
    b.scales_loss = bindings.scales_loss();
    b.state = bindings.state();
    if (b.gradient && b.m.centre_type != ElementType::f32) {
        throw std::logic_error("the class centres' gradient is written for FP32 centres only");
    }
    std::vector<HeadProducts> products;
    for_each_chunk(b.m.attributes, [&](std::int64_t, std::int64_t columns) {
        products.push_back(head_products(*bindings.program, *bindings.products, op, columns));
    });
    return [b, products = std::move(products)](Stream stream) {
        b.m.round_unit(stream);
        for_each_chunk(b.m.attributes, [&](std::int64_t first, std::int64_t columns) {
            b.run_chunk(products[static_cast<std::size_t>((first - b.m.attributes.first_column) /
                                                          b.m.attributes.chunk)],
                        first, columns, stream);
        });
    };
}

}  // namespace

Enqueue bind_head(const Bindings& bindings, const Operation& op) {
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
        default:
            throw std::logic_error("not an operation of the head: " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cuda
