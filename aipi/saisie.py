"""Entry of a row: made once, however often its form is sent; corrected without ever passing over a colleague’s correction.

The reference of the new row is drawn when the form is shown and travels in it, signed: a double click, a second
tab or a page sent again after a lost connection all name the same row. The form of an existing row carries the
fingerprint of each field as it was shown: one that changed meanwhile is shown in both versions, and nothing is written.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from aipi.historique import dernier_auteur


def _montree(objet: models.Model, nom: str) -> Any:
    """A field as it is shown: the label of a choice, the name of a related row, the value itself."""
    choix = getattr(objet, f"get_{nom}_display", None)
    return choix() if choix is not None else getattr(objet, nom)


def _texte(valeur: Any) -> str:
    match valeur:
        case None | "":
            return ""
        case bool():
            return "oui" if valeur else "non"
        case datetime.datetime():
            return f"{timezone.localtime(valeur):%d/%m/%Y %H:%M}"
        case datetime.date():
            return f"{valeur:%d/%m/%Y}"
        case datetime.time():
            return f"{valeur:%H:%M}"
        case Decimal():
            return f"{valeur.normalize():f}".replace(".", ",")
    # Browsers end lines in their own way; that is no change.
    return str(valeur).replace("\r\n", "\n")


PREMIER_JOUR = datetime.date(1900, 1, 1)
DERNIER_JOUR = datetime.date(2100, 12, 31)
TEXTE_MAXIMUM = 10_000
SEL_FICHE = "saisie:fiche"


def _empreinte(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()[:16]


def fiche_nommee(empreintes: str) -> tuple[str, str] | None:
    """Model and key of the row that a form corrected, from its hidden field; None when it was not made here."""
    try:
        label, _, cle = Signer(salt=SEL_FICHE).unsign(json.loads(empreintes)[""]).partition(":")
    except (BadSignature, ValueError, KeyError, TypeError):
        return None
    return label, cle


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


class TexteLibre(forms.CharField):
    """Several lines, each ended alike whatever the browser: otherwise the history would show changes nobody made."""

    def to_python(self, value: Any) -> Any:
        texte = super().to_python(value)
        return texte.replace("\r\n", "\n") if isinstance(texte, str) else texte


def champ_note(**options: Any) -> forms.CharField:
    """Free text. Its length is checked here and not by the browser, which would cut a pasted text without a word."""
    return TexteLibre(
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


@dataclass(frozen=True)
class Divergence:
    """A field that somebody else changed while the form was open: its label, what is kept now, what was typed."""

    champ: str
    libelle: str
    actuelle: str
    saisie: str
    auteur: str = ""
    date: datetime.datetime | None = None
    reprise: bool = False
    """The field was left as it was shown: the colleague's value has taken its place in the form."""


class Empreintes(forms.JSONField):
    """The fingerprints of a form; what cannot be read is none, and every difference is then shown."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            lues = super().to_python(value)
        except ValidationError:
            return {}
        return lues if isinstance(lues, dict) else {}


class FormulaireSaisie(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form for a row with a `ref`. `cible` ties the token to its parent row and its author."""

    prefixe = ""
    jeton = forms.CharField(required=False, widget=forms.HiddenInput)
    empreintes = Empreintes(required=False)

    def __init__(self, *args: Any, cible: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._chargee = {champ.attname: getattr(self.instance, champ.attname) for champ in self._colonnes()}
        self.cible = cible
        self.ref: str | None = None
        self.divergences: list[Divergence] = []
        if self.instance.pk is None:
            self.initial["jeton"] = nouveau_jeton(self.prefixe, cible)
            del self.fields["empreintes"]
        else:
            self.initial["empreintes"] = self._empreintes(self.instance)
            del self.fields["jeton"]

    def _colonnes(self) -> list[models.Field[Any, Any]]:
        return [champ for champ in self.instance._meta.concrete_fields if not champ.primary_key]

    def valeurs(self, objet: models.Model) -> dict[str, str]:
        """What the form shows of a row, as text, by field. A form with fields of its own adds theirs.

        Of `self.instance`, once the form is checked, it is what was typed.
        """
        noms = {champ.name for champ in objet._meta.fields}
        return {nom: _texte(_montree(objet, nom)) for nom in self.fields if nom in noms}

    def _empreintes(self, objet: models.Model) -> dict[str, str]:
        """A fingerprint by field; under no name, which row it is, for the day when it is there no more."""
        fiche = Signer(salt=SEL_FICHE).sign(f"{objet._meta.label_lower}:{objet.pk}")
        return {"": fiche, **{nom: _empreinte(texte) for nom, texte in self.valeurs(objet).items()}}

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
        self._reecrire("jeton", nouveau_jeton(self.prefixe, self.cible))

    def _reecrire(self, nom: str, *valeurs: str) -> None:
        """Change one field of what was sent; fields with several values keep them all."""
        donnees = QueryDict(mutable=True)
        donnees.update(self.data)
        donnees.setlist(self.add_prefix(nom), list(valeurs))
        self.data = donnees

    def corriger(self) -> bool:
        """Save a valid form over its row, unless somebody changed a field since it was shown: see `divergences`.

        Raises Http404 when the row was deleted meanwhile.
        """
        modele = type(self.instance)
        with transaction.atomic():
            lignes = modele._default_manager.select_for_update(of=("self",))
            actuelle = get_object_or_404(lignes, pk=self.instance.pk)
            self._comparer(actuelle, self.cleaned_data["empreintes"])
            if not self.divergences:
                self._rafraichir(actuelle)
                self.save()
                return True
        for divergence in self.divergences:
            if divergence.reprise:
                self._reecrire(divergence.champ, *self._comme_envoye(divergence.champ, actuelle))
        # Sent again, the form means that both versions were read.
        self._reecrire("empreintes", json.dumps(self._empreintes(actuelle)))
        return False

    def _comparer(self, actuelle: models.Model, montrees: dict[str, Any]) -> None:
        """Fill `divergences`: what somebody else changed since it was shown, and is not what was typed."""
        valeurs, saisies = self.valeurs(actuelle), self.valeurs(self.instance)
        changes = [
            nom for nom, valeur in valeurs.items() if montrees.get(nom) != _empreinte(valeur) and valeur != saisies[nom]
        ]
        if not changes:
            self.divergences = []
            return
        auteurs = dernier_auteur(actuelle, changes)
        colonnes = {champ.name for champ in self._colonnes()}
        self.divergences = [
            Divergence(
                nom,
                str(self.fields[nom].label),
                valeurs[nom],
                saisies[nom],
                auteurs[nom][0] if nom in auteurs else "",
                auteurs[nom][1] if nom in auteurs else None,
                reprise=nom in colonnes and montrees.get(nom) == _empreinte(saisies[nom]),
            )
            for nom in changes
        ]

    def _rafraichir(self, actuelle: models.Model) -> None:
        """What neither the form nor its code changed is taken as it is now, not as it was when the page was loaded."""
        saisis = {champ.attname for champ in self._colonnes() if champ.name in self.fields}
        for nom, chargee in self._chargee.items():
            if nom not in saisis and getattr(self.instance, nom) == chargee:
                setattr(self.instance, nom, getattr(actuelle, nom))

    def _comme_envoye(self, nom: str, objet: models.Model) -> list[str]:
        """The value of a field as a browser would send it."""
        champ = self.fields[nom]
        valeur = champ.prepare_value(forms.model_to_dict(objet, fields=[nom])[nom])
        if isinstance(champ.widget, forms.CheckboxInput):
            return ["on"] if valeur else []
        formatee = champ.widget.format_value(valeur)
        return [str(v) for v in formatee] if isinstance(formatee, list) else ["" if formatee is None else str(formatee)]

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
            memes = self.valeurs(existante) == self.valeurs(self.instance)
            return (Issue.DEJA if memes else Issue.AUTRE), existante


def saisir(
    request: HttpRequest,
    form: FormulaireSaisie,
    gabarit: str,
    contexte: dict[str, Any],
    *,
    retour: str,
    fait: str,
    deja: str = "C’était déjà enregistré.",
    adresse: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Show, check and save one row. `retour`: where to go once saved; `fait`: what is said then.

    `adresse` gives the page that corrects a row, offered when a form gone back to had already made another one.
    """
    autre = ""
    if form.is_valid():
        if form.instance.pk is not None:
            if form.corriger():
                messages.success(request, fait)
                return redirect(retour)
        else:
            issue, objet = form.creer()
            if issue is not Issue.AUTRE:
                messages.success(request, fait if issue is Issue.CREE else deja)
                return redirect(retour)
            form.renouveler()
            autre = adresse(objet) if adresse is not None else retour
    return render(request, gabarit, {**contexte, "form": form, "autre": autre, "retour": retour})
