"""The guard at every page that asks to sign in: the session is not over, not locked, and has the second factor that the role asks for.

A page asked for behind a lock is opened once the password is given. A form sent behind a lock comes back whole in the page
that asks the password, and is saved by the same click: nothing typed is lost, with or without scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from aipi import essais, sessions
from aipi.brouillons import FOND
from aipi.models import Compte
from aipi.roles import second_facteur_obligatoire
from aipi.views.erreurs import champs_envoyes, champs_lisibles, porte_un_secret

SANS_PRESENCE = {"travail_etat", "presence"}
"""Pages asked for by a script alone: they do not say that somebody is there."""
VERROU = "verrou"
AVANT_SECOND_FACTEUR = {VERROU, "presence", "second_facteur", "application_create", "cle_create"}
"""Pages open to who must still choose a second factor."""
CHAMP = "verrou-passe"
"""The password, in the page that comes back instead of a form sent behind a lock."""


def adresse_du_verrou(suite: str) -> str:
    return f"{reverse(VERROU)}?{urlencode({'next': suite})}"


def deverrouiller(request: HttpRequest, compte: Compte, mot_de_passe: str) -> str:
    """Open the lock when the password is right; else say why not."""
    cles = essais.cles_de_connexion(request, compte.courriel)
    if attente := essais.reserver(cles):
        return essais.message(attente)
    if not compte.check_password(mot_de_passe):
        return "Mot de passe incorrect."
    essais.oublier(cles)
    etat = sessions.neuf(second=sessions.etat(request)["second"])
    sessions.renouveler(request, vue=etat["vue"], mot_de_passe=etat["mot_de_passe"], verrou=False)
    return ""


def redemander(request: HttpRequest, compte: Compte) -> HttpResponseBase | None:
    """Ask the password before going on; None once it is given with the form.

    A page is asked for again by its address; a form is sent again whole, from the page that asks the password.
    """
    if request.method != "POST" or porte_un_secret(request, sauf={CHAMP}):
        return redirect(adresse_du_verrou(request.get_full_path()))
    erreur = ""
    if CHAMP in request.POST:
        erreur = deverrouiller(request, compte, request.POST[CHAMP])
        if not erreur:
            return None
    champs = champs_envoyes(request, sauf={CHAMP})
    verrouillee = sessions.verrouillee(request)
    contexte = {
        "champs": champs,
        "lisible": list(champs_lisibles(champs)) if verrouillee else [],
        "fichiers": bool(request.FILES),
        "adresse": request.get_full_path(),
        "erreur": erreur,
        "nom_du_champ": CHAMP,
        "confirmation": not verrouillee,
        "nu": verrouillee,
        "renvoi": True,
    }
    # 403, so that the draft is not taken for saved.
    return render(request, "compte/verrou.html", contexte, status=403)


class Garde:
    """Stands after the page of the sign-in, before every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        # What an account reads stays in no cache: after it has left, going back shows nothing.
        if isinstance(request.user, Compte) and not reponse.has_header("Cache-Control"):
            add_never_cache_headers(reponse)
        return reponse

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        compte = request.user
        if not isinstance(compte, Compte) or not getattr(view_func, "login_required", True):
            return None
        nom = request.resolver_match.view_name if request.resolver_match else ""
        if sessions.trop_longue(request):
            return self._terminee(request)
        if sessions.verrouillee(request) and nom != VERROU:
            return self._verrouillee(request, compte)
        if (
            second_facteur_obligatoire(compte)
            and not sessions.etat(request)["second"]
            and nom not in AVANT_SECOND_FACTEUR
        ):
            return self._a_proteger(request)
        if nom not in {*SANS_PRESENCE, VERROU}:
            sessions.noter(request, compte)
        return None

    def _terminee(self, request: HttpRequest) -> HttpResponseBase:
        """Open since too long: as if the session had ended by itself. What was typed is on the device and in the drafts."""
        logout(request)
        if FOND in request.headers:
            return JsonResponse({"connexion": resolve_url(settings.LOGIN_URL)}, status=401)
        messages.info(request, "Votre session a duré une journée\u202f: reconnectez-vous.")
        return redirect_to_login(request.get_full_path())

    def _verrouillee(self, request: HttpRequest, compte: Compte) -> HttpResponseBase | None:
        if FOND in request.headers:
            return JsonResponse({"connexion": reverse(VERROU)}, status=401)
        return redemander(request, compte)

    def _a_proteger(self, request: HttpRequest) -> HttpResponseBase:
        return redirect(f"{reverse('second_facteur')}?{urlencode({'next': request.get_full_path()})}")
