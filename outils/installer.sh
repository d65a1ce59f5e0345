#!/usr/bin/env bash
# Install what is missing, and nothing else. Usage: installer.sh [dev]
# A second run is instant; one that was interrupted is taken up again.
. "$(dirname "$0")/commun.sh"

jeu=${1:-base}
verrou=requirements/$jeu.txt
chantier=.venv/.chantier # present while pip writes: found at the start, the environment is not to be trusted
cachet=.venv/.cachet-$jeu # what was installed the last time, whole

# The libraries are asked for by name of file, whoever installed them.
bibliotheques=
# Kept first: with pipefail, a grep that stops early would fail the command that feeds it, now and then.
presentes=$(/sbin/ldconfig -p)
for essai in libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0 libharfbuzz-subset.so.0:libharfbuzz-subset0; do
    [[ $presentes == *"${essai%%:*}"* ]] || bibliotheques+=" ${essai##*:}"
done

# The interpreter: the one named by the caller, else python3, else the newest that is new enough.
assez_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
interprete=
for candidat in ${PYTHON3:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidat" >/dev/null && assez_recent "$candidat"; then
        interprete=$(command -v "$candidat")
        break
    fi
done
[ -n "$interprete" ] || abandonner "Python 3.11 or newer is needed; found: $(python3 --version 2>/dev/null || echo none).
On Debian 12 or 13 and Ubuntu 24.04: apt-get install python3 python3-venv. Elsewhere: set PYTHON3 to its path."

# shellcheck disable=SC2086 # a list of words
[ -z "$bibliotheques" ] || paquets "to lay out the PDF report (WeasyPrint)" $bibliotheques

if ! "$interprete" -c 'import venv, ensurepip' 2>/dev/null; then
    version=$("$interprete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    venv=python3-venv
    [ "$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$version" ] || venv=python$version-venv
    paquets "to create the Python environment in .venv" "$venv"
fi

if [ "$jeu" = dev ]; then
    outils=
    command -v pdftotext >/dev/null || outils+=" poppler-utils"
    command -v qpdf >/dev/null || outils+=" qpdf"
    # Ubuntu's chromium is a snap, which playwright cannot drive: there its own build is downloaded, further down.
    if ! grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
        command -v chromium >/dev/null || outils+=" chromium"
    fi
    # shellcheck disable=SC2086 # a list of words
    [ -z "$outils" ] || paquets "to test the PDF and to test the pages in a browser" $outils
fi

# One at a time: a second call waits here for the first.
exec 9<requirements/base.in
flock 9

empreinte() { cat requirements/base.txt "$verrou" | sha256sum; "$PYTHON" -VV 2>/dev/null; "$PYTHON" -c 'import sys; print(sys.prefix)' 2>/dev/null; }

if [ -d .venv ] && { [ -e "$chantier" ] || ! "$PYTHON" -c 'import pip' 2>/dev/null || ! assez_recent "$PYTHON"; }; then
    dire "The environment in .venv is not whole: it is made again."
    rm -rf .venv
fi
if [ ! -d .venv ]; then
    dire "Creating .venv with $("$interprete" --version)…"
    "$interprete" -m venv .venv
fi
# The gate's environment holds all that the application needs, of the same versions.
complet_dev() { [ "$(cat .venv/.cachet-dev 2>/dev/null)" = "$(verrou=requirements/dev.txt; empreinte)" ]; }
if [ "$(cat "$cachet" 2>/dev/null)" != "$(empreinte)" ] && ! complet_dev; then
    dire "Installing Python packages ($verrou)…"
    : >"$chantier"
    "$PYTHON" -m pip install --quiet --no-input --disable-pip-version-check --progress-bar off --require-hashes -r "$verrou" ||
        abandonner "pip could not install $verrou (see above). Start the same command again when the cause is gone."
    rm -f "$chantier"
    empreinte >"$cachet"
fi

if [ "$jeu" = dev ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null && [ ! -e .venv/.cachet-chromium ]; then
    dire "Installing a browser for the tests (playwright's Chromium; its system libraries need root)…"
    "$PYTHON" -m playwright install --with-deps chromium
    : >.venv/.cachet-chromium
fi
dire "Installed: .venv ($verrou)."
