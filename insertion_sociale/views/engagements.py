"""Commitment contracts of a follow-up."""

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
from insertion_sociale.accompagnements import Maillon, maillons
from insertion_sociale.forms.engagements import ContratEngagementForm
from insertion_sociale.models import ContratEngagement, SuiviRsa

from .communs import dossier, expliquer


def _chaine(suivi: SuiviRsa, compte: Compte, sauf: int | None = None) -> list[Maillon]:
    """The contracts of the follow-up, latest first, but one: each as it stands in the whole chain."""
    contrats = visibles(ContratEngagement.objects.filter(suivi=suivi), compte).order_by("-date_signature", "-ref")
    return [m for m in maillons(list(contrats), suivi, timezone.localdate()) if m.contrat.pk != sauf]


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def contrat_engagement_create(request: HttpRequest, suivi_id: int) -> HttpResponse:
    """A contract just signed: the first, or the one that renews the last."""
    compte = compte_de(request)
    suivi = get_object_or_404(modifiables(SuiviRsa.objects.all(), compte).select_related("personne"), pk=suivi_id)
    chaine = _chaine(suivi, compte)
    precedent = chaine[0].contrat if chaine else None
    form = ContratEngagementForm(request.POST or None, suivi=suivi, compte=compte, precedent=precedent)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/contrat_engagement_form.html",
        {"personne": suivi.personne, "suivi": suivi, "chaine": chaine, "jour": timezone.localdate()},
        retour=dossier(suivi.personne_id),
        fait="Le contrat est enregistré.",
        deja="Le contrat était déjà enregistré.",
        adresse=lambda contrat: reverse("contrat_engagement_update", args=[contrat.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def contrat_engagement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contract."""
    compte = compte_de(request)
    contrat = get_object_or_404(
        modifiables(ContratEngagement.objects.all(), compte).select_related("suivi__personne"), pk=pk
    )
    suivi = contrat.suivi
    form = ContratEngagementForm(request.POST or None, instance=contrat, suivi=suivi, compte=compte, precedent=None)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/contrat_engagement_form.html",
        {
            "personne": suivi.personne,
            "suivi": suivi,
            "chaine": _chaine(suivi, compte, contrat.pk),
            "jour": timezone.localdate(),
        },
        retour=dossier(suivi.personne_id),
        fait="Le contrat est corrigé.",
    )
    return expliquer(request, reponse, form.remarques)
