"""All or nothing, also when the process dies half way."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from aipi.models import Personne

from .conftest import ecrire

MEURT = """
import os, signal, sys
import django
django.setup()
from aipi.echange import importation
ecrits = []
def inserer(modele, colonnes, lignes, vrai=importation.inserer):
    if len(ecrits) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    vrai(modele, colonnes, lignes)
    ecrits.append(modele)
importation.inserer = inserer
importation.importer(sys.argv[1])
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing(tmp_path):
    contenu = "ref;nom;prenom\n" + "".join(f"P{i};a;b\n" for i in range(20_000))
    reglages = connection.settings_dict
    if connection.vendor == "sqlite":
        if "memory" in str(reglages["NAME"]):
            donnees = tmp_path / "base.sqlite3"
            with connection.cursor() as curseur:
                curseur.execute("VACUUM INTO %s", [str(donnees)])
            adresse = f"sqlite:///{donnees}"
        else:
            adresse = f"sqlite:///{reglages['NAME']}"
    else:
        hote = str(reglages["HOST"]).replace("/", "%2F")
        adresse = f"postgres://{reglages['USER']}:{reglages['PASSWORD']}@{hote}:{reglages['PORT']}/{reglages['NAME']}"
    fin = subprocess.run(
        [sys.executable, "-c", MEURT, str(ecrire(tmp_path / "d", {"personnes": contenu}))],
        env={**os.environ, "DATABASE_URL": adresse, "DJANGO_SETTINGS_MODULE": "aipi.settings"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert fin.returncode == -signal.SIGKILL, fin.stderr
    if connection.vendor == "sqlite" and "memory" in str(reglages["NAME"]):
        assert _lignes(tmp_path / "base.sqlite3") == 0
    assert not Personne.objects.exists()


def _lignes(base: Path) -> int:
    with contextlib.closing(sqlite3.connect(base)) as ouverte:
        return int(ouverte.execute("SELECT count(*) FROM aipi_personne").fetchone()[0])
