// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/channel_map.h"

#include "kernels/elements.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

double parameter(const float* values, std::int64_t c, double fallback) {
    return values != nullptr ? static_cast<double>(values[c]) : fallback;
}

double element(ElementType type, const void* data, std::int64_t index) {
    return static_cast<double>(read_element(type, data, index));
}

/// body(element index) for all elements of a channel.
template <class Body>
void for_each_in_channel(const ActivationLayout& layout, std::int64_t c, Body body) {
    for (std::int64_t n = 0; n < layout.batch; ++n) {
        for (std::int64_t s = 0; s < layout.spatial; ++s) {
            body(layout.offset(n, c, s));
        }
    }
}

/// What the backward pass knows of one element.
struct Element {
    double xhat;
    double z;
    double dy;
    double dz;
};

template <class Args>
Element backward_element(const Args& args, std::int64_t c, std::int64_t i) {
    const double x = args.x != nullptr ? element(args.type, args.x, i) : 0.0;
    const double z = parameter(args.scale, c, 1) * x + parameter(args.shift, c, 0);
    const double dy = element(args.type, args.dy, i);
    const double xhat =
        args.mean != nullptr ? (x - parameter(args.mean, c, 0)) * parameter(args.inv_std, c, 0) : 0.0;
    return {xhat, z, dy, z > 0 ? dy : parameter(args.slope, c, 1) * dy};
}

void store_sum(float* sums, std::int64_t c, double sum) {
    if (sums != nullptr) {
        sums[c] = static_cast<float>(sum);
    }
}

}  // namespace

void channel_statistics(const ChannelStatisticsArgs& args) {
    const double rows = static_cast<double>(args.layout.rows());
#pragma omp parallel for
    for (std::int64_t c = 0; c < args.layout.channels; ++c) {
        double sum = 0;
        for_each_in_channel(args.layout, c, [&](std::int64_t i) { sum += element(args.type, args.x, i); });
        const double mean = sum / rows;
        double squares = 0;
        for_each_in_channel(args.layout, c, [&](std::int64_t i) {
            const double deviation = element(args.type, args.x, i) - mean;
            squares += deviation * deviation;
        });
        args.mean[c] = static_cast<float>(mean);
        args.variance[c] = static_cast<float>(squares / rows);
    }
}

void channel_map(const ChannelMapArgs& args) {
#pragma omp parallel for
    for (std::int64_t c = 0; c < args.layout.channels; ++c) {
        for_each_in_channel(args.layout, c, [&](std::int64_t i) {
            double z = parameter(args.a.scale, c, 1) * element(args.type, args.a.data, i) +
                       parameter(args.a.shift, c, 0);
            if (args.b.data != nullptr) {
                z += parameter(args.b.scale, c, 1) * element(args.type, args.b.data, i) +
                     parameter(args.b.shift, c, 0);
            }
            const double y = z > 0 ? z : parameter(args.slope, c, 1) * z;
            write_element(args.type, args.output, i, static_cast<float>(y));
        });
    }
    if (args.mean != nullptr) {
        channel_statistics({args.layout, args.type, args.output, args.mean, args.variance, args.workspace});
    }
}

void channel_map_backward_reduce(const ChannelMapBackwardReduceArgs& args) {
#pragma omp parallel for
    for (std::int64_t c = 0; c < args.layout.channels; ++c) {
        double dz = 0;
        double dz_xhat = 0;
        double dslope = 0;
        for_each_in_channel(args.layout, c, [&](std::int64_t i) {
            const Element e = backward_element(args, c, i);
            dz += e.dz;
            dz_xhat += e.dz * e.xhat;
            dslope += e.z > 0 ? 0.0 : e.dy * e.z;
        });
        store_sum(args.sum_dz, c, dz);
        store_sum(args.sum_dz_xhat, c, dz_xhat);
        store_sum(args.sum_dslope, c, dslope);
    }
}

void channel_map_backward_apply(const ChannelMapBackwardApplyArgs& args) {
    const double rows = static_cast<double>(args.layout.rows());
    const bool batch_statistics = args.mean != nullptr && !args.frozen;
#pragma omp parallel for
    for (std::int64_t c = 0; c < args.layout.channels; ++c) {
        for_each_in_channel(args.layout, c, [&](std::int64_t i) {
            const Element e = backward_element(args, c, i);
            double centred = e.dz;
            if (batch_statistics) {
                centred -=
                    parameter(args.sum_dz, c, 0) / rows + e.xhat * parameter(args.sum_dz_xhat, c, 0) / rows;
            }
            double dx = parameter(args.scale, c, 1) * centred;
            if (args.add != nullptr) {
                dx += element(args.type, args.add, i);
            }
            write_element(args.type, args.dx, i, static_cast<float>(dx));
        });
    }
}

}  // namespace arcmeter::kernels::cpu::reference
