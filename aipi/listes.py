"""Lists on screen: filtered, sorted by a link on the column, cut in pages without counting a whole table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

from aipi.filtres import Filtre

TAILLE = 25
PLAFOND = 1_000
"""Rows are counted up to here; beyond, the list says « plus de 1 000 »."""
DERNIERE_PAGE = 4_000


@dataclass(frozen=True)
class Colonne:
    """A column: its key in the address, its heading, the fields that sort it (none: not sortable).

    `vides`: the first field may be empty, and empty ones come last in both directions.
    """

    cle: str
    titre: str
    tri: tuple[str, ...] = ()
    vides: bool = False
    nombre: bool = False


@dataclass(frozen=True)
class EnTete:
    """A column as shown: where its link leads and how the list is sorted now (`ascending`, `descending` or nothing)."""

    titre: str
    url: str
    sens: str
    nombre: bool


@dataclass(frozen=True)
class Page:
    """The rows of one page; `total` is exact unless `davantage`."""

    objets: list[Any]
    numero: int
    total: int
    davantage: bool
    precedente: str
    suivante: str


def _adresse(request: HttpRequest, **valeurs: str | int | None) -> str:
    """The query of this page with some parameters changed; None drops one."""
    parametres = request.GET.copy()
    for cle, valeur in valeurs.items():
        parametres.pop(cle, None)
        if valeur is not None:
            parametres[cle] = str(valeur)
    return f"?{parametres.urlencode()}"


def _ordre(colonne: Colonne, descendant: bool) -> list[str | OrderBy]:
    premier, *autres = colonne.tri
    tri: list[str | OrderBy] = [premier if not descendant else f"-{premier}"]
    if colonne.vides:
        champ = F(premier)
        tri = [champ.desc(nulls_last=True) if descendant else champ.asc(nulls_last=True)]
    return [*tri, *autres, "pk"]


def _numero(texte: str) -> int:
    # Digits of other scripts and a page of a thousand digits are no page.
    return min(int(texte), DERNIERE_PAGE) if texte.isdecimal() and texte.isascii() and len(texte) < 6 else 1


def page_de(request: HttpRequest, lignes: QuerySet[Model]) -> Page:
    """The page asked for by `?page=`. Two queries: one row more than a page, and a count that stops at PLAFOND."""
    numero = max(_numero(request.GET.get("page", "")), 1)
    debut = (numero - 1) * TAILLE
    objets = list(lignes[debut : debut + TAILLE + 1])
    total = lignes.order_by()[: PLAFOND + 1].count()
    return Page(
        objets=objets[:TAILLE],
        numero=numero,
        total=min(total, PLAFOND),
        davantage=total > PLAFOND,
        precedente=_adresse(request, page=numero - 1) if numero > 1 else "",
        suivante=_adresse(request, page=numero + 1) if len(objets) > TAILLE else "",
    )


def liste(request: HttpRequest, filtre: Filtre, colonnes: tuple[Colonne, ...], tri: str) -> dict[str, Any]:
    """Context of `liste.html`. `tri` is the key of the column that sorts at first, with a minus for descending."""
    par_cle = {colonne.cle: colonne for colonne in colonnes if colonne.tri}
    demande = request.GET.get("tri", tri)
    if demande.removeprefix("-") not in par_cle:
        demande = tri
    cle, descendant = demande.removeprefix("-"), demande.startswith("-")
    lignes = filtre.qs.order_by(*_ordre(par_cle[cle], descendant))
    en_tetes = []
    for colonne in colonnes:
        courante = colonne.cle == cle
        suivant = f"-{colonne.cle}" if courante and not descendant else colonne.cle
        en_tetes.append(
            EnTete(
                titre=colonne.titre,
                url=_adresse(request, tri=suivant, page=None) if colonne.tri else "",
                sens=("descending" if descendant else "ascending") if courante else "",
                nombre=colonne.nombre,
            )
        )
    return {
        "filtre": filtre,
        "page": page_de(request, lignes),
        "en_tetes": en_tetes,
        "tri": request.GET.get("tri", ""),
    }
