// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/head/head_support.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "engine/backend/cpu/cpu_executor.h"
#include "engine/backend/cpu/products.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::head::test {
namespace {

using Row = std::vector<double>;

struct Unit {
    Row direction;
    double inverse = 0;
};

Unit unit_of(const float* values, std::int64_t width) {
    double squares = 1e-10;
    for (std::int64_t k = 0; k < width; ++k) squares += static_cast<double>(values[k]) * values[k];
    Unit out{Row(static_cast<std::size_t>(width)), 1 / std::sqrt(squares)};
    for (std::int64_t k = 0; k < width; ++k)
        out.direction[static_cast<std::size_t>(k)] = values[k] * out.inverse;
    return out;
}

double dot(const Row& a, const Row& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_scaled(Row& to, double factor, const Row& from) {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] += factor * from[k];
}

/// Back through x / sqrt(|x|^2 + eps).
void append_unit_backward(const Unit& unit, const Row& d_unit, std::vector<float>& out) {
    const double along = dot(unit.direction, d_unit);
    for (std::size_t k = 0; k < d_unit.size(); ++k) {
        out.push_back(static_cast<float>(unit.inverse * (d_unit[k] - unit.direction[k] * along)));
    }
}

constexpr double s = 64;

}  // namespace

HeadData::HeadData(const HeadShape& head_shape, unsigned seed) : shape(head_shape) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::uniform_int_distribution<std::int32_t> any(0, static_cast<std::int32_t>(shape.classes - 1));
    for (std::int64_t i = 0; i < shape.classes * shape.width; ++i) centres.push_back(0.01f * normal(random));
    for (std::int64_t i = 0; i < shape.classes * shape.width; ++i) momentum.push_back(1e-3f * normal(random));
    for (std::int64_t i = 0; i < shape.batch; ++i) {
        labels.push_back(i == 0 ? 0 : i == 1 ? static_cast<std::int32_t>(shape.classes - 1) : any(random));
        const float nearness = i % 2 == 0 ? 100.0f : 0.0f;
        for (std::int64_t k = 0; k < shape.width; ++k) {
            const float centre = centres[static_cast<std::size_t>(labels.back() * shape.width + k)];
            embeddings.push_back(normal(random) + nearness * centre);
        }
    }
}

std::vector<std::int32_t> all_rows(const HeadShape& shape) {
    std::vector<std::int32_t> rows(static_cast<std::size_t>(shape.classes));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

HeadResult plain_head(const HeadData& data, protocol::Loss loss, std::span<const std::int32_t> rows) {
    const HeadShape& shape = data.shape;
    const graph::MarginSoftmaxAttributes margin = margin_of(loss);
    std::vector<Unit> centres;
    for (const std::int32_t row : rows) {
        centres.push_back(unit_of(data.centres.data() + row * shape.width, shape.width));
    }
    std::vector<Row> d_centres(rows.size(), Row(static_cast<std::size_t>(shape.width)));
    HeadResult out;
    const double share = 1.0 / static_cast<double>(shape.batch);
    for (std::int64_t i = 0; i < shape.batch; ++i) {
        const Unit unit = unit_of(data.embeddings.data() + i * shape.width, shape.width);
        const auto label = std::find(rows.begin(), rows.end(), data.labels[static_cast<std::size_t>(i)]);
        const auto target = static_cast<std::size_t>(label - rows.begin());
        std::vector<double> cosines, powers;
        double others = 0, largest_other = -2;
        for (std::size_t j = 0; j < rows.size(); ++j) {
            cosines.push_back(std::clamp(dot(unit.direction, centres[j].direction), -1 + 1e-7, 1 - 1e-7));
            powers.push_back(std::exp(s * cosines[j]));
            if (j == target) continue;
            others += powers[j];
            largest_other = std::max(largest_other, cosines[j]);
        }
        const double angle = std::acos(cosines[target]);
        const double power = std::exp(s * (std::cos(margin.m1 * angle + margin.m2) - margin.m3));
        out.loss += share * std::log1p(others / power);
        out.accuracy += cosines[target] > largest_other ? share : 0;
        Row d_unit(static_cast<std::size_t>(shape.width));
        for (std::size_t j = 0; j < rows.size(); ++j) {
            const double through_margin =
                margin.m1 * std::sin(margin.m1 * angle + margin.m2) / std::sin(angle);
            const double probability =
                j == target ? -others / (others + power) * through_margin : powers[j] / (others + power);
            add_scaled(d_unit, share * s * probability, centres[j].direction);
            add_scaled(d_centres[j], share * s * probability, unit.direction);
        }
        append_unit_backward(unit, d_unit, out.d_embedding);
    }
    for (std::size_t j = 0; j < rows.size(); ++j)
        append_unit_backward(centres[j], d_centres[j], out.gradient);
    return out;
}

namespace {

graph::Ranks ranks_of(const HeadSetup& setup) {
    return setup.communicator ? graph::Ranks{setup.communicator->rank(), setup.communicator->size()}
                              : graph::Ranks{};
}

/// This rank's rows of a matrix.
std::vector<float> rows_from(const std::vector<float>& matrix, std::int64_t first, std::int64_t rows,
                             std::int64_t width) {
    return {matrix.begin() + first * width, matrix.begin() + (first + rows) * width};
}

HeadOptions options_of(const HeadShape& shape, const HeadSetup& setup) {
    HeadOptions options;
    options.loss = setup.loss;
    options.num_classes = shape.classes;
    options.sample_ratio = setup.sample_ratio;
    options.keep_class_gradient = setup.keep_class_gradient;
    options.ranks = ranks_of(setup);
    options.bucket_bytes = setup.bucket_bytes;
    return options;
}

void describe(const graph::Graph& graph, HeadRun& run) {
    for (const graph::Operation& op : graph.operations()) {
        if (op.kind != graph::OpKind::margin_softmax_forward) continue;
        run.kept_logits = op.get<graph::MarginSoftmaxAttributes>().keep_logits;
        run.chunk = op.get<graph::MarginSoftmaxAttributes>().chunk;
    }
}

}  // namespace

HeadRun run_head(const HeadData& data, const HeadSetup& setup) {
    const HeadShape& shape = data.shape;
    const graph::Ranks ranks = ranks_of(setup);
    const std::int64_t batch = shape.batch / ranks.size, first_sample = ranks.rank * batch;
    const bool whole = setup.parallelism == protocol::Parallelism::data;
    const Shard shard = whole ? Shard{0, shape.classes} : shard_of(shape.classes, ranks);
    graph::Graph graph;
    graph.images = graph.embedding = graph.add_tensor(
        {.name = "embedding", .shape = {batch, shape.width, 1, 1}, .role = graph::Role::input});
    const HeadTensors tensors = make_head(setup.parallelism)->append(graph, options_of(shape, setup));
    for (const graph::Operation& op : tensors.at_end) graph.add_operation(op);
    backend::cpu::CpuExecutor executor(
        graph, backend::cpu::make_product_library(),
        {.threads = 1, .seed = setup.seed, .poison_activations = true, .communicator = setup.communicator});
    executor.write_tensor(tensors.centres, rows_from(data.centres, shard.first, shard.classes, shape.width));
    const bool has_momentum = !setup.keep_class_gradient;  // without an update nothing reads it
    if (has_momentum) {
        executor.write_tensor(tensors.momentum,
                              rows_from(data.momentum, shard.first, shard.classes, shape.width));
    }

    const std::vector<float> embeddings = rows_from(data.embeddings, first_sample, batch, shape.width);
    backend::StepInput input;
    input.step = setup.step;
    input.learning_rate = rate;
    input.float_images = embeddings.data();
    input.labels = data.labels.data() + first_sample;
    const backend::StepReport report = backend::test::run_step(executor, input);

    HeadRun run;
    run.first_class = shard.first;
    run.result.loss = report.loss;
    run.result.accuracy = report.accuracy;
    run.result.d_embedding = executor.read_tensor(tensors.d_embedding);
    if (setup.keep_class_gradient) run.result.gradient = executor.read_tensor(tensors.gradient);
    run.centres = executor.read_tensor(tensors.centres);
    if (has_momentum) run.momentum = executor.read_tensor(tensors.momentum);
    describe(graph, run);
    return run;
}

}  // namespace arcmeter::head::test
