"""What several screens of the pole do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

REDIRECTION = 302


def dossier(personne_id: int) -> str:
    """The dossier of a person."""
    return reverse("personne_detail", args=[personne_id])


def expliquer(request: HttpRequest, reponse: HttpResponse, remarques: Callable[[], Iterable[str]]) -> HttpResponse:
    """After a row is saved, say what is unusual in it: a rule that is advice explains and never blocks."""
    if reponse.status_code == REDIRECTION:
        for remarque in remarques():
            messages.info(request, remarque)
    return reponse
