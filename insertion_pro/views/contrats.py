"""Contracts of a parcours: one more, a renewal, a change of team, a correction."""

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
from insertion_pro.forms.contrats import ContratForm
from insertion_pro.models import Contrat, Parcours
from insertion_pro.regles import fin_cddi, fin_pass
from insertion_pro.situations import duree, remarques_du_contrat

from .communs import contexte_parcours, dossier, expliquer, parcours_modifiable


def _reperes(parcours: Parcours, compte: Compte) -> dict[str, object]:
    """The contracts of the parcours and the days that bound the next one."""
    contrats = list(
        visibles(Contrat.objects.filter(parcours=parcours), compte)
        .select_related("equipe__atelier")
        .order_by("-date_debut", "-ref")
    )
    return {
        "contrats": contrats,
        "fin_cddi": fin_cddi([duree(contrat) for contrat in contrats]),
        "fin_pass": fin_pass(parcours.pass_iae_debut) if parcours.pass_iae_debut else None,
        "jour": timezone.localdate(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def contrat_create(request: HttpRequest, parcours_id: int) -> HttpResponse:
    """One more contract: what follows the last one is proposed, or with `?geste=equipe` the move to another team."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, parcours_id)
    changement = request.GET.get("geste") == "equipe"
    form = ContratForm(request.POST or None, parcours=parcours, compte=compte, changement=changement)
    reponse = saisir(
        request,
        form,
        "insertion_pro/contrat_form.html",
        {**contexte_parcours(parcours), **_reperes(parcours, compte), "changement": changement, "contrat": None},
        retour=dossier(parcours.personne_id),
        fait="Le contrat est enregistré.",
        deja="Le contrat était déjà enregistré.",
        adresse=lambda existant: reverse("contrat_update", args=[existant.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def contrat_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contract."""
    compte = compte_de(request)
    contrat = get_object_or_404(
        modifiables(Contrat.objects.all(), compte).select_related("parcours__personne", "equipe"), pk=pk
    )
    parcours = contrat.parcours
    remarques = remarques_du_contrat(contrat)
    form = ContratForm(request.POST or None, instance=contrat, parcours=parcours, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/contrat_form.html",
        {
            **contexte_parcours(parcours),
            **_reperes(parcours, compte),
            "remarques": remarques,
            "contrat": contrat,
        },
        retour=dossier(parcours.personne_id),
        fait="Le contrat est corrigé.",
    )
    return expliquer(request, reponse, form.remarques)
