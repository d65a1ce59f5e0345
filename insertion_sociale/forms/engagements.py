"""Commitment contracts: CER, then CE, and their renewals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from aipi.models import Compte
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_sociale.models import ContratEngagement, SuiviRsa
from insertion_sociale.regles import (
    MOIS_ENGAGEMENT,
    debut_engagement,
    fin_apres,
    remarques_engagement,
    type_engagement,
)


class ContratEngagementForm(FormulaireSaisie):
    """A contract signed today; a renewal is reckoned from the day after the one before, so that no day is lost."""

    prefixe = "CE"

    type = forms.ChoiceField(label="Type", choices=ContratEngagement.Type.choices, widget=forms.RadioSelect)
    date_signature = champ_date(label="Signé le")
    date_fin = champ_date(label="Jusqu’au", required=False)

    class Meta:
        model = ContratEngagement
        fields = ["type", "date_signature", "date_fin"]

    def __init__(
        self, *args: Any, suivi: SuiviRsa, compte: Compte, precedent: ContratEngagement | None, **options: Any
    ) -> None:
        super().__init__(*args, cible=f"engagement:{suivi.pk}:{compte.pk}", **options)
        self.instance.suivi = suivi
        if self.instance.pk is None:
            jour = timezone.localdate()
            fin_precedent = None if precedent is None else precedent.date_fin
            depart = debut_engagement(jour, fin_precedent)
            self.initial.setdefault("type", type_engagement(jour))
            self.initial.setdefault("date_signature", jour)
            self.initial.setdefault("date_fin", fin_apres(depart, MOIS_ENGAGEMENT))
            self.fields[
                "date_fin"
            ].help_text = f"Proposé\u202f: {MOIS_ENGAGEMENT} mois à partir du {depart:%d/%m/%Y}. Écrivez la fin portée sur le contrat."
            # Read by static/js/echeances.js, which keeps the proposal in step with the other fields.
            self.fields["date_fin"].widget.attrs |= {
                "data-depuis": "date_signature",
                "data-mois": str(MOIS_ENGAGEMENT),
                "data-apres": "" if fin_precedent is None else fin_precedent.isoformat(),
            }

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        signature, fin = donnees.get("date_signature"), donnees.get("date_fin")
        if signature and fin and fin < signature:
            self.add_error("date_fin", "Le contrat ne peut pas finir avant d’être signé.")
        return donnees

    def remarques(self) -> list[str]:
        """What to say of the contract once it is saved."""
        contrat: ContratEngagement = self.instance
        dits = remarques_engagement(contrat.type, contrat.date_signature)
        if contrat.date_signature < contrat.suivi.date_entree:
            dits.append("Ce contrat est signé avant l’entrée dans le suivi\u202f: l’une des deux dates est à revoir.")
        return dits
