// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/margin_softmax.h"

#include "kernels/cpu/reference/gemm.h"
#include "kernels/cpu/reference/margin_softmax.h"
#include "kernels/cpu/unit_norm.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

using cpu::LogitChunk;

class MarginSoftmax : public EachIsa {};

/// Random dot products and norms of a chunk, some cosines beyond +-1 before the clamp.
struct ChunkData {
    std::int64_t rows, columns, stride;
    std::vector<float> dots, inv_norm;
    std::vector<std::int32_t> labels;

    ChunkData(std::int64_t r, std::int64_t c, std::int64_t padding)
        : rows(r),
          columns(c),
          stride(c + padding),
          dots(random_floats(r * (c + padding), 140, 0, 0.3f)),
          inv_norm(random_floats(c, 141, 1, 0.1f)) {
        dots[0] = 3;
        dots[static_cast<std::size_t>(stride)] = -3;
        for (std::int64_t i = 0; i < rows; ++i) {
            labels.push_back(static_cast<std::int32_t>(i % 4 == 3 ? -1 : 1000 + i * 37 % (columns + 20)));
        }
        labels[1] = 1000;
        labels[2] = static_cast<std::int32_t>(1000 + columns - 1);
    }

    LogitChunk chunk() { return {rows, columns, stride, 1000, dots.data(), inv_norm.data(), labels.data()}; }
};

TEST_P(MarginSoftmax, ForwardEqualsTheReference) {
    for (const std::int64_t columns : {1, 15, 16, 100, 1500}) {
        SCOPED_TRACE(columns);
        ChunkData data(9, columns, 5);
        std::vector<float> sums(9), maxima(9), targets(9), sums_ref(9), maxima_ref(9), targets_ref(9);
        cpu::margin_softmax_start_rows(9, sums.data(), maxima.data(), targets.data());
        cpu::margin_softmax_start_rows(9, sums_ref.data(), maxima_ref.data(), targets_ref.data());
        for (int twice = 0; twice < 2; ++twice) {
            cpu::margin_softmax_forward_chunk(data.chunk(), 64, sums.data(), maxima.data(), targets.data());
            cpu::reference::margin_softmax_forward_chunk(data.chunk(), 64, sums_ref.data(), maxima_ref.data(),
                                                         targets_ref.data());
        }
        // A float logit near 64 is rounded by 4e-6, which is the relative error of its exponential.
        expect_close(sums, sums_ref, 9, 1e-5, 0, "sum_exp");
        expect_close(maxima, maxima_ref, 9, 2e-7, 0, "max_other");
        expect_close(targets, targets_ref, 9, 2e-7, 0, "target_cos");
    }
}

TEST_P(MarginSoftmax, ExponentialIsAccurate) {
    // One column, one row, no target: sum_exp is the exponential itself.
    const float one = 1;
    const std::int32_t absent = -1;
    for (float x = -0.999f; x < 0.999f; x += 0.00037f) {
        for (const float s : {1.0f, 64.0f}) {
            // 16 equal columns go through the vector path; their sum is exactly 16 times one.
            std::vector<float> dots(16, x), inv_norm(16, one);
            float sum = 0, largest = -2, target = 0;
            cpu::margin_softmax_forward_chunk({1, 16, 16, 0, dots.data(), inv_norm.data(), &absent}, s, &sum,
                                              &largest, &target);
            const double expected = 16 * std::exp(static_cast<double>(x * s));
            ASSERT_NEAR(static_cast<double>(sum) / expected, 1, 2e-7) << x * s;
        }
    }
}

TEST_P(MarginSoftmax, BackwardEqualsTheReference) {
    for (const std::int64_t columns : {1, 16, 100, 1500}) {
        SCOPED_TRACE(columns);
        ChunkData fast(9, columns, 3);
        ChunkData plain(9, columns, 3);
        const std::vector<float> inverse(9, 1e-9f), target_dcos = random_floats(9, 142, 0, 0.1f);
        std::vector<float> sums(static_cast<std::size_t>(columns)), sums_ref(sums.size());
        cpu::margin_softmax_backward_chunk(
            {fast.chunk(), inverse.data(), target_dcos.data(), 64, 0.125f, sums.data()});
        cpu::reference::margin_softmax_backward_chunk(
            {plain.chunk(), inverse.data(), target_dcos.data(), 64, 0.125f, sums_ref.data()});
        expect_close(fast.dots, plain.dots, 9 * fast.stride, 1e-5, 1e-30, "G");
        // Terms of both signs up to the largest dcos: relative to the target's, 0.1.
        expect_close(sums, sums_ref, columns, 1e-5, 1e-6, "column sums");
    }
}

TEST_P(MarginSoftmax, ANanReachesTheLoss) {
    ChunkData data(9, 100, 0);
    data.dots[static_cast<std::size_t>(5 * data.stride + 40)] = std::nanf("");
    std::vector<float> sums(9), maxima(9), targets(9), inverse(9), dcos(9), loss(9);
    cpu::margin_softmax_start_rows(9, sums.data(), maxima.data(), targets.data());
    cpu::margin_softmax_forward_chunk(data.chunk(), 64, sums.data(), maxima.data(), targets.data());
    cpu::margin_softmax_finish_rows(
        {9, sums.data(), targets.data(), {}, 64, 1, loss.data(), inverse.data(), dcos.data()});
    for (std::size_t i = 0; i < 9; ++i) {
        EXPECT_EQ(std::isnan(loss[i]), i == 5) << i;
    }
}

TEST(MarginSoftmaxFinish, IsStableAtBothEnds) {
    const MarginParameters arcface{1, 0.5f, 0};
    // Only one class; a certain and a hopeless row of 30 million classes.
    const std::vector<float> sums = {0, 1e-20f, 1.9e35f};
    const std::vector<float> targets = {0.5f, 0.99f, -1.0f};
    std::vector<float> loss(3), inverse(3), dcos(3);
    const double mean = cpu::margin_softmax_finish_rows(
        {3, sums.data(), targets.data(), arcface, 64, 1.0f / 3, loss.data(), inverse.data(), dcos.data()});
    EXPECT_EQ(loss[0], 0);
    EXPECT_EQ(inverse[0], 0);
    EXPECT_EQ(dcos[0], 0);
    EXPECT_GT(loss[1], 0);
    EXPECT_LT(loss[1], 1e-30f);
    // t is nearly 64 cos(pi + 0.5) = -56.2; log(1.9e35) = 81.2.
    EXPECT_NEAR(static_cast<double>(loss[2]), 81.2 + 56.2, 0.2);
    EXPECT_TRUE(std::isfinite(dcos[2]));
    EXPECT_NEAR(mean, (static_cast<double>(loss[1]) + static_cast<double>(loss[2])) / 3, 1e-5);
}

TEST(MarginSoftmaxFinish, CountsRowsWhoseOwnClassIsLargest) {
    const std::vector<float> targets = {0.5f, 0.5f, -0.1f}, others = {0.4f, 0.6f, -2.0f};
    EXPECT_EQ(cpu::margin_softmax_count_correct(3, targets.data(), others.data()), 2);
}

/// A whole head on one rank: unit norms, chunks, both gradients, against finite differences of a plain loss.
struct Head {
    static constexpr std::int64_t batch = 5, classes = 37, width = 12, chunk_columns = 16;
    std::vector<float> e = random_floats(batch * width, 150),
                       w = random_floats(classes * width, 151, 0, 0.5f);
    std::vector<std::int32_t> labels = {3, 36, 0, 17, 3};
    MarginParameters margin;
    float s = 8;
    std::vector<float> de = std::vector<float>(e.size()), dw = std::vector<float>(w.size());
    double mean_loss = 0;

    /// Plain definition in double.
    double loss(const std::vector<double>& embeddings, const std::vector<double>& centres) const {
        const auto cosine = [&](std::int64_t i, std::int64_t j) {
            double dot = 0, ee = 1e-10, ww = 1e-10;
            for (std::int64_t d = 0; d < width; ++d) {
                const double a = embeddings[static_cast<std::size_t>(i * width + d)];
                const double b = centres[static_cast<std::size_t>(j * width + d)];
                dot += a * b;
                ee += a * a;
                ww += b * b;
            }
            return dot / std::sqrt(ee * ww);
        };
        double total = 0;
        for (std::int64_t i = 0; i < batch; ++i) {
            const std::int64_t label = labels[static_cast<std::size_t>(i)];
            const double scale = static_cast<double>(s);
            const double theta = std::acos(cosine(i, label));
            const double t =
                scale * (std::cos(static_cast<double>(margin.m1) * theta + static_cast<double>(margin.m2)) -
                         static_cast<double>(margin.m3));
            double sum = std::exp(t);
            for (std::int64_t j = 0; j < classes; ++j) {
                sum += j == label ? 0 : std::exp(scale * cosine(i, j));
            }
            total += std::log(sum) - t;
        }
        return total / batch;
    }

    void run() {
        std::vector<float> e_inverse(batch), e_hat(e.size()), w_inverse(classes), de_hat(e.size());
        cpu::unit_norm(ElementType::f32, batch, width, e.data(), e_inverse.data(), e_hat.data());
        cpu::inverse_norms(ElementType::f32, classes, width, w.data(), w_inverse.data());
        std::vector<float> sums(batch), maxima(batch), targets(batch), inverse(batch), dcos(batch);
        std::vector<float> dots(batch * chunk_columns), column_sums(chunk_columns), r(chunk_columns * width);
        cpu::margin_softmax_start_rows(batch, sums.data(), maxima.data(), targets.data());
        const auto each_chunk = [&](auto body) {
            for (std::int64_t first = 0; first < classes; first += chunk_columns) {
                const std::int64_t columns = std::min(chunk_columns, classes - first);
                cpu::reference::gemm({false, true, batch, columns, width, 1, e_hat.data(), width,
                                      w.data() + first * width, width, 0, dots.data(), chunk_columns});
                body(LogitChunk{batch, columns, chunk_columns, first, dots.data(), w_inverse.data() + first,
                                labels.data()});
            }
        };
        each_chunk([&](const LogitChunk& chunk) {
            cpu::margin_softmax_forward_chunk(chunk, s, sums.data(), maxima.data(), targets.data());
        });
        mean_loss = cpu::margin_softmax_finish_rows({batch, sums.data(), targets.data(), margin, s,
                                                     1.0f / batch, nullptr, inverse.data(), dcos.data()});
        each_chunk([&](const LogitChunk& chunk) {
            cpu::margin_softmax_backward_chunk(
                {chunk, inverse.data(), dcos.data(), s, 1.0f / batch, column_sums.data()});
            const float* centres = w.data() + chunk.class_offset * width;
            cpu::reference::gemm({false, false, batch, width, chunk.columns, 1, dots.data(), chunk_columns,
                                  centres, width, 1, de_hat.data(), width});
            cpu::reference::gemm({true, false, chunk.columns, width, batch, 1, dots.data(), chunk_columns,
                                  e_hat.data(), width, 0, r.data(), width});
            cpu::centre_gradient({chunk.columns, width, nullptr, centres, chunk.inv_norm, column_sums.data(),
                                  r.data(), dw.data() + chunk.class_offset * width});
        });
        cpu::unit_norm_backward(ElementType::f32, batch, width, e_hat.data(), e_inverse.data(), de_hat.data(),
                                de.data());
    }
};

TEST_P(MarginSoftmax, TheWholeHeadAgreesWithFiniteDifferences) {
    for (const MarginParameters margin :
         {MarginParameters{1, 0.5f, 0}, {1, 0, 0.4f}, {1, 0.3f, 0.2f}, {1, 0, 0}, {1.35f, 0, 0}}) {
        Head head;
        head.margin = margin;
        head.run();
        std::vector<double> e(head.e.begin(), head.e.end()), w(head.w.begin(), head.w.end());
        // Float sums of 37 exponentials.
        EXPECT_NEAR(head.mean_loss, head.loss(e, w), 1e-5);
        const auto difference = [&](double& value) {
            const double kept = value;
            value = kept + 1e-5;
            const double above = head.loss(e, w);
            value = kept - 1e-5;
            const double below = head.loss(e, w);
            value = kept;
            return (above - below) / 2e-5;
        };
        // Differences in double are good to 1e-8; gradients are of order 0.1 in float through four products.
        for (std::size_t i = 0; i < e.size(); ++i) {
            EXPECT_NEAR(static_cast<double>(head.de[i]), difference(e[i]), 3e-6) << "embedding " << i;
        }
        for (std::size_t i = 0; i < w.size(); ++i) {
            EXPECT_NEAR(static_cast<double>(head.dw[i]), difference(w[i]), 3e-6) << "centre " << i;
        }
    }
}

TEST_P(MarginSoftmax, CentreUpdateTouchesTheListedRowsOnly) {
    const std::int64_t classes = 20, width = 35, columns = 3;
    const std::vector<std::int32_t> rows = {19, 0, 7};
    const std::vector<float> inv_norm = random_floats(columns, 160, 1, 0.2f),
                             sums = random_floats(columns, 161);
    const std::vector<float> r = random_floats(columns * width, 162);
    const std::vector<float> w0 = random_floats(classes * width, 163),
                             v0 = random_floats(classes * width, 164);
    std::vector<float> w = w0, v = v0, w_ref = w0, v_ref = v0;
    const auto args = [&](std::vector<float>& weight, std::vector<float>& momentum) {
        return cpu::CentreUpdateArgs{
            columns,     width,    rows.data(), weight.data(), momentum.data(), inv_norm.data(),
            sums.data(), r.data(), 0.1f,        0.9f,          5e-4f,           0.5f};
    };
    cpu::centre_update(args(w, v));
    cpu::reference::centre_update(args(w_ref, v_ref));
    expect_close(w, w_ref, classes * width, 1e-6, 1e-6, "weight");
    expect_close(v, v_ref, classes * width, 1e-6, 1e-6, "momentum");
    for (std::int64_t row = 0; row < classes; ++row) {
        const std::size_t at = static_cast<std::size_t>(row * width);
        EXPECT_EQ(w[at] == w0[at], row != 19 && row != 0 && row != 7) << row;
    }
}

TEST_P(MarginSoftmax, CentreGradientMayOverwriteR) {
    const std::int64_t width = 35, columns = 3;
    const std::vector<std::int32_t> rows = {4, 0, 2};
    const std::vector<float> inv_norm = random_floats(columns, 170, 1, 0.2f),
                             sums = random_floats(columns, 171);
    const std::vector<float> w = random_floats(5 * width, 173);
    std::vector<float> r = random_floats(columns * width, 172), expected(r.size());
    cpu::reference::centre_gradient(
        {columns, width, rows.data(), w.data(), inv_norm.data(), sums.data(), r.data(), expected.data()});
    cpu::centre_gradient(
        {columns, width, rows.data(), w.data(), inv_norm.data(), sums.data(), r.data(), r.data()});
    expect_close(r, expected, columns * width, 1e-6, 1e-6, "gradient");
}

ARCMETER_FOR_EACH_ISA(MarginSoftmax);

}  // namespace
}  // namespace arcmeter::kernels::test
