"""Work outside the ACI during a parcours: temporary work, PMSMP, short contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from aipi.models import Compte
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_pro.models import Mission, Parcours
from insertion_pro.regles import Remarque
from insertion_pro.situations import remarques_de_la_mission

EMPLOYEUR_MAXIMUM = 250


class MissionForm(FormulaireSaisie):
    """A mission: its kind and its first day are required."""

    prefixe = "MIS"

    type = forms.ChoiceField(label="Type", choices=Mission.Type.choices, widget=forms.RadioSelect)
    employeur = forms.CharField(
        label="Employeur",
        required=False,
        help_text="Toujours le même nom pour un même employeur\u202f: les jours de PMSMP s’y additionnent.",
        validators=[MaxLengthValidator(EMPLOYEUR_MAXIMUM, "Ce nom dépasse 250 caractères.")],
    )
    date_debut = champ_date(label="Début")
    date_fin = champ_date(label="Fin", required=False)

    class Meta:
        model = Mission
        fields = ["type", "employeur", "date_debut", "date_fin"]

    def __init__(self, *args: Any, parcours: Parcours, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"mission:{parcours.pk}:{compte.pk}", **options)
        self.instance.parcours = parcours
        if self.instance.pk is None:
            self.initial["date_debut"] = timezone.localdate()
            self.initial["type"] = Mission.Type.IMMERSION

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", f"La mission ne peut pas finir avant de commencer, le {debut:%d/%m/%Y}.")
        return donnees

    def remarques(self) -> list[Remarque]:
        """What to say of the mission once it is saved."""
        mission = self.instance
        if mission.pk is None:
            mission = Mission.objects.filter(ref=self.ref).select_related("parcours__personne").first()
        return [] if mission is None else remarques_de_la_mission(mission)
