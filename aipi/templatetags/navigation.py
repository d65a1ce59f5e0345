"""The chrome of every page: menu, icons, what the account may open. Rules are asked of `aipi.roles` by name."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, TypedDict
from urllib.parse import urlencode

from django import template
from django.contrib.messages.storage.base import Message
from django.db.models import Model
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aipi import roles
from aipi.adresses import adresse_de
from aipi.models import Compte

register = template.Library()

ANNULABLE = "suppression"
"""First word of the extra tag of a message that offers to undo a deletion; its key follows."""

ICONES = {
    "ouvert": "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
    "sorti": "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.6a4.9 4.9 0 1 0 0 9.8 4.9 4.9 0 0 0 0-9.8z",
    "fait": "M6.4 12.6 2 8.2l1.5-1.5 2.9 2.9 6.1-6.1L14 5z",
    "prevu": (
        "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.6a4.9 4.9 0 1 0 0 9.8 4.9 4.9 0 0 0 0-9.8z"
        "M7.2 4.6h1.6v3.1l2.1 2.1-1.1 1.1-2.6-2.6z"
    ),
    "alerte": "M8 1.6 15 14H1zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z",
    "absent": "M3.6 2.5 8 6.9l4.4-4.4 1.1 1.1L9.1 8l4.4 4.4-1.1 1.1L8 9.1l-4.4 4.4-1.1-1.1L6.9 8 2.5 3.6z",
    "recherche": "M7 1.5a5.5 5.5 0 0 1 4.4 8.8l3.1 3.1-1.1 1.1-3.1-3.1A5.5 5.5 0 1 1 7 1.5zm0 1.6a3.9 3.9 0 1 0 0 7.8 3.9 3.9 0 0 0 0-7.8z",
    "prive": "M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7H3V7zm1.6 0h3.8V5a1.9 1.9 0 0 0-3.8 0z",
    "copier": "M6 1.5h6A1.5 1.5 0 0 1 13.5 3v7h-1.6V3.1H6zM3.5 4.5h6A1.5 1.5 0 0 1 11 6v7a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 2 13V6a1.5 1.5 0 0 1 1.5-1.5zm.1 1.6v6.8h5.8V6.1z",
    "haut": "M8 4l5 7H3z",
    "bas": "M8 12 3 5h10z",
}


class Lien(TypedDict):
    url: str
    libelle: str
    courant: bool


@register.filter
def peut(compte: Any, predicat: str) -> bool:
    """Whether the account satisfies the predicate of that name in `aipi.roles`."""
    return isinstance(compte, Compte) and bool(getattr(roles, predicat)(compte))


@register.filter
def valeur(table: dict[Any, Any], cle: Any) -> Any:
    """The value of a dictionary under a key that the template holds."""
    return table[cle]


@register.filter
def initiales(compte: Compte) -> str:
    """At most two letters that stand for the account."""
    return "".join(mot[0] for mot in str(compte).replace("@", " ").split()[:2]).upper()


@register.simple_tag(takes_context=True)
def gestes_objet(context: RequestContext, objet: Model, retour: str = "") -> SafeString:
    """Links « Historique » and « Supprimer » of a row, for who may change rows of its kind; none in a frozen dossier. No query.

    A dossier has a dozen of them: written here, they cost half of what a template does.
    """
    request = context["request"]
    permis = isinstance(request.user, Compte) and roles.modifie(request.user, type(objet))
    if not permis or context.get("fige"):
        return SafeString("")
    return format_html(
        '<span class="gestes gestes-objet"><a href="{historique}?{retour}">Historique{precision}</a>'
        ' <a href="{suppression}?{retour}">Supprimer{precision}</a></span>',
        historique=adresse_de("objet_historique", objet.pk, objet._meta.label_lower),
        suppression=adresse_de("objet_delete", objet.pk, objet._meta.label_lower),
        retour=urlencode({"retour": retour or request.get_full_path()}),
        precision=format_html('<span class="visually-hidden"> ({})</span>', objet._meta.verbose_name),
    )


@register.simple_tag(takes_context=True)
def vers(context: RequestContext, nom: str, cle: int, libelle: object) -> SafeString:
    """The name of a row, as the link to where it is corrected; in a frozen dossier, where nothing is, the name alone."""
    if context.get("fige"):
        return format_html("<span>{}</span>", libelle)
    return format_html('<a href="{}">{}</a>', adresse_de(nom, cle), libelle)


@register.filter
def annulable(message: Message) -> str:
    """The key of the deletion that a message offers to undo, if it does."""
    mots = (message.extra_tags or "").split()
    return mots[1] if mots[:1] == [ANNULABLE] else ""


@register.simple_tag
@lru_cache
def icone(nom: str) -> SafeString:
    """A small drawing for the eye only: the word beside it says the same."""
    return format_html(
        '<svg class="icone" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        ICONES[nom],
    )


@register.simple_tag
@lru_cache
def pastille(etat: str, libelle: str) -> SafeString:
    """A state: shape, colour and words, the same everywhere. `etat`: ouvert, sorti, fait, prevu, alerte, absent."""
    return format_html('<span class="pastille pastille-{}">{}{}</span>', etat, icone(etat), libelle)


@register.simple_tag
def etat_suivi(
    debut: datetime.date, fin: datetime.date | None, jour: datetime.date, feminin: bool = False
) -> SafeString:
    """The state of a stay on `jour`; its last day is still in it."""
    if debut > jour:
        return pastille("prevu", "À venir")
    if fin is None or fin >= jour:
        return pastille("ouvert", "En cours")
    return pastille("sorti", "Terminée" if feminin else "Terminé")
