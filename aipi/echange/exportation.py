"""Export of every sheet that has rows, so that the same content always gives the same bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from .colonnes import Colonne, neutraliser
from .erreurs import citer
from .feuille import Feuille, feuilles

A_CITER = frozenset(';"\n\r')


class ExportImpossible(Exception):
    """The folder cannot take the export; `str()` says why, in French."""


def exporter(dossier: str | Path) -> dict[str, int]:
    """Write `feuille.csv` for every sheet that has rows; number of rows by sheet.

    A former export in the folder is replaced, each file at once; a folder that holds anything else is refused. Raises
    ExportImpossible, the folder being left as it was.
    """
    dossier = Path(dossier)
    connues = {f"{nom}.csv" for nom in feuilles()}
    try:
        dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
        anciennes = {entree.name for entree in os.scandir(dossier) if not entree.name.startswith(".")}
        if autres := sorted(anciennes - connues):
            raise ExportImpossible(
                f"ce dossier contient autre chose qu’un export ({citer(autres[0])})\u202f: choisissez un dossier vide"
            )
        with tempfile.TemporaryDirectory(prefix=".export-", dir=dossier) as chantier:
            comptes = _ecrire_tout(Path(chantier))
            for nom in comptes:
                (Path(chantier) / f"{nom}.csv").replace(dossier / f"{nom}.csv")
            for nom in anciennes - {f"{nom}.csv" for nom in comptes}:
                (dossier / nom).unlink()
    except OSError as erreur:
        raise ExportImpossible(f"écriture impossible ({erreur.strerror})") from erreur
    return comptes


def _ecrire_tout(chantier: Path) -> dict[str, int]:
    comptes: dict[str, int] = {}
    with transaction.atomic():
        _figer()
        for nom, feuille in feuilles().items():
            chemin = chantier / f"{nom}.csv"
            with chemin.open("w", encoding="utf-8", newline="") as sortie:
                nombre = ecrire_csv(feuille, sortie.write)
            if nombre:
                comptes[nom] = nombre
            else:
                chemin.unlink()
    return comptes


def _figer() -> None:
    """All sheets are read as of one moment. (SQLite: the transaction does it; a transaction already begun is kept.)"""
    if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def ecrire_csv(feuille: Feuille, ecrire: Callable[[str], Any], parmi: QuerySet[Any] | None = None) -> int:
    """Write the header and the rows of one sheet (all of them, or those of `parmi`) through `ecrire`; the number of rows."""
    ecrire(";".join(colonne.nom for colonne in feuille.colonnes) + "\n")
    formes = [_forme(colonne) for colonne in feuille.colonnes]
    nombre = 0
    for ligne in lignes(feuille, parmi):
        ecrire(";".join([forme(valeur) for forme, valeur in zip(formes, ligne, strict=True)]) + "\n")
        nombre += 1
    return nombre


def lignes(feuille: Feuille, parmi: QuerySet[Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet (all of them, or those of `parmi`) in the order of its key, as Django returns them."""
    chemins = [colonne.chemin for colonne in feuille.colonnes]
    voulues = feuille.modele._default_manager.all() if parmi is None else parmi
    requete = voulues.order_by(*feuille.tri).values_list(*chemins)
    return requete.iterator(chunk_size=5000)


def _forme(colonne: Colonne) -> Callable[[Any], str]:
    if not colonne.neutralisee:
        return colonne.ecrire
    return lambda valeur: _cellule(neutraliser(colonne.ecrire(valeur)))


def _cellule(texte: str) -> str:
    if A_CITER.isdisjoint(texte):
        return texte
    return '"' + texte.replace('"', '""') + '"'
