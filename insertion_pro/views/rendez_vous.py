"""Appointments of the ACI, taken or corrected without an interview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Compte
from aipi.roles import acces, compte_de, modifiables, visibles
from aipi.views.rendez_vous import saisir_rendez_vous
from insertion_pro.forms.rendez_vous import RendezVousForm
from insertion_pro.models import Parcours, RendezVous

from .communs import parcours_modifiable


def _saisir(request: HttpRequest, form: RendezVousForm, parcours: Parcours, compte: Compte) -> HttpResponse:
    return saisir_rendez_vous(
        request,
        form,
        parcours.personne,
        visibles(RendezVous.objects.filter(parcours=parcours), compte),
        lambda existant: reverse("rendez_vous_update", args=[existant.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def rendez_vous_create(request: HttpRequest, parcours_id: int) -> HttpResponse:
    """One more appointment."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, parcours_id)
    return _saisir(request, RendezVousForm(request.POST or None, suivi=parcours, compte=compte), parcours, compte)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def rendez_vous_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an appointment, or correct what became of it."""
    compte = compte_de(request)
    lignes = modifiables(RendezVous.objects.all(), compte).select_related("parcours__personne")
    pris = get_object_or_404(lignes, pk=pk)
    form = RendezVousForm(request.POST or None, instance=pris, suivi=pris.parcours, compte=compte)
    return _saisir(request, form, pris.parcours, compte)
