"""Streaming reader of XLSX workbooks: only the sheets' values, whatever dimensions they claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zipfile import ZipInfo

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

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
from .lecture import Contenu, Source
from .xml import Analyseur, refuser_doctype

FEUILLE_CODES = ".codes"
"""Sheet of our template workbook that holds lists of codes; a name with a dot first is ignored, as for files."""
MAX_PARTAGES = 150_000_000
"""Memory for the strings that the sheets of a workbook share, in bytes, near enough."""
DATE, DUREE = 1, 2
"""What the number format of a style shows."""
_ECHAPPE = re.compile("_x([0-9A-Fa-f]{4})_")


class Xlsx(Source):
    """Sheets of an XLSX by name. Raises FichierInvalide when the workbook is unsound.

    `resultats`: a formula is read as what it gave when the workbook was saved, rather than as an error.
    """

    def __init__(
        self, contenant: Archive, connues: Sequence[str], journal: Journal, *, resultats: bool = False
    ) -> None:
        self._archive = contenant
        self._resultats = resultats
        self._membres: dict[str, ZipInfo] = {"/".join(m): entree for m, entree in contenant.membres()}
        _refuser_doctypes(contenant, self._membres)
        self._partages: list[str] | None = None
        self._dates: list[int] | None = None
        self._epoque_1904 = False
        self._chemins: dict[str, str] = {}
        for nom, chemin in self._lire_classeur():
            if nom.startswith("."):
                continue
            if nom not in connues:
                journal.noter(nettoyer(nom), f"feuille inconnue {citer(nom)}{suggestion(nom, connues)}")
            elif nom in self._chemins:
                journal.noter(nom, "cette feuille est deux fois dans le classeur")
            else:
                self._chemins[nom] = chemin
        if not self._chemins and not journal.nombre:
            raise FichierInvalide("aucune feuille dans ce classeur")

    def feuilles(self) -> list[str]:
        return list(self._chemins)

    @contextmanager
    def ouvrir(self, feuille: str) -> Iterator[Contenu]:
        if self._partages is None:
            self._partages = self._lire_partages()
            self._dates = self._lire_dates()
        with self._membre(self._chemins[feuille]) as flux:
            yield ContenuClasseur(self._rangees(flux))

    def _membre(self, chemin: str) -> Any:
        if chemin not in self._membres:
            raise FichierInvalide("classeur illisible\u202f: il lui manque une partie")
        return self._archive.ouvrir(self._membres[chemin])

    def _lire_classeur(self) -> list[tuple[str, str]]:
        feuilles: list[tuple[str, str]] = []
        cibles: dict[str, str] = {}

        def debut_classeur(nom: str, attributs: dict[str, str]) -> None:
            if nom == "sheet":
                feuilles.append((attributs.get("name", ""), attributs.get("id", "")))
            elif nom == "workbookPr":
                self._epoque_1904 = attributs.get("date1904", "0") in ("1", "true")

        def debut_liens(nom: str, attributs: dict[str, str]) -> None:
            if nom == "Relationship" and attributs.get("TargetMode") != "External":
                cible = attributs.get("Target", "")
                cibles[attributs.get("Id", "")] = cible[1:] if cible.startswith("/") else f"xl/{cible}"

        self._analyser("xl/workbook.xml", debut_classeur)
        self._analyser("xl/_rels/workbook.xml.rels", debut_liens)
        return [(nom, cibles.get(lien, "")) for nom, lien in feuilles[:1000]]

    def _analyser(self, chemin: str, debut: Any) -> None:
        with self._membre(chemin) as flux:
            Analyseur(flux, debut, lambda nom: None, lambda texte: None).tout()

    def _lire_partages(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._membres:
            return []
        partages: list[str] = []
        tampon = Tampon()
        etat = {"texte": False, "phonetique": False}
        memoire = 0

        def debut(nom: str, attributs: dict[str, str]) -> None:
            if nom == "t":
                etat["texte"] = not etat["phonetique"]
            elif nom == "rPh":
                etat["phonetique"] = True

        def fin(nom: str) -> None:
            nonlocal memoire
            if nom == "t":
                etat["texte"] = False
            elif nom == "rPh":
                etat["phonetique"] = False
            elif nom == "si":
                partages.append(chaine := deechapper(tampon.prendre()))
                memoire += chaine.__sizeof__() + 8
                if memoire > MAX_PARTAGES:
                    raise FichierInvalide("classeur refusé\u202f: trop de textes pour la mémoire, passez par des CSV")

        def texte(morceau: str) -> None:
            if etat["texte"]:
                tampon.ajouter(morceau)

        with self._membre("xl/sharedStrings.xml") as flux:
            Analyseur(flux, debut, fin, texte).tout()
        return partages

    def _lire_dates(self) -> list[int]:
        """For each style of cell, whether its number format shows a date, or a number of hours."""
        if "xl/styles.xml" not in self._membres:
            return []
        formats = dict(BUILTIN_FORMATS)
        styles: list[int] = []
        etat = {"cellules": False}

        def debut(nom: str, attributs: dict[str, str]) -> None:
            if nom == "numFmt":
                formats[_entier(attributs.get("numFmtId"))] = attributs.get("formatCode", "")[:255]
            elif nom == "cellXfs":
                etat["cellules"] = True
            elif nom == "xf" and etat["cellules"] and len(styles) < 100_000:
                format_ = formats.get(_entier(attributs.get("numFmtId")), "")
                styles.append(DUREE if "[h" in format_.lower() else DATE if is_date_format(format_) else 0)

        def fin(nom: str) -> None:
            if nom == "cellXfs":
                etat["cellules"] = False

        with self._membre("xl/styles.xml") as flux:
            Analyseur(flux, debut, fin, lambda texte: None).tout()
        return styles

    def _rangees(self, flux: Any) -> Iterator[Rangee]:
        lecteur = _Rangees(self._partages or [], self._dates or [], self._epoque_1904, self._resultats)
        analyseur = Analyseur(flux, lecteur.debut, lecteur.fin, lecteur.texte)
        suite = True
        while suite:
            suite = analyseur.avancer()
            yield from lecteur.pretes
            lecteur.pretes.clear()


class _Rangees:
    """Gathers cells of a sheet into rows as its elements come."""

    def __init__(self, partages: list[str], dates: list[int], epoque_1904: bool, resultats: bool) -> None:
        self.pretes: list[Rangee] = []
        self._resultats = resultats
        self._partages = partages
        self._dates = dates
        self._epoque = CALENDAR_MAC_1904 if epoque_1904 else CALENDAR_WINDOWS_1900
        self._tampon = Tampon()
        self._numero = 0
        self._cellules: list[Any] = []
        self._rang = 0
        self._type = ""
        self._style = 0
        self._formule = self._ecoute = self._phonetique = False

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "c":
            self._rang = _colonne(attributs["r"]) if "r" in attributs else self._rang + 1
            self._type = attributs.get("t", "n")
            self._style = _entier(attributs.get("s"))
            self._formule = False
        elif nom == "v":
            self._ecoute = True
        elif nom == "t":
            self._ecoute = not self._phonetique
        elif nom == "f":
            self._formule = True
        elif nom == "rPh":
            self._phonetique = True
        elif nom == "row":
            numero = _entier(attributs.get("r")) or self._numero + 1
            if numero <= self._numero or numero > MAX_LIGNES:
                raise FichierInvalide("classeur illisible\u202f: ses lignes sont mal numérotées")
            self._numero, self._cellules, self._rang = numero, [], 0

    def fin(self, nom: str) -> None:
        if nom in ("v", "t"):
            self._ecoute = False
        elif nom == "rPh":
            self._phonetique = False
        elif nom == "c":
            valeur = self._valeur(self._tampon.prendre())
            if valeur != "":
                if self._rang > MAX_COLONNES:
                    valeur, self._rang = Anomalie("cellule hors du tableau"), MAX_COLONNES
                self._cellules.extend([""] * (self._rang - 1 - len(self._cellules)))
                self._cellules[self._rang - 1 :] = [valeur]
        elif nom == "row" and self._cellules:
            self.pretes.append((self._numero, self._cellules))

    def texte(self, morceau: str) -> None:
        if self._ecoute:
            self._tampon.ajouter(morceau)

    def _valeur(self, brut: str) -> Any:
        if self._formule and not self._resultats:
            return FORMULE
        if self._type == "s":
            rang = _entier(brut) if brut.strip() else -1
            return _sans_nul(self._partages[rang]) if 0 <= rang < len(self._partages) else ILLISIBLE
        if self._type in ("inlineStr", "str"):
            return _sans_nul(deechapper(brut))
        brut = brut.strip()
        if not brut:
            return ""
        if self._type == "b":
            return brut in ("1", "true")
        if self._type == "e":
            return ILLISIBLE
        if self._type == "d":
            return date_texte(brut)
        nature = self._dates[self._style] if self._style < len(self._dates) else 0
        if nature == DUREE and self._resultats:
            return _heures(brut)
        if nature:
            return self._date(brut)
        return nombre_texte(brut)

    def _date(self, brut: str) -> Any:
        try:
            date = from_excel(float(brut), self._epoque)
            if hasattr(date, "year"):
                return date_texte(date.isoformat())
            return _heures(brut) if self._resultats else ILLISIBLE
        except (ValueError, OverflowError, TypeError):
            return ILLISIBLE


def _heures(brut: str) -> Any:
    """A time as a number of hours: a workbook keeps it as a part of a day."""
    try:
        return nombre_texte(f"{float(brut) * 24:.4f}")
    except ValueError:
        return ILLISIBLE


def deechapper(texte: str) -> str:
    """Undo `_x000D_`, the way XLSX writes characters that XML does not."""
    return _ECHAPPE.sub(lambda m: chr(int(m[1], 16)), texte) if "_x" in texte else texte


def _sans_nul(texte: str) -> str | Anomalie:
    if "\0" in texte:
        return Anomalie("caractère nul (NUL) interdit")
    return texte if texte.isascii() or not _SUBSTITUT.search(texte) else Anomalie("caractère illisible")


_SUBSTITUT = re.compile("[\ud800-\udfff]")


def _entier(texte: str | None) -> int:
    return int(texte) if texte and texte.isascii() and texte.isdigit() and len(texte) < 10 else 0


def _colonne(adresse: str) -> int:
    rang = 0
    for lettre in adresse[:4]:
        if not "A" <= lettre <= "Z":
            break
        rang = rang * 26 + ord(lettre) - 64
    return rang or 1


def _refuser_doctypes(contenant: Archive, membres: dict[str, ZipInfo]) -> None:
    for chemin, entree in membres.items():
        if chemin.endswith((".xml", ".rels")):
            with contenant.ouvrir(entree) as flux:
                refuser_doctype(flux)
