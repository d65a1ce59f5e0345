"""The workbook of all figures: one sheet of figures, one of breakdowns, one of the years."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from aipi.periodes import Periode
from rapports.declarations import Declaration, Taux
from rapports.ecriture import ORIGINES, court
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.rendu.composition import Composition, LiensDocument

FORMATS = {"%": "0.0%", "€": '#,##0.00\\ "€"', "h": "#,##0.##"}
DANGEREUX = ("=", "+", "-", "@", "\t", "\r")
TETE = Font(bold=True, color="FFFFFF")
FOND = PatternFill("solid", fgColor="1F5F8B")
JOUR_ZERO = (1980, 1, 1, 0, 0, 0)


def texte(contenu: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{contenu}" if contenu.startswith(DANGEREUX) else contenu


def en_xlsx(periode: Periode, aujourd_hui: datetime.date, *, comme: Composition | None = None) -> bytes:
    """The workbook, the same bytes each time."""
    composition = Composition(periode, LiensDocument(), aujourd_hui, comme=comme)
    classeur = Workbook(write_only=True)
    classeur.properties.title = composition.titre
    classeur.properties.creator = "AIPi"
    classeur.properties.language = "fr-FR"
    instant = datetime.datetime.combine(composition.date, datetime.time())
    classeur.properties.created = classeur.properties.modified = instant
    _chiffres(classeur, composition)
    _repartitions(classeur, composition)
    _annees(classeur, composition)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return _sans_horloge(sortie.getvalue(), instant)


def _sans_horloge(archive: bytes, instant: datetime.datetime) -> bytes:
    """The same archive without the hour of its writing."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as cible:
        for membre in sorted(source.namelist(), key=lambda nom: (nom != "[Content_Types].xml", nom)):
            contenu = source.read(membre)
            if membre == "docProps/core.xml":
                contenu = _dater(contenu, instant)
            cible.writestr(zipfile.ZipInfo(membre, JOUR_ZERO), contenu, zipfile.ZIP_DEFLATED)
    return sortie.getvalue()


def _dater(proprietes: bytes, instant: datetime.datetime) -> bytes:
    """openpyxl sets the day of modification when it saves: put that of the report back."""
    jour = f"{instant:%Y-%m-%dT%H:%M:%SZ}".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + jour, proprietes)


def _nombre(valeur: Fraction | None) -> int | float | None:
    if valeur is None:
        return None
    return valeur.numerator if valeur.denominator == 1 else float(valeur)


def _feuille(classeur: Any, titre: str, entetes: list[str], largeurs: list[int]) -> Any:
    feuille = classeur.create_sheet(titre)
    for rang, largeur in enumerate(largeurs, 1):
        feuille.column_dimensions[get_column_letter(rang)].width = largeur
    feuille.freeze_panes = "A2"
    feuille.auto_filter.ref = f"A1:{get_column_letter(len(entetes))}1"
    tetes = []
    for entete in entetes:
        cellule = WriteOnlyCell(feuille, texte(entete))
        cellule.font, cellule.fill = TETE, FOND
        cellule.alignment = Alignment(wrap_text=True, vertical="center")
        tetes.append(cellule)
    feuille.append(tetes)
    return feuille


def _cellule(feuille: Any, valeur: Fraction | None, declaration: Declaration) -> Any:
    cellule = WriteOnlyCell(feuille, _nombre(valeur))
    cellule.number_format = FORMATS.get(
        declaration.unite, "#,##0.##" if valeur and valeur.denominator != 1 else "#,##0"
    )
    return cellule


def _chiffres(classeur: Any, composition: Composition) -> None:
    entetes = [
        "Code",
        "Libellé",
        "Unité",
        court(composition.periode),
        "Numérateur",
        "Dénominateur",
        court(composition.periode.precedente),
        "Évolution",
        "Origine",
        "Origine (période précédente)",
        "Définition",
    ]
    feuille = _feuille(classeur, "Chiffres", entetes, [38, 44, 14, 14, 13, 13, 14, 11, 30, 30, 90])
    for code, indicateur in INDICATEURS.items():
        chiffre = composition.chiffre(code)
        evolution = WriteOnlyCell(feuille, _nombre(chiffre.evolution))
        evolution.number_format = "+0.0%;-0.0%;0.0%"
        termes = (None, None)
        if isinstance(indicateur, Taux):
            termes = (
                _cellule(feuille, chiffre.valeur.numerateur, indicateur.numerateur),
                _cellule(feuille, chiffre.valeur.denominateur, indicateur.denominateur),
            )
        feuille.append(
            [
                texte(code),
                texte(indicateur.libelle),
                texte(indicateur.unite),
                _cellule(feuille, chiffre.nombre, indicateur),
                *termes,
                _cellule(feuille, chiffre.precedent, indicateur),
                evolution,
                ORIGINES[chiffre.valeur.origine],
                ORIGINES[chiffre.avant.origine],
                texte(indicateur.definition),
            ]
        )


def _repartitions(classeur: Any, composition: Composition) -> None:
    entetes = ["Code", "Répartition", "Clé", "Libellé", "Unité", court(composition.periode), "Part du total", "Lecture"]
    feuille = _feuille(classeur, "Répartitions", entetes, [38, 44, 24, 44, 14, 14, 13, 60])
    for code, repartition in REPARTITIONS.items():
        lignes = composition.releve.repartition(code)
        if lignes is None:
            continue
        total = composition.releve.calculs.valeur(repartition.de) if repartition.multiple else None
        if total is None:
            total = sum((valeur for _, _, valeur in lignes if valeur is not None), Fraction(0))
        lecture = "Plusieurs réponses par personne : la somme peut dépasser le total." if repartition.multiple else ""
        for cle, libelle, valeur in lignes:
            part = WriteOnlyCell(feuille, _nombre(valeur / total) if valeur is not None and total else None)
            part.number_format = "0.0%"
            feuille.append(
                [
                    texte(code),
                    texte(repartition.libelle),
                    texte(cle),
                    texte(libelle),
                    texte(repartition.unite),
                    _cellule(feuille, valeur, repartition),
                    part,
                    lecture,
                ]
            )


def _annees(classeur: Any, composition: Composition) -> None:
    releves = composition.releves[1:]
    entetes = ["Code", "Libellé", "Unité", *(court(releve.periode) for releve in releves)]
    feuille = _feuille(classeur, "Cinq périodes", entetes, [38, 44, 14, *(14 for _ in releves)])
    for code, indicateur in INDICATEURS.items():
        feuille.append(
            [
                texte(code),
                texte(indicateur.libelle),
                texte(indicateur.unite),
                *(_cellule(feuille, releve.valeur(code).nombre, indicateur) for releve in releves),
            ]
        )
