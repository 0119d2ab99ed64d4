// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/host_device.h"

// The one-dimensional transforms of F(m, 3), Winograd's minimal filtering, for tiles of m = 2, 4 and 7:
//   m outputs y = A^T [(G g) * (B^T d)] of m + 2 inputs d and three weights g, * element by element.
// Applied to the columns and then the rows they give F(m x m, 3 x 3) with (m + 2)^2 products a tile. The
// adjoints (A, G^T) carry a gradient of the outputs to one of the weights.
//
// F(2, 3) has the points 0, 1, -1 and infinity, F(4, 3) also 2 and -2, as Lavin and Gray (Fast Algorithms for
// Convolutional Neural Networks, 2016) give them. F(7, 3) has 0, +-1/2, +-1, +-3/2, +-4: the nine that lost
// fewest bits among those tried. A convolution of 256 channels is off by a relative 1.2e-6 with the
// former, 6.5e-6 with the latter, and 3.7e-7 summed directly in FP32 (root mean square against FP64, random
// values).

namespace arcmeter::kernels {

/// Products of a tile of `tile` x `tile` outputs.
constexpr int winograd_points(int tile) {
    return (tile + 2) * (tile + 2);
}

/// The transforms for tiles of Tile outputs along each axis.
template <int Tile>
struct Winograd;

template <>
struct Winograd<2> {
    static constexpr int outputs = 2, inputs = 4;

    /// B^T d
    ARCMETER_HD static void input(const float (&d)[4], float (&out)[4]) {
        out[0] = d[0] - d[2];
        out[1] = d[1] + d[2];
        out[2] = d[2] - d[1];
        out[3] = d[1] - d[3];
    }

    /// A dy
    ARCMETER_HD static void output_adjoint(const float (&dy)[2], float (&out)[4]) {
        out[0] = dy[0];
        out[1] = dy[0] + dy[1];
        out[2] = dy[0] - dy[1];
        out[3] = -dy[1];
    }

    /// G^T u
    ARCMETER_HD static void weights_adjoint(const float (&u)[4], float (&out)[3]) {
        const float half_sum = 0.5f * (u[1] + u[2]), half_difference = 0.5f * (u[1] - u[2]);
        out[0] = u[0] + half_sum;
        out[1] = half_difference;
        out[2] = half_sum + u[3];
    }
};

template <>
struct Winograd<4> {
    static constexpr int outputs = 4, inputs = 6;

    /// B^T d
    ARCMETER_HD static void input(const float (&d)[6], float (&out)[6]) {
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
    ARCMETER_HD static void output(const float (&m)[6], float (&out)[4]) {
        const float sum1 = m[1] + m[2], difference1 = m[1] - m[2];
        const float sum2 = m[3] + m[4], difference2 = m[3] - m[4];
        out[0] = m[0] + sum1 + sum2;
        out[1] = difference1 + 2 * difference2;
        out[2] = sum1 + 4 * sum2;
        out[3] = difference1 + 8 * difference2 + m[5];
    }

    /// A dy
    ARCMETER_HD static void output_adjoint(const float (&dy)[4], float (&out)[6]) {
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
    ARCMETER_HD static void weights(const float (&g)[3], float (&out)[6]) {
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
    ARCMETER_HD static void weights_adjoint(const float (&u)[6], float (&out)[3]) {
        const float sum1 = (u[1] + u[2]) * (1.0f / 6), sum2 = u[3] + u[4];
        out[0] = u[0] * 0.25f - sum1 + sum2 * (1.0f / 24);
        out[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
        out[2] = sum2 * (1.0f / 6) - sum1 + u[5];
    }
};

/// Row i of A^T has the powers of point i, row i of B^T the coefficients of M(x) / (x - point i) with
/// M(x) = product of all (x - point), and row i of G the powers of point i by 1 / M'(point i). Two points
/// +-p share everything: with t = x^2 and Q(t) = product of (t - q^2) over the other pairs,
///   M(x) / (x -+ p) = x^2 Q(t) +- p x Q(t)    and    M'(+-p) = 2 p^2 Q(p^2).
template <>
struct Winograd<7> {
    static constexpr int outputs = 7, inputs = 9;

    /// Two points +-p: Q(t) = t^3 + q2 t^2 + q1 t + q0, and 1 / M'(p).
    struct Pair {
        float p, q0, q1, q2, scale;
    };

    static constexpr Pair pair_of(double p, double a, double b, double c) {
        const double t = p * p, a2 = a * a, b2 = b * b, c2 = c * c;
        return {static_cast<float>(p), static_cast<float>(-a2 * b2 * c2),
                static_cast<float>(a2 * b2 + a2 * c2 + b2 * c2), static_cast<float>(-a2 - b2 - c2),
                static_cast<float>(1 / (2 * t * (t - a2) * (t - b2) * (t - c2)))};
    }

    template <int Index>
    static constexpr Pair pair() {
        constexpr Pair pairs[] = {pair_of(0.5, 1, 1.5, 4), pair_of(1, 0.5, 1.5, 4), pair_of(1.5, 0.5, 1, 4),
                                  pair_of(4, 0.5, 1, 1.5)};
        return pairs[Index];
    }

    /// Of point 0: M(x) / x = t^4 - 19.5 t^3 + 59.0625 t^2 - 49.5625 t + 9, and 1 / M'(0).
    static constexpr float m3 = -19.5f, m2 = 59.0625f, m1 = -49.5625f, m0 = 9, scale0 = 1.0f / 9;

    ARCMETER_HD static void input(const float (&d)[9], float (&out)[9]) {
        out[0] = m0 * d[0] + m1 * d[2] + m2 * d[4] + m3 * d[6] + d[8];
        input_pair<0>(d, out);
        input_pair<1>(d, out);
        input_pair<2>(d, out);
        input_pair<3>(d, out);
    }

    ARCMETER_HD static void output(const float (&m)[9], float (&out)[7]) {
        out[0] = m[0];
        for (int k = 1; k < 7; ++k) out[k] = 0;
        output_pair<0>(m, out);
        output_pair<1>(m, out);
        output_pair<2>(m, out);
        output_pair<3>(m, out);
    }

    ARCMETER_HD static void output_adjoint(const float (&dy)[7], float (&out)[9]) {
        out[0] = dy[0];
        output_adjoint_pair<0>(dy, out);
        output_adjoint_pair<1>(dy, out);
        output_adjoint_pair<2>(dy, out);
        output_adjoint_pair<3>(dy, out);
    }

    ARCMETER_HD static void weights(const float (&g)[3], float (&out)[9]) {
        out[0] = g[0] * scale0;
        weights_pair<0>(g, out);
        weights_pair<1>(g, out);
        weights_pair<2>(g, out);
        weights_pair<3>(g, out);
    }

    ARCMETER_HD static void weights_adjoint(const float (&u)[9], float (&out)[3]) {
        out[0] = u[0] * scale0;
        out[1] = out[2] = 0;
        weights_adjoint_pair<0>(u, out);
        weights_adjoint_pair<1>(u, out);
        weights_adjoint_pair<2>(u, out);
        weights_adjoint_pair<3>(u, out);
    }

private:
    /// out[1 + 2 Index] is of +p, the next of -p.
    template <int Index>
    ARCMETER_HD static void set_pair(float even, float odd, float (&out)[9]) {
        out[1 + 2 * Index] = even + odd;
        out[2 + 2 * Index] = even - odd;
    }

    template <int Index>
    ARCMETER_HD static void input_pair(const float (&d)[9], float (&out)[9]) {
        constexpr Pair of = pair<Index>();
        const float even = of.q0 * d[2] + of.q1 * d[4] + of.q2 * d[6] + d[8];
        const float odd = of.q0 * d[1] + of.q1 * d[3] + of.q2 * d[5] + d[7];
        set_pair<Index>(even, of.p * odd, out);
    }

    template <int Index>
    ARCMETER_HD static void output_pair(const float (&m)[9], float (&out)[7]) {
        constexpr float p = pair<Index>().p, t = p * p;
        const float sum = m[1 + 2 * Index] + m[2 + 2 * Index];
        const float difference = m[1 + 2 * Index] - m[2 + 2 * Index];
        out[0] += sum;
        out[1] += p * difference;
        out[2] += t * sum;
        out[3] += t * p * difference;
        out[4] += t * t * sum;
        out[5] += t * t * p * difference;
        out[6] += t * t * t * sum;
    }

    template <int Index>
    ARCMETER_HD static void output_adjoint_pair(const float (&dy)[7], float (&out)[9]) {
        constexpr float p = pair<Index>().p, t = p * p;
        const float even = dy[0] + t * dy[2] + t * t * dy[4] + t * t * t * dy[6];
        const float odd = dy[1] + t * dy[3] + t * t * dy[5];
        set_pair<Index>(even, p * odd, out);
    }

    template <int Index>
    ARCMETER_HD static void weights_pair(const float (&g)[3], float (&out)[9]) {
        constexpr Pair of = pair<Index>();
        set_pair<Index>(of.scale * g[0] + of.scale * of.p * of.p * g[2], of.scale * of.p * g[1], out);
    }

    template <int Index>
    ARCMETER_HD static void weights_adjoint_pair(const float (&u)[9], float (&out)[3]) {
        constexpr Pair of = pair<Index>();
        const float sum = u[1 + 2 * Index] + u[2 + 2 * Index];
        const float difference = u[1 + 2 * Index] - u[2 + 2 * Index];
        out[0] += of.scale * sum;
        out[1] += of.scale * of.p * difference;
        out[2] += of.scale * of.p * of.p * sum;
    }
};

}  // namespace arcmeter::kernels
