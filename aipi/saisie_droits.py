"""Forms of the rights of persons: a request that was received, its answer, a file frozen or opened again, an erasure."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from aipi.models import DemandeDroit, Limitation
from aipi.saisie import champ_date, champ_note


class _DateConnue(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A day that has come already."""

    def _venu(self, nom: str) -> datetime.date:
        jour: datetime.date = self.cleaned_data[nom]
        if jour > timezone.localdate():
            raise ValidationError("Ce jour n’est pas encore venu.")
        return jour


class DemandeForm(_DateConnue):
    """What a person asks, and when it was received: the month begins there."""

    droit = forms.ChoiceField(label="Droit exercé", choices=[("", "À choisir"), *DemandeDroit.Droit.choices])
    recue_le = champ_date(label="Reçue le", help_text="Le délai d’un mois part de ce jour.")
    demande = champ_note(label="Ce qui est demandé", help_text="Avec ses mots, si vous les avez.")

    class Meta:
        model = DemandeDroit
        fields = ["droit", "recue_le", "demande"]

    def clean_recue_le(self) -> datetime.date:
        return self._venu("recue_le")


class ReponseForm(_DateConnue):
    """What was answered. A refusal says why: the person may complain to the CNIL."""

    repondue_le = champ_date(label="Répondue le")
    reponse = forms.ChoiceField(
        label="Suite donnée", choices=DemandeDroit.Reponse.choices, widget=forms.RadioSelect, required=True
    )
    motif = champ_note(label="Ce qui a été répondu")

    class Meta:
        model = DemandeDroit
        fields = ["repondue_le", "reponse", "motif"]

    def clean_repondue_le(self) -> datetime.date:
        jour = self._venu("repondue_le")
        if jour < self.instance.recue_le:
            raise ValidationError("La réponse ne peut pas précéder la demande.")
        return jour

    def clean(self) -> dict[str, Any]:
        nettoye: dict[str, Any] = super().clean() or {}
        partielle = nettoye.get("reponse") in {DemandeDroit.Reponse.REFUSEE, DemandeDroit.Reponse.PARTIELLE}
        if partielle and not nettoye.get("motif"):
            self.add_error("motif", "Dites pourquoi\u202f: la personne doit le savoir, et peut saisir la CNIL.")
        return nettoye


class LimitationForm(_DateConnue):
    """Freeze a file: since when, why."""

    debut = champ_date(label="Depuis le")
    motif = champ_note(
        label="Motif",
        help_text="Exactitude contestée, opposition à l’étude, données gardées pour une défense en justice…",
    )

    class Meta:
        model = Limitation
        fields = ["debut", "motif"]

    def clean_debut(self) -> datetime.date:
        return self._venu("debut")

    def clean_motif(self) -> str:
        motif = str(self.cleaned_data["motif"]).strip()
        if not motif:
            raise ValidationError("Dites pourquoi ce dossier est limité.")
        return motif


class LeveeForm(_DateConnue):
    """Open a frozen file again: when, why."""

    fin = champ_date(label="Levée le")
    motif_fin = champ_note(label="Motif de la levée", help_text="La personne doit en être informée avant.")

    class Meta:
        model = Limitation
        fields = ["fin", "motif_fin"]

    def clean_fin(self) -> datetime.date:
        jour = self._venu("fin")
        if jour < self.instance.debut:
            raise ValidationError("La levée ne peut pas précéder la limitation.")
        return jour


class EffacementForm(forms.Form):
    """Erase: the word typed says that it was meant."""

    MOT = "effacer"
    confirmation = forms.CharField(
        label="Écrivez « effacer » pour confirmer",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_confirmation(self) -> str:
        mot = str(self.cleaned_data["confirmation"]).strip().lower()
        if mot != self.MOT:
            raise ValidationError("Écrivez « effacer » : ce geste ne se reprend pas.")
        return mot
