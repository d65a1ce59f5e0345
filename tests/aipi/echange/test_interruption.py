"""All or nothing, also when the process dies half way."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

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


@pytest.mark.django_db
def test_a_killed_import_leaves_nothing(tmp_path, vierge):
    contenu = "ref;nom;prenom\n" + "".join(f"P{i};a;b\n" for i in range(20_000))
    base = shutil.copy(vierge, tmp_path)
    a_part = connection.vendor == "sqlite"
    # The tests' SQLite is in the memory of this process: the one that dies has a file of its own.
    adresse = (
        f"sqlite:///{base}"
        if a_part
        else urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    fin = subprocess.run(
        [
            sys.executable,
            "-c",
            MEURT,
            str(ecrire(tmp_path / "d", {"personnes": contenu})),
        ],
        env={**os.environ, "DATABASE_URL": adresse, "DJANGO_SETTINGS_MODULE": "aipi.settings"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert fin.returncode == -signal.SIGKILL, fin.stderr
    if a_part:
        with contextlib.closing(sqlite3.connect(base)) as ouverte:
            assert ouverte.execute("SELECT count(*) FROM aipi_personne").fetchone() == (0,)
            assert ouverte.execute("SELECT count(*) FROM aipi_commune").fetchone() == (40,)
    assert not Personne.objects.exists()
