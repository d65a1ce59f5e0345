"""What several screens of the pole do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from aipi.models import Compte, Personne
from aipi.roles import modifiables
from insertion_pro.models import Parcours
from insertion_pro.regles import Remarque

REDIRECTION = 302


def dossier(personne_id: int) -> str:
    """The dossier of a person."""
    return reverse("personne_detail", args=[personne_id])


def parcours_modifiable(compte: Compte, pk: int) -> Parcours:
    """A parcours that the account may change, with its person. Raises Http404."""
    parcours = modifiables(Parcours.objects.all(), compte).select_related("personne")
    return get_object_or_404(parcours, pk=pk)


def expliquer(request: HttpRequest, reponse: HttpResponse, remarques: Callable[[], Iterable[Remarque]]) -> HttpResponse:
    """After a row is saved, say what is unusual in it: a rule that is advice explains and never blocks."""
    if reponse.status_code == REDIRECTION:
        for remarque in remarques():
            messages.warning(request, remarque.texte)
    return reponse


def contexte_parcours(parcours: Parcours) -> dict[str, Personne | Parcours]:
    """What the pages of one parcours show in their title."""
    return {"personne": parcours.personne, "parcours": parcours}
