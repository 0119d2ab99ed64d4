// SPDX-License-Identifier: Apache-2.0
// Class centres and momentum kept in bfloat16: stochastic rounding is right on average, and the update of
// every pair of types follows its reference.
#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "kernels/cpu/class_sampling.h"
#include "kernels/cpu/margin_softmax.h"
#include "kernels/cpu/reference/margin_softmax.h"
#include "kernels/math/stochastic_rounding.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

/// Over every random number there is, the mean of what a value is rounded to is the value itself, exactly.
TEST(StochasticRounding, HasNoBias) {
    for (const float value : {1.0f, -1.0f, 1.003f, -0.30103f, 1e-20f, 65537.5f, -3.14159f, 0.0f}) {
        double sum = 0;
        for (std::uint32_t random = 0; random < 65536; ++random) {
            sum += static_cast<double>(to_float(stochastic_bfloat16(value, random)));
        }
        EXPECT_EQ(sum / 65536, static_cast<double>(value)) << value;
    }
}

TEST(StochasticRounding, TakesNeighboursOnly) {
    const float value = 1.0f + 0.25f / 128;
    for (std::uint32_t random = 0; random < 65536; random += 1021) {
        const float rounded = to_float(stochastic_bfloat16(value, random));
        EXPECT_TRUE(rounded == 1.0f || rounded == 1.0f + 1.0f / 128) << random;
    }
}

TEST(StochasticRounding, LeavesWhatIsNotFinite) {
    const float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(to_float(stochastic_bfloat16(infinity, 65535)), infinity);
    EXPECT_EQ(to_float(stochastic_bfloat16(-infinity, 65535)), -infinity);
    EXPECT_TRUE(std::isnan(to_float(stochastic_bfloat16(float_from_bits(0x7fffffffu), 65535))));
    EXPECT_TRUE(std::isnan(to_float(stochastic_bfloat16(float_from_bits(0x7f800001u), 0))));
}

class ClassState : public EachIsa {};

struct Case {
    ElementType weight, momentum;
};

constexpr Case cases[] = {{ElementType::f32, ElementType::f32},
                          {ElementType::f32, ElementType::bf16},
                          {ElementType::bf16, ElementType::f32},
                          {ElementType::bf16, ElementType::bf16}};

/// FP32 differs in the last bits from the reference's double; so does bfloat16 where such a difference
/// decides between neighbours: a spacing, 2^-7 of the value at most.
void expect_near(const Elements& actual, const Elements& expected, std::int64_t count, const char* what) {
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double near = actual.type() == ElementType::f32 ? 1e-6 : 0.0079;
        const double wanted = static_cast<double>(expected[i]);
        EXPECT_NEAR(static_cast<double>(actual[i]), wanted, near * std::abs(wanted) + 1e-6)
            << what << " " << i;
        different += actual[i] != expected[i];
    }
    if (actual.type() == ElementType::bf16) {
        EXPECT_LE(different, count / 50) << what;
    }
}

TEST_P(ClassState, UpdatesFollowTheReference) {
    for (const std::int64_t width : {3, 35, 128, 512}) {
        const std::int64_t classes = 20, columns = 4;
        const std::vector<std::int32_t> rows = {19, 0, 7, 8};
        const auto inv_norm = random_floats(columns, 160, 1, 0.2f), sums = random_floats(columns, 161);
        const auto r = random_floats(columns * width, 162);
        const auto w0 = random_floats(classes * width, 163), v0 = random_floats(classes * width, 164);
        for (const auto& [weight_type, momentum_type] : cases) {
            Elements w(weight_type, w0), v(momentum_type, v0), w_ref(weight_type, w0),
                v_ref(momentum_type, v0);
            cpu::CentreUpdateArgs args{
                columns,     width,         rows.data(), w.data(), v.data(), inv_norm.data(),
                sums.data(), r.data(),      0.1f,        0.9f,     5e-4f,    0.5f,
                weight_type, momentum_type, 7,           11,       1000};
            cpu::centre_update(args);
            args.weight = w_ref.data();
            args.momentum = v_ref.data();
            cpu::reference::centre_update(args);
            expect_near(w, w_ref, classes * width, "weight");
            expect_near(v, v_ref, classes * width, "momentum");
        }
    }
}

/// A row's random numbers are its own, whichever chunk or sample it is updated in.
TEST_P(ClassState, ChunksChangeNothing) {
    const std::int64_t classes = 9, width = 37;
    const auto inv_norm = random_floats(classes, 1, 1, 0.2f), sums = random_floats(classes, 2);
    const auto r = random_floats(classes * width, 3), w0 = random_floats(classes * width, 4);
    const auto update = [&](Elements& w, Elements& v, std::int64_t first, std::int64_t count) {
        cpu::centre_update({count, width, nullptr, static_cast<bfloat16*>(w.data()) + first * width,
                            static_cast<bfloat16*>(v.data()) + first * width, inv_norm.data() + first,
                            sums.data() + first, r.data() + first * width, 0.1f, 0.9f, 5e-4f, 1,
                            ElementType::bf16, ElementType::bf16, 3, 5, first});
    };
    Elements whole_w(ElementType::bf16, w0), whole_v(ElementType::bf16, w0);
    Elements parts_w(ElementType::bf16, w0), parts_v(ElementType::bf16, w0);
    update(whole_w, whole_v, 0, classes);
    for (const auto& [first, count] : {std::pair<int, int>{0, 4}, {4, 1}, {5, 4}})
        update(parts_w, parts_v, first, count);
    for (std::int64_t i = 0; i < classes * width; ++i) {
        EXPECT_EQ(whole_w[i], parts_w[i]) << i;
        EXPECT_EQ(whole_v[i], parts_v[i]) << i;
    }
}

/// A constant gradient for many steps, each moving a weight by a hundredth of bfloat16's spacing or less:
/// rounding to nearest would leave every weight where it is. The mean over all elements goes where FP32 goes,
/// within 5 standard errors; the momentum's mean too.
TEST_P(ClassState, ManySmallUpdatesAddUp) {
    const std::int64_t rows = 64, width = 64, count = rows * width;
    const std::vector<float> ones(rows, 1.0f), zeros(rows, 0.0f), gradient(count, 1.0f);
    Elements w(ElementType::bf16, std::vector<float>(count, 1.0f));
    Elements v(ElementType::bf16, std::vector<float>(count, 0.0f));
    double w_exact = 1, v_exact = 0;
    const double rate = 3e-6, factor = 0.9;
    for (std::uint64_t step = 0; step < 400; ++step) {
        cpu::centre_update({rows, width, nullptr, w.data(), v.data(), ones.data(), zeros.data(),
                            gradient.data(), static_cast<float>(rate), static_cast<float>(factor), 0, 1,
                            ElementType::bf16, ElementType::bf16, 1, step, 0});
        v_exact = factor * v_exact - rate;
        w_exact += v_exact;
    }
    double w_sum = 0, v_sum = 0, w_squares = 0, v_squares = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double weight = static_cast<double>(w[i]), momentum = static_cast<double>(v[i]);
        w_sum += weight, v_sum += momentum;
        w_squares += weight * weight, v_squares += momentum * momentum;
    }
    const auto n = static_cast<double>(count);
    const auto error = [n](double sum, double squares) {
        return std::sqrt((squares / n - sum * sum / n / n) / n);
    };
    EXPECT_LT(w_exact, 0.99);
    EXPECT_NEAR(w_sum / n, w_exact, 5 * error(w_sum, w_squares));
    EXPECT_NEAR(v_sum / n, v_exact, 5 * error(v_sum, v_squares));
}

TEST(GatherRows, WidensHalves) {
    const Elements weight(ElementType::bf16, random_floats(100 * 33, 70));
    const std::vector<std::int32_t> rows = {99, 0, 7};
    std::vector<float> out(3 * 33);
    cpu::gather_rows(static_cast<const bfloat16*>(weight.data()), 33, rows, out.data());
    for (std::int64_t k = 0; k < 3; ++k) {
        for (std::int64_t d = 0; d < 33; ++d) {
            EXPECT_EQ(out[static_cast<std::size_t>(k * 33 + d)],
                      weight[rows[static_cast<std::size_t>(k)] * 33 + d]);
        }
    }
}

ARCMETER_FOR_EACH_ISA(ClassState);

}  // namespace
}  // namespace arcmeter::kernels::test
