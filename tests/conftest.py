"""Fixtures for every test: the database is the one DATABASE_URL names, so the same tests run on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from aipi.echange.importation import importer

EXEMPLES = Path(__file__).parent / "exemples"


def pytest_configure() -> None:
    # Tests need neither collected static files nor slow passwords.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def medias(tmp_path: Path, settings) -> Path:
    """Uploaded files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "medias"
    return settings.MEDIA_ROOT


def ecrire_feuilles(dossier: Path, feuilles: dict[str, str]) -> Path:
    """Write `{sheet: text}` as CSV files; spaces around cells and a common indent are dropped."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, texte in feuilles.items():
        lignes = [";".join(cellule.strip() for cellule in ligne.split(";")) for ligne in texte.strip().splitlines()]
        (dossier / f"{nom}.csv").write_text("\n".join(lignes) + "\n", encoding="utf-8")
    return dossier


@pytest.fixture
def caseload(db, tmp_path: Path):
    """A function that imports sheets written in the test as text."""

    def charger(**feuilles: str) -> None:
        importer(ecrire_feuilles(tmp_path / "feuilles", feuilles))

    return charger
