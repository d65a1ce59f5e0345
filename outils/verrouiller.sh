#!/usr/bin/env bash
# Compute requirements/*.txt from requirements/*.in: every package and its hashes, no address.
. "$(dirname "$0")/commun.sh"

outils/installer.sh dev
for jeu in base dev; do
    "$PYTHON" -m uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --universal \
        --python-version 3.11 "requirements/$jeu.in" -o "requirements/$jeu.txt"
    dire "requirements/$jeu.txt: $(grep -c '==' "requirements/$jeu.txt") packages"
done
