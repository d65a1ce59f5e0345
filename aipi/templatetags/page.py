"""What stands around every page: the attributes of its body and its bar, with the menu and the search.

They depend on the account and on the place in the menu, hardly on the page: they are written once for each and kept in
the process, cut where a page puts its own token, address or words searched. Written each time, they took a fifth of a list.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, cast

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import RequestContext
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe

from aipi import roles
from aipi.enonces import Reserve
from aipi.models import Compte

register = template.Library()

MENU = (
    ("personne_list", "Personnes", roles.voit_personnes),
    ("parcours_list", "ACI", roles.voit_parcours),
    ("suivi_rsa_list", "RSA", roles.pole_social),
    ("mesure_logement_list", "Logement", roles.pole_social),
    ("action_list", "Actions", roles.pole_social),
    ("rapport_list", "Rapports", roles.peut_voir_rapport),
    ("tableau_list", "Tableaux de bord", roles.financeur),
)
"""URL name, label, who sees it. A room that is not built has no address and no entry."""
COUPURE = secrets.token_hex(16)
"""Stands where a page puts something of its own; drawn at start-up, so that no name of an account holds it."""


@dataclass(frozen=True)
class Entour:
    """The attributes of the body of a page, and its bar."""

    attributs: SafeString
    barre: SafeString


@dataclass(frozen=True)
class _Gardee:
    attributs: SafeString
    morceaux: tuple[str, ...]
    """The bar, cut at each `COUPURE`."""
    places: tuple[str, ...]
    """What goes into each cut."""


_gardees: Reserve[_Gardee] = Reserve()


@lru_cache(maxsize=8)
def _adresses_du_menu(urlconf: str, prefixe: str) -> tuple[str, ...]:
    """The address of each entry of the menu, empty where there is none; they change with neither page nor account."""
    adresses = []
    for nom, _, _ in MENU:
        try:
            adresses.append(reverse(nom))
        except NoReverseMatch:
            adresses.append("")
    return tuple(adresses)


def _composer(compte: Compte | None, adresses: tuple[str, ...], courantes: tuple[str, ...], cherche: bool) -> _Gardee:
    menu = [
        {"url": url, "libelle": libelle, "courant": url in courantes}
        for url, (_, libelle, predicat) in zip(adresses, MENU, strict=True)
        if url and compte is not None and predicat(compte)
    ]
    contexte: dict[str, Any] = {
        "user": compte,
        "menu": menu,
        "cherche": cherche,
        "verrou_apres": int(settings.VERROU_APRES),
    }
    contexte |= {place: f"{COUPURE}{place}{COUPURE}" for place in ("jeton", "adresse", "mots")}
    attributs, barre = (
        render_to_string(gabarit, contexte) for gabarit in ("composants/attributs_page.html", "composants/barre.html")
    )
    coupe = barre.split(COUPURE)
    return _Gardee(SafeString(attributs.rstrip()), tuple(coupe[::2]), tuple(coupe[1::2]))


@register.simple_tag(takes_context=True)
def entour(context: RequestContext) -> Entour:
    """What stands around this page. Nothing of an account without one, or where the page is bare (`nu`)."""
    request = cast("HttpRequest | None", context.get("request"))
    compte: Any = context.get("user")
    if not isinstance(compte, Compte) or context.get("nu"):
        compte = None
    chemin = request.path if request is not None else ""
    prefixe = get_script_prefix()
    adresses = _adresses_du_menu(str(settings.ROOT_URLCONF), prefixe)
    courantes = tuple(url for url in adresses if url and chemin.startswith(url))
    page = request.resolver_match if request is not None else None
    cherche = page is not None and page.url_name == "personne_list"
    siens = (*roles.droits(compte), str(compte)) if compte is not None else None
    cle = (siens, adresses, courantes, cherche, prefixe, settings.ROOT_URLCONF, settings.VERROU_APRES)
    # While one works on the templates, each page reads them.
    reserve: Reserve[_Gardee] = Reserve() if settings.DEBUG else _gardees
    gardee = reserve.lire(cle, lambda: _composer(compte, adresses, courantes, cherche))
    valeurs = {"adresse": chemin, "jeton": context.get("csrf_token", "")}
    if cherche and request is not None:
        valeurs["mots"] = request.GET.get("q", "")
    suite = [gardee.morceaux[0]]
    for place, morceau in zip(gardee.places, gardee.morceaux[1:], strict=True):
        suite += [escape(str(valeurs[place])), morceau]
    return Entour(gardee.attributs, mark_safe("".join(suite)))
