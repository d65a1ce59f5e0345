"""Obstacles of a parcours: found, then followed until they end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.roles import acces, compte_de, modifiables
from aipi.saisie import saisir
from insertion_pro.forms.freins import FreinForm, FreinsForm
from insertion_pro.models import Frein

from .communs import contexte_parcours, dossier, expliquer, parcours_modifiable


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def frein_create(request: HttpRequest, parcours_id: int) -> HttpResponse:
    """Obstacles found the same day, several at once."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, parcours_id)
    form = FreinsForm(request.POST or None, parcours=parcours, compte=compte)
    return saisir(
        request,
        form,
        "insertion_pro/frein_create.html",
        {**contexte_parcours(parcours), "ouverts": form.deja_ouverts, "jour": timezone.localdate()},
        retour=dossier(parcours.personne_id),
        fait="Les freins repérés sont enregistrés.",
        deja="Ces freins étaient déjà ouverts.",
        adresse=lambda frein: reverse("frein_update", args=[frein.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def frein_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an obstacle stands: better, lifted, ended otherwise; or a correction."""
    compte = compte_de(request)
    frein = get_object_or_404(
        modifiables(Frein.objects.all(), compte).select_related("parcours__personne", "categorie"), pk=pk
    )
    form = FreinForm(request.POST or None, instance=frein, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/frein_update.html",
        {**contexte_parcours(frein.parcours), "frein": frein},
        retour=dossier(frein.parcours.personne_id),
        fait="Le frein est mis à jour.",
    )
    return expliquer(request, reponse, form.remarques)
