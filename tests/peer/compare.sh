#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs arcmeter-engine and the PyTorch peer in turn on the same configuration and prints samples/s and the ratio.
# PyTorch comes from $ARCMETER_TORCH_PYTHON, or from a virtual environment made here on the first use.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
    cat <<'TEXT'
Usage: tests/peer/compare.sh [--device cpu] [--model r100] [--batch-size 8] [--precision fp32] [--threads N]
                             [--rounds 3] [--iterations 30] [--warmup 10] [--num-classes N] [--loss NAME]
                             [--parallelism data] [--sample-ratio X] [--fc-type NAME]
                             [--variants eager-contiguous,eager-channels_last,compile] [--json FILE]

Every round runs ours, then each PyTorch variant, each in a fresh process with the same configuration and threads; the
figures are medians over the rounds, and the ratio is ours against the fastest variant.

  ARCMETER_ENGINE         arcmeter-engine to use (default: build/release/engine/arcmeter-engine, built by run.sh)
  ARCMETER_TORCH_PYTHON   a Python 3.11 or newer that has torch and numpy. Without it, a virtual environment is made
                          in $XDG_CACHE_HOME/arcmeter/torch (default ~/.cache) with pip: a download of several GB,
                          because PyTorch's Linux build carries CUDA. It needs Debian's python3-venv.
TEXT
}

for argument in "$@"; do
    case "$argument" in
        -h | --help) usage; exit 0 ;;
    esac
done

python=${ARCMETER_TORCH_PYTHON:-}
if [ -z "$python" ]; then
    environment=${XDG_CACHE_HOME:-$HOME/.cache}/arcmeter/torch
    python=$environment/bin/python
    if ! "$python" -c 'import torch, numpy' 2>/dev/null; then
        echo "Installing PyTorch in $environment: a download of several GB, once." >&2
        python3 -m venv "$environment"
        "$python" -m pip install --quiet torch numpy
    fi
fi
if ! "$python" -c 'import torch, numpy'; then
    echo "compare.sh: $python cannot import torch and numpy." >&2
    exit 1
fi

exec "$python" "$root/tests/peer/compare.py" --engine "${ARCMETER_ENGINE:-$root/build/release/engine/arcmeter-engine}" "$@"
