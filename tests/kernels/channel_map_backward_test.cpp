// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_map_backward.h"

#include "kernels/cpu/batch_norm.h"
#include "kernels/cpu/channel_map.h"
#include "kernels/cpu/reference/channel_map.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

class ChannelMapBackward : public EachIsa {};

/// Which of the backward's inputs are present.
struct BackwardCase {
    bool batch_norm;
    bool slope;
    bool frozen;
    bool add;
    int alias;  ///< dx is: 0 an own buffer, 1 x, 2 dy, 3 add
};

const std::vector<BackwardCase>& backward_cases() {
    static const std::vector<BackwardCase> cases = {
        {true, true, false, false, 0}, {true, false, false, true, 1}, {true, true, true, false, 2},
        {false, true, false, true, 3}, {true, true, false, true, 2},  {false, true, false, false, 1},
    };
    return cases;
}

struct BackwardData {
    Elements x, dy, add, dx;
    std::vector<float> mean, inv_std, scale, shift, slope;
    std::vector<float> sums[3], workspace;

    BackwardData(const ActivationLayout& layout, ElementType type)
        : x(random_elements(type, layout.elements(), 30)),
          dy(random_elements(type, layout.elements(), 31)),
          add(random_elements(type, layout.elements(), 32)),
          dx(type, layout.elements()),
          mean(random_floats(layout.channels, 33)),
          inv_std(random_floats(layout.channels, 34, 1, 0.1f)),
          scale(random_floats(layout.channels, 35)),
          shift(random_floats(layout.channels, 36)),
          slope(random_floats(layout.channels, 37, 0.25f, 0.1f)),
          workspace(cpu::channel_statistics_workspace(layout)) {
        for (std::vector<float>& sum : sums) {
            sum.resize(static_cast<std::size_t>(layout.channels));
        }
    }

    Elements& result(const BackwardCase& c) {
        Elements* const all[] = {&dx, &x, &dy, &add};
        return *all[c.alias];
    }

    template <class Args>
    Args common(const ActivationLayout& layout, ElementType type, const BackwardCase& c) {
        Args args{.layout = layout, .type = type, .x = x.data(), .dy = dy.data()};
        args.slope = c.slope ? slope.data() : nullptr;
        if (c.batch_norm) {
            args.mean = mean.data();
            args.inv_std = inv_std.data();
            args.scale = scale.data();
            args.shift = shift.data();
        }
        return args;
    }

    cpu::ChannelMapBackwardReduceArgs reduce(const ActivationLayout& layout, ElementType type,
                                             const BackwardCase& c) {
        auto args = common<cpu::ChannelMapBackwardReduceArgs>(layout, type, c);
        args.sum_dz = sums[0].data();
        args.sum_dz_xhat = c.batch_norm ? sums[1].data() : nullptr;
        args.sum_dslope = c.slope ? sums[2].data() : nullptr;
        args.workspace = workspace.data();
        return args;
    }

    cpu::ChannelMapBackwardApplyArgs apply(const ActivationLayout& layout, ElementType type,
                                           const BackwardCase& c) {
        auto args = common<cpu::ChannelMapBackwardApplyArgs>(layout, type, c);
        args.sum_dz = sums[0].data();
        args.sum_dz_xhat = sums[1].data();
        args.frozen = c.frozen;
        args.add = c.add ? add.data() : nullptr;
        args.dx = result(c).data();
        return args;
    }
};

void expect_backward_equals_the_reference() {
    for (const ActivationLayout& layout : awkward_layouts()) {
        for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
            for (const BackwardCase& c : backward_cases()) {
                SCOPED_TRACE(describe(layout, type) + " case " +
                             std::to_string(&c - backward_cases().data()));
                BackwardData fast(layout, type);
                BackwardData plain(layout, type);
                cpu::channel_map_backward_reduce(fast.reduce(layout, type, c));
                cpu::reference::channel_map_backward_reduce(plain.reduce(layout, type, c));
                // Sums of M terms of order 1: their size is sqrt(M), float rounding of pieces a few 1e-7 of
                // it. A z within rounding of 0 may fall on the other side, but then its terms are as small.
                const double absolute = 1e-5 * std::sqrt(static_cast<double>(layout.rows()));
                for (int k = 0; k < 3; ++k) {
                    expect_close(fast.sums[k], plain.sums[k], layout.channels, 1e-5, absolute,
                                 "sum " + std::to_string(k));
                }
                cpu::channel_map_backward_apply(fast.apply(layout, type, c));
                cpu::reference::channel_map_backward_apply(plain.apply(layout, type, c));
                expect_close(fast.result(c), plain.result(c), layout.elements(), storage_error(type), 1e-5,
                             "dx");
                EXPECT_TRUE(fast.result(c).guards_intact());
            }
        }
    }
}

TEST_P(ChannelMapBackward, EqualsTheReferenceInPlaceToo) {
    expect_backward_equals_the_reference();
}

TEST_P(ChannelMapBackward, EqualsTheReferenceWhenWrittenPastTheCaches) {
    const StreamEverything streaming;
    expect_backward_equals_the_reference();
}

TEST_P(ChannelMapBackward, ABiasGradientNeedsNoInput) {
    const ActivationLayout layout{130, 48, 1, 48};
    BackwardData data(layout, ElementType::f32);
    std::vector<float> expected(48, 0.0f);
    for (std::int64_t i = 0; i < layout.elements(); ++i) {
        expected[static_cast<std::size_t>(i % 48)] += data.dy[i];
    }
    cpu::channel_map_backward_reduce({.layout = layout,
                                      .type = ElementType::f32,
                                      .x = nullptr,
                                      .dy = data.dy.data(),
                                      .sum_dz = data.sums[0].data(),
                                      .workspace = data.workspace.data()});
    expect_close(data.sums[0], expected, 48, 1e-5, 1e-4, "bias gradient");
}

/// A whole BatchNorm + PReLU with batch statistics, and the loss sum(weights * y), through the launchers.
struct BatchNormPrelu {
    ActivationLayout layout;
    std::vector<float> x, gamma, beta, slope, weights;
    std::vector<float> mean, variance, inv_std, scale, shift, workspace;

    explicit BatchNormPrelu(const ActivationLayout& shape)
        : layout(shape),
          x(random_floats(shape.elements(), 40, 0.3f)),
          gamma(random_floats(shape.channels, 41, 1)),
          beta(random_floats(shape.channels, 42)),
          slope(random_floats(shape.channels, 43, 0.25f, 0.1f)),
          weights(random_floats(shape.elements(), 44)),
          workspace(cpu::channel_statistics_workspace(shape)) {
        for (std::vector<float>* values : {&mean, &variance, &inv_std, &scale, &shift}) {
            values->resize(static_cast<std::size_t>(shape.channels));
        }
    }

    /// In double apart from the launchers, so that differences of losses keep their digits: the map itself is
    /// evaluated here from the same definition.
    double loss() const {
        double total = 0;
        const double rows = static_cast<double>(layout.rows());
        for (std::int64_t c = 0; c < layout.channels; ++c) {
            const auto each = [&](auto body) {
                for (std::int64_t n = 0; n < layout.batch; ++n) {
                    for (std::int64_t s = 0; s < layout.spatial; ++s) {
                        body(static_cast<std::size_t>(layout.offset(n, c, s)));
                    }
                }
            };
            const std::size_t k = static_cast<std::size_t>(c);
            double m = 0, v = 0;
            each([&](std::size_t i) { m += static_cast<double>(x[i]) / rows; });
            each([&](std::size_t i) {
                v += (static_cast<double>(x[i]) - m) * (static_cast<double>(x[i]) - m) / rows;
            });
            each([&](std::size_t i) {
                const double z =
                    static_cast<double>(gamma[k]) * (static_cast<double>(x[i]) - m) / std::sqrt(v + 1e-3) +
                    static_cast<double>(beta[k]);
                total += static_cast<double>(weights[i]) * (z > 0 ? z : static_cast<double>(slope[k]) * z);
            });
        }
        return total;
    }

    double finite_difference(float& parameter) const {
        const float kept = parameter;
        const float step = 1e-3f;
        parameter = kept + step;
        const double above_at = static_cast<double>(parameter);
        const double above = loss();
        parameter = kept - step;
        const double below_at = static_cast<double>(parameter);
        const double below = loss();
        parameter = kept;
        return (above - below) / (above_at - below_at);
    }
};

TEST_P(ChannelMapBackward, AgreesWithFiniteDifferences) {
    BatchNormPrelu net({3, 16, 5, 16});
    const ActivationLayout& layout = net.layout;
    cpu::channel_statistics(
        {layout, ElementType::f32, net.x.data(), net.mean.data(), net.variance.data(), net.workspace.data()});
    cpu::batch_norm_finalize({16, layout.rows(), net.mean.data(), net.variance.data(), net.gamma.data(),
                              net.beta.data(), 1e-3f, 0.9f, nullptr, nullptr, net.inv_std.data(),
                              net.scale.data(), net.shift.data()});
    std::vector<float> dbeta(16), dgamma(16), dslope(16), dx(net.x.size());
    cpu::channel_map_backward_reduce({layout, ElementType::f32, net.x.data(), net.weights.data(),
                                      net.mean.data(), net.inv_std.data(), net.scale.data(), net.shift.data(),
                                      net.slope.data(), dbeta.data(), dgamma.data(), dslope.data(),
                                      net.workspace.data()});
    cpu::channel_map_backward_apply({layout, ElementType::f32, net.x.data(), net.weights.data(),
                                     net.mean.data(), net.inv_std.data(), net.scale.data(), net.shift.data(),
                                     net.slope.data(), dbeta.data(), dgamma.data(), false, nullptr,
                                     dx.data()});
    // Central differences with step 1e-3 leave about 1e-6 of curvature; a value that crosses the PReLU's kink
    // within the step leaves up to weight * 0.75 * 1e-3 / 2.
    const double tolerance = 2e-3;
    for (std::size_t c = 0; c < 16; ++c) {
        EXPECT_NEAR(static_cast<double>(dbeta[c]), net.finite_difference(net.beta[c]), tolerance) << c;
        EXPECT_NEAR(static_cast<double>(dgamma[c]), net.finite_difference(net.gamma[c]), tolerance) << c;
        EXPECT_NEAR(static_cast<double>(dslope[c]), net.finite_difference(net.slope[c]), tolerance) << c;
    }
    for (std::size_t i = 0; i < net.x.size(); i += 7) {
        EXPECT_NEAR(static_cast<double>(dx[i]), net.finite_difference(net.x[i]), tolerance) << i;
    }
}

ARCMETER_FOR_EACH_ISA(ChannelMapBackward);

}  // namespace
}  // namespace arcmeter::kernels::test
