"""Drafts: what is typed in a form and not saved yet is kept for its account, and dropped when the form is saved.

The script (static/js/brouillons.js) saves them in the background, names the form of a draft in the hidden field
`brouillon` of what it sends, and learns from a cookie what became of it. Without scripts nothing of this happens.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone

from aipi.models import Brouillon, Compte
from aipi.nir import sans_nir

DUREE = datetime.timedelta(days=7)
NOMBRE_MAXIMUM = 100
"""Drafts of one account; the oldest give way."""
TAILLE_MAXIMUM = 300_000
"""Characters of one draft: thirty notes of the longest, or the hours of a hundred persons."""
CLE_MAXIMUM = 200
FAITS_PAR_LE_PROGRAMME = ("jeton", "empreintes")
"""Fields that nobody types: any run of figures may stand in them."""
COOKIE = "aipi_brouillon"
FOND = "X-AIPi-Fond"
"""Header of what the script sends by itself: `brouillon`, or `envoi` for a form that waited for the network."""


def cle_de(chemin: str) -> str:
    """The key of a draft: the address of its form, shortened without ambiguity when it is very long."""
    if len(chemin) <= CLE_MAXIMUM:
        return chemin
    return f"{chemin[: CLE_MAXIMUM - 65]}#{hashlib.sha256(chemin.encode()).hexdigest()}"


def lire_contenu(texte: str) -> dict[str, list[str]]:
    """The fields of a draft. Raises ValidationError when it is too long, is not one, or holds what is never kept."""
    if len(texte) > TAILLE_MAXIMUM:
        raise ValidationError("Ce brouillon est trop long pour être gardé.", code="taille")
    try:
        contenu = json.loads(texte)
    except ValueError as erreur:
        raise ValidationError("Ce brouillon n’est pas lisible.", code="forme") from erreur
    if not isinstance(contenu, dict) or not all(
        isinstance(valeurs, list) and all(isinstance(valeur, str) for valeur in valeurs) for valeurs in contenu.values()
    ):
        raise ValidationError("Ce brouillon n’est pas lisible.", code="forme")
    for nom, valeurs in contenu.items():
        if not nom.endswith(FAITS_PAR_LE_PROGRAMME):
            for valeur in valeurs:
                sans_nir(valeur)
    return contenu


def lire(compte: Compte, chemin: str) -> Brouillon | None:
    """The draft of a form, unless it is too old."""
    recents = compte.brouillons.filter(date_maj__gt=timezone.now() - DUREE)
    return recents.filter(cle=cle_de(chemin)).first()


def garder(compte: Compte, chemin: str, contenu: dict[str, list[str]]) -> Brouillon:
    """Keep what was typed, in place of the draft of the same form; too old and too many are forgotten."""
    brouillon, _ = Brouillon.objects.update_or_create(
        compte=compte, cle=cle_de(chemin), defaults={"contenu": contenu, "date_maj": timezone.now()}
    )
    siens = Brouillon.objects.filter(compte=compte)
    siens.filter(date_maj__lte=timezone.now() - DUREE).delete()
    de_trop = list(siens.order_by("-date_maj").values_list("pk", flat=True)[NOMBRE_MAXIMUM : NOMBRE_MAXIMUM + 50])
    if de_trop:
        siens.filter(pk__in=de_trop).delete()
    return brouillon


def jeter(compte: Compte, chemin: str) -> None:
    """Forget the draft of a form."""
    Brouillon.objects.filter(compte=compte, cle=cle_de(chemin)).delete()


class SortDesBrouillons:
    """Says what became of the draft of a form sent: an answer that leads elsewhere means saved, a page shown again means kept.

    To what waited for the network, which reads no page, a redirection is told with its messages as JSON.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        if request.method != "POST" or reponse.status_code not in {200, 302, 303}:
            return reponse
        chemin = request.POST.get("brouillon", "")
        compte = request.user
        if not chemin or not isinstance(compte, Compte):
            return reponse
        enregistre = isinstance(reponse, HttpResponseRedirect)
        if enregistre:
            jeter(compte, chemin)
        if FOND not in request.headers:
            reponse.set_cookie(
                COOKIE,
                f"{'jete' if enregistre else 'garde'}|{quote(chemin, safe='')}",
                max_age=24 * 60 * 60,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        elif enregistre:
            cookies = reponse.cookies
            messages = [str(message) for message in get_messages(request)]
            reponse = JsonResponse({"adresse": reponse["Location"], "messages": messages})
            reponse.cookies = cookies
        return reponse


class ConnexionRequise(LoginRequiredMiddleware):
    """To what the script sends by itself, an ended session is told by its status: a sign-in page would be read by nobody."""

    def handle_no_permission(  # type: ignore[override]  # any response will do, whatever the stubs say
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if FOND in request.headers:
            return JsonResponse({"connexion": resolve_url(settings.LOGIN_URL)}, status=401)
        return super().handle_no_permission(request, view_func)
