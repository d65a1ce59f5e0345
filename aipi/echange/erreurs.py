"""What is wrong in the files, said in French with its place; collected rather than raised one by one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from aipi.texte import replier

PEU = 3
"""So few codes are all named rather than the nearest guessed."""

ABANDON = 1_000_000
"""Errors after which reading is given up: nobody will mend such files one by one, and counting on takes minutes."""
MAX_ERREURS = 1000
"""Errors kept and printed; the others are only counted (exchange format, "Meaning")."""


class Anomalie:
    """Takes the place of a cell that could not be read; `message` says why (empty: it is said already)."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __reduce__(self) -> tuple[type[Anomalie], tuple[str]]:
        return Anomalie, (self.message,)


class FichierInvalide(Exception):
    """A whole file, sheet or archive cannot be read; `str()` says why, in French.

    `ligne` is the row reached when the fault is at one place rather than in the file as a whole.
    """

    def __init__(self, message: str, ligne: int | None = None) -> None:
        super().__init__(message)
        self.ligne = ligne


@dataclass(frozen=True, slots=True)
class Erreur:
    """One error of an import: `sheet:line: column: message`, or `sheet: message` for a whole file."""

    feuille: str
    message: str
    ligne: int | None = None
    colonne: str = ""

    def __str__(self) -> str:
        lieu = self.feuille if self.ligne is None else f"{self.feuille}:{self.ligne}"
        return f"{lieu}: {self.colonne}: {self.message}" if self.colonne else f"{lieu}: {self.message}"


class ErreursImport(Exception):
    """The import is refused and nothing was written. `erreurs` holds the first 1,000, `nombre` counts them all."""

    def __init__(self, erreurs: Iterable[Erreur], nombre: int) -> None:
        self.erreurs = list(erreurs)
        self.nombre = nombre
        super().__init__(f"{nombre} erreur{'s' if nombre > 1 else ''}")


class TropDErreurs(Exception):
    """Reading is given up."""


class Journal:
    """Collects the errors of an import, the first 1,000 of them in full."""

    def __init__(self) -> None:
        self.erreurs: list[Erreur] = []
        self.nombre = 0

    def noter(self, feuille: str, message: str, ligne: int | None = None, colonne: str = "") -> None:
        self.nombre += 1
        if len(self.erreurs) < MAX_ERREURS:
            self.erreurs.append(Erreur(feuille, message, ligne, colonne))
        if self.nombre >= ABANDON:
            raise TropDErreurs

    def refuser(self) -> None:
        """Raise ErreursImport if anything was noted."""
        if self.nombre:
            raise ErreursImport(self.erreurs, self.nombre)


def nettoyer(texte: str, longueur: int = 60) -> str:
    """`texte` fit for one line of a terminal: cut, and without control characters or undecodable bytes."""
    coupe = texte if len(texte) <= longueur else texte[:longueur] + "…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in coupe)


def citer(texte: str) -> str:
    """« texte », made safe for one line."""
    return f"«\u00a0{nettoyer(texte)}\u00a0»"


def proche(texte: str, connus: Iterable[str]) -> str | None:
    """The known name nearest to `texte`, or None when there is none: one that holds it, or is held in it, comes first."""
    debut = replier(texte[:100]).replace(" ", "_")

    def proximite(nom: str) -> tuple[bool, float]:
        connu = replier(nom)
        contenu = len(debut) > 2 and (debut in connu or connu in debut)
        return contenu, difflib.SequenceMatcher(None, debut, connu).ratio()

    return max(connus, key=proximite, default=None)


def suggestion(texte: str, connus: Iterable[str]) -> str:
    """The end of a message about an unknown name: the few there are, or the nearest of many."""
    connus = list(connus)
    if len(connus) <= PEU:
        return f"\u202f; attendu\u202f: {' ou '.join(connus)}" if connus else ""
    nom = proche(texte, connus)
    return "" if nom is None else f"\u202f; le plus proche est {citer(nom)}"
