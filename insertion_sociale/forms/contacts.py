"""Entry of an RSA contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from aipi.models import Compte
from aipi.saisie import FormulaireSaisie, champ_date, champ_note
from insertion_sociale.models import ContactRsa, SuiviRsa


class ContactRsaForm(FormulaireSaisie):
    """A convocation, a visit or a call: by default the convocation of today, kept."""

    prefixe = "CTR"

    date = champ_date(label="Date")
    type = forms.ChoiceField(label="Type", choices=ContactRsa.Type.choices, widget=forms.RadioSelect)
    statut = forms.ChoiceField(label="Statut", choices=ContactRsa.Statut.choices, widget=forms.RadioSelect)
    note = champ_note(label="Note")

    class Meta:
        model = ContactRsa
        fields = ["date", "type", "statut", "note"]

    def __init__(self, *args: Any, suivi: SuiviRsa, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"contact:{suivi.pk}:{compte.pk}", **options)
        self.instance.suivi = suivi
        if self.instance.pk is None:
            self.initial.setdefault("date", timezone.localdate())
            self.initial.setdefault("type", ContactRsa.Type.CONVOCATION)
            self.initial.setdefault("statut", ContactRsa.Statut.HONORE)
