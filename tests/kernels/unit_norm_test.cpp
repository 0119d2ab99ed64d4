// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/unit_norm.h"

#include <algorithm>

#include "kernels/cpu/reference/unit_norm.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

class UnitNorm : public EachIsa {};

TEST_P(UnitNorm, EqualsTheReferenceInPlaceToo) {
    for (const std::int64_t width : {1, 7, 64, 128, 512, 515}) {
        for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
            SCOPED_TRACE(width);
            const std::int64_t rows = 5, count = rows * width;
            Elements x = random_elements(type, count, 130);
            std::vector<float> inverse(5), inverse_ref(5), norms(5),
                xhat_ref(static_cast<std::size_t>(count));
            Elements xhat(ElementType::f32, count);
            cpu::inverse_norms(type, rows, width, x.data(), norms.data());
            cpu::unit_norm(type, rows, width, x.data(), inverse.data(), static_cast<float*>(xhat.data()));
            cpu::reference::unit_norm(type, rows, width, x.data(), inverse_ref.data(), xhat_ref.data());
            // Sums of up to 515 squares in float.
            expect_close(inverse, inverse_ref, rows, 1e-6, 0, "inverse");
            EXPECT_EQ(norms, inverse);
            expect_close(xhat, xhat_ref, count, 2e-6, 0, "xhat");

            const std::vector<float> dxhat = random_floats(count, 131);
            Elements dx(type, count), dx_ref(type, count);
            cpu::unit_norm_backward(type, rows, width, xhat_ref.data(), inverse_ref.data(), dxhat.data(),
                                    dx.data());
            cpu::reference::unit_norm_backward(type, rows, width, xhat_ref.data(), inverse_ref.data(),
                                               dxhat.data(), dx_ref.data());
            // With width 1 everything cancels: what is left is rounding of terms up to inverse * dxhat.
            const double largest =
                static_cast<double>(*std::max_element(inverse_ref.begin(), inverse_ref.end()));
            expect_close(dx, dx_ref, count, storage_error(type), 4e-6 * largest, "dx");
            EXPECT_TRUE(dx.guards_intact() && xhat.guards_intact());
            if (type == ElementType::f32) {
                cpu::unit_norm(type, rows, width, x.data(), inverse.data(), static_cast<float*>(x.data()));
                expect_close(x, xhat, count, 0, 0, "in place");
            }
        }
    }
}

TEST_P(UnitNorm, AZeroRowStaysZero) {
    std::vector<float> x(32, 0.0f), inverse(1), xhat(32, 7.0f);
    cpu::unit_norm(ElementType::f32, 1, 32, x.data(), inverse.data(), xhat.data());
    EXPECT_EQ(xhat, x);
    EXPECT_NEAR(static_cast<double>(inverse[0]), 1e5, 1);
}

TEST_P(UnitNorm, BackwardAgreesWithFiniteDifferences) {
    const std::int64_t width = 24;
    std::vector<float> x = random_floats(width, 132), weights = random_floats(width, 133);
    std::vector<float> inverse(1), xhat(24), dx(24);
    cpu::unit_norm(ElementType::f32, 1, width, x.data(), inverse.data(), xhat.data());
    cpu::unit_norm_backward(ElementType::f32, 1, width, xhat.data(), inverse.data(), weights.data(),
                            dx.data());
    const auto loss = [&](std::size_t changed, double step) {
        double squares = 1e-10, sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double value = static_cast<double>(x[i]) + (i == changed ? step : 0);
            squares += value * value;
            sum += static_cast<double>(weights[i]) * value;
        }
        return sum / std::sqrt(squares);
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
        // Differences in double are good to 1e-9; the launcher works in float on terms of order 1.
        EXPECT_NEAR(static_cast<double>(dx[i]), (loss(i, 1e-5) - loss(i, -1e-5)) / 2e-5, 2e-6);
    }
}

ARCMETER_FOR_EACH_ISA(UnitNorm);

}  // namespace
}  // namespace arcmeter::kernels::test
