#!/usr/bin/env bash
# Install what is missing, and only that: system packages, then .venv from the lock file. Safe to run again, also after
# an interruption. `dev` adds what the gate needs.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-base}

bibliotheque() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
navigateur() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

python=""
for candidat in python3.13 python3.12 python3.11 python3 python3.14; do
  if command -v "$candidat" >/dev/null && "$candidat" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidat
    break
  fi
done

manquants=()
[ -n "$python" ] || manquants+=(python3)
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then manquants+=(python3-venv); fi
bibliotheque libpango-1.0.so.0 || manquants+=(libpango-1.0-0)
bibliotheque libpangoft2-1.0.so.0 || manquants+=(libpangoft2-1.0-0)
bibliotheque libharfbuzz-subset.so.0 || manquants+=(libharfbuzz-subset0)
if [ "$mode" = dev ]; then
  navigateur >/dev/null || manquants+=(chromium)
  command -v pdftotext >/dev/null || manquants+=(poppler-utils)
  command -v qpdf >/dev/null || manquants+=(qpdf)
fi

if [ ${#manquants[@]} -gt 0 ]; then
  echo "System packages to install: ${manquants[*]}"
  prefixe=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Root is needed for that and sudo is not there. As root: apt-get install ${manquants[*]}" >&2
      exit 1
    fi
    echo "Root is needed for that: sudo may ask for your password."
    prefixe=(sudo)
  fi
  "${prefixe[@]}" apt-get update -qq
  "${prefixe[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${manquants[@]}"
  [ -n "$python" ] || python=python3
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "AIPi needs Python 3.11 or later; this system's python3 is $("$python" --version)." >&2
  exit 1
fi

marque=.venv/.installe-$mode
empreinte=$(cat requirements/"$mode".txt | sha256sum | cut -d' ' -f1)
# The gate's environment holds everything the application needs, of the same versions.
if [ "$mode" = base ] && [ -f .venv/.installe-dev ] && [ "$(cat .venv/.installe-dev)" = "$(sha256sum <requirements/dev.txt | cut -d' ' -f1)" ]; then
  exit 0
fi
if [ -f "$marque" ] && [ "$(cat "$marque")" = "$empreinte" ] && .venv/bin/python -c 'import django' 2>/dev/null; then
  exit 0
fi
if [ -d .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  echo "The environment in .venv is half made: it is made again."
  rm -rf .venv
fi
if [ ! -d .venv ]; then
  echo "Creating .venv with $("$python" --version)"
  "$python" -m venv .venv
fi
rm -f "$marque"
echo "Installing requirements/$mode.txt into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/"$mode".txt
echo "$empreinte" >"$marque"
