"""The blank workbook: one sheet a file of the format, headings explained, codes offered in lists."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .colonnes import Annee, Booleen, Colonne, Date, Entier, Mois, Nombre, Reference
from .exportation import ExportImpossible
from .feuille import Feuille, feuilles
from .xlsx import FEUILLE_CODES

DERNIERE_LIGNE = 20_000
"""Rows that are given their format and list: what a person may fill in by hand."""

_OBLIGATOIRE = PatternFill("solid", fgColor="1F5F8B")
_FACULTATIVE = PatternFill("solid", fgColor="5B7F99")


def ecrire_modele(chemin: Path) -> None:
    """Write the blank workbook at `chemin` (`.xlsx`), which imports as it is. Raises ExportImpossible."""
    if chemin.suffix.lower() != ".xlsx":
        raise ExportImpossible("le classeur modèle est un fichier .xlsx")
    try:
        ecrire_classeur(chemin)
    except OSError as erreur:
        raise ExportImpossible(f"écriture impossible ({erreur.strerror})") from erreur


def ecrire_classeur(sortie: Path | IO[bytes]) -> None:
    """The same, wherever `sortie` leads."""
    classeur = Workbook()
    classeur.remove(classeur.worksheets[0])
    listes = classeur.create_sheet(FEUILLE_CODES)
    for feuille in feuilles().values():
        _remplir(classeur.create_sheet(feuille.nom), feuille, listes)
    # Last and hidden: a list of codes may be too long to stand in the validation itself.
    classeur.move_sheet(listes, len(classeur.worksheets))
    listes.sheet_state = "hidden"
    classeur.active = 0
    classeur.save(sortie)


def _remplir(page: Worksheet, feuille: Feuille, listes: Worksheet) -> None:
    page.freeze_panes = "A2"
    for rang, colonne in enumerate(feuille.colonnes, start=1):
        lettre = get_column_letter(rang)
        titre = page.cell(row=1, column=rang, value=colonne.nom)
        titre.font = Font(bold=True, color="FFFFFF")
        titre.fill = _OBLIGATOIRE if colonne.requise else _FACULTATIVE
        titre.alignment = Alignment(vertical="center")
        titre.comment = Comment(aide(feuille, colonne), "AIPi", width=320, height=140)
        page.column_dimensions[lettre].width = max(14, len(colonne.nom) + 3)
        if isinstance(colonne, Mois):
            page.column_dimensions[lettre].number_format = "yyyy-mm"
        elif isinstance(colonne, Date):
            page.column_dimensions[lettre].number_format = "yyyy-mm-dd"
        elif not isinstance(colonne, Annee | Entier | Nombre):
            # Text, so that the reference 0012 keeps its zeros.
            page.column_dimensions[lettre].number_format = "@"
        if colonne.codes:
            page.add_data_validation(_validation(feuille, colonne, listes, lettre))


def _validation(feuille: Feuille, colonne: Colonne, listes: Worksheet, lettre: str) -> DataValidation:
    place = (listes.max_column if listes.cell(1, 1).value else 0) + 1
    listes.cell(row=1, column=place, value=f"{feuille.nom}.{colonne.nom}")
    for rang, (code, libelle) in enumerate(colonne.codes.items(), start=2):
        cellule = listes.cell(row=rang, column=place, value=code)
        cellule.comment = Comment(libelle, "AIPi") if libelle != code else None
    dans = get_column_letter(place)
    validation = DataValidation(
        type="list",
        formula1=f"'{FEUILLE_CODES}'!${dans}$2:${dans}${len(colonne.codes) + 1}",
        allow_blank=not colonne.requise,
        showErrorMessage=True,
        errorTitle="Code inconnu",
        error="Choisissez un code de la liste.",
    )
    validation.add(f"{lettre}2:{lettre}{DERNIERE_LIGNE}")
    return validation


def aide(feuille: Feuille, colonne: Colonne) -> str:
    """What to write in a column, in French."""
    phrases = ["Obligatoire." if colonne.requise else "Facultatif (vide\u202f: inconnu)."]
    if isinstance(colonne, Booleen):
        phrases.append("Oui ou non.")
    elif colonne.codes:
        phrases.append("Un code de la liste\u202f: " + ", ".join(list(colonne.codes)[:12]) + ".")
    elif isinstance(colonne, Reference):
        cible = next(f.nom for f in feuilles().values() if f.modele is colonne.modele)
        phrases.append(f"Identifiant d’une ligne de la feuille {cible}.")
    else:
        phrases.append(f"{colonne.attendu[:1].upper()}{colonne.attendu[1:]}.")
    if colonne.nom in feuille.cle:
        phrases.append(f"Clé de la feuille\u202f: {' + '.join(feuille.cle)}.")
    return "\n".join(phrases)
