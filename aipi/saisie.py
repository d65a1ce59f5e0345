"""Entry of a row that is made once, however often its form is sent.

The reference of the new row is drawn when the form is shown and travels in it, signed: a double click, a second
tab or a page sent again after a lost connection all name the same row.
"""

from __future__ import annotations

import datetime
import secrets
from enum import Enum, auto
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import IntegrityError, transaction

PREMIER_JOUR = datetime.date(1900, 1, 1)
DERNIER_JOUR = datetime.date(2100, 12, 31)
TEXTE_MAXIMUM = 10_000


def nouveau_jeton(prefixe: str, objet: str) -> str:
    """A reference never seen, signed for `objet` (what the row is attached to, and by whom)."""
    return Signer(salt=f"saisie:{objet}").sign(f"{prefixe}-{secrets.token_hex(8)}")


def lire_jeton(jeton: str, objet: str) -> str | None:
    """The reference of a token, or None when it was not made here for `objet`."""
    try:
        return Signer(salt=f"saisie:{objet}").unsign(jeton)
    except BadSignature:
        return None


def champ_date(**options: Any) -> forms.DateField:
    """A day between 1900 and 2100, as the exchange format takes it, with the browser's own calendar."""
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[
            MinValueValidator(PREMIER_JOUR, "Cette date est avant 1900."),
            MaxValueValidator(DERNIER_JOUR, "Cette date est après 2100."),
        ],
        **options,
    )


def champ_note(**options: Any) -> forms.CharField:
    """Free text. Its length is checked here and not by the browser, which would cut a pasted text without a word."""
    return forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        validators=[MaxLengthValidator(TEXTE_MAXIMUM, "Ce texte dépasse 10 000 caractères.")],
        **options,
    )


class Issue(Enum):
    """What became of a form sent for a new row."""

    CREE = auto()
    DEJA = auto()
    """The same row was already there, with the same content."""
    AUTRE = auto()
    """The row was already there with another content: the page was gone back to and changed."""


class FormulaireSaisie(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form for a row with a `ref`. `cible` ties the token to its parent row and its author."""

    prefixe = ""
    jeton = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cible: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cible = cible
        self.ref: str | None = None
        if self.instance.pk is None:
            self.initial["jeton"] = nouveau_jeton(self.prefixe, cible)
        else:
            del self.fields["jeton"]

    def clean_jeton(self) -> str:
        jeton: str = self.cleaned_data["jeton"]
        self.ref = lire_jeton(jeton, self.cible)
        if self.ref is None:
            self.renouveler()
            raise ValidationError(
                "Ce formulaire n’est plus reconnu. Rien n’est perdu\u202f: relisez et enregistrez de nouveau."
            )
        return jeton

    def renouveler(self) -> None:
        """Show the same content again as a new row."""
        self.data = {
            **dict(self.data.items()),
            self.add_prefix("jeton"): nouveau_jeton(self.prefixe, self.cible),
        }

    def creer(self) -> tuple[Issue, Any]:
        """Save a valid form as a new row, or find the row that it already made."""
        self.instance.ref = self.ref
        try:
            with transaction.atomic():
                return Issue.CREE, self.save()
        except IntegrityError:
            modele = type(self.instance)
            existante = modele._default_manager.filter(ref=self.ref).first()
            if existante is None:
                raise
            champs = [nom for nom in self.fields if nom != "jeton"]
            memes = all(getattr(existante, nom) == self.cleaned_data[nom] for nom in champs)
            return (Issue.DEJA if memes else Issue.AUTRE), existante
