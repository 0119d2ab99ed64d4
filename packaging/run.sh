#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Arcmeter and starts it. With no display: a first short benchmark in the terminal.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: packaging/run.sh [--no-window] [-- ARGUMENT...]

Installs the missing Debian 12 packages with apt (asks sudo for it unless you are root), builds the release version
in build/release and starts the window. Without a display, or with --no-window, it runs a first quick benchmark of
the small network y1 on the CPU instead, stores it and prints its table. Nothing outside build/ and Arcmeter's own
data folder is changed. ARGUMENTs after -- go to the program that is started.
TEXT
}

window=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --no-window) window=no ;;
        -h | --help) usage; exit 0 ;;
        --) shift; break ;;
        *) echo "run.sh: unknown option '$1'; allowed: --no-window, --help, and -- before the program's own." >&2
           exit 2 ;;
    esac
    shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/build_steps.sh
. packaging/dependencies.sh

install_missing_packages

jobs=$(build_jobs)
say "Building Arcmeter in build/release with $jobs jobs (the first time takes some minutes)"
configure_release
cmake --build --preset release -j "$jobs" --target arcmeter arcmeter-cli arcmeter-engine

if [ "$window" = yes ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Starting the window: build/release/ui/arcmeter"
    exec build/release/ui/arcmeter "$@"
fi

cli=build/release/app/arcmeter-cli
if [ "$window" = yes ]; then
    say "There is no display: running a first benchmark here instead"
else
    say "Running a first benchmark"
fi
first_run=(run --model y1 --device cpu --batch-size 16 --method quick)
echo "    $cli ${first_run[*]} $*"
"$cli" "${first_run[@]}" "$@"

say "Every stored run"
"$cli" history list
cat <<TEXT

The runs are stored in ${XDG_DATA_HOME:-$HOME/.local/share}/arcmeter/runs.sqlite.
Next:  $cli run --help            every setting of a run
       $cli history export --format csv --output runs.csv
TEXT
