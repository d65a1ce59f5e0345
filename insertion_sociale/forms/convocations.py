"""A batch of convocations: whom, and when."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from aipi.models import Compte, Intervenant
from aipi.saisie import champ_date

JOURS_AVANT = 7
"""Days before the appointment proposed for a batch: the time for a letter to arrive and be read."""
PREMIERE_HEURE = datetime.time(9, 0)
INTERVALLE = 30
INTERVALLE_MAXIMUM = 240
"""Minutes between two appointments: proposed, and at most."""
LES_MIENS = "les_miens"
POLE = "pole"


class ChoixSuivisForm(forms.Form):
    """Among which follow-ups one chooses."""

    qui = forms.ChoiceField(label="Suivis", required=False, choices=[(LES_MIENS, "Les miens"), (POLE, "Tout le pôle")])
    sans_contact = forms.TypedChoiceField(
        label="Dernier contact",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "Peu importe"),
            ("30", "Plus de 30 jours"),
            ("60", "Plus de 60 jours"),
            ("90", "Plus de 90 jours"),
        ],
    )


class ConvocationLotForm(forms.Form):
    """The appointment of the first person; the next ones follow at an interval."""

    date = champ_date(label="Date")
    heure = forms.TimeField(
        label="Première heure",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="Sans heure, la lettre n’indique que le jour.",
    )
    intervalle = forms.IntegerField(
        label="Durée, en minutes",
        min_value=0,
        max_value=INTERVALLE_MAXIMUM,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
        help_text="0 pour une réunion\u202f: tout le monde à la même heure.",
    )
    lieu = forms.CharField(label="Lieu", required=False, max_length=250)
    intervenant = forms.ModelChoiceField(
        Intervenant.objects.none(), label="Reçus par", required=False, empty_label="Le référent de chacun"
    )
    jeton = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, compte: Compte, lieu: str, **options: Any) -> None:
        super().__init__(*args, **options)
        champ = self.fields["intervenant"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = Intervenant.objects.filter(role=Intervenant.Role.TRAVAILLEUR_SOCIAL).order_by("nom", "prenom")
        self.initial = {
            "date": timezone.localdate() + datetime.timedelta(days=JOURS_AVANT),
            "heure": PREMIERE_HEURE,
            "intervalle": INTERVALLE,
            "lieu": lieu,
            **self.initial,
        }
