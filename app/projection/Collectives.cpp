// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/Collectives.h"

#include <algorithm>
#include <cmath>

namespace arcmeter::app {
namespace {

/// One way round a ring of `ranks`.
double ringSeconds(double bytes, int ranks, const Link& link) {
    return (ranks - 1.0) / ranks * bytes / link.bytesPerS + (ranks - 1) * link.latencyS;
}

/// One way round a ring through every device of every machine: as fast as its slowest link, and each step
/// within a machine costs that link's latency, each step between machines the network's.
double flatRingSeconds(double bytes, const Topology& topology) {
    const int ranks = topology.devices;
    const int nodes = topology.nodes();
    const double bandwidth = std::min(topology.intra.bytesPerS, topology.inter.bytesPerS);
    return (ranks - 1.0) / ranks * bytes / bandwidth + (ranks - nodes) * topology.intra.latencyS +
           (nodes - 1) * topology.inter.latencyS;
}

/// All-reduce between machines. A tree moves the bytes up and down once each, in log2 steps; many machines
/// and small messages want it.
double betweenNodesSeconds(double bytes, const Topology& topology) {
    const int nodes = topology.nodes();
    const double ring = 2 * ringSeconds(bytes, nodes, topology.inter);
    const double tree = 2 * (bytes / topology.inter.bytesPerS + std::log2(nodes) * topology.inter.latencyS);
    return std::min(ring, tree);
}

}  // namespace

double allReduceSeconds(double bytes, const Topology& topology, double launchS) {
    if (topology.devices < 2) return 0;
    const double within = 2 * ringSeconds(bytes, topology.devicesOnNode(), topology.intra);
    if (topology.nodes() == 1) return launchS + within;
    // Every byte crosses the machine's one port, whichever device it belongs to.
    const double phased = within + betweenNodesSeconds(bytes, topology);
    return launchS + std::min(phased, 2 * flatRingSeconds(bytes, topology));
}

double allGatherSeconds(double bytes, const Topology& topology, double launchS) {
    if (topology.devices < 2) return 0;
    const double within = ringSeconds(bytes, topology.devicesOnNode(), topology.intra);
    if (topology.nodes() == 1) return launchS + within;
    const double phased = within + ringSeconds(bytes, topology.nodes(), topology.inter);
    return launchS + std::min(phased, flatRingSeconds(bytes, topology));
}

double allReduceTraffic(double bytes, int devices) {
    return 2 * allGatherTraffic(bytes, devices);
}

double allGatherTraffic(double bytes, int devices) {
    return (devices - 1.0) / devices * bytes;
}

}  // namespace arcmeter::app
