"""Streaming reader of ODS workbooks. Its one document holds all sheets: each is put aside as it comes, in a file that
has no name, since sheets are wanted in the order of their references."""

from __future__ import annotations

import pickle
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from .archive import Archive
from .classeur import (
    FORMULE,
    ILLISIBLE,
    MAX_COLONNES,
    MAX_LIGNES,
    ContenuClasseur,
    Rangee,
    Tampon,
    date_texte,
    nombre_texte,
)
from .erreurs import Anomalie, FichierInvalide, Journal, citer, nettoyer, suggestion
from .lecture import Contenu, Source, vide
from .xml import Analyseur, refuser_doctype

MAX_REPETEES = 1_000
"""Times that one filled row is given out: the second is an error already, the same key twice."""
PAQUET = 2_000


class Ods(Source):
    """Sheets of an ODS by name. Raises FichierInvalide when the workbook is unsound. `resultats`: see `Xlsx`."""

    def __init__(
        self, contenant: Archive, connues: Sequence[str], journal: Journal, *, resultats: bool = False
    ) -> None:
        membres = {"/".join(m): entree for m, entree in contenant.membres()}
        if "content.xml" not in membres:
            raise FichierInvalide("classeur illisible\u202f: il lui manque une partie")
        for chemin, entree in membres.items():
            if chemin.endswith(".xml"):
                with contenant.ouvrir(entree) as flux:
                    refuser_doctype(flux)
        self._fichiers: dict[str, IO[bytes]] = {}
        lecteur = _Tables(self._fichiers, connues, journal, resultats)
        with contenant.ouvrir(membres["content.xml"]) as flux:
            Analyseur(flux, lecteur.debut, lecteur.fin, lecteur.texte).tout()
        if not self._fichiers and not journal.nombre:
            raise FichierInvalide("aucune feuille dans ce classeur")

    def feuilles(self) -> list[str]:
        return list(self._fichiers)

    @contextmanager
    def ouvrir(self, feuille: str) -> Iterator[Contenu]:
        with self._fichiers[feuille] as fichier:
            fichier.seek(0)
            yield ContenuClasseur(_relire(fichier))


def _relire(fichier: IO[bytes]) -> Iterator[Rangee]:
    while True:
        try:
            yield from pickle.load(fichier)  # noqa: S301 - written by this process, in a file without a name
        except EOFError:
            return


class _Tables:
    """Puts rows of each table aside as the elements of the document come."""

    def __init__(
        self, fichiers: dict[str, IO[bytes]], connues: Sequence[str], journal: Journal, resultats: bool
    ) -> None:
        self._resultats = resultats
        self._fichiers = fichiers
        self._connues = connues
        self._journal = journal
        self._fichier: IO[bytes] | None = None
        self._paquet: list[Rangee] = []
        self._tampon = Tampon()
        self._numero = 0
        self._cellules: list[Any] = []
        self._attributs: dict[str, str] = {}
        self._dans_cellule = False
        self._paragraphes = 0
        self._dans_paragraphe = 0
        self._note = 0
        self._repetee = 1

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "table":
            self._ouvrir(attributs.get("name", ""))
        elif self._fichier is None:
            return
        elif nom == "table-row":
            self._cellules = []
            self._repetee = max(1, _entier(attributs.get("number-rows-repeated", "1")))
        elif nom in ("table-cell", "covered-table-cell"):
            self._attributs = attributs
            self._dans_cellule, self._paragraphes = True, 0
        elif nom == "annotation":
            self._note += 1
        elif self._note or not self._dans_cellule:
            return
        elif nom in ("p", "h"):
            if self._paragraphes:
                self._tampon.ajouter("\n")
            self._paragraphes += 1
            self._dans_paragraphe += 1
        elif nom == "s":
            self._tampon.ajouter(" " * min(max(1, _entier(attributs.get("c", "1"))), 10_001))
        elif nom == "tab":
            self._tampon.ajouter("\t")
        elif nom == "line-break":
            self._tampon.ajouter("\n")

    def fin(self, nom: str) -> None:
        if nom == "table":
            self._vider()
            self._fichier = None
        elif self._fichier is None:
            return
        elif nom == "annotation":
            self._note -= 1
        elif nom in ("p", "h") and not self._note and self._dans_cellule:
            self._dans_paragraphe -= 1
        elif nom in ("table-cell", "covered-table-cell"):
            self._dans_cellule, self._dans_paragraphe = False, 0
            self._cellule(self._valeur(self._tampon.prendre()))
        elif nom == "table-row":
            self._rangee()

    def texte(self, morceau: str) -> None:
        if self._dans_paragraphe and not self._note:
            self._tampon.ajouter(morceau)

    def _ouvrir(self, nom: str) -> None:
        self._fichier, self._numero = None, 0
        if nom.startswith("."):
            return
        if nom not in self._connues:
            self._journal.noter(nettoyer(nom), f"feuille inconnue {citer(nom)}{suggestion(nom, self._connues)}")
        elif nom in self._fichiers:
            self._journal.noter(nom, "cette feuille est deux fois dans le classeur")
        else:
            self._fichier = self._fichiers[nom] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `Ods.ouvrir`

    def _cellule(self, valeur: Any) -> None:
        repetee = max(1, _entier(self._attributs.get("number-columns-repeated", "1")))
        place = MAX_COLONNES - len(self._cellules)
        if repetee > place and not vide(valeur):
            valeur = Anomalie("cellule hors du tableau")
        self._cellules.extend([valeur] * min(repetee, max(place, 0)))

    def _rangee(self) -> None:
        premier = self._numero + 1
        self._numero += self._repetee
        while self._cellules and vide(self._cellules[-1]):
            self._cellules.pop()
        if not self._cellules:
            return
        if self._numero > MAX_LIGNES:
            raise FichierInvalide("classeur refusé\u202f: une feuille a trop de lignes")
        for rang in range(min(self._repetee, MAX_REPETEES)):
            self._paquet.append((premier + rang, self._cellules))
        if len(self._paquet) >= PAQUET:
            self._vider()

    def _vider(self) -> None:
        if self._fichier is not None and self._paquet:
            pickle.dump(self._paquet, self._fichier, pickle.HIGHEST_PROTOCOL)
        self._paquet = []

    def _valeur(self, texte: str) -> Any:
        attributs = self._attributs
        if "formula" in attributs and not self._resultats:
            return FORMULE
        nature = attributs.get("value-type", "")
        if nature in ("float", "currency", "percentage"):
            return nombre_texte(attributs.get("value", ""))
        if nature == "date":
            return date_texte(attributs.get("date-value", ""))
        if nature == "boolean":
            return attributs.get("boolean-value") == "true"
        if nature == "time":
            return _heures(attributs.get("time-value", "")) if self._resultats else ILLISIBLE
        return texte or attributs.get("string-value", "")


def _heures(duree: str) -> Any:
    """« PT101H30M00S » as a number of hours."""
    trouvee = re.fullmatch(r"PT([0-9]{1,6})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]*)?S", duree)
    if trouvee is None:
        return ILLISIBLE
    heures, minutes, secondes = (int(groupe) for groupe in trouvee.groups())
    return nombre_texte(f"{heures + minutes / 60 + secondes / 3600:.4f}")


def _entier(texte: str) -> int:
    if not texte.isascii() or not texte.isdigit():
        return 1
    return int(texte) if len(texte) < 10 else 10**9
