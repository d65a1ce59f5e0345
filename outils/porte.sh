#!/usr/bin/env bash
# The gate: one command, the same by hand and in CI. Stops at the first fault and says which step it was.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
etape="start"
trap 'code=$?; [ $code -eq 0 ] || echo "GATE CLOSED at: $etape" >&2' EXIT
etape() { etape=$1; printf '\n== %s\n' "$1"; }

etape "format"; "$bin/ruff" format --check --quiet .
etape "lint"; "$bin/ruff" check --quiet .
etape "templates"; "$bin/djlint" templates --check --lint --quiet
etape "types"; "$bin/mypy"
etape "floors"; "$bin/lint-imports"
etape "Django checks"
"$bin/python" manage.py check --fail-level WARNING
env DEBUG=non AIPI_HTTPS=oui ALLOWED_HOSTS=exemple.fr SECRET_KEY="$(head -c 48 /dev/urandom | base64 -w0)" \
  "$bin/python" manage.py check --deploy --fail-level WARNING
etape "migrations"; "$bin/python" manage.py makemigrations --check --dry-run
etape "tests on SQLite"; DATABASE_URL="" "$bin/pytest" -q -n 2 --dist worksteal -m "not navigateur"
etape "tests on PostgreSQL"; "$bin/python" -m outils.avec_postgresql "$bin/pytest" -q -n 2 --dist worksteal -m "not navigateur"
etape "tests in the browser"; "$bin/python" -m outils.avec_postgresql "$bin/pytest" -q -n 2 --dist worksteal -m navigateur
printf '\nThe gate is open.\n'
