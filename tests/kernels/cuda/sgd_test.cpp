// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/sgd.h"

#include <limits>
#include <memory>

#include "kernels/cpu/reference/sgd.h"
#include "kernels/cuda/loss_scale.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

/// A trained tensor on both sides.
struct Tensor {
    std::vector<float> weight, gradient, momentum;
    float decay;
    ElementType half_type;
    DeviceArray<float> weight_d, gradient_d, momentum_d;
    std::unique_ptr<DeviceElements> half;

    Tensor(std::int64_t count, float with_decay, bool has_half, ElementType type, std::size_t shift)
        : weight(random_floats(count, 1 + static_cast<unsigned>(count))),
          gradient(random_floats(count, 2 + static_cast<unsigned>(count))),
          momentum(random_floats(count, 3 + static_cast<unsigned>(count))),
          decay(with_decay),
          half_type(type),
          weight_d(weight, shift),
          gradient_d(gradient, shift),
          momentum_d(momentum, shift),
          half(has_half ? std::make_unique<DeviceElements>(type, count, shift) : nullptr) {}

    std::int64_t count() const { return weight_d.size(); }
};

/// Tensors of very different size: less than a tile, exactly one, several with a rest; one unaligned.
struct Model {
    std::vector<std::unique_ptr<Tensor>> tensors;
    std::unique_ptr<DeviceArray<cuda::SgdTensor>> table;
    std::int64_t tiles = 0;

    Model() {
        add(3, 5e-4f, false, ElementType::f32, 0);
        add(4096, 0.0f, true, ElementType::bf16, 0);
        add(64, 5e-4f, true, ElementType::f16, 0);
        add(9001, 5e-4f, true, ElementType::f16, 0);
        add(5000, 5e-4f, true, ElementType::bf16, 1);
        std::vector<cuda::SgdTensor> host;
        for (const auto& t : tensors) {
            host.push_back({t->weight_d.data(), t->gradient_d.data(), t->momentum_d.data(), t->count(),
                            t->decay, t->half_type, t->half ? t->half->data() : nullptr});
        }
        tiles = cuda::lay_out_tiles(host);
        table = std::make_unique<DeviceArray<cuda::SgdTensor>>(host);
    }

    cuda::SgdTensors device() const { return {table->data(), table->size(), tiles}; }

    void expect_updated(float rate, float gradient_scale) {
        for (auto& t : tensors) {
            SCOPED_TRACE(t->count());
            const cpu::SgdTensor reference{t->weight.data(), t->gradient.data(), t->momentum.data(),
                                           t->count(), t->decay};
            cpu::reference::sgd_update({&reference, 1}, {rate, 0.9f, gradient_scale});
            const std::vector<float> weight = t->weight_d.values();
            // Three terms of order 1 in float.
            expect_close(weight, t->weight, t->count(), 2e-7, 5e-7, "weight");
            expect_close(t->momentum_d.values(), t->momentum, t->count(), 2e-7, 5e-7, "momentum");
            if (t->half)
                expect_close(t->half->values(), Elements(t->half_type, weight), t->count(), 0, 0, "half");
        }
    }

private:
    void add(std::int64_t count, float decay, bool half, ElementType type, std::size_t shift) {
        tensors.push_back(std::make_unique<Tensor>(count, decay, half, type, shift));
    }
};

TEST(CudaSgd, EqualsTheReference) {
    Model model;
    cuda::StepState state{{0, 0.1f}, {}};
    state.loss_scale.scale = 4;
    const auto state_d = step_state(state);
    cuda::sgd_update(model.device(), {0.9f, 0.5f, state_d.data()}, test_stream());
    model.expect_updated(0.1f, 0.125f);
}

TEST(CudaSgd, AnOverflowLeavesEverythingAsItIs) {
    const Model model;
    cuda::StepState state{{0, 0.1f}, {}};
    state.loss_scale.overflow = 1;
    const auto state_d = step_state(state);
    cuda::sgd_update(model.device(), {0.9f, 1, state_d.data()}, test_stream());
    for (const auto& t : model.tensors) {
        EXPECT_EQ(t->weight_d.values(), t->weight);
        EXPECT_EQ(t->momentum_d.values(), t->momentum);
    }
}

TEST(CudaSgd, RefreshesCopiesAlone) {
    const Model model;
    cuda::sgd_refresh_copies(model.device(), test_stream());
    for (const auto& t : model.tensors) {
        EXPECT_EQ(t->weight_d.values(), t->weight);
        if (t->half) {
            expect_close(t->half->values(), Elements(t->half_type, t->weight), t->count(), 0, 0, "half");
        }
    }
}

TEST(CudaLossScale, FindsAnyGradientThatIsNotFinite) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const auto overflow_with = [](std::size_t tensor, std::size_t element, float value) {
        Model model;
        Tensor& t = *model.tensors[tensor];
        t.gradient[element] = value;
        check_cuda(cudaMemcpy(t.gradient_d.data(), t.gradient.data(), t.gradient.size() * sizeof(float),
                              cudaMemcpyHostToDevice));
        const auto state = step_state({});
        cuda::check_finite(model.device(), state.data(), test_stream());
        return state.values()[0].loss_scale.overflow != 0;
    };
    EXPECT_FALSE(overflow_with(0, 0, 3e38f));
    EXPECT_TRUE(overflow_with(0, 2, infinity));
    EXPECT_TRUE(overflow_with(1, 4095, -infinity));
    EXPECT_TRUE(overflow_with(3, 400, infinity)) << "first of an access";
    EXPECT_TRUE(overflow_with(3, 9000, std::nanf("")));
    EXPECT_TRUE(overflow_with(4, 0, infinity));
}

TEST(CudaLossScale, IsUpdatedOnTheDevice) {
    cuda::StepState state{{5, 0.1f}, {}};
    state.loss_scale.overflow = 1;
    state.loss_scale.clean_steps = 1500;
    const auto state_d = step_state(state);
    cuda::loss_scale_update(state_d.data(), test_stream());
    const cuda::StepState after = state_d.values()[0];
    EXPECT_EQ(after.loss_scale.scale, 32768);
    EXPECT_EQ(after.loss_scale.clean_steps, 0);
    EXPECT_EQ(after.loss_scale.overflow, 0);
    EXPECT_EQ(after.loss_scale.skipped_steps, 1);
    EXPECT_EQ(after.scalars.step, 5u);
}

}  // namespace
}  // namespace arcmeter::kernels::test
