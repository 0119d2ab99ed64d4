#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A Slurm cluster of two nodes on this machine, of Debian's packages, as root: munged, slurmctld and two slurmd on
# loopback. Everything it writes is in FOLDER. Ends by itself when its parent does.
#
#   slurm_cluster.sh FOLDER     prints "ready" once both nodes are idle, then waits for its standard input to close
set -euo pipefail

folder=$1
port=$((20000 + $$ % 20000))
started=()

finish() {
    local pid
    scancel --user=root --quiet 2>/dev/null || true
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do
        for _ in {1..50}; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
    done
}
trap finish EXIT
trap 'exit 1' TERM INT HUP

write_configuration() {
    mkdir -p "$folder"/{state,spool,tmp,munge}
    mkdir -p "$folder"/tmp/{n1,n2} "$folder"/spool/{n1,n2}
    chmod 700 "$folder/munge"
    dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 status=none
    chmod 400 "$folder/munge/key"
    cat > "$folder/slurm.conf" <<CONF
ClusterName=arcmeter
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
MpiDefault=pmix
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
SlurmctldPort=$port
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.%n.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
TmpFS=$folder/tmp/%n
KillWait=5
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 State=UNKNOWN
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
}

start() {
    "$@" >> "$folder/daemons.log" 2>&1 &
    started+=($!)
}

write_configuration
export SLURM_CONF="$folder/slurm.conf"
start munged --force --foreground --socket="$folder/munge/socket" --key-file="$folder/munge/key" \
    --log-file="$folder/munge/log" --pid-file="$folder/munge/pid" --seed-file="$folder/munge/seed"
for _ in {1..50}; do
    [ -S "$folder/munge/socket" ] && break
    sleep 0.1
done
start slurmctld -D
start slurmd -D -N n1
start slurmd -D -N n2
for _ in {1..300}; do
    if [ "$(sinfo --noheader --Node --states=idle --format=%N 2>/dev/null | wc -l)" -eq 2 ]; then
        echo ready
        cat > /dev/null
        exit 0
    fi
    sleep 0.1
done
echo "the nodes did not become idle within 30 s: see $folder" >&2
exit 1
