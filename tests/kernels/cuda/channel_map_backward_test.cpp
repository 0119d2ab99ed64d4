// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/channel_map_backward.h"

#include "kernels/cpu/reference/channel_map.h"
#include "tests/kernels/cuda/device_memory.h"

// The references are held to finite differences in tests/kernels/channel_map_backward_test.cpp.

namespace arcmeter::kernels::test {
namespace {

enum class Kind { norm_and_prelu, norm, prelu, identity };

/// Everything a backward pass reads, on both sides.
struct Problem {
    MatrixCase c;
    Kind kind;
    Elements x, dy, add;
    std::vector<float> mean, inv_std, scale, shift, slope;
    DeviceElements x_d, dy_d, add_d;
    DeviceArray<float> mean_d, inv_std_d, scale_d, shift_d, slope_d;

    Problem(const MatrixCase& matrix, Kind which)
        : c(matrix),
          kind(which),
          x(random_elements(c.type, c.count(), 40, 0.3f)),
          dy(random_elements(c.type, c.count(), 41)),
          add(random_elements(c.type, c.count(), 42)),
          mean(random_floats(c.channels, 43, 0.3f, 0.1f)),
          inv_std(random_floats(c.channels, 44, 1, 0.1f)),
          scale(random_floats(c.channels, 45, 1, 0.2f)),
          shift(random_floats(c.channels, 46)),
          slope(random_floats(c.channels, 47, 0.25f, 0.1f)),
          x_d(x, c.shift),
          dy_d(dy, c.shift),
          add_d(add, c.shift),
          mean_d(mean),
          inv_std_d(inv_std),
          scale_d(scale),
          shift_d(shift),
          slope_d(slope) {}

    bool has_norm() const { return kind == Kind::norm || kind == Kind::norm_and_prelu; }
    bool has_slope() const { return kind == Kind::prelu || kind == Kind::norm_and_prelu; }

    template <class Args>
    void set_host(Args& args) const {
        args.layout = c.layout();
        args.type = c.type;
        args.x = kind == Kind::identity ? nullptr : x.data();
        args.dy = dy.data();
        if (has_norm()) {
            args.mean = mean.data();
            args.inv_std = inv_std.data();
            args.scale = scale.data();
            args.shift = shift.data();
        }
        if (has_slope()) args.slope = slope.data();
    }

    template <class Args>
    void set_device(Args& args) const {
        args.rows = c.rows;
        args.channels = c.channels;
        args.type = c.type;
        args.x = kind == Kind::identity ? nullptr : x_d.data();
        args.dy = dy_d.data();
        if (has_norm()) {
            args.mean = mean_d.data();
            args.inv_std = inv_std_d.data();
            args.scale = scale_d.data();
            args.shift = shift_d.data();
        }
        if (has_slope()) args.slope = slope_d.data();
    }
};

constexpr Kind all_kinds[] = {Kind::norm_and_prelu, Kind::norm, Kind::prelu, Kind::identity};

void expect_sums(const Problem& p) {
    const std::int64_t channels = p.c.channels;
    const auto size = static_cast<std::size_t>(channels);
    std::vector<float> dz_ref(size), dz_xhat_ref(size), dslope_ref(size);
    const DeviceArray<float> dz(channels), dz_xhat(channels), dslope(channels);
    const DeviceArray<float> workspace(
        static_cast<std::int64_t>(cuda::channel_map_backward_workspace(p.c.rows, channels)));
    cpu::ChannelMapBackwardReduceArgs reference{};
    cuda::ChannelMapBackwardReduceArgs args{};
    p.set_host(reference);
    p.set_device(args);
    reference.sum_dz = dz_ref.data();
    args.sum_dz = dz.data();
    args.workspace = workspace.data();
    args.counters = reduction_counters();
    if (p.has_norm()) {
        reference.sum_dz_xhat = dz_xhat_ref.data();
        args.sum_dz_xhat = dz_xhat.data();
    }
    if (p.has_slope()) {
        reference.sum_dslope = dslope_ref.data();
        args.sum_dslope = dslope.data();
    }
    cpu::reference::channel_map_backward_reduce(reference);
    cuda::channel_map_backward_reduce(args, test_stream());
    // Terms of order 1 and both signs: the error of float sums grows as the root of their number.
    const double absolute = 4e-6 * std::sqrt(static_cast<double>(p.c.rows));
    expect_close(dz.values(), dz_ref, channels, 1e-6, absolute, "sum_dz");
    if (p.has_norm()) expect_close(dz_xhat.values(), dz_xhat_ref, channels, 1e-6, absolute, "sum_dz_xhat");
    if (p.has_slope()) expect_close(dslope.values(), dslope_ref, channels, 1e-6, absolute, "sum_dslope");
}

TEST(CudaChannelMapBackward, SumsEqualTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        for (const Kind kind : all_kinds) {
            SCOPED_TRACE(c.name() + ", kind " + std::to_string(static_cast<int>(kind)));
            expect_sums(Problem(c, kind));
        }
    }
}

TEST(CudaChannelMapBackward, SumsRepeatBitForBit) {
    const Problem p({3000, 64, ElementType::bf16, 0}, Kind::norm_and_prelu);
    std::vector<float> first;
    for (int repeat = 0; repeat < 4; ++repeat) {
        const DeviceArray<float> dz(64),
            workspace(static_cast<std::int64_t>(cuda::channel_map_backward_workspace(3000, 64)));
        cuda::ChannelMapBackwardReduceArgs args{};
        p.set_device(args);
        args.sum_dz = dz.data();
        args.workspace = workspace.data();
        args.counters = reduction_counters();
        cuda::channel_map_backward_reduce(args, test_stream());
        if (repeat == 0) first = dz.values();
        EXPECT_EQ(dz.values(), first);
    }
}

/// alias: dx is 0 an own buffer, 1 x, 2 dy, 3 add.
void expect_dx(const Problem& p, bool frozen, bool with_add, int alias) {
    const std::vector<float> dz = random_floats(p.c.channels, 48, 0, 5),
                             dz_xhat = random_floats(p.c.channels, 49, 0, 5);
    const DeviceArray<float> dz_d(dz), dz_xhat_d(dz_xhat);
    const DeviceElements own(p.c.type, p.c.count(), p.c.shift);
    const DeviceElements* const outputs[] = {&own, &p.x_d, &p.dy_d, &p.add_d};
    const DeviceElements& out = *outputs[alias];
    Elements expected(p.c.type, p.c.count());
    cpu::ChannelMapBackwardApplyArgs reference{};
    cuda::ChannelMapBackwardApplyArgs args{};
    p.set_host(reference);
    p.set_device(args);
    reference.sum_dz = dz.data();
    reference.sum_dz_xhat = dz_xhat.data();
    args.sum_dz = dz_d.data();
    args.sum_dz_xhat = dz_xhat_d.data();
    reference.frozen = args.frozen = frozen;
    if (with_add) {
        reference.add = p.add.data();
        args.add = p.add_d.data();
    }
    reference.dx = expected.data();
    args.dx = out.data();
    cpu::reference::channel_map_backward_apply(reference);
    cuda::channel_map_backward_apply(args, test_stream());
    // With one row the means over the batch are of order 5, and terms cancel.
    expect_close(out.values(), expected, p.c.count(), stored_error(p.c.type), 1e-5, "dx");
}

TEST(CudaChannelMapBackward, DxEqualsTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        for (const Kind kind : all_kinds) {
            SCOPED_TRACE(c.name() + ", kind " + std::to_string(static_cast<int>(kind)));
            expect_dx(Problem(c, kind), false, true, 0);
            expect_dx(Problem(c, kind), true, false, 2);
        }
    }
}

TEST(CudaChannelMapBackward, DxMayOverwriteAnyInput) {
    for (const int alias : {1, 2, 3}) {
        SCOPED_TRACE(alias);
        expect_dx(Problem({300, 64, ElementType::bf16, 0}, Kind::norm_and_prelu), false, true, alias);
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
