"""Files made of a list: exactly the rows and columns that it shows, all pages, as XLSX or CSV.

Rows are read again by their keys, some hundreds at a time: memory does not depend on the length of the list.
"""

from __future__ import annotations

import csv
import datetime
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from aipi.echange.colonnes import neutraliser

if TYPE_CHECKING:
    from aipi.listes import Colonne, Preparation

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LIGNES_MAXIMUM = 100_000
ARRETE = "Liste arrêtée à 100\u202f000 lignes\u202f: filtrez davantage pour avoir la suite."
"""Written under the last row of a file that could not hold them all."""
LOT = 500
"""Rows read at once."""
CELLULE_MAXIMUM = 32_767
"""Characters that a cell of a workbook may hold."""


def valeur_exportee(valeur: Any) -> str | int | Decimal | datetime.date | None:
    """What a file holds for the value of a column: nothing where it is not known, days as days, words otherwise."""
    match valeur:
        case None | "" | []:
            return None
        case bool():
            return "oui" if valeur else "non"
        case int() | Decimal() | datetime.date():
            return valeur
        case list():
            return ", ".join(str(partie) for partie in valeur)
    terme = getattr(valeur, "date", None)
    return terme if isinstance(terme, datetime.date) else str(valeur) or None


def _rangees(
    lignes: QuerySet[Any], cles: list[Any], colonnes: Sequence[Colonne], preparer: Preparation | None
) -> Iterator[list[str | int | Decimal | datetime.date | None]]:
    tronquee = len(cles) > LIGNES_MAXIMUM
    cles = cles[:LIGNES_MAXIMUM]
    for debut in range(0, len(cles), LOT):
        morceau = cles[debut : debut + LOT]
        par_cle = {objet.pk: objet for objet in lignes.order_by().filter(pk__in=morceau)}
        # A row deleted meanwhile is no more shown.
        objets = [par_cle[cle] for cle in morceau if cle in par_cle]
        if preparer is not None:
            preparer(objets)
        for objet in objets:
            yield [valeur_exportee(c.valeur(objet)) if c.valeur is not None else None for c in colonnes]
    if tronquee:
        yield [ARRETE]


def fichier(
    format_demande: str,
    nom: str,
    lignes: QuerySet[Any],
    colonnes: Sequence[Colonne],
    preparer: Preparation | None = None,
) -> FileResponse | StreamingHttpResponse:
    """The list as a file named after itself and the day. Texts that a spreadsheet would run are made harmless."""
    nom_fichier = f"{nom}-{timezone.localdate():%Y-%m-%d}.{format_demande}"
    cles = list(lignes.values_list("pk", flat=True)[: LIGNES_MAXIMUM + 1])
    rangees = _rangees(lignes, cles, colonnes, preparer)
    titres = [colonne.titre for colonne in colonnes]
    reponse: FileResponse | StreamingHttpResponse
    if format_demande == "csv":
        reponse = StreamingHttpResponse(
            _csv(titres, rangees),
            content_type=FORMATS["csv"],
            headers={"Content-Disposition": f'attachment; filename="{nom_fichier}"'},
        )
    else:
        reponse = FileResponse(
            _xlsx(nom, titres, rangees), as_attachment=True, filename=nom_fichier, content_type=FORMATS["xlsx"]
        )
    reponse.lignes_portees = min(len(cles), LIGNES_MAXIMUM)  # type: ignore[attr-defined]  # read by aipi.consultations
    return reponse


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, texte: str) -> str:
        return texte


def _en_csv(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case Decimal():
            return f"{valeur.normalize():f}".replace(".", ",")
        case datetime.date():
            return f"{valeur:%d/%m/%Y}"
        case int():
            return str(valeur)
    return neutraliser(valeur)


def _csv(titres: list[str], rangees: Iterator[list[Any]]) -> Iterator[str]:
    ecrivain = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    # The mark that tells French spreadsheets which encoding this is.
    yield "\ufeff" + ecrivain.writerow(titres)
    for rangee in rangees:
        yield ecrivain.writerow([_en_csv(valeur) for valeur in rangee])


def _xlsx(nom: str, titres: list[str], rangees: Iterator[list[Any]]) -> Any:
    classeur = Workbook(write_only=True)
    page = classeur.create_sheet(nom[:31])
    page.freeze_panes = "A2"
    for rang, titre in enumerate(titres):
        page.column_dimensions[chr(ord("A") + rang)].width = max(16, len(titre) + 4) if rang else 32
    entete = []
    for titre in titres:
        cellule = WriteOnlyCell(page, value=titre)
        cellule.font = Font(bold=True)
        entete.append(cellule)
    page.append(entete)
    for rangee in rangees:
        page.append([_en_xlsx(page, valeur) for valeur in rangee])
    sortie = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    classeur.save(sortie)
    sortie.seek(0)
    return sortie


def _en_xlsx(page: Any, valeur: Any) -> Any:
    match valeur:
        case str():
            return neutraliser(_imprimable(valeur))[:CELLULE_MAXIMUM]
        case datetime.date():
            cellule = WriteOnlyCell(page, value=datetime.datetime.combine(valeur, datetime.time()))
            cellule.number_format = "DD/MM/YYYY"
            return cellule
    return valeur


def _imprimable(texte: str) -> str:
    """Without the control characters that a workbook refuses."""
    return "".join(c for c in texte if c >= " " or c in "\n\t")
