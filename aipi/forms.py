"""Signing in, with a brake on attempts."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

DELAI = 15 * 60
"""Seconds during which failures are remembered."""
ESSAIS_PAR_POSTE = 5
"""Failures for one address of e-mail from one machine."""
ESSAIS_PAR_COURRIEL = 50
"""Failures for one address of e-mail from anywhere: high, so that nobody can lock a colleague out with a few clicks."""


def _poste(request: HttpRequest) -> str:
    """The machine that asks: behind the proxy whose headers are believed (AIPI_HTTPS), the one that it saw."""
    if settings.SECURE_PROXY_SSL_HEADER:
        vus = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if vu := vus[-1].strip():
            return vu
    return str(request.META.get("REMOTE_ADDR", ""))


def _cles(request: HttpRequest, courriel: str) -> dict[str, int]:
    """The counters of an attempt and their limits. An address that no account has is counted alike."""
    poste = _poste(request)
    return {
        f"connexion:{hashlib.sha256(texte.encode()).hexdigest()}": limite
        for texte, limite in (
            (f"{courriel}\0{poste}", ESSAIS_PAR_POSTE),
            (courriel, ESSAIS_PAR_COURRIEL),
        )
    }


class ConnexionForm(AuthenticationForm):
    """Address and password. What it answers never tells whether an account exists."""

    username = UsernameField(
        label="Adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": "Adresse ou mot de passe incorrect.",
        "inactive": "Adresse ou mot de passe incorrect.",
    }

    def clean(self) -> dict[str, Any]:
        request = self.request
        courriel = str(self.cleaned_data.get("username", "")).lower()
        if request is None or not courriel:
            return super().clean()
        cles = _cles(request, courriel)
        if any(cache.get(cle, 0) >= limite for cle, limite in cles.items()):
            raise ValidationError("Trop d’essais. Attendez un quart d’heure, ou demandez un nouveau mot de passe.")
        try:
            nettoye = super().clean()
        except ValidationError:
            for cle in cles:
                cache.add(cle, 0, DELAI)
                cache.incr(cle)
            raise
        cache.delete_many(cles)
        return nettoye
