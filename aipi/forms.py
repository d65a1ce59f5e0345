"""Signing in, with a brake on attempts."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm, UsernameField
from django.core.exceptions import ValidationError

from aipi import essais
from aipi.models import Compte, Financeur, Intervenant

journal = logging.getLogger("aipi.securite")
ESSAIS_PAR_POSTE = essais.PAR_POSTE.seuil
ESSAIS_PAR_COURRIEL = essais.PAR_COURRIEL.seuil
MOT_DE_PASSE_MAXIMAL = 1_000


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
        max_length=MOT_DE_PASSE_MAXIMAL,
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
        cles = essais.cles_de_connexion(request, courriel)
        if attente := essais.reserver(cles):
            journal.warning("connexion freinée")
            raise ValidationError(f"{essais.message(attente)} Sinon, demandez un nouveau mot de passe.")
        try:
            nettoye = super().clean()
        except ValidationError:
            journal.warning("connexion refusée")
            raise
        essais.oublier(cles)
        return nettoye


class CodeForm(forms.Form):
    """The second factor, typed: six digits of the application, or a recovery code."""

    code = forms.CharField(
        label="Code de l’application, ou code de secours",
        max_length=30,
        error_messages={"required": "Écrivez le code."},
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class PasseForm(forms.Form):
    """The password once more."""

    mot_de_passe = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=MOT_DE_PASSE_MAXIMAL,
        error_messages={"required": "Écrivez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autofocus": True, "autocomplete": "current-password"}),
    )


class OubliForm(forms.Form):
    """Whose password was forgotten."""

    courriel = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        error_messages={"required": "Écrivez votre adresse."},
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


class PremierMotDePasseForm(SetPasswordForm):  # type: ignore[type-arg]  # not generic at run time
    """What the holder of a one-time link chooses; an invited person says her name too."""

    nom = forms.CharField(
        label="Votre nom, tel que vos collègues le liront",
        max_length=250,
        error_messages={"required": "Écrivez votre nom."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["nom", "new_password1", "new_password2"]

    def __init__(self, compte: Compte, *args: Any, invite: bool, **options: Any) -> None:
        super().__init__(compte, *args, **options)
        if invite:
            self.fields["nom"].initial = compte.nom
        else:
            del self.fields["nom"]

    def clean(self) -> dict[str, Any]:
        # Before the password is judged, which must not be the name just given.
        self.user.nom = self.cleaned_data.get("nom") or self.user.nom
        return super().clean() or self.cleaned_data


class CompteForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """An account as the administrator describes it: its role, and what the role needs to see anything."""

    class Meta:
        model = Compte
        fields = ["courriel", "nom", "role", "pole_pro", "pole_social", "intervenant", "financeur"]
        labels = {
            "courriel": "Adresse électronique",
            "nom": "Nom",
            "pole_pro": "Pôle insertion professionnelle",
            "pole_social": "Pôle insertion sociale",
            "intervenant": "Intervenant",
            "financeur": "Financeur",
        }
        help_texts = {
            "nom": "La personne invitée peut le corriger.",
            "intervenant": "La personne elle-même, telle que la nomment les dossiers qu’elle suit.",
        }
        error_messages = {
            "courriel": {"unique": "Un compte a déjà cette adresse."},
            "intervenant": {"unique": "Un autre compte est déjà relié à cet intervenant."},
        }
        widgets = {"courriel": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["intervenant"].queryset = Intervenant.objects.order_by("nom", "prenom", "code")  # type: ignore[attr-defined]  # a field of rows
        self.fields["financeur"].queryset = Financeur.objects.order_by("nom", "code")  # type: ignore[attr-defined]  # a field of rows
        self.fields["intervenant"].empty_label = "Aucun"  # type: ignore[attr-defined]  # a field of rows
        self.fields["financeur"].empty_label = "Aucun"  # type: ignore[attr-defined]  # a field of rows

    def clean_courriel(self) -> str:
        courriel: str = self.cleaned_data["courriel"].lower()
        return courriel

    def clean(self) -> dict[str, Any]:
        super().clean()
        role = self.cleaned_data.get("role")
        if role == Compte.Role.TRAVAILLEUR_SOCIAL and not (
            self.cleaned_data.get("pole_pro") or self.cleaned_data.get("pole_social")
        ):
            self.add_error("pole_pro", "Un travailleur social a un pôle au moins\u202f: sans lui, il ne verrait rien.")
        if role == Compte.Role.ENCADRANT and not self.cleaned_data.get("intervenant"):
            self.add_error(
                "intervenant", "Un encadrant est relié à un intervenant\u202f: sans lui, il ne verrait personne."
            )
        if role == Compte.Role.FINANCEUR and not self.cleaned_data.get("financeur"):
            self.add_error("financeur", "Dites quel financeur\u202f: ce compte ne verra que ses actions.")
        return self.cleaned_data
