"""Signing in, signing out, one's own password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from aipi import roles
from aipi.forms import ConnexionForm

_connexion = LoginView.as_view(
    template_name="compte/connexion.html",
    authentication_form=ConnexionForm,
    redirect_authenticated_user=True,
    extra_context={"demonstration": settings.DEMONSTRATION},
)
_deconnexion = LogoutView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@roles.public
def connexion(request: HttpRequest) -> HttpResponseBase:
    """Sign in with an address and a password."""
    return _connexion(request)


@require_POST
@roles.public
def deconnexion(request: HttpRequest) -> HttpResponseBase:
    """Sign out. By POST only, so that no link or picture can do it."""
    reponse = _deconnexion(request)
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
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, compte)
        messages.success(request, "Votre mot de passe est changé.")
        return redirect("accueil")
    return render(request, "compte/mot_de_passe.html", {"form": form})
