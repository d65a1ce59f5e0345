"""The list of persons and the dossier of one of them, across all that the reader may see."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.accompagnements import accompagnements, accompagnements_ouverts
from aipi.filtres import FiltrePersonnes
from aipi.listes import Colonne, liste
from aipi.roles import acces, compte_de, personnes_visibles

COLONNES = (
    Colonne("nom", "Nom", ("recherche", "ref")),
    Colonne("suivi", "Accompagnement en cours"),
    Colonne("commune", "Commune", ("commune__nom", "recherche"), vides=True),
    Colonne("telephone", "Téléphone"),
)
COLONNES_ENCADRANT = COLONNES[:2]


def identite_complete(request: HttpRequest) -> bool:
    """Supervisors see a name; address, telephone and health status are for social workers and the director."""
    return not roles.encadrant(compte_de(request))


@require_safe
@acces(roles.voit_personnes)
def personne_list(request: HttpRequest) -> HttpResponse:
    """Persons of the reader's poles or teams, by name."""
    compte = compte_de(request)
    complete = identite_complete(request)
    personnes = personnes_visibles(compte).select_related("commune")
    contexte = liste(
        request,
        FiltrePersonnes(request.GET, personnes, compte),
        COLONNES if complete else COLONNES_ENCADRANT,
        "nom",
    )
    contexte["ouverts"] = accompagnements_ouverts(compte, contexte["page"].objets, timezone.localdate())
    return render(request, "aipi/personne_list.html", {**contexte, "complete": complete})


@require_safe
@acces(roles.voit_personnes)
def personne_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier: who the person is, what is open and ends when, each follow-up, the thread of what happened."""
    compte = compte_de(request)
    personne = get_object_or_404(personnes_visibles(compte).select_related("commune"), pk=pk)
    jour = timezone.localdate()
    sections = [s for a in accompagnements(compte) if (s := a.section(compte, personne, jour)) is not None]
    evenements = sorted((e for s in sections for e in s.evenements), key=lambda e: e.date, reverse=True)
    echeances = sorted((e for s in sections for e in s.echeances), key=lambda e: e.date)
    return render(
        request,
        "aipi/personne_detail.html",
        {
            "personne": personne,
            "complete": identite_complete(request),
            "age": age_le(personne.date_naissance, jour) if personne.date_naissance else None,
            "sections": sections,
            "evenements": evenements,
            "echeances": echeances,
            "jour": jour,
        },
    )


def age_le(naissance: datetime.date, jour: datetime.date) -> int:
    """Full years on `jour`."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
