"""Databases that live as long as the measures: empty, copied, thrown away."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from outils.avec_postgresql import postgresql


class Bases(ABC):
    """Databases of one engine, by name."""

    nom: str

    @abstractmethod
    def adresse(self, base: str) -> str:
        """What to put in DATABASE_URL."""

    @abstractmethod
    def creer(self, base: str, modele: str | None = None) -> None:
        """Make `base`, empty or as `modele` is; what it was before is lost. Nobody may be connected to `modele`."""


class Sqlite(Bases):
    nom = "sqlite"

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier

    def _fichier(self, base: str) -> Path:
        return self.dossier / f"{base}.sqlite3"

    def adresse(self, base: str) -> str:
        return f"sqlite:///{self._fichier(base)}"

    def creer(self, base: str, modele: str | None = None) -> None:
        for suffixe in ("", "-wal", "-shm"):
            Path(f"{self._fichier(base)}{suffixe}").unlink(missing_ok=True)
        if modele is not None:
            shutil.copyfile(self._fichier(modele), self._fichier(base))


class Postgresql(Bases):
    nom = "postgresql"

    def __init__(self, serveur: str) -> None:
        self.serveur = serveur

    def adresse(self, base: str) -> str:
        return self.serveur.replace("/postgres?", f"/{base}?", 1)

    def creer(self, base: str, modele: str | None = None) -> None:
        with closing(psycopg2.connect(self.serveur)) as connexion:
            connexion.autocommit = True
            with connexion.cursor() as curseur:
                curseur.execute(f'DROP DATABASE IF EXISTS "{base}"')
                curseur.execute(f'CREATE DATABASE "{base}" TEMPLATE "{modele or "template0"}"')


@contextmanager
def bases(nom: str, dossier: Path) -> Iterator[Bases]:
    """The engine `nom`, with a PostgreSQL server of its own where it takes one."""
    if nom == "sqlite":
        yield Sqlite(dossier)
        return
    with postgresql() as adresse:
        yield Postgresql(adresse)
