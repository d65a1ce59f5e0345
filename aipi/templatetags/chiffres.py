"""Numbers, days and missing facts as they are read in French."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aipi import nombres
from aipi.periodes import jour_francais, nom_mois

register = template.Library()
register.filter("nombre", nombres.nombre)
register.filter("pourcentage", nombres.pourcentage)
register.filter("evolution", nombres.evolution)
register.filter("euros", nombres.euros)

ENVIRON_A_PARTIR_DE = 60
"""Days beyond which a delay is also told in months."""

NON_RENSEIGNE: SafeString = format_html('<span class="inconnu">{}</span>', "Non renseigné")
SANS_OBJET: SafeString = format_html(
    '<span class="discret sans-objet"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
    nombres.TIRET,
    "Sans objet",
)


@register.simple_tag
def sans_objet() -> SafeString:
    """Nothing to know: nobody came yet to a session to come. Never for what nobody wrote down."""
    return SANS_OBJET


@register.filter
def jour(valeur: datetime.date | None) -> str:
    """« 14 mars 2021 », or « Non renseigné »."""
    return NON_RENSEIGNE if valeur is None else jour_francais(valeur)


@register.filter
def moment(valeur: datetime.datetime) -> str:
    """« 24 novembre 2026 à 14 h 05 », in local time."""
    local = timezone.localtime(valeur)
    return f"{jour_francais(local.date())} à {local:%-H} h {local:%M}"


@register.filter
def mois(valeur: datetime.date) -> str:
    """« mars 2021 »."""
    return nom_mois(valeur)


@register.filter
def renseigne(valeur: Any) -> Any:
    """The value, « oui » or « non » for a boolean, « Non renseigné » when it is missing."""
    if valeur is True:
        return "oui"
    if valeur is False:
        return "non"
    return NON_RENSEIGNE if valeur is None or valeur == "" else valeur


@register.filter
def quantite(valeur: nombres.Nombre | None) -> str:
    """A number of a dossier, « Non renseigné » when it is missing; those of the report print a dash."""
    return NON_RENSEIGNE if valeur is None else nombres.nombre(valeur)


def accorde(nombre: int, singulier: str, pluriel: str | None = None) -> str:
    """« 1 jour », « 0 jour », « 12 jours »: the plural begins at two."""
    mot = singulier if nombre < 2 else pluriel or f"{singulier}s"
    return f"{nombres.nombre(nombre)} {mot}"


@register.filter
def compte(nombre: int, mots: str) -> str:
    """« 3 dossiers » from `3|compte:"dossier"`, « 2 parcours » from `2|compte:"parcours,parcours"`."""
    singulier, _, pluriel = mots.partition(",")
    return accorde(nombre, singulier, pluriel or None)


def duree(jours: int) -> str:
    """« 12 jours »; past two months, « 510 jours, environ 1 an et 4 mois »."""
    texte = accorde(jours, "jour")
    if jours < ENVIRON_A_PARTIR_DE:
        return texte
    ans, reste = divmod(round(jours / (365.25 / 12)), 12)
    morceaux = [accorde(ans, "an")] if ans else []
    if reste:
        morceaux.append(f"{reste} mois")
    return f"{texte}, environ {' et '.join(morceaux)}"


@register.filter
def restant(valeur: datetime.date, aujourd_hui: datetime.date | None = None) -> str:
    """« aujourd’hui », « demain », « dans 12 jours », « il y a 3 jours »."""
    ecart = (valeur - (aujourd_hui or timezone.localdate())).days
    if ecart == 0:
        return "aujourd’hui"
    if ecart in (1, -1):
        return "demain" if ecart > 0 else "hier"
    return f"dans {duree(ecart)}" if ecart > 0 else f"il y a {duree(-ecart)}"


@register.filter
def depuis(valeur: datetime.date, aujourd_hui: datetime.date | None = None) -> str:
    """How long something has waited: « depuis aujourd’hui », « depuis 34 jours »."""
    jours = ((aujourd_hui or timezone.localdate()) - valeur).days
    return "depuis aujourd’hui" if jours < 1 else f"depuis {duree(jours)}"


@register.filter
def heure(valeur: datetime.time | None) -> str:
    """« 9 h », « 9 h 30 », with spaces that do not break; nothing without a time."""
    if valeur is None:
        return ""
    return f"{valeur.hour}\u00a0h" + (f"\u00a0{valeur.minute:02d}" if valeur.minute else "")
