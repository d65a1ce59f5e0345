"""Signing in, in one step or two; signing out; one's own password, changed, forgotten, or chosen by a one-time link."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from aipi import courriels, demonstration, essais, liens, roles, second_facteur, sessions
from aipi.forms import CodeForm, ConnexionForm, OubliForm, PremierMotDePasseForm
from aipi.models import Compte, LienCompte, SecondFacteur

journal = logging.getLogger("aipi.securite")
_deconnexion = LogoutView.as_view()

ATTENTE = "connexion_en_attente"
"""Key in the session: the password was right, the second factor is awaited."""
PATIENCE = 10 * 60
"""Seconds to give it."""
DEFI = "defi_de_cle"
"""Key in the session of what a passkey was asked to sign."""
PAR_DEMANDE = essais.Regle(seuil=3, plafond=15 * 60)
"""New passwords asked for one address; those after are not sent, and the page says the same."""


def suite_locale(request: HttpRequest, defaut: str = "/") -> str:
    """Where `next` leads, when it stays on this site."""
    suite = request.POST.get("next") or request.GET.get("next", "")
    local = suite.startswith("/") and url_has_allowed_host_and_scheme(suite, allowed_hosts=None)
    return suite if local else defaut


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles.public
def connexion(request: HttpRequest) -> HttpResponseBase:
    """Sign in with an address and a password, then with the second factor of an account that has one."""
    suite = suite_locale(request)
    if request.user.is_authenticated:
        return redirect(suite)
    form = ConnexionForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        compte = form.get_user()
        assert isinstance(compte, Compte)
        if compte.seconds_facteurs.exists():
            request.session[ATTENTE] = {"compte": compte.pk, "le": time.time(), "next": suite}
            return redirect("connexion_code")
        return _entrer(request, compte, suite, second=False)
    contexte = {
        "form": form,
        "next": suite,
        "demonstration": settings.DEMONSTRATION,
        "courriel_possible": courriels.possibles(),
    }
    return render(request, "compte/connexion.html", contexte)


def _entrer(request: HttpRequest, compte: Compte, suite: str, second: bool) -> HttpResponseBase:
    sessions.ouvrir(request, compte, second)
    reponse = redirect(suite)
    essais.retenir_appareil(request, reponse, compte.courriel)
    return reponse


def _attendu(request: HttpRequest) -> Compte | None:
    """The account whose password was right a moment ago, on this browser."""
    attente = request.session.get(ATTENTE)
    if attente is None or time.time() - attente["le"] > PATIENCE:
        return None
    return Compte.objects.filter(pk=attente["compte"], is_active=True).first()


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles.public
def connexion_code(request: HttpRequest) -> HttpResponseBase:
    """The second factor: a code, or a passkey. Without a password given just before, back to the first step."""
    compte = None if request.user.is_authenticated else _attendu(request)
    if compte is None:
        request.session.pop(ATTENTE, None)
        return redirect("connexion")
    form = CodeForm(request.POST if request.method == "POST" and "reponse" not in request.POST else None)
    erreur_de_cle = ""
    if request.method == "POST":
        cles = {essais.empreinte("second", str(compte.pk)): essais.PAR_POSTE}
        attente = essais.reserver(cles)
        if attente:
            erreur_de_cle = essais.message(attente)
        elif _second_donne(request, compte, form):
            essais.oublier(cles)
            return _entrer(request, compte, request.session.pop(ATTENTE)["next"], second=True)
        else:
            journal.warning("compte %s: second facteur refusé", compte.pk)
            erreur_de_cle = "" if form.is_bound else "Cette clé n’a pas été reconnue. Réessayez, ou donnez un code."
        if attente and form.is_bound:
            form.add_error("code", essais.message(attente))
            erreur_de_cle = ""
    types = set(compte.seconds_facteurs.values_list("type", flat=True))
    contexte: dict[str, Any] = {
        "form": form,
        "erreur_de_cle": erreur_de_cle,
        "a_application": SecondFacteur.Type.APPLICATION in types,
        "code_demonstration": demonstration.code_present(compte),
    }
    if SecondFacteur.Type.CLE in types:
        contexte["options"], request.session[DEFI] = second_facteur.demander_cle(compte, request.get_host())
    return render(request, "compte/connexion_code.html", contexte)


def _second_donne(request: HttpRequest, compte: Compte, form: CodeForm) -> bool:
    if not form.is_bound:
        try:
            second_facteur.verifier_cle(
                compte, request.get_host(), request.session.pop(DEFI, None), request.POST["reponse"]
            )
        except second_facteur.CleRefusee:
            return False
        return True
    if not form.is_valid():
        return False
    donne = second_facteur.verifier(compte, form.cleaned_data["code"])
    if donne is None:
        form.add_error("code", "Ce code n’est pas le bon, ou il a déjà servi.")
        return False
    if not isinstance(donne, SecondFacteur):
        restants = compte.codes_secours.count()
        courriels.prevenir(compte, f"Un code de secours a servi à se connecter ; il en reste {restants}.")
        messages.warning(
            request,
            f"Vous êtes entré avec un code de secours\u202f: il en reste {restants}. "
            "La page «\u202fSécurité de mon compte\u202f» en donne d’autres.",
        )
    return True


@require_POST
@roles.public
def deconnexion(request: HttpRequest) -> HttpResponseBase:
    """Sign out. By POST only, so that no link or picture can do it."""
    cle = request.session.session_key
    compte = request.user
    reponse = _deconnexion(request)
    if isinstance(compte, Compte):
        sessions.fermer(compte.sessions_ouvertes.filter(cle=cle or ""))
        journal.info("compte %s: déconnexion", compte.pk)
    # Drafts kept on the device; signed in again, one finds them on the server.
    reponse["Clear-Site-Data"] = '"storage"'
    return reponse


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles.acces(roles.tous)
def mot_de_passe(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    compte = roles.compte_de(request)
    form = PasswordChangeForm(compte, request.POST or None)
    if form.is_bound:
        cles = essais.cles_de_connexion(request, compte.courriel)
        if attente := essais.reserver(cles):
            messages.error(request, essais.message(attente))
            form = PasswordChangeForm(compte)
        elif "old_password" not in form.errors:
            essais.oublier(cles)
    if form.is_valid():
        form.save()
        ancienne = request.session.session_key
        update_session_auth_hash(request, compte)
        sessions.suivre(request, ancienne)
        sessions.fermer(sessions.autres(request, compte))
        courriels.prevenir(compte, "Le mot de passe du compte a été changé.")
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect("accueil")
    return render(request, "compte/mot_de_passe.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles.public
def mot_de_passe_oublie(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail. The answer, and the time it takes, are the same whether the address is known or not."""
    form = OubliForm(request.POST or None)
    demande = False
    if request.method == "POST" and form.is_valid() and courriels.possibles():
        courriel = form.cleaned_data["courriel"].lower()
        cles = {
            essais.empreinte("demande", courriel): PAR_DEMANDE,
            essais.empreinte("demandes", essais.poste(request)): essais.PAR_MACHINE,
        }
        freinee = essais.reserver(cles) > 0
        compte = Compte.objects.filter(courriel=courriel, is_active=True).first()
        courriels.demande_de_mot_de_passe.enqueue(
            compte=compte.pk if compte and not freinee else 0, site=request.build_absolute_uri("/")
        )
        journal.info("nouveau mot de passe demandé")
        demande = True
    contexte = {"form": form, "demande": demande, "courriel_possible": courriels.possibles()}
    return render(request, "compte/mot_de_passe_oublie.html", contexte)


@sensitive_post_parameters()
@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles.public
def lien_compte(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Choose a password by a one-time link. Opening the page uses nothing: readers of e-mail open links by themselves."""
    lien = liens.trouver(secret)
    if lien is None:
        reponse = render(request, "compte/lien_perime.html", {"courriel_possible": courriels.possibles()}, status=404)
    else:
        invite = lien.usage == LienCompte.Usage.INVITATION
        form = PremierMotDePasseForm(lien.compte, request.POST or None, invite=invite)
        if form.is_valid() and _choisir(lien, form):
            messages.success(request, "Votre mot de passe est enregistré\u202f: connectez-vous avec lui.")
            return redirect("connexion")
        contexte = {"form": form, "compte": lien.compte, "invite": invite}
        reponse = render(request, "compte/lien.html", contexte)
    # The address holds the secret: no page that follows learns it. Not « no-referrer », with which browsers hide the
    # origin of a form, and the form is then taken for a forgery.
    reponse["Referrer-Policy"] = "strict-origin"
    return reponse


def _choisir(lien: LienCompte, form: PremierMotDePasseForm) -> bool:
    with transaction.atomic():
        if not liens.consommer(lien):
            form.add_error(None, "Ce lien vient de servir. Demandez-en un autre.")
            return False
        form.save()
        sessions.fermer_toutes(lien.compte)
    courriels.prevenir(lien.compte, "Un mot de passe a été choisi par un lien à usage unique.")
    return True
