#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What fits on a GPU: the plan's largest batch and num_classes, and runs that prove them, with the engine alone.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: tests/device/limits.sh --output FOLDER [--only LIST] [--budget SECONDS] [--build FOLDER]

What `arcmeter-cli search` does, on a machine without Qt: asks arcmeter-engine's plan for the largest value, runs 20
iterations with it and then with the next (batch + 1, num_classes + 1 %), and where the plan was wrong goes down or up
until one value runs and the next does not. Under a limit of 16 GiB and on the whole device; --only names some of the
searches (--help lists them below). Every run is appended to FOLDER/limits.jsonl when it has ended; searches that are
there already are not made again.

  ARCMETER_TORCH_PYTHON   a Python 3.11 or newer (default: python3)

Exit code: 0 every search ended, 3 the budget ended before, 1 a search failed, 2 wrong usage, 4 no GPU.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$here/../../build/device
python=${ARCMETER_TORCH_PYTHON:-python3}
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help) usage; "$python" "$here/limits.py" --list; exit 0 ;;
        --build) build=${2:?--build needs a folder}; shift ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

. "$here/libraries.sh"
add_cuda_libraries "$python" "$build/engine/arcmeter-engine"
exec "$python" "$here/limits.py" --engine "$build/engine/arcmeter-engine" "${arguments[@]}"
