"""Entry of an action and of its sessions."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from aipi.models import Compte
from aipi.periodes import DERNIERE_ANNEE, PREMIERE_ANNEE
from aipi.saisie import TEXTE_MAXIMUM, FormulaireSaisie, champ_date
from insertion_sociale.models import Action, Seance

SUGGESTIONS = 30
"""Programmes proposed while one types."""
SEANCES_MAXIMUM = 60
"""Sessions made at once: more than one a week for a year is a mistake of typing."""
PLACES_MAXIMUM = 100_000
RYTHMES = {"7": "chaque semaine", "14": "toutes les deux semaines"}


def _texte(label: str, *, required: bool = False, **options: Any) -> forms.CharField:
    """A line of text as long as the exchange format takes it."""
    return forms.CharField(
        label=label,
        required=required,
        validators=[MaxLengthValidator(TEXTE_MAXIMUM, "Ce texte dépasse 10 000 caractères.")],
        **options,
    )


def _heure() -> forms.TimeField:
    return forms.TimeField(
        label="Heure", required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )


def programmes() -> list[str]:
    """The programmes of the latest years, each once."""
    recents = Action.objects.order_by("-annee", "-pk").values_list("programme", flat=True)[: 10 * SUGGESTIONS]
    return list(dict.fromkeys(recents))[:SUGGESTIONS]


class ActionForm(FormulaireSaisie):
    """An action of a year; places and place may stay unknown."""

    prefixe = "ACT"

    domaine = forms.ChoiceField(label="Domaine", choices=Action.Domaine.choices, widget=forms.RadioSelect)
    programme = _texte("Programme", required=True, widget=forms.TextInput(attrs={"list": "programmes"}))
    intitule = _texte("Intitulé", required=True)
    annee = forms.IntegerField(label="Année", min_value=PREMIERE_ANNEE, max_value=DERNIERE_ANNEE)
    places = forms.IntegerField(
        label="Places",
        required=False,
        min_value=0,
        max_value=PLACES_MAXIMUM,
        help_text="Pour l’année. Sans nombre de places, le taux de remplissage reste inconnu.",
    )
    lieu = _texte("Lieu")

    class Meta:
        model = Action
        fields = ["domaine", "programme", "intitule", "annee", "places", "lieu"]

    def __init__(self, *args: Any, compte: Compte, modele: Action | None = None, **options: Any) -> None:
        super().__init__(*args, cible=f"action:{compte.pk}", **options)
        if self.instance.pk is None:
            self.initial.setdefault("annee", timezone.localdate().year)
            if modele is not None:
                for nom in ("domaine", "programme", "intitule", "places", "lieu"):
                    self.initial[nom] = getattr(modele, nom)


class SeanceForm(FormulaireSaisie):
    """One session, or several at the same hour, week after week."""

    prefixe = "SEA"

    date = champ_date(label="Date")
    heure = _heure()
    lieu = _texte("Lieu", help_text="Celui de l’action, sauf si cette séance est ailleurs.")
    nombre = forms.IntegerField(
        label="Nombre de séances",
        required=False,
        min_value=1,
        max_value=SEANCES_MAXIMUM,
        initial=1,
    )
    rythme = forms.ChoiceField(label="Rythme", required=False, choices=list(RYTHMES.items()))

    class Meta:
        model = Seance
        fields = ["date", "heure", "lieu"]

    def __init__(self, *args: Any, action: Action, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"seance:{action.pk}:{compte.pk}", **options)
        self.instance.action = action
        self.instance.statut = Seance.Statut.PREVUE
        self.initial.setdefault("lieu", action.lieu)

    def save(self, commit: bool = True) -> Any:
        """The first session and those that repeat it; each has the reference of the first with its number."""
        seance = super().save(commit)
        pas = datetime.timedelta(days=int(self.cleaned_data.get("rythme") or "7"))
        for rang in range(1, self.cleaned_data.get("nombre") or 1):
            Seance.objects.create(
                ref=f"{seance.ref}-{rang + 1}",
                action=seance.action,
                date=seance.date + rang * pas,
                heure=seance.heure,
                lieu=seance.lieu,
                statut=seance.statut,
            )
        return seance


class SeanceCorrectionForm(FormulaireSaisie):
    """A session as it is known now."""

    prefixe = "SEA"

    date = champ_date(label="Date")
    heure = _heure()
    lieu = _texte("Lieu")
    statut = forms.ChoiceField(label="Statut", choices=Seance.Statut.choices, widget=forms.RadioSelect)
    motif_annulation = _texte("Motif d’annulation", help_text="Pour une séance annulée.")
    professionnels = forms.IntegerField(label="Professionnels présents", required=False, min_value=0, max_value=1_000)

    class Meta:
        model = Seance
        fields = ["date", "heure", "lieu", "statut", "motif_annulation", "professionnels"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"seance:{compte.pk}", **options)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("motif_annulation") and donnees.get("statut") != Seance.Statut.ANNULEE:
            self.add_error(
                "motif_annulation",
                "Ce motif ne vaut que pour une séance annulée\u202f: changez le statut, ou effacez-le.",
            )
        return donnees


class AnnulationForm(FormulaireSaisie):
    """Why a session did not take place; the reason may come later."""

    prefixe = "SEA"

    motif_annulation = _texte(
        "Motif",
        help_text="Intempéries, trop peu d’inscrits, intervenant absent… Sans motif, la séance est à compléter.",
    )

    class Meta:
        model = Seance
        fields = ["motif_annulation"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"annulation:{compte.pk}", **options)
        self.instance.statut = Seance.Statut.ANNULEE
