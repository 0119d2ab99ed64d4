// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/unit_norm.h"

#include "kernels/cpu/reference/unit_norm.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

TEST(CudaUnitNorm, EqualsTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        SCOPED_TRACE(c.name());
        const Elements x = random_elements(c.type, c.count(), 1, 0, 3);
        std::vector<float> inverse_ref(static_cast<std::size_t>(c.rows)),
            xhat_ref(static_cast<std::size_t>(c.count()));
        cpu::reference::unit_norm(c.type, c.rows, c.channels, x.data(), inverse_ref.data(), xhat_ref.data());
        const DeviceElements x_d(x, c.shift);
        const DeviceArray<float> inverse(c.rows), xhat(c.count(), c.shift), inverse_alone(c.rows);
        const ElementType half_type = c.type == ElementType::f16 ? ElementType::f16 : ElementType::bf16;
        const DeviceElements half(half_type, c.count(), c.shift);
        cuda::unit_norm(c.type, c.rows, c.channels, x_d.data(), inverse.data(), xhat.data(), half_type,
                        half.data(), test_stream());
        cuda::inverse_norms(c.type, c.rows, c.channels, x_d.data(), inverse_alone.data(), test_stream());
        // A float sum of up to 512 squares.
        expect_close(inverse.values(), inverse_ref, c.rows, 2e-6, 0, "inverse");
        expect_close(inverse_alone.values(), inverse_ref, c.rows, 2e-6, 0, "inverse alone");
        const std::vector<float> unit = xhat.values();
        expect_close(unit, xhat_ref, c.count(), 2e-6, 1e-9, "xhat");
        expect_close(half.values(), Elements(half_type, unit), c.count(), 0, 0, "half copy");
    }
}

TEST(CudaUnitNorm, AZeroRowStaysFinite) {
    const DeviceArray<float> x(std::vector<float>(32, 0.0f)), inverse(1), xhat(32);
    cuda::unit_norm(ElementType::f32, 1, 32, x.data(), inverse.data(), xhat.data(), ElementType::bf16,
                    nullptr, test_stream());
    EXPECT_NEAR(static_cast<double>(inverse.values()[0]), 1e5, 1);
    EXPECT_EQ(xhat.values(), std::vector<float>(32, 0.0f));
}

TEST(CudaUnitNorm, BackwardEqualsTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        SCOPED_TRACE(c.name());
        const Elements x = random_elements(c.type, c.count(), 2);
        const std::vector<float> dxhat = random_floats(c.count(), 3);
        std::vector<float> inverse(static_cast<std::size_t>(c.rows)),
            xhat(static_cast<std::size_t>(c.count()));
        cpu::reference::unit_norm(c.type, c.rows, c.channels, x.data(), inverse.data(), xhat.data());
        Elements expected(c.type, c.count());
        cpu::reference::unit_norm_backward(c.type, c.rows, c.channels, xhat.data(), inverse.data(),
                                           dxhat.data(), expected.data());
        const DeviceArray<float> inverse_d(inverse), xhat_d(xhat, c.shift), dxhat_d(dxhat, c.shift);
        const DeviceElements dx(c.type, c.count(), c.shift);
        cuda::unit_norm_backward(c.type, c.rows, c.channels, xhat_d.data(), inverse_d.data(), dxhat_d.data(),
                                 dx.data(), test_stream());
        expect_close(dx.values(), expected, c.count(), stored_error(c.type), 2e-6, "dx");
        if (c.type == ElementType::f32) {
            cuda::unit_norm_backward(c.type, c.rows, c.channels, xhat_d.data(), inverse_d.data(),
                                     dxhat_d.data(), dxhat_d.data(), test_stream());
            expect_close(dxhat_d.values(), dx.values(), c.count(), 0, 0, "in place");
        }
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test
