#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deb.sh BUILD_FOLDER [--clean-root]: makes the Debian packages of a finished build, installs them, runs every program
# from there, trains with nothing of CUDA installed, and removes them without a trace. They go into a root of their own
# that holds nothing else and borrows this machine's libraries, so this needs neither rights nor a network. With
# --clean-root it is a fresh Debian 12 from debootstrap, as root, where apt has to find every dependency.
set -euo pipefail

build=$1 clean_root=${2:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
packages=$scratch/packages root=$scratch/root home=/tmp/home

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# dpkg in a root without any package: what depends on others is told so, and installed.
bare_dpkg() {
    dpkg --root="$root" --force-not-root --force-depends --log=/dev/null "$@" >"$scratch/dpkg.log" 2>&1 ||
        { cat "$scratch/dpkg.log" >&2; fail "dpkg $*"; }
}

prepare_root() {
    if [ -n "$clean_root" ]; then
        debootstrap --variant=minbase bookworm "$root" >"$scratch/debootstrap.log" ||
            fail "$(tail "$scratch/debootstrap.log")"
    else
        mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/tmp"
        touch "$root/var/lib/dpkg/status"
    fi
    # Not what is Arcmeter's: the system's own files, and dpkg's and apt's notes about it.
    (cd "$root" && find . | sort >"$scratch/before")
}

install_package() {
    if [ -n "$clean_root" ]; then
        cp "$1" "$root/tmp/"
        chroot "$root" apt-get install -qq -y --no-install-recommends "/tmp/$(basename "$1")" \
            >"$scratch/apt.log" 2>&1 || { cat "$scratch/apt.log" >&2; fail "apt-get install $(basename "$1")"; }
    else
        bare_dpkg --install "$1"
    fi
}

remove_packages() {
    if [ -n "$clean_root" ]; then
        chroot "$root" apt-get purge -qq -y arcmeter 'arcmeter-cuda*' >/dev/null 2>&1 || fail "apt-get purge"
    else
        bare_dpkg --purge "$@"
    fi
}

# A program of the package, with a home of its own and no display, for as long as `limit_s` lets it.
installed() {
    local program=/usr/bin/$1 environment=(LC_ALL=C.UTF-8 PATH=/usr/bin:/bin QT_QPA_PLATFORM=offscreen)
    shift
    if [ -n "$clean_root" ]; then
        # /proc for the programs alone, in a name space of its own: nothing is left mounted.
        timeout "${limit_s:-300}" unshare --mount sh -c 'mount --rbind /proc "$1/proc" && exec chroot "$@"' sh \
            "$root" env -i HOME=$home "${environment[@]}" "$program" "$@"
    else
        timeout "${limit_s:-300}" env -i HOME="$root$home" "${environment[@]}" "$root$program" "$@"
    fi
}

cuda_names='libcu|cudnn|nccl|nvidia|nvrtc'

check_control() {
    local depends
    depends=$(dpkg-deb --field "$1" Depends)
    if grep -qiE "$cuda_names" <<<"$depends"; then fail "$(basename "$1") depends on CUDA: $depends"; fi
    printf '%s depends on: %s\n' "$(basename "$1")" "$depends"
}

check_files() {
    local file size
    for file in arcmeter arcmeter-cli arcmeter-engine; do
        readelf --dynamic "$root/usr/bin/$file" >"$scratch/dynamic"
        if grep -E "NEEDED.*($cuda_names)" "$scratch/dynamic"; then fail "$file needs CUDA"; fi
        if grep -E 'R(UN)?PATH' "$scratch/dynamic"; then fail "$file looks in the build folder"; fi
    done
    for size in 16 24 32 48 64 128 256; do
        file=$root/usr/share/icons/hicolor/${size}x$size/apps/arcmeter.png
        file "$file" | grep -q "PNG image data, $size x $size," || fail "the icon of $size pixels: $(file "$file")"
    done
    for file in applications/arcmeter.desktop metainfo/org.arcmeter.arcmeter.metainfo.xml man/man1/arcmeter-cli.1.gz \
        bash-completion/completions/arcmeter-cli icons/hicolor/scalable/apps/arcmeter.svg doc/arcmeter/copyright \
        arcmeter/peers/pytorch/arcmeter_torch_peer/__main__.py; do
        [ -s "$root/usr/share/$file" ] || fail "the package lacks /usr/share/$file"
    done
}

check_programs() {
    local result status=0
    installed arcmeter --version | grep -x "arcmeter $version" || fail "arcmeter --version"
    installed arcmeter-cli --version | grep -x "arcmeter-cli $version" || fail "arcmeter-cli --version"
    installed arcmeter-cli devices | tee "$scratch/devices"
    grep -q 'cpu' "$scratch/devices" || fail "arcmeter-cli devices names no CPU"
    result=$(installed arcmeter-cli run --model y1 --device cpu --batch-size 4 --num-classes 100 --method quick \
        --iterations 6 --warmup 2 --json)
    grep -q '"state":"finished"' <<<"$result" || fail "the training did not finish: $result"
    installed arcmeter-cli history list
    # A window that lacks a library or plugin ends at once; this one has to be ended (124).
    limit_s=3 installed arcmeter || status=$?
    [ "$status" -eq 124 ] || fail "the window ended by itself with $status"
}

prepare_root
(cd "$build" && cpack -B "$packages" >"$scratch/cpack.log" 2>&1) || { cat "$scratch/cpack.log" >&2; fail cpack; }
program=$(ls "$packages"/arcmeter_*.deb)
version=$(dpkg-deb --field "$program" Version)
check_control "$program"
install_package "$program"
check_files
check_programs
names=(arcmeter)
if ls "$packages"/arcmeter-cuda_*.deb >/dev/null 2>&1; then
    # The module beside the program, its libraries perhaps not there: it is a sentence, not a failure.
    check_control "$packages"/arcmeter-cuda_*.deb
    install_package "$packages"/arcmeter-cuda_*.deb
    names=(arcmeter-cuda arcmeter)
    check_programs
fi
remove_packages "${names[@]}"
rm -rf "${root:?}$home"
left=$(cd "$root" && find . -iname '*arcmeter*' -not -path './tmp/*')
if [ -n "$left" ]; then fail "left behind: $left"; fi
if [ -z "$clean_root" ]; then
    left=$(cd "$root" && find . -not -path './var/lib/dpkg*' | sort | comm -13 "$scratch/before" -)
    if [ -n "$left" ]; then fail "left behind: $left"; fi
fi
echo "Installed, trained with and removed: ${names[*]} $version"
