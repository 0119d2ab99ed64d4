# SPDX-License-Identifier: Apache-2.0
# What run.sh and test.sh share: saying what is done, and building without running out of memory.

say() { printf '\n==> %s\n' "$*"; }

# A compiler of this project takes up to 1.5 GiB: as many at once as there are cores and memory for.
build_jobs() {
    local cores available_kib by_memory
    cores=$(nproc)
    available_kib=$(awk '$1 == "MemAvailable:" {print $2}' /proc/meminfo)
    by_memory=$((available_kib / (1536 * 1024)))
    if [ "$by_memory" -lt 1 ]; then by_memory=1; fi
    if [ "$by_memory" -lt "$cores" ]; then echo "$by_memory"; else echo "$cores"; fi
}

use_ccache_if_there() {
    if command -v ccache >/dev/null; then
        export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_CUDA_COMPILER_LAUNCHER=ccache
    fi
}

# The `release` preset; where nvcc is, CUDA code is built for one architecture only (Hopper), to keep it short.
configure_release() {
    local nvcc
    use_ccache_if_there
    nvcc=$(command -v nvcc || true)
    if [ -z "$nvcc" ] && [ -x /usr/local/cuda/bin/nvcc ]; then nvcc=/usr/local/cuda/bin/nvcc; fi
    if [ -n "$nvcc" ]; then
        export CUDACXX="$nvcc" CUDAARCHS=90a
    fi
    cmake --preset release
}
