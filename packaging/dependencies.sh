# SPDX-License-Identifier: Apache-2.0
# The one list of Debian 12 packages that Arcmeter is built and tested with, and how they are installed.
# Sourced by run.sh and test.sh.

arcmeter_packages=(
    # compiler and build
    ca-certificates cmake g++ git ninja-build pkg-config
    # engine (dnnl's CMake configuration asks for OpenCL's headers)
    libcli11-dev libdnnl-dev libturbojpeg0-dev nlohmann-json3-dev ocl-icd-opencl-dev
    libopenmpi-dev openmpi-bin
    # store, command line and window
    libboost-dev libqt6opengl6-dev libqt6sql6-sqlite libxlsxwriter-dev qt6-base-dev qt6-charts-dev qt6-l10n-tools
    qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-translations-l10n
    fonts-dejavu-core fonts-noto-cjk
    # tests (Slurm and network tools: clusters that the tests make on this machine)
    iproute2 munge openssh-client slurm-client slurmctld slurmd
    libbenchmark-dev libboost-context-dev libgmock-dev libgtest-dev python3 xauth xvfb
    # the report's LaTeX (Chinese takes texlive-xetex and texlive-lang-chinese: its test says when they are missing)
    texlive-latex-recommended
    # packages, and the tests of what is in them
    appstream desktop-file-utils dpkg-dev file groff-base
)

# Prints the packages of the list that are not installed.
missing_packages() {
    local package
    for package in "${arcmeter_packages[@]}"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            printf '%s\n' "$package"
        fi
    done
}

install_missing_packages() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not a Debian system: the packages are not installed for you. On Debian 12 they are:" >&2
        echo "  ${arcmeter_packages[*]}" >&2
        return 0
    fi
    mapfile -t missing < <(missing_packages)
    if [ "${#missing[@]}" -eq 0 ]; then
        say "All ${#arcmeter_packages[@]} Debian packages that are needed are installed."
        return 0
    fi
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Packages are missing, you are not root, and there is no sudo. As root, run:" >&2
            echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
        say "apt-get needs root: sudo may ask for your password."
    fi
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"
}
