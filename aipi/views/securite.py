"""« Sécurité de mon compte »: second factors, recovery codes, sessions; and the lock, which asks the password once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import courriels, roles, second_facteur, sessions
from aipi.forms import PasseForm
from aipi.garde import adresse_du_verrou, deverrouiller, redemander
from aipi.models import Compte, SecondFacteur
from aipi.nir import titre_sans_nir
from aipi.roles import acces, compte_de, tous
from aipi.views.comptes import DEFI, suite_locale

PROPOSE = "application_proposee"
"""Key in the session of the secret shown, until a code proves that the application has it."""
FACTEURS_MAXIMUM = 10

Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])


def confirme(vue: Vue) -> Vue:
    """Ask the password once more, unless it was given a moment ago: for what changes how an account is opened."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sessions.confirmee(request) and (question := redemander(request, compte_de(request))):
            return question
        return vue(request, *args, **kwargs)

    return cast("Vue", gardee)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acces(tous)
def verrou(request: HttpRequest) -> HttpResponse:
    """Lock the screen, or ask the password to go on: after an absence, or before a sensitive act."""
    suite = suite_locale(request)
    compte = compte_de(request)
    if request.method == "POST" and request.POST.get("geste") == "verrouiller":
        sessions.changer(request, verrou=True)
        return redirect(adresse_du_verrou(suite))
    form = PasseForm(request.POST or None)
    if form.is_valid():
        erreur = deverrouiller(request, compte, form.cleaned_data["mot_de_passe"])
        if not erreur:
            return redirect(suite)
        form.add_error("mot_de_passe", erreur)
    verrouillee = sessions.verrouillee(request)
    contexte = {"form": form, "next": suite, "confirmation": not verrouillee, "nu": verrouillee}
    return render(request, "compte/verrou.html", contexte)


@require_POST
@acces(tous)
def presence(request: HttpRequest) -> HttpResponse:
    """Somebody reads or types without asking for a page: the session is in use."""
    sessions.noter(request, compte_de(request))
    return HttpResponse(status=204)


@never_cache
@require_safe
@acces(tous)
def securite(request: HttpRequest) -> HttpResponse:
    """How the account is opened, and where it is open."""
    compte = compte_de(request)
    facteurs = list(compte.seconds_facteurs.all())
    contexte = {
        "facteurs": facteurs,
        "codes": compte.codes_secours.count() if facteurs else 0,
        "obligatoire": roles.second_facteur_obligatoire(compte),
        "ouvertes": compte.sessions_ouvertes.all()[:50],
        "celle_ci": request.session.session_key,
    }
    return render(request, "compte/securite.html", contexte)


@never_cache
@require_safe
@acces(tous)
def second_facteur_choix(request: HttpRequest) -> HttpResponse:
    """Choose between an application and a passkey."""
    compte = compte_de(request)
    contexte = {
        "obligatoire": roles.second_facteur_obligatoire(compte) and not compte.seconds_facteurs.exists(),
        "next": suite_locale(request, reverse("securite")),
        "sans_nom": _adresse_sans_nom(request),
    }
    return render(request, "compte/second_facteur.html", contexte)


def _adresse_sans_nom(request: HttpRequest) -> bool:
    """Browsers give passkeys to names alone, never to numbers such as 127.0.0.1."""
    hote = request.get_host().partition(":")[0]
    return hote.replace(".", "").isdecimal() or hote.startswith("[")


def _peut_ajouter(request: HttpRequest, compte: Compte) -> None:
    """A password alone adds the first factor only. Raises Http404."""
    nombre = compte.seconds_facteurs.count()
    if nombre >= FACTEURS_MAXIMUM or (nombre and not sessions.etat(request)["second"]):
        raise Http404


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acces(tous)
@confirme
def application_create(request: HttpRequest) -> HttpResponse:
    """Show a secret as a square code, and keep it once a code proves that the application has it."""
    compte = compte_de(request)
    _peut_ajouter(request, compte)
    erreur = ""
    if request.method == "POST" and PROPOSE in request.session:
        code = request.POST.get("code", "").replace(" ", "")
        pas = second_facteur.pas_du_code(request.session[PROPOSE], code)
        if pas is not None:
            nom = titre_sans_nir(request.POST.get("nom", "").strip()[:100]) or "Application de codes"
            facteur = second_facteur.ajouter_application(compte, request.session.pop(PROPOSE), nom, pas)
            return _ajoute(request, compte, facteur)
        erreur = "Ce code n’est pas celui du moment. Attendez le suivant, et vérifiez l’heure du téléphone."
    secret = request.session.setdefault(PROPOSE, second_facteur.nouveau_secret())
    contexte = {
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "carre": second_facteur.carre(second_facteur.adresse_totp(compte, secret)),
        "erreur": erreur,
        "nom": request.POST.get("nom", ""),
        "next": suite_locale(request, reverse("securite")),
    }
    return render(request, "compte/application.html", contexte)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acces(tous)
@confirme
def cle_create(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep its public half."""
    compte = compte_de(request)
    _peut_ajouter(request, compte)
    erreur = ""
    if request.method == "POST":
        nom = titre_sans_nir(request.POST.get("nom", "").strip()[:100]) or "Clé d’accès"
        try:
            facteur = second_facteur.ajouter_cle(
                compte, request.get_host(), request.session.pop(DEFI, None), request.POST.get("reponse", ""), nom
            )
        except second_facteur.CleRefusee:
            erreur = "La clé n’a pas été enregistrée. Réessayez, ou choisissez une application de codes."
        else:
            return _ajoute(request, compte, facteur)
    options, request.session[DEFI] = second_facteur.proposer_cle(compte, request.get_host())
    contexte = {
        "options": options,
        "erreur": erreur,
        "nom": request.POST.get("nom", ""),
        "next": suite_locale(request, reverse("securite")),
        "sans_nom": _adresse_sans_nom(request),
    }
    return render(request, "compte/cle.html", contexte)


def _ajoute(request: HttpRequest, compte: Compte, facteur: SecondFacteur) -> HttpResponse:
    """A factor is there. With the first one come recovery codes, and the sessions that have not given it end."""
    courriels.prevenir(compte, f"Un second facteur a été ajouté\u202f: {facteur.get_type_display().lower()}.")
    premier = not compte.codes_secours.exists()
    sessions.renouveler(request, second=True)
    if not premier:
        messages.success(request, f"«\u202f{facteur}\u202f» est ajouté.")
        return redirect(suite_locale(request, reverse("securite")))
    sessions.fermer(sessions.autres(request, compte))
    return _montrer_codes(request, compte, suite_locale(request, reverse("securite")))


def _montrer_codes(request: HttpRequest, compte: Compte, suite: str) -> HttpResponse:
    codes = second_facteur.nouveaux_codes(compte)
    return render(request, "compte/codes.html", {"codes": codes, "next": suite})


@never_cache
@require_POST
@acces(tous)
@confirme
def codes_create(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once; those before serve no more."""
    compte = compte_de(request)
    if not sessions.etat(request)["second"] or not compte.seconds_facteurs.exists():
        raise Http404
    courriels.prevenir(compte, "De nouveaux codes de secours remplacent les précédents.")
    return _montrer_codes(request, compte, reverse("securite"))


@require_http_methods(["GET", "HEAD", "POST"])
@acces(tous)
@confirme
def facteur_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of one's factors, after a question; who must have one keeps the last."""
    compte = compte_de(request)
    with transaction.atomic():
        facteur = get_object_or_404(compte.seconds_facteurs.select_for_update(), pk=pk)
        dernier = compte.seconds_facteurs.count() == 1
        retenu = dernier and roles.second_facteur_obligatoire(compte)
        if request.method == "POST" and not retenu and sessions.etat(request)["second"]:
            second_facteur.retirer(facteur)
            courriels.prevenir(compte, f"Un second facteur a été retiré\u202f: {facteur.get_type_display().lower()}.")
            messages.success(request, f"«\u202f{facteur}\u202f» est retiré\u202f: il ne sert plus à se connecter.")
            return redirect("securite")
    return render(request, "compte/facteur_delete.html", {"facteur": facteur, "dernier": dernier, "retenu": retenu})


@require_POST
@acces(tous)
@confirme
def session_delete(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all the others."""
    compte = compte_de(request)
    autres = sessions.autres(request, compte)
    if (cle := request.POST.get("session", "")) != "autres":
        if not cle.isascii() or not cle.isdecimal() or len(cle) > 18:
            raise Http404
        autres = autres.filter(pk=int(cle))
    if sessions.fermer(autres):
        messages.success(request, "C’est fermé\u202f: il faudra s’y connecter de nouveau.")
    return redirect("securite")
