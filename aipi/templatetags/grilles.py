"""The cells of a grid: hundreds a page, so drawn here rather than by as many templates."""

from __future__ import annotations

import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aipi.grille import Case, Choix, Jour, Nombre
from aipi.periodes import nom_mois

register = template.Library()


@register.filter
def de_mois(jour: datetime.date) -> str:
    """« de mars 2021 », « d’octobre 2021 »."""
    mois = nom_mois(jour)
    return f"d’{mois}" if mois[0] in "ao" else f"de {mois}"


@register.simple_tag
def case(case: Case, rang: int | str, colonne: int | str) -> SafeString:
    """The control of a cell, named by its row and column (elements `r…` and `k…`), and what is wrong with it."""
    commun = format_html('name="{}" aria-labelledby="r{} k{}"', case.cle, rang, colonne)
    if case.erreur or case.autre is not None:
        commun = format_html('{} aria-invalid="true" aria-describedby="faute-{}" class="is-invalid"', commun, case.cle)
    elif case.modifiee:
        commun = format_html('{} class="modifiee"', commun)
    return format_html("{}{}", _controle(case, commun), _faute(case))


def _controle(case: Case, commun: SafeString) -> SafeString:
    match case.sorte:
        case Choix(choix):
            options = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                ((code, SafeString(" selected" if code == case.saisie else ""), libelle) for code, libelle in choix),
            )
            return format_html('<select {}><option value="">Non renseigné</option>{}</select>', commun, options)
        case Jour():
            return format_html('<input type="date" {} value="{}">', commun, case.saisie)
        case Nombre():
            return format_html('<input inputmode="decimal" autocomplete="off" {} value="{}">', commun, case.saisie)
    raise TypeError(f"Case sans contrôle : {case.sorte!r}")


def _faute(case: Case) -> SafeString:
    if case.erreur:
        return format_html('<p class="grille-faute" id="faute-{}">{}</p>', case.cle, case.erreur)
    if case.autre is not None:
        return format_html(
            '<p class="grille-faute" id="faute-{}">Enregistré par un collègue\u202f: {}. Vous avez écrit\u202f: {}.</p>',
            case.cle,
            case.montree_autre,
            Case("", case.sorte, autre=case.saisie).montree_autre,
        )
    return SafeString("")


@register.simple_tag
def segments(case: Case, choix: tuple[tuple[str, str], ...], legende: str) -> SafeString:
    """A choice as joined buttons, one of which is down; the legend is read, not seen."""
    boutons = format_html_join(
        "",
        '<label><input type="radio" name="{}" value="{}"{}>{}</label>',
        ((case.cle, code, SafeString(" checked" if code == case.saisie else ""), libelle) for code, libelle in choix),
    )
    return format_html(
        '<fieldset{}><legend>{}</legend><div class="niveaux">{}</div>{}</fieldset>',
        format_html(' aria-describedby="faute-{}"', case.cle) if case.erreur or case.autre is not None else "",
        legende,
        boutons,
        _faute(case),
    )
