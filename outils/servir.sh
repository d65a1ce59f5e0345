#!/usr/bin/env bash
# Serve the demonstration: say where and with which accounts, then stay in front until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
port=$1

# Asked first of all (`servir.sh PORT libre`), before any long work and before there is a .venv.
if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  echo "Port $port is taken, perhaps by another 'make run'. Choose one: make run PORT=8001" >&2
  exit 1
fi
[ "${2:-}" != libre ] || exit 0
.venv/bin/python manage.py comptes_demo
.venv/bin/python manage.py tableaux_demo
echo
echo "  Report:  rapport-2021.pdf"
echo "  Address: http://127.0.0.1:$port/   (Ctrl-C to stop)"
echo
# Long work (reports, files) is done beside the server, and ends with it.
.venv/bin/python manage.py db_worker --no-reload --interval 1 &
trap 'kill $! 2>/dev/null || true' EXIT
.venv/bin/gunicorn aipi.wsgi --bind "127.0.0.1:$port" --threads 8 --timeout 120 --log-level warning
