"""Missions of a parcours, with the rules of the PMSMP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Compte
from aipi.roles import acces, compte_de, modifiables, visibles
from aipi.saisie import saisir
from insertion_pro.forms.missions import MissionForm
from insertion_pro.models import Contrat, Mission, Parcours
from insertion_pro.situations import bilan, remarques_de_la_mission

from .communs import contexte_parcours, dossier, expliquer, parcours_modifiable


def _reperes(parcours: Parcours, compte: Compte) -> dict[str, object]:
    """The missions of the parcours, and what PMSMP take of its contracts."""
    missions = list(visibles(Mission.objects.filter(parcours=parcours), compte).order_by("-date_debut", "ref"))
    contrats = visibles(Contrat.objects.filter(parcours=parcours), compte)
    return {"missions": missions, "bilan": bilan(missions, contrats), "jour": timezone.localdate()}


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def mission_create(request: HttpRequest, parcours_id: int) -> HttpResponse:
    """One more mission."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, parcours_id)
    form = MissionForm(request.POST or None, parcours=parcours, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/mission_form.html",
        {**contexte_parcours(parcours), **_reperes(parcours, compte), "mission": None},
        retour=dossier(parcours.personne_id),
        fait="La mission est enregistrée.",
        deja="La mission était déjà enregistrée.",
        adresse=lambda existante: reverse("mission_update", args=[existante.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def mission_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a mission."""
    compte = compte_de(request)
    mission = get_object_or_404(modifiables(Mission.objects.all(), compte).select_related("parcours__personne"), pk=pk)
    parcours = mission.parcours
    remarques = remarques_de_la_mission(mission)
    form = MissionForm(request.POST or None, instance=mission, parcours=parcours, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/mission_form.html",
        {**contexte_parcours(parcours), **_reperes(parcours, compte), "remarques": remarques, "mission": mission},
        retour=dossier(parcours.personne_id),
        fait="La mission est corrigée.",
    )
    return expliquer(request, reponse, form.remarques)
