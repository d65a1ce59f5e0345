"""The events of a thread: thirty a page, so written here rather than by as many templates."""

from __future__ import annotations

import datetime
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from aipi.fil import Evenement
from aipi.periodes import jour_francais
from aipi.templatetags.chiffres import moment
from aipi.templatetags.navigation import pastille

register = template.Library()

DEBUT = 400
"""Characters of a note that are read at once; the rest unfolds."""
RESTE_MINIMAL = 120
"""A rest shorter than this is not worth a click."""


@register.filter
def debut_et_suite(note: str) -> tuple[str, str]:
    """A long note in two parts, cut after a line, a sentence or at worst a word."""
    if len(note) <= DEBUT + RESTE_MINIMAL:
        return note, ""
    for marque in ("\n", ". ", " "):
        coupe = note.rfind(marque, DEBUT // 2, DEBUT)
        if coupe > 0:
            return note[: coupe + 1].rstrip(), note[coupe + 1 :].lstrip()
    return note[:DEBUT], note[DEBUT:]


@register.simple_tag
def evenement(evenement: Evenement, impression: bool = False) -> SafeString:
    """What happened, in a state, and what was noted of it. On paper: whole notes, without links nor private parts."""
    jour = jour_francais(evenement.date)
    titre = f"<strong>{escape(evenement.titre)}</strong>"
    if evenement.url and not impression:
        suite = f'<span class="visually-hidden">, {jour}</span>'
        titre = f'<a class="fil-titre" href="{escape(evenement.url)}">{escape(evenement.titre)}{suite}</a>'
    etat = f" {pastille(evenement.etat, evenement.libelle_etat)}" if evenement.etat else ""
    geste = _partager(evenement, jour) if evenement.partager and not evenement.partage_le and not impression else ""
    morceaux = [f'<div class="fil-tete">{titre} <span class="discret">{jour}</span>{etat}{geste}</div>']
    if evenement.precisions:
        morceaux.append(f'<p class="discret petit mb-0">{escape(", ".join(evenement.precisions))}</p>')
    if impression:
        if evenement.note:
            morceaux.append(f'<p class="note">{escape(evenement.note)}</p>')
    else:
        morceaux += _notes(evenement, jour)
    if evenement.auteur and evenement.note:
        morceaux.append(f'<p class="discret petit mb-0">Écrit par {escape(evenement.auteur)}</p>')
    if evenement.partage_le:
        morceaux.append(_partage(evenement, evenement.partage_le, jour, impression))
    return mark_safe("".join(morceaux))


def _partager(evenement: Evenement, jour: str) -> str:
    """Where it is shared with the other pole: one small word at the end of the line, since most events have it."""
    mots = f"Partager avec l’autre pôle\u202f: {escape(evenement.titre)}, {jour}"
    return f' <a class="fil-partager" href="{escape(evenement.partager)}" aria-label="{mots}">Partager</a>'


def _partage(evenement: Evenement, depuis: datetime.datetime, jour: str, impression: bool) -> str:
    """That it is shared with the other pole, by whom and since when; where it is shared no more."""
    suite = f'<span class="visually-hidden">\u202f: {escape(evenement.titre)}, {jour}</span>'
    lien = "" if impression or not evenement.partager else f'<a href="{escape(evenement.partager)}">'
    mots = "Partagé avec vous" if evenement.recu else "Partagé avec l’autre pôle"
    qui = f"par {escape(evenement.partage_par)}, le {moment(depuis)}"
    retrait = f"{lien}Ne plus partager{suite}</a>" if lien else ""
    return f'<p class="petit mb-0 partage">{pastille("prevu", mots)} <span class="discret">{qui}</span> {retrait}</p>'


def _notes(evenement: Evenement, jour: str) -> list[str]:
    morceaux = []
    if evenement.note:
        debut, suite = debut_et_suite(evenement.note)
        morceaux.append(f'<p class="note">{escape(debut)}</p>')
        if suite:
            morceaux.append(
                '<details class="note-suite"><summary>Lire la suite<span class="visually-hidden"> de la note du '
                f'{jour}</span></summary><p class="note">{escape(suite)}</p></details>'
            )
    if evenement.note_privee:
        morceaux.append(
            '<p class="note note-privee"><strong>Note privée</strong> <span class="discret petit">vous seul la lisez'
            f"</span><br>{escape(evenement.note_privee)}</p>"
        )
    return morceaux
