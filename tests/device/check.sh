#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the CUDA backend on a GPU with programs built elsewhere by the `device` preset.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: tests/device/check.sh [--build FOLDER] [--quick]

Runs, from a build of `cmake --preset device` (default: build/device beside this source), every CUDA kernel against
plain references, cuDNN's and cuBLASLt's products against plain loops, one whole training step of r18, r100, y1 and mbf
against the CPU, 50 training steps in each precision against the CPU's loss curve, a short run of the engine, and the
kernel tests once more under compute-sanitizer's memcheck and racecheck (left out with --quick).

What the CPU computes to compare with takes it minutes in such a build, which has no oneDNN. ARCMETER_DEVICE_REFERENCE
names a file of it that an ordinary build has written: build/release/tests/device/device_reference >FILE.

Needs bash, python3 and an NVIDIA driver; cuDNN, cuBLAS and NCCL are found in the system or in python3's packages
(ARCMETER_TORCH_PYTHON names another Python). Exit code: 0 all passed, 1 something failed, 2 wrong usage, 4 no GPU.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$here/../../build/device
quick=no
while [ $# -gt 0 ]; do
    case "$1" in
        --build) build=${2:?--build needs a folder}; shift ;;
        --quick) quick=yes ;;
        -h | --help) usage; exit 0 ;;
        *) echo "check.sh: unknown option '$1'; allowed: --build FOLDER, --quick, --help." >&2; exit 2 ;;
    esac
    shift
done

engine=$build/engine/arcmeter-engine
kernel_tests=$build/tests/kernels/cuda/kernels_cuda_device_test
device_tests=$build/tests/device/device_test
for program in "$engine" "$kernel_tests" "$device_tests"; do
    if [ ! -x "$program" ]; then
        echo "check.sh: $program is not there: build it with cmake --preset device." >&2
        exit 2
    fi
done

. "$here/libraries.sh"
add_cuda_libraries "${ARCMETER_TORCH_PYTHON:-python3}" "$build/engine/arcmeter-engine"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME="$scratch/cache"  # engines are chosen anew

"$engine" --version
"$engine" devices
if ! "$engine" devices --json | python3 -c 'import json, sys; sys.exit(not json.load(sys.stdin)["cuda"]["available"])'; then
    echo "check.sh: there is no GPU to check on." >&2
    exit 4
fi

passed=() failed=() left_out=()

# check NAME COMMAND...: runs it, remembers how it went.
check() {
    local name=$1 start=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    if "$@"; then passed+=("$name ($((SECONDS - start)) s)"); else failed+=("$name ($((SECONDS - start)) s)"); fi
}

# A short run of the engine in one precision, whose result must be whole.
run_engine() {
    local config="{\"model\": \"y1\", \"device\": \"cuda\", \"precision\": \"$1\", \"batch_size_per_device\": 64,
        \"method\": \"quick\", \"iterations\": 20, \"warmup\": 5}"
    printf '%s\n' "$(tr '\n' ' ' <<<"$config")" | "$engine" run --config - >"$scratch/events" && python3 - "$scratch/events" <<'PYTHON'
import json, math, sys

events = [json.loads(line) for line in open(sys.argv[1])]
steps = [event for event in events if event["event"] == "step"]
results = [event for event in events if event["event"] == "result"]
assert len(steps) == 20 and len(results) == 1 and not results[0]["partial"], "the run is not whole"
assert all(isinstance(step["loss"], float) and math.isfinite(step["loss"]) for step in steps), "a loss is not finite"
for telemetry in [event for event in events if event["event"] == "telemetry"][-1:]:
    print(f"{telemetry['power_w']} W, {telemetry['sm_clock_mhz']} MHz, {telemetry['utilization']:.0%} busy")
print(f"{results[0]['samples_per_s']:.0f} samples/s, loss {steps[0]['loss']:.4f} to {steps[-1]['loss']:.4f}")
PYTHON
}

check "kernels against references" "$kernel_tests" --gtest_brief=1
check "products, whole steps and training against the CPU" "$device_tests" --gtest_brief=1
for precision in fp32 tf32 fp16 bf16; do check "a run in $precision" run_engine "$precision"; done

sanitizer=$(command -v compute-sanitizer || true)
if [ "$quick" = yes ]; then
    left_out+=("compute-sanitizer (--quick)")
elif [ -z "$sanitizer" ]; then
    left_out+=("compute-sanitizer: it is not installed here")
else
    for tool in memcheck racecheck; do
        check "kernels under $tool" "$sanitizer" --tool "$tool" --error-exitcode 1 "$kernel_tests" --gtest_brief=1
    done
fi

printf '\n==> Summary\n'
for name in "${passed[@]}"; do echo "    passed   $name"; done
for name in "${left_out[@]}"; do echo "    NOT RUN  $name"; done
for name in "${failed[@]}"; do echo "    FAILED   $name"; done
[ "${#failed[@]}" -eq 0 ]
