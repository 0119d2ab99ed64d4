// SPDX-License-Identifier: GPL-3.0-or-later
// How long collectives take, by the usual cost model: a ring of n ranks moves (n - 1)/n of the bytes in n - 1
// steps, an all-reduce does so twice (Thakur, Rabenseifner, Gropp 2005; Patarasuk, Yuan 2009). Seconds and
// bytes.
#pragma once

#include "app/projection/LinkCatalog.h"

namespace arcmeter::app {

/// `devices` on machines of `devicesPerNode`; the last machine may have fewer.
struct Topology {
    int devices = 1;
    int devicesPerNode = 8;
    Link intra;  ///< within a machine
    Link inter;  ///< between machines

    int nodes() const { return (devices + devicesPerNode - 1) / devicesPerNode; }
    int devicesOnNode() const { return devices < devicesPerNode ? devices : devicesPerNode; }
};

/// Sum of `bytes` over all ranks, everywhere. On several machines the cheaper of one flat ring and of three
/// phases: reduce-scatter within, all-reduce of the pieces between (ring or tree), all-gather within.
double allReduceSeconds(double bytes, const Topology& topology, double launchS);

/// All ranks end up with `bytes` in all, of which each had a share; a reduce-scatter is the same backwards.
double allGatherSeconds(double bytes, const Topology& topology, double launchS);

/// Bytes one rank sends in an all-reduce of `bytes`.
double allReduceTraffic(double bytes, int devices);

/// Bytes one rank sends in an all-gather to `bytes` in all.
double allGatherTraffic(double bytes, int devices);

}  // namespace arcmeter::app
