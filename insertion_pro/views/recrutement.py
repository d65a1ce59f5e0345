"""A person enters the ACI: the parcours with its first contract; then its facts are corrected."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.roles import acces, compte_de, personnes_accueillies, visibles
from aipi.saisie import saisir
from insertion_pro.forms.parcours import ParcoursForm, RecrutementForm
from insertion_pro.models import Parcours

from .communs import contexte_parcours, dossier, expliquer, parcours_modifiable


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def parcours_create(request: HttpRequest, personne_id: int) -> HttpResponse:
    """Recruit: a parcours and its first contract. A person of the other pole is received with a pass (`?accueil=`)."""
    compte = compte_de(request)
    personnes = personnes_accueillies(compte, request.GET.get("accueil", ""))
    personne = get_object_or_404(personnes, pk=personne_id)
    form = RecrutementForm(request.POST or None, personne=personne, compte=compte)
    parcours = visibles(Parcours.objects.filter(personne=personne), compte).select_related("motif_sortie", "referent")
    autres = [p for p in parcours.order_by("-date_entree", "-ref") if form.ref is None or p.ref != form.ref]
    jour = timezone.localdate()
    reponse = saisir(
        request,
        form,
        "insertion_pro/parcours_create.html",
        {
            "personne": personne,
            "jour": jour,
            "autres": autres,
            "ouverts": [p for p in autres if p.date_sortie is None or p.date_sortie >= jour],
        },
        retour=dossier(personne.pk),
        fait="Le recrutement est enregistré.",
        deja="Le recrutement était déjà enregistré.",
        adresse=lambda existant: reverse("parcours_update", args=[existant.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def parcours_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the facts of a parcours; an exit is undone by emptying it."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, pk)
    form = ParcoursForm(request.POST or None, instance=parcours, personne=parcours.personne, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/parcours_update.html",
        contexte_parcours(parcours),
        retour=dossier(parcours.personne_id),
        fait="Le parcours est corrigé.",
    )
    return expliquer(request, reponse, form.remarques)
