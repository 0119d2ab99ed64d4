// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/linear.h"

#include "kernels/elements.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

double element(ElementType type, const void* data, std::int64_t index) {
    return static_cast<double>(read_element(type, data, index));
}

std::int64_t features_of(const ActivationLayout& layout) {
    return layout.channels * layout.spatial;
}

/// Place of feature f, counted in (channel, row, column) order, of sample n.
std::int64_t feature_at(const ActivationLayout& layout, std::int64_t n, std::int64_t f) {
    return layout.offset(n, f / layout.spatial, f % layout.spatial);
}

}  // namespace

void linear_forward(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                    const void* x, const float* weight, const float* bias, void* y) {
    const std::int64_t features = features_of(x_layout);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < x_layout.batch; ++n) {
        for (std::int64_t o = 0; o < out_features; ++o) {
            double sum = bias != nullptr ? static_cast<double>(bias[o]) : 0.0;
            for (std::int64_t f = 0; f < features; ++f) {
                sum += element(type, x, feature_at(x_layout, n, f)) *
                       static_cast<double>(weight[o * features + f]);
            }
            write_element(type, y, n * out_features + o, static_cast<float>(sum));
        }
    }
}

void linear_data_gradient(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                          const void* dy, const float* weight, void* dx) {
    const std::int64_t features = features_of(x_layout);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < x_layout.batch; ++n) {
        for (std::int64_t f = 0; f < features; ++f) {
            double sum = 0;
            for (std::int64_t o = 0; o < out_features; ++o) {
                sum +=
                    element(type, dy, n * out_features + o) * static_cast<double>(weight[o * features + f]);
            }
            write_element(type, dx, feature_at(x_layout, n, f), static_cast<float>(sum));
        }
    }
}

void linear_weight_gradient(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                            const void* x, const void* dy, float* weight_gradient) {
    const std::int64_t features = features_of(x_layout);
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t o = 0; o < out_features; ++o) {
        for (std::int64_t f = 0; f < features; ++f) {
            double sum = 0;
            for (std::int64_t n = 0; n < x_layout.batch; ++n) {
                sum += element(type, dy, n * out_features + o) * element(type, x, feature_at(x_layout, n, f));
            }
            weight_gradient[o * features + f] = static_cast<float>(sum);
        }
    }
}

void linear_bias_gradient(std::int64_t batch, ElementType type, std::int64_t out_features, const void* dy,
                          float* bias_gradient) {
    for (std::int64_t o = 0; o < out_features; ++o) {
        double sum = 0;
        for (std::int64_t n = 0; n < batch; ++n) {
            sum += element(type, dy, n * out_features + o);
        }
        bias_gradient[o] = static_cast<float>(sum);
    }
}

}  // namespace arcmeter::kernels::cpu::reference
