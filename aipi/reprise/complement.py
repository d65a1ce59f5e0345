"""What the exchange format does not hold, taken out too: attached files, texts and editions of reports, registers.

Rows are written as they are, one file a model, whatever models there will be; a column that names a file gives its place
in the archive. Nothing here is read again by the importer: it is for whoever leaves, and for their next software.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import Field, FileField, ForeignKey, Model

from aipi.echange.colonnes import neutraliser
from aipi.echange.feuille import feuilles
from aipi.roles import MODELES, Nature
from aipi.travaux import Dire

NATURES = {Nature.DOSSIER, Nature.RAPPORT, Nature.TABLEAU}
SECRETS = {"rapports.AccesFinanceur"}
"""Links and tokens stay where they are."""
TUS = {"note_privee", "recherche"}
NOMS_DE_CLE = ("ref", "code", "courriel")
"""Fields by which a row is named outside, before its key."""
FICHIERS = "fichiers"

LISEZ_MOI = """Ce que le format d’échange ne contient pas
===========================================

registres/   une table par fichier, au format CSV (UTF-8, points-virgules) : documents, partages, limitations,
             demandes, textes, versions et éditions des rapports, tableaux des financeurs et leurs questions.
fichiers/    les documents joints, les photographies et les fichiers des éditions ; la colonne d’une table
             qui nomme un fichier dit sa place ici.

Les dossiers eux-mêmes sont dans l’export au format d’échange (classeur ou CSV). Les notes privées ne sortent pas :
elles sont à leurs auteurs. Les comptes, leurs mots de passe, les liens et les jetons non plus.
"""


def modeles() -> list[type[Model]]:
    """The models that no sheet holds, and those of which it leaves a file out."""
    en_feuilles = {feuille.modele for feuille in feuilles().values()}
    voulus = [apps.get_model(label) for label, r in MODELES.items() if r.nature in NATURES and label not in SECRETS]
    return [m for m in voulus if m not in en_feuilles or any(isinstance(c, FileField) for c in m._meta.fields)]


def _champs(modele: type[Model]) -> list[Field[Any, Any]]:
    return [champ for champ in modele._meta.concrete_fields if champ.name not in TUS]


def _chemin(champ: Field[Any, Any]) -> str:
    """Where the value of a column is read: a row that has a name outside is said by it."""
    if isinstance(champ, ForeignKey):
        siens = {c.name for c in champ.related_model._meta.concrete_fields}
        for cle in NOMS_DE_CLE:
            if cle in siens:
                return f"{champ.name}__{cle}"
    return champ.attname


def _dit(valeur: Any) -> str:
    if valeur is None:
        return ""
    return json.dumps(valeur, ensure_ascii=False) if isinstance(valeur, list | dict) else str(valeur)


def _table(modele: type[Model], noms: set[str]) -> str:
    """The rows of a model; `noms` gains the files that they name. Nothing when there is no row."""
    champs = _champs(modele)
    fichiers = [rang for rang, champ in enumerate(champs) if isinstance(champ, FileField)]
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
    ecrivain.writerow([champ.name for champ in champs])
    lignes = modele._default_manager.order_by("pk").values_list(*map(_chemin, champs))
    combien = 0
    for ligne in lignes.iterator(chunk_size=500):
        ecrivain.writerow([neutraliser(_dit(valeur)) for valeur in ligne])
        noms |= {ligne[rang] for rang in fichiers if ligne[rang]}
        combien += 1
    return sortie.getvalue() if combien else ""


def _fichiers(archive: zipfile.ZipFile, noms: set[str]) -> Iterator[str]:
    """Put these files in the archive, one at a time; those that are missing are given back."""
    for nom in sorted(noms):
        try:
            with default_storage.open(nom, "rb") as ouvert, archive.open(f"{FICHIERS}/{nom}", "w") as place:
                for morceau in ouvert.chunks():
                    place.write(morceau)
        except FileNotFoundError:
            yield nom


def archiver(dire: Dire) -> bytes:
    """The archive, whole."""
    sortie, noms = io.BytesIO(), set[str]()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lisez-moi.txt", LISEZ_MOI)
        for modele in modeles():
            if table := _table(modele, noms):
                archive.writestr(f"registres/{modele._meta.label_lower}.csv", table)
        dire(30, "Documents et photographies")
        if manquants := list(_fichiers(archive, noms)):
            archive.writestr("fichiers-absents.txt", "\n".join(manquants) + "\n")
    return sortie.getvalue()
