"""Entry of an interview with an employee of the ACI."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.filtres import ce_jour
from aipi.models import Compte
from aipi.roles import acces, compte_de, visibles
from aipi.saisie import saisir
from insertion_pro.forms.entretiens import EntretienForm
from insertion_pro.models import Contrat, Entretien, Frein, Parcours

NOTES_RAPPELEES = 3


def depuis_la_derniere_fois(parcours: Parcours, compte: Compte, autres_que: int | None = None) -> dict[str, Any]:
    """What to have in mind before speaking: the last interviews, the obstacles still open, the contract in force."""
    entretiens: QuerySet[Entretien] = visibles(Entretien.objects.filter(parcours=parcours), compte).select_related(
        "lieu", "intervenant"
    )
    contrats = visibles(Contrat.objects.filter(parcours=parcours), compte).select_related("equipe")
    return {
        "derniers": entretiens.exclude(pk__in=[] if autres_que is None else [autres_que]).order_by("-date", "-pk")[
            :NOTES_RAPPELEES
        ],
        "freins": visibles(Frein.objects.en(ce_jour()).filter(parcours=parcours, date_fin=None), compte)
        .select_related("categorie")
        .order_by("date_reperage", "ref"),
        "contrat": contrats.order_by("-date_debut", "-ref").first(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def entretien_create(request: HttpRequest, parcours_id: int) -> HttpResponse:
    """A new interview; sent twice, it is kept once."""
    compte = compte_de(request)
    parcours = get_object_or_404(visibles(Parcours.objects.all(), compte).select_related("personne"), pk=parcours_id)
    return saisir(
        request,
        EntretienForm(request.POST or None, parcours=parcours, compte=compte),
        "insertion_pro/entretien_form.html",
        {
            "parcours": parcours,
            "personne": parcours.personne,
            "jour": timezone.localdate(),
            **depuis_la_derniere_fois(parcours, compte),
        },
        retour=reverse("personne_detail", args=[parcours.personne_id]),
        fait="L’entretien est enregistré.",
        deja="L’entretien était déjà enregistré.",
        adresse=lambda entretien: reverse("entretien_update", args=[entretien.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def entretien_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an interview."""
    compte = compte_de(request)
    entretien = get_object_or_404(visibles(Entretien.objects.all(), compte).select_related("parcours__personne"), pk=pk)
    parcours = entretien.parcours
    return saisir(
        request,
        EntretienForm(request.POST or None, instance=entretien, parcours=parcours, compte=compte),
        "insertion_pro/entretien_form.html",
        {
            "parcours": parcours,
            "personne": parcours.personne,
            "jour": timezone.localdate(),
            **depuis_la_derniere_fois(parcours, compte, entretien.pk),
        },
        retour=reverse("personne_detail", args=[parcours.personne_id]),
        fait="L’entretien est corrigé.",
    )
