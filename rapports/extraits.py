"""Which extracts a report has: one for each funder and action that it pays for, and one of all when it pays for several."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import slugify

from aipi.models import Convention, Financeur
from aipi.periodes import Periode


def extraits_de(periode: Periode) -> list[tuple[Financeur, list[Convention.Action]]]:
    """The funders with an agreement in the years of the period, each with the actions it pays for."""
    conventions = Convention.objects.filter(annee__in=range(periode.debut.year, periode.fin.year + 1))
    payees = set(conventions.order_by().values_list("financeur", "action").distinct())
    return [
        (financeur, [action for action in Convention.Action if (financeur.pk, action.value) in payees])
        for financeur in Financeur.objects.filter(pk__in={pk for pk, _ in payees}).order_by("nom", "code")
    ]


def documents_de(periode: Periode) -> Iterator[tuple[Financeur, str]]:
    """Every extract that may be asked for: the funder, and the action, empty for all of them together."""
    for financeur, actions in extraits_de(periode):
        if len(actions) > 1:
            yield financeur, ""
        for action in actions:
            yield financeur, action.value


def titre_extrait(financeur: Financeur, action: str) -> str:
    """« Département, Accompagnement RSA », or the funder alone."""
    return f"{financeur}, {Convention.Action(action).label}" if action else str(financeur)


def nom_extrait(financeur: str, action: str) -> str:
    """The beginning of its file name, from the code of the funder."""
    return "-".join(filter(None, ("extrait", slugify(financeur), action)))
