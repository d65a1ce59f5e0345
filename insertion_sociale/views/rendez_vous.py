"""Appointments of housing measures, taken or corrected without an intervention. Those of the RSA are contacts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Compte
from aipi.roles import acces, compte_de, modifiables, visibles
from aipi.views.rendez_vous import saisir_rendez_vous
from insertion_sociale.forms.rendez_vous import RendezVousLogementForm
from insertion_sociale.models import MesureLogement, RendezVousLogement


def _saisir(request: HttpRequest, form: RendezVousLogementForm, mesure: MesureLogement, compte: Compte) -> HttpResponse:
    return saisir_rendez_vous(
        request,
        form,
        mesure.personne,
        visibles(RendezVousLogement.objects.filter(mesure=mesure), compte),
        lambda existant: reverse("rendez_vous_logement_update", args=[existant.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def rendez_vous_logement_create(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """One more appointment."""
    compte = compte_de(request)
    lignes = modifiables(MesureLogement.objects.all(), compte).select_related("personne")
    mesure = get_object_or_404(lignes, pk=mesure_id)
    return _saisir(request, RendezVousLogementForm(request.POST or None, suivi=mesure, compte=compte), mesure, compte)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def rendez_vous_logement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an appointment, or correct what became of it."""
    compte = compte_de(request)
    lignes = modifiables(RendezVousLogement.objects.all(), compte).select_related("mesure__personne")
    pris = get_object_or_404(lignes, pk=pk)
    form = RendezVousLogementForm(request.POST or None, instance=pris, suivi=pris.mesure, compte=compte)
    return _saisir(request, form, pris.mesure, compte)
