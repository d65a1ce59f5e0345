"""Sheets that only the report reads: the yearly accounts and the values printed in past reports."""

from __future__ import annotations

from aipi.echange.colonnes import CodeConnu, Texte
from aipi.echange.feuille import Feuille

from .indicateurs import DECLARATIONS
from .models import (
    AccesFinanceur,
    Edition,
    LigneBudget,
    ListeArretee,
    Perspective,
    Photo,
    PieceEdition,
    QuestionFinanceur,
    Rapport,
    RemarqueAcceptee,
    Reouverture,
    SectionRapport,
    Tableau,
    ValeurArretee,
    ValeurPubliee,
    VersionTexte,
)
from .models import Texte as TexteRapport


class CodeIndicateur(CodeConnu):
    """A code of the dictionary of indicators; a value printed for another would be shown nowhere."""

    attendu = "code d’indicateur"

    @staticmethod
    def noms() -> list[str]:
        return list(DECLARATIONS)


FEUILLES = [
    Feuille(
        "budget",
        LigneBudget,
        ("annee", "sens", "rubrique", "financeur"),
        "annee* sens* rubrique* montant* financeur",
        types={"rubrique": Texte},
    ),
    Feuille(
        "valeurs_publiees",
        ValeurPubliee,
        ("annee", "indicateur", "atelier"),
        "annee* indicateur* atelier valeur* source*",
        types={"indicateur": CodeIndicateur},
    ),
]

HORS_FORMAT = [
    SectionRapport,
    VersionTexte,
    Perspective,
    Rapport,
    TexteRapport,
    Photo,
    Edition,
    PieceEdition,
    Reouverture,
    ValeurArretee,
    ListeArretee,
    RemarqueAcceptee,
    Tableau,
    AccesFinanceur,
    QuestionFinanceur,
]
"""The report itself is a document of this installation, not case data."""
