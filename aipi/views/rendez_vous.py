"""An appointment by itself, taken or corrected: what the views of both poles do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from aipi.models import Personne, StatutRendezVous
from aipi.saisie import saisir
from aipi.saisie_rendez_vous import FormulaireRendezVous
from aipi.views.objets import chemin_local

COMBIEN = 5
"""Other appointments to come shown beside the form."""
REDIRECTION = 302


def saisir_rendez_vous(
    request: HttpRequest,
    form: FormulaireRendezVous,
    personne: Personne,
    tous: QuerySet[Any],
    adresse: Callable[[Any], str],
) -> HttpResponse:
    """Show, check and save one appointment. `tous`: those of its follow-up that the reader may see."""
    jour = timezone.localdate()
    retour = chemin_local(request, reverse("personne_detail", args=[personne.pk]))
    nouveau = form.instance.pk is None
    suivants = tous.exclude(pk__in=[] if nouveau else [form.instance.pk])
    reponse = saisir(
        request,
        form,
        "aipi/rendez_vous_form.html",
        {
            "personne": personne,
            "nouveau": nouveau,
            "jour": jour,
            "autres": suivants.filter(statut=StatutRendezVous.PREVU, date__gte=jour).order_by("date", "heure", "pk")[
                :COMBIEN
            ],
        },
        retour=retour,
        fait="Le rendez-vous est pris." if nouveau else "Le rendez-vous est corrigé.",
        deja="Le rendez-vous était déjà pris.",
        adresse=adresse,
    )
    if reponse.status_code == REDIRECTION:
        for remarque in form.remarques():
            messages.warning(request, remarque)
    return reponse
