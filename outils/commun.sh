# Sourced by the other scripts: the words they share, and system packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PYTHON=.venv/bin/python

titre() { printf '\n=== %s ===\n' "$*"; }
dire() { printf '%s\n' "$*"; }
abandonner() {
    printf '\nERROR: %s\n' "$*" >&2
    exit 1
}

# Install Debian or Ubuntu packages. Usage: paquets REASON PACKAGE…
# Says what and why before asking for root; refreshes the lists of packages only when they do not do.
paquets() {
    local raison=$1
    shift
    command -v apt-get >/dev/null || abandonner "missing on this system: $* ($raison). Install them, then start again."
    local -a root=(env DEBIAN_FRONTEND=noninteractive)
    dire "System packages are missing: $*"
    dire "  why: $raison"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            abandonner "this needs root and there is no sudo. As root: apt-get install --no-install-recommends $*"
        dire "  this needs root: sudo may ask for your password to run « apt-get install $* »."
        root=(sudo "${root[@]}")
    fi
    local -a installer=("${root[@]}" apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@")
    if apt-cache show "$@" >/dev/null 2>&1 && "${installer[@]}" >/dev/null; then
        return
    fi
    "${root[@]}" apt-get update -qq || dire "(the lists of packages could not all be refreshed)"
    "${installer[@]}" >/dev/null || abandonner "apt-get could not install: $*"
}
