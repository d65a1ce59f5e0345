"""The cells of a grid: hundreds a page, so drawn here rather than by as many templates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

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
    commun = f'name="{escape(case.cle)}" aria-labelledby="r{rang} k{colonne}"'
    if case.erreur or case.autre is not None:
        commun += f' aria-invalid="true" aria-describedby="faute-{escape(case.cle)}" class="is-invalid"'
    elif case.modifiee:
        commun += ' class="modifiee"'
    return mark_safe(_controle(case, commun) + _faute(case))


@register.simple_tag
def cases(cases: Iterable[Case], rang: int | str) -> SafeString:
    """The cells of a row, one a column from the first."""
    return mark_safe("".join(f"<td>{case(cellule, rang, n)}</td>" for n, cellule in enumerate(cases, start=1)))


def _controle(case: Case, commun: str) -> str:
    match case.sorte:
        case Choix(choix):
            options = "".join(
                f'<option value="{escape(code)}"{" selected" if code == case.saisie else ""}>{escape(libelle)}</option>'
                for code, libelle in choix
            )
            return f'<select {commun}><option value="">Non renseigné</option>{options}</select>'
        case Jour():
            return f'<input type="date" {commun} value="{escape(case.saisie)}">'
        case Nombre():
            return f'<input inputmode="decimal" autocomplete="off" {commun} value="{escape(case.saisie)}">'
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
