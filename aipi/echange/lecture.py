"""Reading of what holds the sheets: a folder of CSV files, a ZIP of them, or one XLSX or ODS workbook.

Every reader yields `Lot`s: some thousands of rows of cells, bounded in rows and in characters, so that memory does not
depend on the size of a file.
"""

from __future__ import annotations

import csv
import io
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .archive import Archive, FluxCompte, ouvrir_fichier
from .erreurs import Anomalie, FichierInvalide, Journal, citer, nettoyer, suggestion

LIGNES_PAR_LOT = 5000
CARACTERES_PAR_LOT = 4_000_000
MAX_VIDES = 1_000_000
"""Blank rows in a row: the height of a spreadsheet."""
MAX_RANGEE = 2_000_000
"""Characters of one row: an order of magnitude above a row full of cells at their limit."""

csv.field_size_limit(MAX_RANGEE)


@dataclass(slots=True)
class Lot:
    """Rows of one sheet: their numbers (header = 1) and their cells, as many in each as the header has.

    `mixte`: some cells are not text (an Anomalie, or the dates and booleans of a workbook).
    """

    numeros: Sequence[int]
    lignes: list[Sequence[Any]]
    mixte: bool


class Contenu(ABC):
    """The rows of one sheet. `entete` must be read first, then `lots`. Both raise FichierInvalide."""

    @abstractmethod
    def entete(self) -> list[str]: ...

    @abstractmethod
    def lots(self, signaler: Signaler) -> Iterator[Lot]: ...


class Signaler:
    """Takes note of a fault of one row while the others go on being read."""

    def __init__(self, journal: Journal, feuille: str) -> None:
        self.journal = journal
        self.feuille = feuille

    def __call__(self, ligne: int, message: str, colonne: str = "") -> None:
        self.journal.noter(self.feuille, message, ligne, colonne)


class Source(ABC):
    """Where sheets are read from: their names, and the content of each."""

    @abstractmethod
    def feuilles(self) -> list[str]: ...

    @abstractmethod
    def ouvrir(self, feuille: str) -> AbstractContextManager[Contenu]: ...


def vide(cellule: Any) -> bool:
    return isinstance(cellule, str) and (not cellule or cellule.isspace())


class ContenuCsv(Contenu):
    """UTF-8 text; `;` or `,`; quotes of RFC 4180."""

    def __init__(self, flux: io.BufferedReader[Any]) -> None:
        # Bytes that are not UTF-8 become lone surrogates, so that their row and column can be told.
        self._texte = io.TextIOWrapper(flux, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._suspecte = False
        self._rangee = 0
        self._caracteres = 0
        self._noms: list[str] = []

    def _lignes_physiques(self) -> Iterator[str]:
        for ligne in iter(partial(self._texte.readline, MAX_RANGEE + 1), ""):
            self._rangee += len(ligne)
            if self._rangee > MAX_RANGEE:
                raise FichierInvalide("ligne démesurée, ou guillemet jamais fermé", self._numero + 1)
            if "\0" in ligne or (not ligne.isascii() and _mal_code(ligne)):
                self._suspecte = True
            yield ligne

    def entete(self) -> list[str]:
        self._numero = 0
        lignes = self._lignes_physiques()
        premiere = next(lignes, "")
        if not premiere.strip():
            if any(ligne.strip() for ligne in lignes):
                raise FichierInvalide("la première ligne doit porter les noms des colonnes", 1)
            raise FichierInvalide("fichier vide\u202f: la première ligne doit porter les noms des colonnes")
        if self._suspecte:
            raise FichierInvalide("ce fichier n’est pas du texte en UTF-8", 1)
        separateur = "," if premiere.count(",") > premiere.count(";") else ";"
        self._lecteur = csv.reader(_chainer(premiere, lignes), delimiter=separateur, strict=True)
        try:
            self._noms = next(self._lecteur)
        except csv.Error as erreur:
            raise FichierInvalide(_message_csv(erreur), 1) from erreur
        self._numero = 1
        return self._noms

    def lots(self, signaler: Signaler) -> Iterator[Lot]:
        largeur = len(self._noms)
        numeros: list[int] = []
        lignes: list[Sequence[Any]] = []
        mixte = False
        vides = 0
        self._rangee = 0
        while True:
            try:
                for lues in self._lecteur:
                    cellules: list[Any] = lues
                    self._numero += 1
                    self._caracteres += self._rangee
                    self._rangee = 0
                    if len(cellules) != largeur:
                        if all(vide(c) for c in cellules):
                            vides += 1
                            if vides > MAX_VIDES:
                                raise FichierInvalide("trop de lignes vides", self._numero)
                            continue
                        signaler(self._numero, *_mauvaise_largeur(len(cellules), self._noms))
                        # The row is kept, so that its key is known and references to it are no errors.
                        cellules = [*cellules, *[DEJA_DIT] * (largeur - len(cellules))][:largeur]
                        mixte = True
                    if self._suspecte:
                        self._suspecte = False
                        cellules = [_verifiee(c) for c in cellules]
                        mixte = True
                    vides = 0
                    numeros.append(self._numero)
                    lignes.append(cellules)
                    if len(lignes) >= LIGNES_PAR_LOT or self._caracteres > CARACTERES_PAR_LOT:
                        yield Lot(numeros, lignes, mixte)
                        numeros, lignes, mixte, self._caracteres = [], [], False, 0
                break
            except csv.Error as erreur:
                self._numero += 1
                self._rangee = 0
                self._suspecte = False
                message = _message_csv(erreur)
                if message != MAL_FERME:
                    raise FichierInvalide(message, self._numero) from erreur
                signaler(self._numero, message)
        if lignes:
            yield Lot(numeros, lignes, mixte)


DEJA_DIT = Anomalie("")
"""A cell at fault whose fault is already noted."""
MAL_FERME = "un guillemet fermant doit finir sa cellule"


def _message_csv(erreur: csv.Error) -> str:
    texte = str(erreur)
    if "expected after" in texte:
        return MAL_FERME
    if "unexpected end" in texte:
        return "guillemet ouvert et jamais fermé"
    return "cellule démesurée, ou guillemet jamais fermé"


def _chainer(premiere: str, suite: Iterator[str]) -> Iterator[str]:
    yield premiere
    yield from suite


def _mal_code(texte: str) -> bool:
    try:
        texte.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _verifiee(cellule: str | Anomalie) -> str | Anomalie:
    if isinstance(cellule, Anomalie):
        return cellule
    if "\0" in cellule:
        return Anomalie("caractère nul (NUL) interdit")
    if _mal_code(cellule):
        return Anomalie("octets qui ne sont pas de l’UTF-8")
    return cellule


def _mauvaise_largeur(nombre: int, noms: list[str]) -> tuple[str, str]:
    colonne = noms[min(nombre, len(noms) - 1)]
    return f"{nombre} cellule{'s' if nombre > 1 else ''} au lieu de {len(noms)}", nettoyer(colonne)


class Dossier(Source):
    """A folder of `feuille.csv`. Raises FichierInvalide when it cannot be listed."""

    def __init__(self, chemin: Path, connues: Sequence[str], journal: Journal) -> None:
        self._chemin = chemin
        self._noms: list[str] = []
        for entree in sorted(_lister(chemin), key=lambda e: e.name):
            if _ignore(entree.name):
                continue
            feuille = entree.name.removesuffix(".csv")
            if entree.is_symlink():
                journal.noter(nettoyer(feuille), "lien symbolique refusé")
            elif entree.is_dir():
                _refuser_dossier(Path(entree.path), entree.name, connues, journal)
            elif not entree.name.endswith(".csv") or feuille not in connues:
                journal.noter(nettoyer(feuille), _inconnu(entree.name, feuille, connues))
            else:
                self._noms.append(feuille)
        if not self._noms and not journal.nombre:
            raise FichierInvalide("aucune feuille dans ce dossier")

    def feuilles(self) -> list[str]:
        return self._noms

    @contextmanager
    def ouvrir(self, feuille: str) -> Iterator[Contenu]:
        with closing(io.BufferedReader(FluxCompte(_sans_lien(self._chemin / f"{feuille}.csv")), 1 << 17)) as flux:
            yield ContenuCsv(flux)


def _sans_lien(chemin: Path) -> Any:
    if stat.S_ISLNK(os.lstat(chemin).st_mode):
        raise FichierInvalide("lien symbolique refusé")
    return ouvrir_fichier(chemin)


def _lister(chemin: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(chemin) as entrees:
            return list(entrees)
    except OSError as erreur:
        raise FichierInvalide(f"lecture impossible ({erreur.strerror})") from erreur


def _ignore(nom: str) -> bool:
    return nom.startswith(".") or nom == "__MACOSX"


def _inconnu(fichier: str, feuille: str, connues: Sequence[str]) -> str:
    if feuille in connues:
        return f"sous-dossier refusé à la place de la feuille {citer(feuille)}"
    return f"feuille inconnue {citer(fichier)}{suggestion(feuille, connues)}"


def _refuser_dossier(chemin: Path, nom: str, connues: Sequence[str], journal: Journal) -> None:
    """A sub-folder is refused when it is named like a sheet, or for the first file in it."""
    if nom.removesuffix(".csv") in connues:
        journal.noter(nettoyer(nom.removesuffix(".csv")), "sous-dossier refusé à la place d’une feuille")
        return
    visibles = [e.name for e in _lister(chemin) if not _ignore(e.name)]
    if visibles:
        journal.noter(nettoyer(nom), f"sous-dossier refusé\u202f: {citer(nom + '/' + min(visibles))}")


class Zip(Source):
    """A ZIP of `feuille.csv`, all at its root or in one folder."""

    def __init__(self, contenant: Archive, connues: Sequence[str], journal: Journal) -> None:
        self._archive = contenant
        self._entrees: dict[str, Any] = {}
        dossiers: set[tuple[str, ...]] = set()
        for morceaux, entree in contenant.membres():
            if not morceaux or any(_ignore(m) for m in morceaux):
                continue
            *parents, nom = morceaux
            feuille = nom.removesuffix(".csv")
            dossier = entree.is_dir() or entree.orig_filename.endswith("\\")
            en_feuille = [m for m in (morceaux if dossier else parents) if m.removesuffix(".csv") in connues]
            if en_feuille:
                journal.noter(en_feuille[0].removesuffix(".csv"), "sous-dossier refusé à la place d’une feuille")
            elif dossier:
                continue
            elif stat.S_ISLNK(entree.external_attr >> 16):
                journal.noter(nettoyer(feuille), "lien symbolique refusé")
            elif not nom.endswith(".csv") or feuille not in connues:
                journal.noter(nettoyer(feuille), _inconnu(nom, feuille, connues))
            elif feuille in self._entrees:
                journal.noter(feuille, "cette feuille est deux fois dans l’archive")
            else:
                self._entrees[feuille] = entree
                dossiers.add(tuple(parents))
        if len(dossiers) > 1 or any(len(d) > 1 for d in dossiers):
            raise FichierInvalide("les feuilles doivent être à la racine de l’archive ou dans un seul dossier")
        if not self._entrees and not journal.nombre:
            raise FichierInvalide("aucune feuille dans cette archive")

    def feuilles(self) -> list[str]:
        return list(self._entrees)

    @contextmanager
    def ouvrir(self, feuille: str) -> Iterator[Contenu]:
        with self._archive.ouvrir(self._entrees[feuille]) as flux:
            yield ContenuCsv(flux)
