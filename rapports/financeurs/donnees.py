"""The numbers of a dashboard as rows, for a spreadsheet, a file or a program: the same rows everywhere, from its content."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from aipi.echange.colonnes import neutraliser
from rapports.financeurs.affichage import exact
from rapports.financeurs.redaction import Case
from rapports.models import Tableau


@dataclass(frozen=True)
class Rangee:
    """One number: of which figure, of which line, for which workshop and period. `exacte` is a fraction, as text."""

    chapitre: str
    atelier: str
    code: str
    cle: str
    libelle: str
    ligne: str
    terme: str
    """« valeur », or « numerateur » and « denominateur » of a rate."""
    unite: str
    debut: datetime.date
    fin: datetime.date
    etat: str
    valeur: float | int | None
    exacte: str | None
    definition: str


def rangees(tableau: Tableau) -> Iterator[Rangee]:
    """Every number of a dashboard, once: its period, the one before, the series, the breakdowns, the workshops."""
    contenu = tableau.contenu
    autres = {p["debut"]: p for p in [*contenu["serie"], *([contenu["precedente"]] if contenu["precedente"] else [])]}
    presente = contenu["periode"]
    for bloc in contenu["blocs"]:
        for ecrit in bloc["indicateurs"]:
            yield _rangee(bloc, ecrit, ecrit["valeur"], presente)
            for terme in ("numerateur", "denominateur"):
                if terme in ecrit:
                    yield _rangee(
                        bloc,
                        {**ecrit, "unite": ecrit[terme]["unite"]},
                        ecrit[terme],
                        presente,
                        terme=terme,
                        ligne=ecrit[terme]["libelle"],
                    )
            cases: dict[str, Case] = dict(zip((p["debut"] for p in contenu["serie"]), ecrit["serie"], strict=False))
            if ecrit["precedente"]:
                cases[contenu["precedente"]["debut"]] = ecrit["precedente"]
            for debut, case in sorted(cases.items()):
                if debut != presente["debut"]:
                    yield _rangee(bloc, ecrit, case, autres[debut])
        for repartition in bloc["repartitions"]:
            for ligne in repartition["lignes"]:
                yield _rangee(bloc, repartition, ligne, presente, cle=ligne["cle"], ligne=ligne["libelle"])


def _rangee(
    bloc: dict[str, Any],
    ecrit: dict[str, Any],
    case: Case,
    periode: dict[str, str],
    *,
    cle: str = "",
    ligne: str = "",
    terme: str = "valeur",
) -> Rangee:
    nombre = exact(case)
    return Rangee(
        chapitre=bloc["chapitre"],
        atelier=bloc["atelier"]["code"] if bloc["atelier"] else "",
        code=ecrit["code"],
        cle=cle,
        libelle=ecrit["libelle"],
        ligne=ligne,
        terme=terme,
        unite=ecrit["unite"],
        debut=datetime.date.fromisoformat(periode["debut"]),
        fin=datetime.date.fromisoformat(periode["fin"]),
        etat=case["etat"],
        valeur=None if nombre is None else nombre.numerator if nombre.denominator == 1 else float(nombre),
        exacte=None if nombre is None else str(nombre),
        definition=ecrit["definition"],
    )


COLONNES = tuple(champ.name for champ in fields(Rangee))


def _cellules(rangee: Rangee) -> list[Any]:
    """A row of a file: texts that no spreadsheet takes for a formula."""
    valeurs = [getattr(rangee, nom) for nom in COLONNES]
    return [neutraliser(valeur) if isinstance(valeur, str) else valeur for valeur in valeurs]


def en_csv(tableau: Tableau) -> bytes:
    """UTF-8 with the mark that tells French spreadsheets so, semicolons, decimal commas."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for rangee in rangees(tableau):
        ecrivain.writerow(
            [str(valeur).replace(".", ",") if isinstance(valeur, float) else valeur for valeur in _cellules(rangee)]
        )
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def en_xlsx(tableau: Tableau, methode: list[str]) -> bytes:
    """The rows on a sheet, the note of method on another."""
    classeur = Workbook(write_only=True)
    classeur.properties.title = str(tableau)
    classeur.properties.creator = "AIPi"
    classeur.properties.language = "fr-FR"
    feuille = classeur.create_sheet("Chiffres")
    feuille.freeze_panes = "A2"
    for lettre, largeur in {"C": 34, "D": 22, "E": 44, "F": 34, "N": 90}.items():
        feuille.column_dimensions[lettre].width = largeur
    entetes = []
    for nom in COLONNES:
        cellule = WriteOnlyCell(feuille, nom)
        cellule.font = Font(bold=True)
        entetes.append(cellule)
    feuille.append(entetes)
    for rangee in rangees(tableau):
        feuille.append(_cellules(rangee))
    note = classeur.create_sheet("Méthode")
    note.column_dimensions["A"].width = 120
    for phrase in methode:
        note.append([neutraliser(phrase)])
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()
