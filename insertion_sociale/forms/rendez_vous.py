"""An appointment within a housing measure."""

from __future__ import annotations

from aipi.saisie_rendez_vous import CHAMPS, FormulaireRendezVous
from insertion_sociale.models import RendezVousLogement


class RendezVousLogementForm(FormulaireRendezVous):
    champ_suivi = "mesure"
    dates_suivi = ("date_debut", "date_fin")

    class Meta:
        model = RendezVousLogement
        fields = CHAMPS
