// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/host_device.h"

// The one-dimensional transforms of F(4, 3), Winograd's minimal filtering with the points 0, 1, -1, 2, -2 and
// infinity, as Lavin and Gray (Fast Algorithms for Convolutional Neural Networks, 2016) give them:
//   four outputs y = A^T [(G g) * (B^T d)] of six inputs d and three weights g, * element by element.
// Applied to the columns and then the rows they give F(4 x 4, 3 x 3). The adjoints (A, G^T) carry a gradient
// of the outputs to one of the weights.

namespace arcmeter::kernels {

constexpr int winograd_outputs = 4;                                 ///< of a tile, along each axis
constexpr int winograd_inputs = 6;                                  ///< likewise
constexpr int winograd_points = winograd_inputs * winograd_inputs;  ///< products of a tile

/// B^T d
ARCMETER_HD void winograd_input(const float (&d)[6], float (&out)[6]) {
    out[0] = 4 * d[0] - 5 * d[2] + d[4];
    const float even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
    out[1] = even + odd;
    out[2] = even - odd;
    const float near = d[4] - d[2], far = 2 * (d[3] - d[1]);
    out[3] = near + far;
    out[4] = near - far;
    out[5] = 4 * d[1] - 5 * d[3] + d[5];
}

/// A^T m
ARCMETER_HD void winograd_output(const float (&m)[6], float (&out)[4]) {
    const float sum1 = m[1] + m[2], difference1 = m[1] - m[2];
    const float sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    out[0] = m[0] + sum1 + sum2;
    out[1] = difference1 + 2 * difference2;
    out[2] = sum1 + 4 * sum2;
    out[3] = difference1 + 8 * difference2 + m[5];
}

/// A dy
ARCMETER_HD void winograd_output_adjoint(const float (&dy)[4], float (&out)[6]) {
    const float even1 = dy[0] + dy[2], odd1 = dy[1] + dy[3];
    const float even2 = dy[0] + 4 * dy[2], odd2 = 2 * dy[1] + 8 * dy[3];
    out[0] = dy[0];
    out[1] = even1 + odd1;
    out[2] = even1 - odd1;
    out[3] = even2 + odd2;
    out[4] = even2 - odd2;
    out[5] = dy[3];
}

/// G g
ARCMETER_HD void winograd_weights(const float (&g)[3], float (&out)[6]) {
    const float even1 = (g[0] + g[2]) * (-1.0f / 6), odd1 = g[1] * (-1.0f / 6);
    const float even2 = g[0] * (1.0f / 24) + g[2] * (1.0f / 6), odd2 = g[1] * (1.0f / 12);
    out[0] = g[0] * 0.25f;
    out[1] = even1 + odd1;
    out[2] = even1 - odd1;
    out[3] = even2 + odd2;
    out[4] = even2 - odd2;
    out[5] = g[2];
}

/// G^T u
ARCMETER_HD void winograd_weights_adjoint(const float (&u)[6], float (&out)[3]) {
    const float sum1 = (u[1] + u[2]) * (1.0f / 6), sum2 = u[3] + u[4];
    out[0] = u[0] * 0.25f - sum1 + sum2 * (1.0f / 24);
    out[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
    out[2] = sum2 * (1.0f / 6) - sum1 + u[5];
}

}  // namespace arcmeter::kernels
