"""The form of an appointment by itself, common to the poles: taken, moved, or told what became of it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from aipi.models import Compte, Intervenant, StatutRendezVous
from aipi.periodes import jour_francais
from aipi.saisie import FormulaireSaisie, champ_date
from aipi.saisie_contact import LIEU_MAXIMUM, champ_heure

CHAMPS = ("date", "heure", "lieu", "intervenant", "statut")


class FormulaireRendezVous(FormulaireSaisie):
    """An appointment within `suivi`, whose first and last days are `dates_suivi`. A new one is to come: it has no outcome."""

    prefixe = "RDV"
    champ_suivi = ""
    """Foreign key of the appointment to the follow-up."""
    dates_suivi = ("date_entree", "date_sortie")

    date = champ_date(label="Jour")
    heure = champ_heure(label="Heure", required=False)
    lieu = forms.CharField(
        label="Lieu",
        required=False,
        validators=[MaxLengthValidator(LIEU_MAXIMUM, "Ce lieu dépasse 250 caractères.")],
    )
    statut = forms.ChoiceField(label="Suite", choices=StatutRendezVous.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, suivi: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"rendez_vous:{suivi._meta.label_lower}:{suivi.pk}:{compte.pk}", **options)
        self.suivi = suivi
        setattr(self.instance, self.champ_suivi, suivi)
        if self.instance.pk is None:
            del self.fields["statut"]
            self.initial["intervenant"] = compte.intervenant_id
        champ = self.fields["intervenant"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.label, champ.empty_label = "Avec", "Non renseigné"
        champ.queryset = Intervenant.objects.order_by("nom", "prenom")

    def remarques(self) -> list[str]:
        """What is odd in a valid form, and saved all the same: it may be true."""
        jour: datetime.date = self.cleaned_data["date"]
        debut, fin = (getattr(self.suivi, nom) for nom in self.dates_suivi)
        remarques = []
        prevu = self.cleaned_data.get("statut", StatutRendezVous.PREVU) == StatutRendezVous.PREVU
        if prevu and jour < timezone.localdate():
            remarques.append(
                f"Vérifiez la date\u202f: le {jour_francais(jour)} est passé, et le rendez-vous est prévu."
            )
        if jour < debut:
            remarques.append(f"Vérifiez la date\u202f: ce suivi ne commence que le {jour_francais(debut)}.")
        if fin is not None and jour > fin:
            remarques.append(f"Vérifiez la date\u202f: ce suivi s’est terminé le {jour_francais(fin)}.")
        return remarques
