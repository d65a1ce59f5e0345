"""Any workbook as rows: whatever names its sheets and columns have, wherever its titles stand.

The machinery of the exchange format reads them, with the same distrust (see `aipi.echange`); here nothing is known in
advance. Each sheet is put aside as one JSON a line, so that nothing else ever holds it whole.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from aipi.echange.archive import Archive, FluxCompte, archive
from aipi.echange.classeur import ContenuClasseur, Rangee
from aipi.echange.erreurs import Anomalie, FichierInvalide, Journal
from aipi.echange.lecture import MAX_RANGEE, Source, vide
from aipi.echange.ods import Ods
from aipi.echange.xlsx import Xlsx
from aipi.nir import NIR_REFUSE, nir_ecrit, ressemble_a_un_nir, titre_sans_nir

from .entetes import entete_de

MAX_FEUILLES = 60
MAX_CELLULES = 4_000_000
"""Filled cells of one drop; what is larger goes by the command line."""
MAX_LARGEUR = 200
LONGUEUR = 10_000
AVANT_TITRES = 25
"""Rows among which the titles are looked for."""
COURTE = 30
"""A cell of so many characters is a number whatever separates its figures; in a longer one they may be of several."""


class _Toutes(Sequence[str]):
    """Stands for the sheets that are known: every name is one."""

    def __contains__(self, nom: object) -> bool:
        return True

    def __getitem__(self, rang: Any) -> Any:
        raise IndexError(rang)

    def __len__(self) -> int:
        return 0


@dataclass
class Trouvee:
    """A sheet that was read: its file and name, where its rows are put aside, and where its titles stand."""

    fichier: str
    nom: str
    contenu: IO[bytes]
    lignes: int = 0
    entete: int = 1
    titres: list[str] = field(default_factory=list)
    caches: int = 0


class Lecture:
    """Reads the files of one drop. Raises FichierInvalide, in French, for what cannot be read."""

    def __init__(self) -> None:
        self.trouvees: list[Trouvee] = []
        self._cellules = 0

    def lire(self, chemin: Path, nom: str) -> None:
        """Add the sheets of the file at `chemin`, which its owner calls `nom`. What it is, is told by its content."""
        with chemin.open("rb") as fichier:
            tete = fichier.read(8)
        if tete.startswith(b"\xd0\xcf\x11\xe0"):
            raise FichierInvalide(
                "ce classeur est protégé par un mot de passe, ou d’un ancien format (.xls)\u202f: enregistrez-le "
                "en .xlsx ou en .ods, sans mot de passe"
            )
        if not tete:
            raise FichierInvalide("fichier vide")
        if tete.startswith(b"PK"):
            self._archive(chemin, nom)
        else:
            with FluxCompte(chemin.open("rb")) as flux:
                self._csv(flux, nom)

    def _archive(self, chemin: Path, nom: str) -> None:
        with archive(chemin, "fichier") as contenant:
            membres = {"/".join(m): entree for m, entree in contenant.membres()}
            if "xl/workbook.xml" in membres:
                self._classeur(Xlsx(contenant, _Toutes(), Journal(), resultats=True), nom)
            elif "content.xml" in membres:
                self._classeur(Ods(contenant, _Toutes(), Journal(), resultats=True), nom)
            else:
                self._zip(contenant, membres)

    def _zip(self, contenant: Archive, membres: dict[str, Any]) -> None:
        visibles = {
            nom: entree
            for nom, entree in membres.items()
            if nom and not entree.is_dir() and not any(m.startswith((".", "__MACOSX")) for m in nom.split("/"))
        }
        if not visibles:
            raise FichierInvalide("aucun fichier dans cette archive")
        if len(visibles) > MAX_FEUILLES:
            raise FichierInvalide(f"plus de {MAX_FEUILLES} fichiers dans cette archive")
        for nom, entree in sorted(visibles.items()):
            with contenant.ouvrir(entree) as flux, tempfile.NamedTemporaryFile() as copie:
                while bloc := flux.read(1 << 16):
                    copie.write(bloc)
                copie.flush()
                if copie.tell() and Path(copie.name).read_bytes()[:2] == b"PK" and nom.lower().endswith(".zip"):
                    raise FichierInvalide("une archive dans l’archive\u202f: sortez-en les fichiers")
                self.lire(Path(copie.name), nom.rpartition("/")[2])

    def _classeur(self, source: Source, nom: str) -> None:
        for feuille in source.feuilles():
            with source.ouvrir(feuille) as contenu:
                assert isinstance(contenu, ContenuClasseur)
                self._ranger(nom, feuille, contenu.rangees())

    def _csv(self, flux: FluxCompte, nom: str) -> None:
        tampon = io.BufferedReader(flux, 1 << 17)
        debut = tampon.peek(1 << 16)[: 1 << 16]
        if b"\0" in debut and not debut.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FichierInvalide("ni un classeur (XLSX, ODS), ni un fichier CSV, ni une archive ZIP")
        codage = _codage(debut)
        texte = io.TextIOWrapper(tampon, encoding=codage, errors="replace", newline="")
        premieres = [ligne for ligne in debut.decode(codage, "replace").splitlines()[:AVANT_TITRES] if ligne.strip()]
        separateur = max(";\t,", key=lambda s: sum(ligne.count(s) for ligne in premieres))
        lecteur = csv.reader(_bornees(texte), delimiter=separateur)
        self._ranger(nom, nom, _numerotees(lecteur))

    def _ranger(self, fichier: str, feuille: str, rangees: Iterator[Rangee]) -> None:
        """Put one sheet aside, when there is anything in it."""
        trouvee = Trouvee(titre_sans_nir(fichier)[:250], titre_sans_nir(feuille)[:250], tempfile.TemporaryFile())  # noqa: SIM115 - see `fermer`
        # Noted at once, so that whatever happens it is let go of.
        self.trouvees.append(trouvee)
        premieres = self._copier(rangees, trouvee)
        if not trouvee.lignes:
            self.trouvees.remove(trouvee)
            trouvee.contenu.close()
            return
        if len(self.trouvees) > MAX_FEUILLES:
            raise FichierInvalide(f"plus de {MAX_FEUILLES} feuilles\u202f: déposez-les en plusieurs fois")
        trouvee.entete, trouvee.titres = entete_de(premieres)

    def _copier(self, rangees: Iterator[Rangee], trouvee: Trouvee) -> list[Rangee]:
        """Write the rows that hold something; the first of them are given back."""
        premieres: list[Rangee] = []
        for numero, brutes in rangees:
            cellules = [self._cellule(c, trouvee) for c in brutes[:MAX_LARGEUR]]
            while cellules and vide(cellules[-1]):
                cellules.pop()
            if not cellules:
                continue
            self._cellules += len(cellules)
            if self._cellules > MAX_CELLULES:
                raise FichierInvalide(
                    "trop de lignes pour le navigateur\u202f: déposez ces fichiers en plusieurs fois, "
                    "ou passez par la commande d’import"
                )
            if len(premieres) < AVANT_TITRES:
                premieres.append((numero, cellules))
            trouvee.contenu.write(json.dumps([numero, [_en_json(c) for c in cellules]]).encode() + b"\n")
            trouvee.lignes += 1
        return premieres

    def _cellule(self, cellule: Any, trouvee: Trouvee) -> Any:
        """A cell fit to be kept: no national insurance number stays, and a column that is taken says which rows had one."""
        if not isinstance(cellule, str):
            return cellule
        if len(cellule) >= 13 and (nir_ecrit(cellule) or (len(cellule) <= COURTE and ressemble_a_un_nir(cellule))):
            trouvee.caches += 1
            return Anomalie(NIR_REFUSE)
        return cellule if "\0" not in cellule else Anomalie("caractère nul (NUL) interdit")


def _codage(debut: bytes) -> str:
    """UTF-8 when it is, else what French spreadsheets write."""
    if debut.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # The sample may stop in the middle of a letter.
    for coupe in range(4):
        try:
            debut[: len(debut) - coupe].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8-sig"
    return "cp1252"


def _bornees(texte: io.TextIOWrapper) -> Iterator[str]:
    while ligne := texte.readline(MAX_RANGEE + 1):
        if len(ligne) > MAX_RANGEE:
            raise FichierInvalide("ligne démesurée\u202f: ce n’est pas un tableau")
        yield ligne


def _numerotees(lecteur: Any) -> Iterator[Rangee]:
    numero = 0
    while True:
        try:
            cellules = next(lecteur)
        except StopIteration:
            return
        except csv.Error as erreur:
            raise FichierInvalide("cellule démesurée, ou guillemet jamais fermé", numero + 1) from erreur
        numero += 1
        yield numero, cellules


def _en_json(cellule: Any) -> Any:
    if isinstance(cellule, datetime.date):
        return {"d": cellule.isoformat()[:10]}
    if isinstance(cellule, Anomalie):
        return {"a": cellule.message}
    return cellule


def de_json(cellule: Any) -> Any:
    """The cell that was put aside."""
    if isinstance(cellule, dict):
        return datetime.date.fromisoformat(cellule["d"]) if "d" in cellule else Anomalie(cellule["a"])
    return cellule


def rangees(contenu: IO[bytes], apres: int = 0) -> Iterator[tuple[int, list[Any]]]:
    """The rows that were put aside, those after row `apres`."""
    for ligne in contenu:
        numero, cellules = json.loads(ligne)
        if numero > apres:
            yield numero, [de_json(c) for c in cellules]


def fermer(trouvees: Sequence[Trouvee]) -> None:
    """Let go of what was put aside."""
    with ExitStack() as pile:
        for trouvee in trouvees:
            pile.callback(trouvee.contenu.close)
