"""The rows at fault, each cell with what is wrong with it: for a page, and for a workbook to correct from."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from aipi.echange.colonnes import neutraliser
from aipi.models import FeuilleReprise, Reprise

from .cellules import lu
from .lecture import rangees
from .plan import COMPOSEES, a_des_codes

CONTEXTE = 3
"""Columns shown beside the faulty ones, so that one knows whose row it is."""
COURT = 60
_FAUTIVE = PatternFill("solid", fgColor="F6CFD4")


@dataclass
class LigneFautive:
    """A row: its number, its cells as they are read, and by column what is wrong with it."""

    ligne: int
    cellules: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """Title, text, faults."""
    autres: list[str] = field(default_factory=list)
    """Faults that are of no cell."""


@dataclass
class FeuilleFautive:
    feuille: str
    rang: int
    titres: list[str]
    lignes: list[LigneFautive]
    mots: bool
    """Whether a fault is of a label, which may be said to mean something."""


def _fautes(erreurs: Iterable[dict[str, Any]]) -> dict[int, dict[int, dict[str, list[str]]]]:
    """By sheet, by row, by title, the messages."""
    fautes: dict[int, dict[int, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for erreur in erreurs:
        messages = fautes[erreur["rang"]][erreur["ligne"]][erreur["titre"]]
        if erreur["message"] not in messages:
            messages.append(erreur["message"])
    return fautes


def _nomme(vers: str) -> bool:
    """Whether a column says whose row it is."""
    return vers in COMPOSEES or vers in {"personnes.nom", "personnes.prenom"}


def _cellules(feuille: FeuilleReprise, numeros: set[int]) -> dict[int, list[Any]]:
    """The cells of these rows."""
    trouvees: dict[int, list[Any]] = {}
    with feuille.contenu.open("rb") as contenu:
        for numero, cellules in rangees(contenu, feuille.entete):
            if numero in numeros:
                trouvees[numero] = cellules
                if len(trouvees) == len(numeros):
                    break
    return trouvees


def lignes_fautives(reprise: Reprise, erreurs: list[dict[str, Any]]) -> list[FeuilleFautive]:
    """The rows of these errors, sheet by sheet; beside the faulty cells, those that say whose row it is."""
    fautes = _fautes(erreurs)
    resultat = []
    for feuille in reprise.feuilles.filter(rang__in=list(fautes)).order_by("rang"):
        par_ligne = fautes[feuille.rang]
        fautifs = {titre for messages in par_ligne.values() for titre in messages if titre}
        colonnes = feuille.plan["colonnes"]
        prises = [t for t in feuille.titres if colonnes.get(t) and t not in fautifs]
        contexte = sorted(prises, key=lambda t: not _nomme(colonnes[t]))[:CONTEXTE]
        titres = [t for t in feuille.titres if t in fautifs or t in contexte]
        brutes = _cellules(feuille, set(par_ligne))
        lignes = []
        for numero in sorted(par_ligne):
            messages = par_ligne[numero]
            ligne = LigneFautive(numero, autres=messages.get("", []))
            for titre in titres:
                texte = _texte(brutes.get(numero, []), feuille.titres.index(titre))
                court = texte if len(texte) <= COURT else texte[:COURT] + "…"
                ligne.cellules.append((titre, court, messages.get(titre, [])))
            lignes.append(ligne)
        mots = any(a_des_codes(vers) for t in fautifs if (vers := colonnes.get(t)))
        resultat.append(FeuilleFautive(str(feuille), feuille.rang, titres, lignes, mots))
    return resultat


def _texte(cellules: list[Any], rang: int) -> str:
    return lu(cellules[rang]) if rang < len(cellules) else ""


def classeur_fautif(reprise: Reprise, erreurs: list[dict[str, Any]]) -> IO[bytes]:
    """A workbook with a page a sheet: the rows at fault, whole, their cells marked, what is wrong said in the last one."""
    classeur = Workbook(write_only=True)
    fautes = _fautes(erreurs)
    for feuille in reprise.feuilles.filter(rang__in=list(fautes)).order_by("rang"):
        page = classeur.create_sheet(f"{feuille.rang} {_nom_de_page(feuille.nom)}"[:31])
        page.freeze_panes = "B2"
        entete = []
        for titre in ["Ligne", *feuille.titres, "Erreurs"]:
            cellule = WriteOnlyCell(page, value=_sur(titre))
            cellule.font = Font(bold=True)
            entete.append(cellule)
        page.append(entete)
        par_ligne = fautes[feuille.rang]
        brutes = _cellules(feuille, set(par_ligne))
        for numero in sorted(par_ligne):
            page.append(_rangee(page, feuille, numero, brutes.get(numero, []), par_ligne[numero]))
    if not classeur.worksheets:
        classeur.create_sheet("Erreurs").append([_sur(e["message"]) for e in erreurs[:50]])
    sortie = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    classeur.save(sortie)
    sortie.seek(0)
    return sortie


def _rangee(page: Any, feuille: FeuilleReprise, numero: int, brutes: list[Any], messages: dict[str, list[str]]) -> Any:
    rangee: list[Any] = [numero]
    for rang, titre in enumerate(feuille.titres):
        cellule = WriteOnlyCell(page, value=_sur(_texte(brutes, rang)))
        if titre in messages:
            cellule.fill = _FAUTIVE
            cellule.comment = Comment("\n".join(messages[titre]), "AIPi", width=320, height=120)
        rangee.append(cellule)
    dites = [f"{titre}\u202f: {m}" if titre else m for titre, liste in messages.items() for m in liste]
    rangee.append(_sur("\n".join(dites)))
    return rangee


def _nom_de_page(nom: str) -> str:
    return "".join(c if c not in "[]:*?/\\" and c.isprintable() else " " for c in nom)


def _sur(texte: str) -> str:
    """Text that no spreadsheet runs nor refuses."""
    return neutraliser("".join(c for c in texte if c >= " " or c in "\n\t"))[:32_000]
