"""Aids asked of the FSL, from request to decision."""

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
from insertion_sociale.forms.logement import AideLogementForm
from insertion_sociale.models import AideLogement, MesureLogement

from .communs import dossier, expliquer


def _autres(mesure: MesureLogement, compte: Compte, sauf: int | None = None) -> list[AideLogement]:
    """The other aids of the same measure."""
    aides = visibles(AideLogement.objects.filter(mesure=mesure), compte).exclude(pk__in=[sauf or 0])
    return list(aides.select_related("type").order_by("-date_demande", "ref"))


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def aide_logement_create(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """An aid just asked for."""
    compte = compte_de(request)
    mesure = get_object_or_404(
        modifiables(MesureLogement.objects.all(), compte).select_related("personne"), pk=mesure_id
    )
    form = AideLogementForm(request.POST or None, mesure=mesure, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/aide_logement_form.html",
        {
            "personne": mesure.personne,
            "mesure": mesure,
            "autres": _autres(mesure, compte),
            "jour": timezone.localdate(),
        },
        retour=dossier(mesure.personne_id),
        fait="La demande d’aide est enregistrée.",
        deja="La demande d’aide était déjà enregistrée.",
        adresse=lambda aide: reverse("aide_logement_update", args=[aide.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def aide_logement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an aid, or note its decision."""
    compte = compte_de(request)
    aide = get_object_or_404(modifiables(AideLogement.objects.all(), compte).select_related("mesure__personne"), pk=pk)
    mesure = aide.mesure
    form = AideLogementForm(request.POST or None, instance=aide, mesure=mesure, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/aide_logement_form.html",
        {
            "personne": mesure.personne,
            "mesure": mesure,
            "autres": _autres(mesure, compte, aide.pk),
            "jour": timezone.localdate(),
        },
        retour=dossier(mesure.personne_id),
        fait="L’aide est corrigée.",
    )
    return expliquer(request, reponse, form.remarques)
