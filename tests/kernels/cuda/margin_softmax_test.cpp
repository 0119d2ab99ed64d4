// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/margin_softmax.h"

#include <limits>

#include "kernels/cpu/reference/margin_softmax.h"
#include "tests/kernels/cuda/device_memory.h"

// The references and the way the pieces fit together are held to finite differences in
// tests/kernels/margin_softmax_test.cpp.

namespace arcmeter::kernels::test {
namespace {

struct ChunkCase {
    std::int64_t rows, columns, stride;
    std::int64_t unused = 0;  ///< columns at the end that are no one's
};

/// Whole accesses; rests of accesses and of blocks; one column; unused row slots.
constexpr ChunkCase chunk_cases[] = {{5, 2304, 2304}, {9, 333, 336},     {3, 70, 71},
                                     {17, 1, 1},      {4, 128, 128, 30}, {2, 8, 8, 8}};

/// A chunk on both sides; class_offset is 1000.
struct Chunk {
    ChunkCase c;
    std::vector<float> dots, inv_norm;
    std::vector<std::int32_t> labels;
    DeviceArray<float> dots_d, inv_norm_d;
    DeviceArray<std::int32_t> labels_d, count_d;

    explicit Chunk(const ChunkCase& which)
        : c(which),
          dots(random_floats(c.rows * c.stride, 1, 0, 0.3f)),
          inv_norm(random_floats(c.columns, 2, 1, 0.1f)),
          labels(make_labels(c)),
          dots_d(dots),
          inv_norm_d(inv_norm),
          labels_d(labels),
          count_d(std::vector<std::int32_t>{static_cast<std::int32_t>(1000 + used())}) {}

    std::int64_t used() const { return c.columns - c.unused; }

    cpu::LogitChunk host() {
        return {c.rows, used(), c.stride, 1000, dots.data(), inv_norm.data(), labels.data()};
    }
    cuda::LogitChunk device() const {
        return {c.rows,        c.columns,         c.stride,        1000,
                dots_d.data(), inv_norm_d.data(), labels_d.data(), c.unused != 0 ? count_d.data() : nullptr};
    }

private:
    /// Targets in this chunk, before and behind it, and on another shard.
    static std::vector<std::int32_t> make_labels(const ChunkCase& c) {
        std::vector<std::int32_t> labels(static_cast<std::size_t>(c.rows));
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const auto inside =
                static_cast<std::int32_t>(1000 + (i * 37) % static_cast<std::size_t>(c.columns));
            labels[i] = i % 4 == 1 ? -1 : (i % 4 == 2 ? static_cast<std::int32_t>(1000 + c.columns) : inside);
        }
        return labels;
    }
};

TEST(CudaMarginSoftmax, ForwardChunkEqualsTheReference) {
    for (const ChunkCase& c : chunk_cases) {
        SCOPED_TRACE(c.columns);
        Chunk chunk(c);
        const auto rows = static_cast<std::size_t>(c.rows);
        std::vector<float> sum(rows, 0.0f), largest(rows, -2.0f), target(rows, 0.0f);
        const DeviceArray<float> sum_d(c.rows), largest_d(c.rows), target_d(c.rows);
        cuda::margin_softmax_start_rows(c.rows, sum_d.data(), largest_d.data(), target_d.data(),
                                        test_stream());
        // Twice: the second adds to the first.
        for (int pass = 0; pass < 2; ++pass) {
            cpu::reference::margin_softmax_forward_chunk(chunk.host(), 16, sum.data(), largest.data(),
                                                         target.data());
            cuda::margin_softmax_forward_chunk(chunk.device(), 16, sum_d.data(), largest_d.data(),
                                               target_d.data(), test_stream());
        }
        // exp of 16 cos: an error of 1e-7 in the cosine is one of 2e-6 in its exponential.
        expect_close(sum_d.values(), sum, c.rows, 5e-6, 0, "sum_exp");
        expect_close(largest_d.values(), largest, c.rows, 2e-7, 0, "max_other");
        expect_close(target_d.values(), target, c.rows, 2e-7, 0, "target_cos");
    }
}

TEST(CudaMarginSoftmax, ANanReachesItsRow) {
    Chunk chunk(chunk_cases[1]);
    chunk.dots[static_cast<std::size_t>(5 * chunk.c.stride + 40)] = std::nanf("");
    const DeviceArray<float> dots(chunk.dots), sum(9), largest(9), target(9);
    cuda::LogitChunk device = chunk.device();
    device.dots = dots.data();
    cuda::margin_softmax_start_rows(9, sum.data(), largest.data(), target.data(), test_stream());
    cuda::margin_softmax_forward_chunk(device, 64, sum.data(), largest.data(), target.data(), test_stream());
    const std::vector<float> sums = sum.values();
    for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(std::isnan(sums[i]), i == 5) << i;
}

TEST(CudaMarginSoftmax, FinishRowsEqualsTheCpu) {
    const std::int64_t rows = 300;
    std::vector<float> sum(static_cast<std::size_t>(rows)), target = random_floats(rows, 3, 0.3f, 0.4f),
                                                            other = random_floats(rows, 4, 0.3f, 0.1f);
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] = i % 7 == 0 ? 0.0f : std::exp(static_cast<float>(i) / 4);
    target[0] = 1;
    target[1] = -1;
    target[2] = other[2];
    const DeviceArray<float> sum_d(sum), target_d(target), other_d(other), loss(rows), inverse(rows),
        dcos(rows), result(2);
    cuda::StepState state;
    state.loss_scale.scale = 1024;
    const auto state_d = step_state(state);
    for (const MarginParameters margin : {MarginParameters{1, 0.5f, 0}, {1.35f, 0.2f, 0.1f}}) {
        cuda::margin_softmax_finish_rows(
            {rows, sum_d.data(), other_d.data(), target_d.data(), margin, 64, 0.25f, state_d.data(),
             loss.data(), inverse.data(), dcos.data(), result.data(), 4 * rows},
            test_stream());
        std::vector<float> loss_ref(sum.size()), inverse_ref(sum.size()), dcos_ref(sum.size());
        const double mean =
            cpu::margin_softmax_finish_rows({rows, sum.data(), target.data(), margin, 64, 256.0f,
                                             loss_ref.data(), inverse_ref.data(), dcos_ref.data()});
        // The same formula in double, rounded once.
        expect_close(loss.values(), loss_ref, rows, 2e-7, 0, "loss");
        expect_close(inverse.values(), inverse_ref, rows, 2e-7, 0, "inverse_normaliser");
        expect_close(dcos.values(), dcos_ref, rows, 2e-7, 0, "target_dcos");
        const std::vector<float> both = result.values();
        // This rank's share of a global batch of four times its rows.
        EXPECT_NEAR(static_cast<double>(both[0]), mean / 4, 2e-7 * mean);
        const auto correct =
            static_cast<float>(cpu::margin_softmax_count_correct(rows, target.data(), other.data()));
        EXPECT_EQ(both[1], correct / static_cast<float>(4 * rows));
    }
}

/// Where shards' maxima are still on their way, the share is left to a launch of its own.
TEST(CudaMarginSoftmax, AccuracyByItselfEqualsTheCpu) {
    const std::int64_t rows = 300;
    std::vector<float> target = random_floats(rows, 3, 0.3f, 0.4f),
                       other = random_floats(rows, 4, 0.3f, 0.1f);
    target[2] = other[2];
    const DeviceArray<float> sum(std::vector<float>(static_cast<std::size_t>(rows), 1.0f)), target_d(target),
        other_d(other), inverse(rows), dcos(rows), result(std::vector<float>{-1, -1});
    cuda::margin_softmax_finish_rows({rows,
                                      sum.data(),
                                      nullptr,
                                      target_d.data(),
                                      {1, 0.5f, 0},
                                      64,
                                      0.25f,
                                      nullptr,
                                      nullptr,
                                      inverse.data(),
                                      dcos.data(),
                                      result.data(),
                                      rows},
                                     test_stream());
    EXPECT_EQ(result.values()[1], -1);
    cuda::margin_softmax_accuracy(rows, target_d.data(), other_d.data(), result.data() + 1, test_stream());
    const auto correct =
        static_cast<float>(cpu::margin_softmax_count_correct(rows, target.data(), other.data()));
    EXPECT_GT(correct, 0);
    EXPECT_EQ(result.values()[1], correct / static_cast<float>(rows));
}

/// in_place: G overwrites the dots.
void expect_backward(const ChunkCase& c, ElementType type, bool in_place) {
    Chunk chunk(c);
    std::vector<float> inverse = random_floats(c.rows, 5, 1e-5f, 1e-6f),
                       dcos = random_floats(c.rows, 6, -5, 1);
    std::vector<float> column_sums(static_cast<std::size_t>(c.columns));
    const DeviceArray<float> inverse_d(inverse), dcos_d(dcos), column_sums_d(c.columns);
    const std::int64_t stride = in_place ? c.stride : c.stride + 4;
    const DeviceElements gradient(type, c.rows * stride);
    cuda::StepState state;
    state.loss_scale.scale = 8;
    const auto state_d = step_state(state);
    cuda::margin_softmax_backward_chunk(
        {chunk.device(), inverse_d.data(), dcos_d.data(), 16, 0.125f, state_d.data(), type,
         in_place ? chunk.dots_d.data() : gradient.data(), stride, column_sums_d.data()},
        test_stream());
    cpu::reference::margin_softmax_backward_chunk(
        {chunk.host(), inverse.data(), dcos.data(), 16, 1, column_sums.data()});
    const Elements actual = in_place ? Elements(type, chunk.dots_d.values()) : gradient.values();
    for (std::int64_t i = 0; i < c.rows; ++i) {
        for (std::int64_t j = 0; j < c.columns; ++j) {
            const double expected =
                j < chunk.used() ? static_cast<double>(chunk.dots[static_cast<std::size_t>(i * c.stride + j)])
                                 : 0.0;
            // Below 6e-5 a float16 has fewer digits: half of its spacing of 6e-8.
            ASSERT_NEAR(
                static_cast<double>(actual[i * stride + j]), expected,
                (stored_error(type) + 5e-6) * std::abs(expected) + (type == ElementType::f16 ? 3e-8 : 0))
                << i << " " << j;
        }
    }
    // Terms of both signs up to the largest dcos, 8.
    expect_close(column_sums_d.values(), column_sums, c.columns, 1e-5, 1e-5, "column_sums");
}

TEST(CudaMarginSoftmax, BackwardChunkEqualsTheReference) {
    for (const ChunkCase& c : chunk_cases) {
        for (const ElementType type : all_types) {
            SCOPED_TRACE(std::string(name_of(type)) + " " + std::to_string(c.columns));
            expect_backward(c, type, false);
        }
        expect_backward(c, ElementType::f32, true);
    }
}

/// A few class centres out of many, on both sides; the last of five columns is unused.
struct Centres {
    static constexpr std::int64_t classes = 20, columns = 5, used = 4;
    std::int64_t width;
    std::vector<std::int32_t> rows = {19, 0, 7, 3, -1};
    std::vector<float> weight, momentum, inv_norm, sums, r;
    DeviceArray<float> weight_d, momentum_d, inv_norm_d, sums_d, r_d;
    DeviceArray<std::int32_t> rows_d, count_d;

    explicit Centres(std::int64_t d)
        : width(d),
          weight(random_floats(classes * d, 10)),
          momentum(random_floats(classes * d, 11)),
          inv_norm(random_floats(columns, 12, 1, 0.2f)),
          sums(random_floats(columns, 13)),
          r(random_floats(columns * d, 14)),
          weight_d(weight),
          momentum_d(momentum),
          inv_norm_d(inv_norm),
          sums_d(sums),
          r_d(r),
          rows_d(rows),
          count_d(std::vector<std::int32_t>{100 + used}) {}

    cuda::CentreUpdateArgs update(const DeviceArray<cuda::StepState>& state) const {
        return {columns,
                width,
                rows_d.data(),
                count_d.data(),
                100,
                weight_d.data(),
                momentum_d.data(),
                inv_norm_d.data(),
                sums_d.data(),
                r_d.data(),
                0.9f,
                5e-4f,
                0.5f,
                state.data(),
                false};
    }

    void expect_reference_update(float gradient_scale) {
        cpu::reference::centre_update({used, width, rows.data(), weight.data(), momentum.data(),
                                       inv_norm.data(), sums.data(), r.data(), 0.1f, 0.9f, 5e-4f,
                                       gradient_scale});
        expect_close(weight_d.values(), weight, classes * width, 1e-6, 1e-6, "weight");
        expect_close(momentum_d.values(), momentum, classes * width, 1e-6, 1e-6, "momentum");
    }
};

TEST(CudaCentres, UpdateTouchesTheListedRowsOnly) {
    for (const std::int64_t width : {35, 512}) {
        SCOPED_TRACE(width);
        Centres centres(width);
        cuda::StepState state{{0, 0.1f}, {}};
        state.loss_scale.scale = 4;
        const auto state_d = step_state(state);
        cuda::centre_update(centres.update(state_d), test_stream());
        centres.expect_reference_update(0.125f);
    }
}

TEST(CudaCentres, UpdateInOrderNeedsNoRows) {
    Centres centres(64);
    cuda::StepState state{{0, 0.1f}, {}};
    state.loss_scale.scale = 1;
    const auto state_d = step_state(state);
    cuda::CentreUpdateArgs args = centres.update(state_d);
    args.rows = nullptr;
    cuda::centre_update(args, test_stream());
    centres.rows = {0, 1, 2, 3, 4};
    centres.expect_reference_update(0.5f);
}

/// As the CPU's reference rounds them: apart from elements where the last bits of FP32 decide between
/// neighbours.
TEST(CudaCentres, HalfStateIsRoundedAsOnTheCpu) {
    for (const std::int64_t width : {35, 64}) {
        for (const auto& [weight_type, momentum_type] : {std::pair{ElementType::f32, ElementType::bf16},
                                                         {ElementType::bf16, ElementType::f32},
                                                         {ElementType::bf16, ElementType::bf16}}) {
            Centres centres(width);
            const std::int64_t count = static_cast<std::int64_t>(centres.weight.size());
            Elements weight_ref(weight_type, centres.weight), momentum_ref(momentum_type, centres.momentum);
            const DeviceElements weight(weight_ref), momentum(momentum_ref);
            cuda::StepState state{{11, 0.1f}, {}};
            state.loss_scale.scale = 1;
            const auto state_d = step_state(state);
            cuda::CentreUpdateArgs args = centres.update(state_d);
            args.weight = weight.data();
            args.momentum = momentum.data();
            args.weight_type = weight_type;
            args.momentum_type = momentum_type;
            args.seed = 7;
            args.first_row = 1000;
            cuda::centre_update(args, test_stream());
            cpu::reference::centre_update({Centres::used, width, centres.rows.data(), weight_ref.data(),
                                           momentum_ref.data(), centres.inv_norm.data(), centres.sums.data(),
                                           centres.r.data(), 0.1f, 0.9f, 5e-4f, 0.5f, weight_type,
                                           momentum_type, 7, 11, 1000});
            const Elements weight_out = weight.values(), momentum_out = momentum.values();
            std::int64_t different = 0;
            for (std::int64_t i = 0; i < count; ++i) {
                EXPECT_NEAR(weight_out[i], weight_ref[i], 0.0079f * std::abs(weight_ref[i]) + 1e-6f) << i;
                EXPECT_NEAR(momentum_out[i], momentum_ref[i], 0.0079f * std::abs(momentum_ref[i]) + 1e-6f)
                    << i;
                different += weight_type == ElementType::bf16 && weight_out[i] != weight_ref[i];
            }
            EXPECT_LE(different, count / 50);
        }
    }
}

TEST(CudaCentres, ARowThatOverflowedIsLeftAndReported) {
    Centres centres(64);
    centres.r[64 + 63] = std::numeric_limits<float>::infinity();
    const DeviceArray<float> r(centres.r);
    cuda::StepState state{{0, 0.1f}, {}};
    state.loss_scale.scale = 1;
    const auto state_d = step_state(state);
    cuda::CentreUpdateArgs args = centres.update(state_d);
    args.r = r.data();
    args.skip_overflow = true;
    cuda::centre_update(args, test_stream());
    const cuda::StepState after = state_d.values()[0];
    EXPECT_NE(after.loss_scale.head_overflow, 0);
    EXPECT_EQ(after.loss_scale.overflow, 0);
    const std::vector<float> weight = centres.weight_d.values();
    for (std::size_t i = 0; i < 64; ++i) {
        EXPECT_EQ(weight[i], centres.weight[i]) << "row 0, column 1";
        EXPECT_NE(weight[19 * 64 + i], centres.weight[19 * 64 + i]) << "row 19, column 0";
    }
}

TEST(CudaCentres, GradientEqualsTheReference) {
    for (const std::int64_t width : {35, 512}) {
        Centres centres(width);
        const DeviceArray<float> own(Centres::columns * width);
        const auto args = [&](float* gradient) {
            return cuda::CentreGradientArgs{Centres::columns,
                                            width,
                                            centres.rows_d.data(),
                                            centres.count_d.data(),
                                            100,
                                            centres.weight_d.data(),
                                            centres.inv_norm_d.data(),
                                            centres.sums_d.data(),
                                            centres.r_d.data(),
                                            gradient};
        };
        cuda::centre_gradient(args(own.data()), test_stream());
        std::vector<float> expected(static_cast<std::size_t>(Centres::columns * width), 0.0f);
        cpu::reference::centre_gradient({Centres::used, width, centres.rows.data(), centres.weight.data(),
                                         centres.inv_norm.data(), centres.sums.data(), centres.r.data(),
                                         expected.data()});
        expect_close(own.values(), expected, own.size(), 1e-6, 1e-6, "gradient");
        cuda::centre_gradient(args(centres.r_d.data()), test_stream());
        EXPECT_EQ(centres.r_d.values(), own.values()) << "over r";
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
