"""Dropping files as the page does, and the whole road from there."""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from aipi.echange.exportation import exporter
from aipi.models import Compte, Intervenant, Reprise
from aipi.reprise.constat import constater, garder
from aipi.reprise.depot import deposer
from aipi.reprise.genres import importer
from insertion_pro.models import Atelier, Equipe


@pytest.fixture
def direction(db) -> Compte:
    return Compte.objects.create_user("direction@exemple.fr", "lavande-47-moulin", role="directeur")


@pytest.fixture
def equipe(db) -> Equipe:
    Intervenant.objects.create(code="OM", nom="Maës", prenom="Odile", role="travailleur_social")
    atelier = Atelier.objects.create(code="BV", nom="Brigades vertes")
    return Equipe.objects.create(code="BV1", atelier=atelier, nom="Équipe du canal")


def classeur(**feuilles: list[list[Any]]) -> bytes:
    """An XLSX with these sheets; « _ » in a name is a space."""
    livre = Workbook()
    livre.remove(livre.worksheets[0])
    for nom, lignes in feuilles.items():
        page = livre.create_sheet(nom.replace("_", " "))
        for ligne in lignes:
            page.append(ligne)
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


SALARIES = [
    ["Suivi des salariés en insertion, année 2021"],
    [],
    [
        "Nom Prénom",
        "H/F",
        "Né(e) le",
        "Ville",
        "Tél",
        "Date d'embauche",
        "Sortie",
        "Motif de sortie",
        "Équipe",
        "H/sem",
    ],
    [
        "DURAND Zoé",
        "Femme",
        datetime.date(1990, 2, 3),
        "Bergues",
        "06 11 22 33 44",
        "12/01/2021",
        "31/12/2021",
        "CDI",
        "Équipe du canal",
        "26 h",
    ],
    ["Hugo VERBEKE", "Homme", "3 mars 1985", "59380 Socx", None, "15/03/2021", None, None, "bv1", 20],
    [
        "Top, Régis",
        "M",
        "1/12/79",
        "WORMHOUT",
        "0755667788",
        datetime.date(2021, 4, 1),
        "30/11/2021",
        "Retraite",
        "BV1",
        "24,5",
    ],
    ["TOTAL", None, None, None, None, None, None, None, None, 70.5],
]
HEURES = [
    ["Salarié", "Mois", "Heures payées"],
    ["Zoé DURAND", "janv-21", "101,5"],
    ["Durand Zoe", datetime.date(2021, 2, 1), "110 h"],
    ["VERBEKE Hugo", "03/2021", 44],
]


@pytest.fixture
def suivi() -> bytes:
    """A workbook such as associations keep: a title above, names in one cell, words of their own, totals below."""
    return classeur(Salariés_2021=SALARIES, Heures=HEURES, Notes=[["À faire"], ["rappeler la mairie"]])


@pytest.fixture
def deposees(direction) -> Callable[..., Reprise]:
    """A function that drops files by their names."""

    def faire(**fichiers: bytes | str) -> Reprise:
        envoyes = [
            SimpleUploadedFile(nom.replace("__", "."), c.encode() if isinstance(c, str) else c)
            for nom, c in fichiers.items()
        ]
        return deposer(direction, envoyes)

    return faire


EXEMPLES = Path(__file__).resolve().parents[2] / "exemples"


def taire(avance: int, message: str) -> None:
    """Nobody waits in these tests."""


def verifiee(reprise: Reprise) -> dict[str, Any]:
    """What the check finds, kept as the background work does."""
    reprise.refresh_from_db()
    constat = constater(reprise, taire)
    garder(reprise, constat)
    return constat


def importee(reprise: Reprise) -> Reprise:
    """The drop, checked then imported."""
    constat = verifiee(reprise)
    assert constat["erreurs"] == []
    importer({"reprise": reprise.pk}, taire)
    reprise.refresh_from_db()
    return reprise


def empreinte_export(dossier: Path) -> dict[str, str]:
    """Every file of a full export, by a print of its bytes."""
    dossier.mkdir(parents=True, exist_ok=True)
    chantier = dossier / f"e{len(list(dossier.iterdir()))}-{timezone.now():%f}"
    exporter(chantier)
    return {c.name: hashlib.sha256(c.read_bytes()).hexdigest() for c in sorted(chantier.iterdir())}
