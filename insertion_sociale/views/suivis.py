"""RSA follow-ups: entry, correction, exit; one referent in the place of another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Personne
from aipi.nombres import nombre
from aipi.roles import acces, compte_de, modifiables, personnes_accueillies, visibles
from aipi.saisie import saisir
from insertion_sociale import remplacements
from insertion_sociale.forms.suivis import RemplacementForm, SortieRsaForm, SuiviRsaForm
from insertion_sociale.models import ContratEngagement, SuiviRsa

from .communs import dossier, expliquer


def _autres_suivis(personne: Personne, request: HttpRequest, sauf: int | None = None) -> list[SuiviRsa]:
    """The other follow-ups of the person, latest first: what to know before one more is opened."""
    suivis = visibles(SuiviRsa.objects.filter(personne=personne), compte_de(request)).exclude(pk__in=[sauf or 0])
    return list(suivis.select_related("referent", "motif_sortie").order_by("-date_entree", "-ref"))


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def suivi_rsa_create(request: HttpRequest, personne_id: int) -> HttpResponse:
    """Open a follow-up. One that is already open is shown before a second is made."""
    compte = compte_de(request)
    personne = get_object_or_404(personnes_accueillies(compte, request.GET.get("accueil", "")), pk=personne_id)
    jour = timezone.localdate()
    autres = _autres_suivis(personne, request)
    form = SuiviRsaForm(request.POST or None, personne=personne, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/suivi_rsa_form.html",
        {
            "personne": personne,
            "jour": jour,
            "autres": autres,
            "ouverts": [s for s in autres if s.date_sortie is None or s.date_sortie >= jour],
        },
        retour=dossier(personne.pk),
        fait="Le suivi RSA est ouvert.",
        deja="Le suivi RSA était déjà ouvert.",
        adresse=lambda suivi: reverse("suivi_rsa_update", args=[suivi.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def suivi_rsa_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a follow-up, or give it to another referent."""
    compte = compte_de(request)
    suivi = get_object_or_404(modifiables(SuiviRsa.objects.all(), compte).select_related("personne"), pk=pk)
    form = SuiviRsaForm(request.POST or None, instance=suivi, personne=suivi.personne, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/suivi_rsa_form.html",
        {
            "personne": suivi.personne,
            "jour": timezone.localdate(),
            "autres": _autres_suivis(suivi.personne, request, suivi.pk),
            "ouverts": [],
        },
        retour=dossier(suivi.personne_id),
        fait="Le suivi RSA est corrigé.",
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def suivi_rsa_sortie(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a follow-up, with its motive."""
    compte = compte_de(request)
    suivi = get_object_or_404(modifiables(SuiviRsa.objects.all(), compte).select_related("personne"), pk=pk)
    form = SortieRsaForm(request.POST or None, instance=suivi, compte=compte)
    engagement = (
        visibles(ContratEngagement.objects.filter(suivi=suivi), compte).order_by("-date_signature", "-ref").first()
    )
    reponse = saisir(
        request,
        form,
        "insertion_sociale/suivi_rsa_sortie.html",
        {
            "personne": suivi.personne,
            "jour": timezone.localdate(),
            "suivi": suivi,
            "engagement": engagement,
            "prevus": form.suite.order_by("date", "heure", "ref"),
        },
        retour=dossier(suivi.personne_id),
        fait="La sortie est enregistrée. Elle se corrige depuis le dossier.",
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def referent_remplacer(request: HttpRequest) -> HttpResponse:
    """Give the open follow-ups of a colleague who leaves to another: all, or those chosen. It can be undone."""
    compte = compte_de(request)
    if request.method == "POST":
        return _remplacer(request)
    form = RemplacementForm(request.GET if "de" in request.GET else None)
    contexte: dict[str, Any] = {"form": form, "jour": timezone.localdate()}
    if form.is_bound and form.is_valid():
        contexte |= form.cleaned_data
        contexte["suivis"], contexte["mesures"] = remplacements.confies(form.cleaned_data["de"], compte)
        contexte["total"] = len(contexte["suivis"]) + len(contexte["mesures"])
    fait = remplacements.dernier(request.session)
    if fait is not None:
        contexte["fait"] = fait
    return render(request, "insertion_sociale/referent_remplacer.html", contexte)


def _remplacer(request: HttpRequest) -> HttpResponse:
    compte = compte_de(request)
    if "annuler" in request.POST:
        rendus = remplacements.annuler(request.session, compte)
        messages.success(request, f"Annulé\u202f: {nombre(rendus)} suivis et mesures sont rendus à leur référent.")
        return redirect("referent_remplacer")
    form = RemplacementForm(request.POST)
    if not form.is_valid():
        return render(
            request, "insertion_sociale/referent_remplacer.html", {"form": form, "jour": timezone.localdate()}
        )
    try:
        with transaction.atomic():
            faits = remplacements.remplacer(
                form.cleaned_data["de"],
                form.cleaned_data["a"],
                request.POST.getlist("suivi"),
                request.POST.getlist("mesure"),
                compte,
            )
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        remplacements.retenir(request.session, faits)
    return redirect("referent_remplacer")
