#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains on several GPUs of this machine by mpirun and NCCL, in each parallelism: the loss of every step is that of the
# same ranks on CPUs. Usage: multi_gpu.sh ENGINE MPIEXEC. Exit code 77: not run here, and why is said.
set -euo pipefail

engine=${1:?multi_gpu.sh needs the engine} mpiexec=${2:?multi_gpu.sh needs mpirun}

skip() {
    echo "############################################################" >&2
    echo "# SKIPPED: training on several GPUs was NOT tested: $1" >&2
    echo "############################################################" >&2
    exit 77
}

gpus=$("$engine" devices --json | python3 -c '
import json, sys
print(sum(device["kind"] == "cuda" for device in json.load(sys.stdin)["devices"]))')
[ "$gpus" -ge 2 ] || skip "this machine has $gpus GPUs that can be used; 2 are needed."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# events DEVICE PARALLELISM: the events of a short run of two ranks.
events() {
    printf '{"model": "y1", "device": "%s", "parallelism": "%s", "sample_ratio": 1.0, "num_classes": 1000, ' "$1" "$2" >"$scratch/config"
    printf '"batch_size_per_device": 8, "devices_per_node": 2, "method": "quick", "iterations": 6, "warmup": 2}\n' >>"$scratch/config"
    "$mpiexec" --allow-run-as-root --oversubscribe --bind-to none -n 2 "$engine" run --config "$scratch/config"
}

for parallelism in data model partial_fc; do
    events cpu "$parallelism" >"$scratch/cpu"
    events cuda "$parallelism" >"$scratch/cuda"
    python3 - "$scratch/cpu" "$scratch/cuda" "$parallelism" <<'PYTHON'
import json, sys

def read(path):
    events = [json.loads(line) for line in open(path)]
    return [e["loss"] for e in events if e["event"] == "step"], [e for e in events if e["event"] == "result"][0]

(cpu, _), (gpu, result) = read(sys.argv[1]), read(sys.argv[2])
assert len(cpu) == len(gpu) == 6, "the runs are not whole"
assert not result["partial"] and result["collectives"], result
# FP32 on both; another order of additions, over six steps.
for step, (a, b) in enumerate(zip(cpu, gpu)):
    assert abs(a - b) <= 2e-3 * abs(a), f"step {step}: loss {b} on GPUs, {a} on CPUs"
print(f"{sys.argv[3]}: {result['samples_per_s']:.0f} samples/s on two GPUs, loss {gpu[0]:.4f} to {gpu[-1]:.4f}")
for collective in result["collectives"]:
    print("   ", collective)
PYTHON
done
