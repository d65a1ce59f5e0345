#!/usr/bin/env bash
# Serve the demonstration: say where and with which accounts, then stay in front until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
port=$1

if ! .venv/bin/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' "$port" 2>/dev/null; then
  echo "Port $port is taken, perhaps by another 'make run'. Choose one: make run PORT=8001" >&2
  exit 1
fi
.venv/bin/python manage.py comptes_demo
echo
echo "  Report:  rapport-2021.pdf"
echo "  Address: http://127.0.0.1:$port/   (Ctrl-C to stop)"
echo
exec .venv/bin/gunicorn aipi.wsgi --bind "127.0.0.1:$port" --threads 8 --timeout 120 --log-level warning
