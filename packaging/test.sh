#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything and runs every test that needs no GPU; then unit tests once more under
# AddressSanitizer and UndefinedBehaviorSanitizer. The same thing CI runs.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: packaging/test.sh [--sanitizers=memory|all|none]

Installs the missing Debian 12 packages with apt (asks sudo for it unless you are root), builds the release version
with all tests in build/release and runs them under Xvfb, then builds with sanitizers in build/sanitize and runs unit
tests there: by default (memory) those of the code that computes addresses or reads others' bytes, which are the
kernels, those of CUDA too, the protocol and the datasets; all: of kernels, engine and app, which takes as long again
as everything before. Tests that need a GPU are not run; how many, and which, is printed.
TEXT
}

sanitizers=memory
for argument in "$@"; do
    case "$argument" in
        --sanitizers=memory | --sanitizers=all | --sanitizers=none) sanitizers=${argument#*=} ;;
        -h | --help) usage; exit 0 ;;
        *) echo "test.sh: unknown option '$argument'; allowed: --sanitizers=memory, =all or =none, --help." >&2; exit 2 ;;
    esac
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/build_steps.sh
. packaging/dependencies.sh

step="starting"
trap 'status=$?; rm -rf "${scratch:-}"; [ "$status" -eq 0 ] || printf "\ntest.sh FAILED while: %s\n" "$step" >&2' EXIT

# The user's own runs, settings and caches are never touched by a test.
scratch=$(mktemp -d)
export XDG_DATA_HOME="$scratch/data" XDG_CONFIG_HOME="$scratch/config" XDG_CACHE_HOME="$scratch/cache"
export XDG_STATE_HOME="$scratch/state" XDG_RUNTIME_DIR="$scratch/runtime"
mkdir -m 700 "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
# Several tests run at once: threads that wait must not spin on each other's cores.
export OMP_WAIT_POLICY=passive LC_ALL=C.UTF-8

skipped=()

# run_tests BUILD_DIR LABELS_LEFT_OUT [COMMAND...]: ctest, remembering what did not run. COMMAND wraps ctest.
run_tests() {
    local build_dir=$1 left_out=$2 log name
    shift 2
    log="$scratch/$(basename "$build_dir").log"
    "$@" ctest --test-dir "$build_dir" --label-exclude "$left_out" --output-on-failure --no-tests=error \
        -j "$(build_jobs)" | tee "$log"
    while read -r name; do
        skipped+=("$build_dir: $name said itself that it cannot run here")
    done < <(sed -n 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\) .*\*\*\*\(Skipped\|Not Run\).*/\1/p' "$log")
    while read -r name; do
        skipped+=("$build_dir: $name ($left_out)")
    done < <(ctest --test-dir "$build_dir" --show-only --label-regex "$left_out" \
        | sed -n 's/^ *Test *#[0-9]*: //p')
}

step="installing packages"
install_missing_packages

jobs=$(build_jobs)
step="building the release version"
say "Building the release version with all tests in build/release, $jobs jobs"
configure_release
cmake --build --preset release -j "$jobs"

step="running the tests of the release version"
say "Running every test that needs no GPU, under Xvfb"
run_tests build/release '^device$' xvfb-run -a -s "-screen 0 1600x1000x24"

# Folders of tests, and the programs to build for them.
sanitized_folders=(cuda_emulation kernels engine/protocol engine/data)
sanitized_programs=(cuda_emulation_test kernels_test kernels_cuda_test protocol_test data_test)

if [ "$sanitizers" = none ]; then
    skipped+=("build/sanitize: everything (--sanitizers=none)")
else
    step="building with sanitizers"
    say "Building with AddressSanitizer and UndefinedBehaviorSanitizer in build/sanitize"
    # A GPU compiler's objects cannot be sanitized, and the window's toolkit is not ours to check.
    cmake --preset dev -B build/sanitize -DARCMETER_BUILD_UI=OFF -DARCMETER_WITH_CUDA=OFF
    if [ "$sanitizers" = all ]; then sanitized_folders=(.) sanitized_programs=(all); fi
    cmake --build build/sanitize -j "$jobs" --target "${sanitized_programs[@]}"
    step="running unit tests under sanitizers"
    for folder in "${sanitized_folders[@]}"; do
        say "Running the unit tests in tests/$folder under sanitizers"
        run_tests "build/sanitize/tests/$folder" '^(device|slow)$'
    done
    if [ "$sanitizers" = memory ]; then
        skipped+=("build/sanitize: the rest of engine and app (--sanitizers=all)")
    fi
fi

if [ "${#skipped[@]}" -gt 0 ]; then
    say "NOT RUN (${#skipped[@]}):"
    printf '    %s\n' "${skipped[@]}"
else
    say "Nothing was left out."
fi
say "All tests that ran passed."
