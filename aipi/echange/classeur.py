"""What XLSX and ODS workbooks share: cells as text, rows in batches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .colonnes import MAX_TEXTE
from .erreurs import Anomalie, FichierInvalide
from .lecture import CARACTERES_PAR_LOT, LIGNES_PAR_LOT, Contenu, Lot, Signaler, vide

MAX_LIGNES = 1_048_576
MAX_COLONNES = 1_000
"""Columns of a header; no sheet of the format has twenty."""
FORMULE = Anomalie("formule\u202f: remplacez-la par sa valeur")
ILLISIBLE = Anomalie("cellule en erreur dans le classeur")

Rangee = tuple[int, Sequence[Any]]
"""Number of a row and its cells, those at its end left out when empty."""


def nombre_texte(brut: str) -> str | Anomalie:
    """A number cell as a person reads it: 12.0 is 12, and no more than the fifteen digits a spreadsheet holds."""
    if brut.isascii() and (brut[1:] if brut[:1] == "-" else brut).isdigit():
        return brut
    try:
        exact = Decimal(brut)
        if not exact.is_finite() or abs(exact.adjusted()) > 30:
            return ILLISIBLE
        # Binary floating point shows in the 16th digit: 24.659999999999997 was typed 24.66.
        texte = f"{Decimal(f'{float(exact):.15g}'):f}"
    except (InvalidOperation, ValueError):
        return ILLISIBLE
    return texte.rstrip("0").rstrip(".") if "." in texte else texte


def date_texte(brut: str) -> datetime.date | Anomalie:
    """The day of an ISO date or date-time of a workbook."""
    try:
        return datetime.date.fromisoformat(brut[:10])
    except ValueError:
        return Anomalie("date illisible dans le classeur")


class ContenuClasseur(Contenu):
    """Rows of a sheet of a workbook: the first is the header, whose last cells may be empty."""

    def __init__(self, rangees: Iterator[Rangee]) -> None:
        self._rangees = rangees

    def rangees(self) -> Iterator[Rangee]:
        """The rows as they come, for whoever does not take the first one for a header."""
        return self._rangees

    def entete(self) -> list[str]:
        premiere = next((rangee for rangee in self._rangees if not all(vide(c) for c in rangee[1])), None)
        if premiere is None:
            raise FichierInvalide("feuille vide\u202f: la première ligne doit porter les noms des colonnes")
        numero, cellules = premiere
        if numero != 1:
            raise FichierInvalide("la première ligne doit porter les noms des colonnes", 1)
        noms = list(cellules)
        while noms and vide(noms[-1]):
            noms.pop()
        if not all(isinstance(nom, str) for nom in noms):
            raise FichierInvalide("les noms des colonnes doivent être du texte", 1)
        self._noms: list[str] = noms
        return noms

    def lots(self, signaler: Signaler) -> Iterator[Lot]:
        largeur = len(self._noms)
        numeros: list[int] = []
        lignes: list[Sequence[Any]] = []
        caracteres = 0
        for numero, cellules in self._rangees:
            if len(cellules) > largeur:
                if not all(vide(c) for c in cellules[largeur:]):
                    signaler(numero, "cellule remplie à droite de la dernière colonne nommée")
                cellules = cellules[:largeur]
            elif len(cellules) < largeur:
                cellules = [*cellules, *[""] * (largeur - len(cellules))]
            caracteres += sum(len(c) for c in cellules if isinstance(c, str))
            numeros.append(numero)
            lignes.append(cellules)
            if len(lignes) >= LIGNES_PAR_LOT or caracteres > CARACTERES_PAR_LOT:
                yield Lot(numeros, lignes, True)
                numeros, lignes, caracteres = [], [], 0
        if lignes:
            yield Lot(numeros, lignes, True)


class Tampon:
    """The text of a cell as it comes, no more of it than shows that it is too long."""

    def __init__(self) -> None:
        self._morceaux: list[str] = []
        self._longueur = 0

    def ajouter(self, texte: str) -> None:
        if self._longueur <= MAX_TEXTE:
            self._morceaux.append(texte[: MAX_TEXTE + 1])
            self._longueur += len(texte)

    def prendre(self) -> str:
        texte = "".join(self._morceaux)
        self._morceaux.clear()
        self._longueur = 0
        return texte
