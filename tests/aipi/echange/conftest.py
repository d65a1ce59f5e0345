"""Files to import, and what the importer says of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import Resultat, importer

Fichiers = Mapping[str, str | bytes]


def ecrire(dossier: Path, fichiers: Fichiers) -> Path:
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, contenu in fichiers.items():
        chemin = dossier / (nom if "." in nom else f"{nom}.csv")
        chemin.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
    return dossier


@pytest.fixture
def charger(tmp_path: Path) -> Callable[..., Resultat]:
    """Import sheets given as texts."""
    compte = iter(range(1000))

    def _charger(fichiers: Fichiers, simuler: bool = False) -> Resultat:
        return importer(ecrire(tmp_path / f"import{next(compte)}", fichiers), simuler=simuler)

    return _charger


@pytest.fixture
def refus(charger: Callable[..., Resultat]) -> Callable[..., list[str]]:
    """Import sheets that must be refused; the errors as they are printed."""

    def _refus(fichiers: Fichiers) -> list[str]:
        with pytest.raises(ErreursImport) as attrapee:
            charger(fichiers)
        assert attrapee.value.nombre == len(attrapee.value.erreurs)
        return [str(erreur) for erreur in attrapee.value.erreurs]

    return _refus


@pytest.fixture(scope="session")
def vierge(tmp_path_factory) -> Path:
    """A database file without any row but those of the migrations, for the processes that run on their own."""
    base = tmp_path_factory.mktemp("vierge") / "base.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{base}"},
        cwd=Path(__file__).parents[3],
        check=True,
    )
    return base


SOCLE = {
    "personnes": "ref;nom;prenom\nP1;Durand;Zoé\n",
    "ateliers": "code;nom\nA;Brigades\n",
    "equipes": "code;atelier;nom\nE;A;Équipe\n",
    "parcours": "ref;personne;date_entree\nR1;P1;2021-01-01\n",
    "contrats": "ref;parcours;equipe;date_debut\nC1;R1;E;2021-01-01\n",
}
