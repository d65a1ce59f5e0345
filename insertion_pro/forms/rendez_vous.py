"""An appointment with an employee of the ACI."""

from __future__ import annotations

from aipi.saisie_rendez_vous import CHAMPS, FormulaireRendezVous
from insertion_pro.models import RendezVous


class RendezVousForm(FormulaireRendezVous):
    champ_suivi = "parcours"

    class Meta:
        model = RendezVous
        fields = CHAMPS
