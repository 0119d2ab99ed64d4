#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Arcmeter and makes its Debian packages.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: packaging/deb.sh [--output FOLDER]

Installs the missing Debian 12 packages with apt (asks sudo for it unless you are root), builds the release version
without its tests in build/deb and writes the packages into FOLDER (build/deb/packages when left out):
    arcmeter_VERSION_ARCHITECTURE.deb        the programs; trains on CPUs
    arcmeter-cuda_VERSION_ARCHITECTURE.deb   the CUDA module, where nvcc and cuDNN are found
Install them with: apt install ./arcmeter_*.deb
TEXT
}

output=
while [ $# -gt 0 ]; do
    case "$1" in
        --output)
            output=$(realpath -m "${2:?--output needs a folder}")
            shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "deb.sh: unknown option '$1'; allowed: --output FOLDER, --help." >&2; exit 2 ;;
    esac
    shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/build_steps.sh
. packaging/dependencies.sh

install_missing_packages

jobs=$(build_jobs)
say "Building Arcmeter in build/deb with $jobs jobs"
use_ccache_if_there
# Other people's GPUs, not the one of this machine.
cmake --preset release -B build/deb -DARCMETER_BUILD_TESTS=OFF "-DCMAKE_CUDA_ARCHITECTURES=80-real;90a-real;90-virtual"
cmake --build build/deb -j "$jobs"

output=${output:-$PWD/build/deb/packages}
say "Writing the packages"
(cd build/deb && cpack -B "$output")
rm -rf "$output/_CPack_Packages"
ls -l "$output"/*.deb
