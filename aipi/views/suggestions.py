"""Persons proposed while one types in the search field."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.accompagnements import accompagnements, accompagnements_ouverts
from aipi.models.personnes import PersonneQuerySet
from aipi.roles import acces, compte_de, personnes_visibles

PROPOSEES = 8
TEXTE_MAXIMUM = 100


@require_safe
@acces(roles.voit_personnes)
def personne_suggestions(request: HttpRequest) -> HttpResponse:
    """A piece of page: at most eight persons whose name, first name or telephone holds what was typed."""
    compte = compte_de(request)
    texte = request.GET.get("q", "")[:TEXTE_MAXIMUM].replace("\0", "")
    jour = timezone.localdate()
    suivies = Q()
    for accompagnement in accompagnements(compte):
        suivies |= Q(Exists(accompagnement.ouverts(compte, jour).order_by().filter(personne=OuterRef("pk"))))
    visibles = roles.en_base_active(personnes_visibles(compte))
    assert isinstance(visibles, PersonneQuerySet)
    personnes = visibles.proposees(texte, PROPOSEES, suivies)
    return render(
        request,
        "aipi/personne_suggestions.html",
        {
            "personnes": personnes,
            "ouverts": accompagnements_ouverts(compte, personnes, jour) if personnes else {},
            "note": roles.pole_pro(compte) or roles.pole_social(compte),
            "complete": not roles.encadrant(compte),
        },
    )
