#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Arcmeter and the PyTorch peer in turn on one GPU, cell by cell, with programs built elsewhere by the `device` preset.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: tests/device/bench.sh --output FOLDER [--cells LIST] [--budget SECONDS] [--build FOLDER] [--no-peer]
                             [--iterations 60] [--warmup 20]

A cell is MODEL:PRECISION:BATCH, and any part may be *: --cells 'r100:bf16:*,y1:*:512'. Default: all of r100 at batch
64, 128, 256 and y1 at 256, 512, in fp32, tf32, fp16, bf16. In each cell arcmeter-engine and the peer's variants
(eager-contiguous, eager-channels_last, compile with CUDA graphs) run one after the other, each in a process of its own.
Before the first: the device's matrix product and copy rates, and the rates of our kernels.

Every measurement is appended to FOLDER/rows.jsonl when it is made. A measurement that does not fit into the budget is
not begun, and one that outlasts it is ended; calling again with the same folder goes on with what is missing. The
last lines are a table of all rows in the folder; FOLDER/summary.json holds it too.

  ARCMETER_TORCH_PYTHON   a Python 3.11 or newer with torch (default: python3)

Exit code: 0 every cell is measured, 3 the budget ended before, 1 something failed, 2 wrong usage, 4 no GPU.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$here/../../build/device
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help) usage; exit 0 ;;
        --build) build=${2:?--build needs a folder}; shift ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

python=${ARCMETER_TORCH_PYTHON:-python3}
. "$here/libraries.sh"
add_cuda_libraries "$python" "$build/engine/arcmeter-engine"
exec "$python" "$here/bench.py" --build "$build" "${arguments[@]}"
