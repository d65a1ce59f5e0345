"""Lists on screen: filtered, sorted by a link on the column, cut in pages without counting a whole table.

A column is declared once: its `valeur` makes the cell on screen (`cellule`) and the cell of the file (`aipi.exports`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from aipi import enonces
from aipi.adresses import adresse
from aipi.exports import FORMATS, fichier
from aipi.filtres import Filtre
from aipi.models import FiltreEnregistre
from aipi.nombres import nombre
from aipi.roles import Predicat, compte_de
from aipi.templatetags.chiffres import NON_RENSEIGNE, restant
from aipi.templatetags.chiffres import SANS_OBJET as SANS_OBJET_VU
from aipi.templatetags.identite import telephone
from aipi.templatetags.navigation import pastille

TAILLE = 25
PLAFOND = 1_000
"""Rows are counted up to here; beyond, the list says « plus de 1 000 »."""
DERNIERE_PAGE = 4_000
LOT_MAXIMAL = 200
"""Rows that one act may take: their keys travel in an address."""
HORS_FILTRE = ("page", "format", "decompte", "lot", "ligne", "toutes", "tout")
"""Parameters that say what to do with the list, not which list it is."""


@dataclass(frozen=True)
class Etat:
    """A state, shown as a pill. `code`: see `pastille`."""

    code: str
    libelle: str

    def __str__(self) -> str:
        return self.libelle


@dataclass(frozen=True)
class Precise:
    """A word and what makes it precise: « Équipe du canal », of « Brigades vertes »."""

    mot: str
    precision: str

    def __str__(self) -> str:
        return f"{self.mot} ({self.precision})" if self.precision else self.mot


@dataclass(frozen=True)
class Terme:
    """A day and, as long as it is to come, what is left before it as read on `jour`."""

    date: datetime.date
    jour: datetime.date


@dataclass(frozen=True)
class Numero:
    """A telephone number, and whose: dialled and copied from its row, as from a dossier."""

    texte: str
    de: str

    def __str__(self) -> str:
        return self.texte


@dataclass(frozen=True)
class SansObjet:
    """Nothing to know: an open stay has no exit, an aid that was refused no amount. Never for what nobody wrote down."""

    def __str__(self) -> str:
        return ""


SANS_OBJET = SansObjet()
Preparation = Callable[[Sequence[Any]], None]
"""Fetches what the columns need for some rows at once, and hangs it on them."""


@dataclass(frozen=True)
class Colonne:
    """A column: its key in the address, its heading, the fields that sort it (none: not sortable).

    `vides`: the first field may be empty, and empty ones come last in both directions. `valeur` gives what a row has
    there: text, number, day, `Etat`, `Precise`, `Terme`, `Numero`, a list of `Etat`,
    None when it is not known, `SANS_OBJET` when there is nothing to know; `absent` is the word said instead of
    « Non renseigné » where none is a fact (« Aucun »). `lien` gives where the cell leads.
    """

    cle: str
    titre: str
    tri: tuple[str, ...] = ()
    vides: bool = False
    nombre: bool = False
    valeur: Callable[[Any], Any] | None = None
    absent: str = ""
    lien: Callable[[Any], str] | None = None


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


@dataclass(frozen=True)
class Lot:
    """An act on the chosen rows: the page `vue`, opened with the keys `cle` of the rows under the name `parametre`.

    Offered to accounts that satisfy `predicat`, where that page exists. `arguments` are those of its address;
    `retour` asks it to come back to the list.
    """

    code: str
    libelle: str
    vue: str
    parametre: str
    predicat: Predicat
    cle: str = "pk"
    arguments: tuple[str, ...] = ()
    retour: bool = False


@dataclass(frozen=True)
class Liste:
    """What a list is made of. `fichier` names its exports; `geste` is the main act on a row: its address and its word."""

    gabarit: str
    fichier: str
    colonnes: tuple[Colonne, ...]
    tri: str
    preparer: Preparation | None = None
    lots: tuple[Lot, ...] = ()
    geste: Callable[[Any], str] | None = None
    libelle_geste: str = "Noter"

    @property
    def titre_geste(self) -> str:
        """The heading of the column of acts; nothing when rows have none. (A template would call `geste` itself.)"""
        return self.libelle_geste if self.geste is not None else ""


def nom_de_liste(nom: str, prenom: str) -> str:
    """A person in a list: the name first, as the list is sorted."""
    return f"{nom} {prenom}".strip()


def etat_suivi(debut: datetime.date, fin: datetime.date | None, jour: datetime.date, *, feminin: bool = False) -> Etat:
    """The state of a stay on `jour`; its last day is still in it."""
    if debut > jour:
        return Etat("prevu", "À venir")
    if fin is None or fin >= jour:
        return Etat("ouvert", "En cours")
    return Etat("sorti", "Terminée" if feminin else "Terminé")


# Cells


def _dans(date: datetime.date, jour: datetime.date) -> str:
    """What is left, in days only: a row has no room for more."""
    return restant(date, jour).partition(", environ")[0]


@lru_cache(maxsize=256)
def _ouvrante(titre: str, classe: str) -> str:
    return format_html('<td role="cell" data-titre="{}"{}>', titre, mark_safe(classe and f' class="{classe}"'))


def _montrer(valeur: Any, absent: str) -> str:
    """A value as HTML. Written without templates: a page shows a hundred and fifty of them."""
    match valeur:
        case None | "" | []:
            return f'<span class="discret">{escape(absent)}</span>' if absent else NON_RENSEIGNE
        case SansObjet():
            return SANS_OBJET_VU
        case Etat():
            return pastille(valeur.code, valeur.libelle)
        case list():
            return " ".join(_montrer(partie, "") for partie in valeur)
        case Precise(mot=mot, precision=precision):
            return f'{escape(mot)} <span class="discret">{escape(precision)}</span>'
        case Terme(date=date, jour=jour):
            reste = f' <span class="discret insecable">{_dans(date, jour)}</span>' if date >= jour else ""
            return f'<span class="insecable">{date:%d/%m/%Y}</span>{reste}'
        case Numero(texte=texte, de=de):
            return telephone(texte, de)
        case bool():
            return "oui" if valeur else "non"
        case datetime.date():
            return f"{valeur:%d/%m/%Y}"
        case int() | Decimal():
            return nombre(valeur)
    return escape(str(valeur))


def cellule(colonne: Colonne, objet: Any) -> SafeString:
    """The cell of a row. Raises TypeError for a column without `valeur`."""
    if colonne.valeur is None:
        raise TypeError(f"La colonne {colonne.cle} n’a pas de valeur.")
    valeur = colonne.valeur(objet)
    montre = _montrer(valeur, colonne.absent)
    url = colonne.lien(objet) if colonne.lien is not None else ""
    montre = f'<a href="{escape(url)}">{montre}</a>' if url else f"<span>{montre}</span>"
    classe = "nombre" if colonne.nombre else "insecable" if isinstance(valeur, datetime.date) else ""
    return mark_safe(f"{_ouvrante(colonne.titre, classe)}{montre}</td>")


# Pages


def _adresse(request: HttpRequest, **valeurs: str | int | None) -> str:
    """The query of this page with some parameters changed; None drops one."""
    gardes = [(cle, texte) for cle, textes in request.GET.lists() if cle not in valeurs for texte in textes]
    changes = [(cle, str(valeur)) for cle, valeur in valeurs.items() if valeur is not None]
    return f"?{urlencode(gardes + changes)}"


def requete_de(parametres: QueryDict, defauts: Mapping[str, str]) -> str:
    """The query string that says which list this is: filters and sort, without what is empty or says what to do with it.

    A filter emptied on purpose is kept when the list opens with it set (`defauts`).
    """
    gardes = QueryDict(mutable=True)
    for cle, valeurs in sorted(parametres.lists()):
        if cle not in HORS_FILTRE and (valeurs[-1] or cle in defauts):
            gardes[cle] = valeurs[-1]
    return gardes.urlencode()


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


def page_de(request: HttpRequest, lignes: QuerySet[Any], entieres: QuerySet[Any] | None = None) -> Page:
    """The page asked for by `?page=`. Two queries: one row more than a page, and a count that stops at PLAFOND.

    With `entieres`, the same rows with all that is shown of them, the page is cut on keys alone and they are read after:
    a database that joins before it cuts reads everything.
    """
    numero = max(_numero(request.GET.get("page", "")), 1)
    debut = (numero - 1) * TAILLE
    objets: list[Any]
    if entieres is None:
        objets = list(lignes[debut : debut + TAILLE + 1])
    else:
        cles = list(lignes.values_list("pk", flat=True)[debut : debut + TAILLE + 1])
        # The rows of a list are shown alike whatever its filters: only the keys are of this page.
        nom = request.resolver_match.view_name if request.resolver_match else ""
        lues = enonces.lire(
            f"liste.{nom}", compte_de(request), cles, lambda places: entieres.order_by().filter(pk__in=places)
        )
        par_cle = {objet.pk: objet for objet in lues}
        objets = [par_cle[cle] for cle in cles if cle in par_cle]
    total = lignes.order_by()[: PLAFOND + 1].count()
    return Page(
        objets=objets[:TAILLE],
        numero=numero,
        total=min(total, PLAFOND),
        davantage=total > PLAFOND,
        precedente=_adresse(request, page=numero - 1) if numero > 1 else "",
        suivante=_adresse(request, page=numero + 1) if len(objets) > TAILLE else "",
    )


def _tri_demande(request: HttpRequest, colonnes: Sequence[Colonne], tri: str) -> tuple[Colonne, bool]:
    """The column that sorts, and whether downwards; what is not a column is not heard."""
    par_cle = {colonne.cle: colonne for colonne in colonnes if colonne.tri}
    demande = request.GET.get("tri", tri)
    if demande.removeprefix("-") not in par_cle:
        demande = tri
    return par_cle[demande.removeprefix("-")], demande.startswith("-")


def liste(request: HttpRequest, filtre: Filtre, colonnes: tuple[Colonne, ...], tri: str) -> dict[str, Any]:
    """Context of `liste.html`. `tri` is the key of the column that sorts at first, with a minus for descending."""
    courante, descendant = _tri_demande(request, colonnes, tri)
    lignes = filtre.qs.order_by(*_ordre(courante, descendant))
    en_tetes = []
    for colonne in colonnes:
        ici = colonne.cle == courante.cle
        suivant = f"-{colonne.cle}" if ici and not descendant else colonne.cle
        en_tetes.append(
            EnTete(
                titre=colonne.titre,
                url=_adresse(request, tri=suivant, page=None) if colonne.tri else "",
                sens=("descending" if descendant else "ascending") if ici else "",
                nombre=colonne.nombre,
            )
        )
    return {
        "filtre": filtre,
        "page": page_de(request, lignes, filtre.entieres),
        "en_tetes": en_tetes,
        "tri": request.GET.get("tri", ""),
        "colonnes": colonnes,
    }


# A list with its saved filters, its counts, its files and its acts


def page_liste(
    request: HttpRequest, filtre: Filtre, definition: Liste, contexte: dict[str, Any] | None = None
) -> HttpResponseBase:
    """The answer to any request made to a list: the page, its filters with their counts, a file, or a step to an act.

    Whoever sees a list may take it away as a file: the same rows, the same columns, in the same order.
    """
    compte = compte_de(request)
    nom = request.resolver_match.url_name if request.resolver_match else ""
    enregistres = enonces.lire(
        f"filtres.{nom}", compte, [], lambda _: FiltreEnregistre.objects.filter(compte=compte, liste=nom)
    )
    if not request.GET:
        for ouverture in enregistres:
            if ouverture.defaut and ouverture.requete:
                return redirect(f"{request.path}?{ouverture.requete}")
    if (format_demande := request.GET.get("format", "")) in FORMATS:
        colonne, descendant = _tri_demande(request, definition.colonnes, definition.tri)
        return fichier(
            format_demande,
            definition.fichier,
            filtre.qs.order_by(*_ordre(colonne, descendant)),
            definition.colonnes,
            definition.preparer,
        )
    decompte = request.GET.get("decompte", "")
    if decompte == "fragment":
        filtre.montrer_decompte()
        return render(request, "composants/filtres.html", {"filtre": filtre})
    lots = {lot.code: lot for lot in definition.lots if lot.predicat(compte) and adresse(lot.vue, *lot.arguments)}
    definition = replace(definition, lots=tuple(lots.values()))
    if (code := request.GET.get("lot")) in lots:
        return _vers_le_lot(request, filtre, definition, lots[code])
    if decompte:
        filtre.montrer_decompte()
    page = liste(request, filtre, definition.colonnes, definition.tri)
    if definition.preparer is not None:
        definition.preparer(page["page"].objets)
    requete = requete_de(request.GET, filtre.defauts)
    reponse = render(
        request,
        definition.gabarit,
        {
            **page,
            "definition": definition,
            "lots": definition.lots,
            "lot_maximal": LOT_MAXIMAL,
            "nom_liste": nom,
            "requete": requete,
            "parametres": parse_qsl(requete, keep_blank_values=True),
            "enregistres": enregistres,
            "courant": next((e for e in enregistres if e.requete == requete), None),
            "ouverture": any(e.defaut for e in enregistres),
            **(contexte or {}),
        },
    )
    reponse.lignes_portees = len(page["page"].objets)  # type: ignore[attr-defined]  # read by aipi.consultations
    return reponse


def _vers_le_lot(request: HttpRequest, filtre: Filtre, definition: Liste, lot: Lot) -> HttpResponse:
    """On to the page of an act with the rows chosen, or back to the list with a word when there is nothing to take."""
    retour = f"{request.path}?{requete_de(request.GET, filtre.defauts) or 'tout=1'}"
    colonne, descendant = _tri_demande(request, definition.colonnes, definition.tri)
    lignes = filtre.qs.order_by(*_ordre(colonne, descendant))
    if not request.GET.get("toutes"):
        choisies = [cle for cle in request.GET.getlist("ligne") if cle.isascii() and cle.isdecimal() and len(cle) < 16]
        lignes = lignes.filter(pk__in=choisies[: LOT_MAXIMAL + 1])
    cles = list(dict.fromkeys(lignes.values_list(lot.cle, flat=True)[: LOT_MAXIMAL + 1]))
    if not cles:
        messages.warning(request, "Choisissez d’abord au moins une ligne.")
        return redirect(retour)
    if len(cles) > LOT_MAXIMAL:
        messages.warning(request, f"{LOT_MAXIMAL} lignes au plus en une fois\u202f: filtrez davantage la liste.")
        return redirect(retour)
    suite = QueryDict(mutable=True)
    suite.setlist(lot.parametre, [str(cle) for cle in cles])
    if lot.retour:
        suite["retour"] = retour
    return redirect(f"{adresse(lot.vue, *lot.arguments)}?{suite.urlencode()}")
