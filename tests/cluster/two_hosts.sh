#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two hosts on this machine, as root: network namespaces with host names of their own, joined to this one by a bridge.
#
#   two_hosts.sh NAME         makes hosts NAME-a and NAME-b at 10.213.7.2 and .3 (this machine is .1), prints "ready",
#                             and removes them once its standard input closes
#   two_hosts.sh agent HOST COMMAND...   runs COMMAND on one of them: a launch agent for mpirun, in place of ssh
set -euo pipefail

subnet=10.213.7

if [ "$1" = agent ]; then
    host=$2
    shift 2
    # Like ssh, the agent hands all the words to a shell of the other host.
    exec ip netns exec "$host" unshare --uts sh -c "hostname $host; $*"
fi

name=$1
bridge=br-$name

finish() {
    local host
    for host in a b; do
        ip netns pids "$name-$host" 2>/dev/null | xargs --no-run-if-empty kill -9 2>/dev/null || true
        ip netns delete "$name-$host" 2>/dev/null || true
    done
    ip link delete "$bridge" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 1' TERM INT HUP

ip link add "$bridge" type bridge
ip address add "$subnet.1/24" dev "$bridge"
ip link set "$bridge" up
last=1
for host in a b; do
    last=$((last + 1))
    ip netns add "$name-$host"
    ip link add "$name-$host" type veth peer name eth0 netns "$name-$host"
    ip link set "$name-$host" master "$bridge" up
    ip -n "$name-$host" address add "$subnet.$last/24" dev eth0
    ip -n "$name-$host" link set eth0 up
    ip -n "$name-$host" link set lo up
done
echo ready
cat > /dev/null
