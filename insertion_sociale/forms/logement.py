"""Housing measures and the aids asked for in them."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from aipi.models import Compte, Nomenclature, Personne
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_sociale.models import AideLogement, MesureLogement
from insertion_sociale.regles import (
    MOIS_MESURE,
    MOIS_PUBLICS_SPECIFIQUES,
    fin_proposee,
    prolongee,
    remarques_aide,
    remarques_mesure,
)
from insertion_sociale.remplacements import remarque_rendez_vous, rendez_vous_suivent

from .champs import ChampParCategorie, preparer_code, preparer_referent

TYPES_AIDE = {"acces": "Accès au logement", "maintien": "Maintien dans le logement"}
MENAGE_MAXIMUM = 30


def _remarques(mesure: MesureLogement) -> list[str]:
    return remarques_mesure(
        mesure.dispositif,
        mesure.type,
        mesure.date_debut,
        mesure.date_fin,
        mesure.date_renouvellement is not None,
        (mesure.personnes_menage, mesure.enfants_menage),
    )


def _champ_personnes(libelle: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=libelle,
        required=False,
        min_value=0,
        max_value=MENAGE_MAXIMUM,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class MesureLogementForm(FormulaireSaisie):
    """A measure and its household; its end is proposed from what the scheme allows."""

    prefixe = "ML"

    dispositif = forms.ChoiceField(
        label="Dispositif", choices=MesureLogement.Dispositif.choices, widget=forms.RadioSelect
    )
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[*MesureLogement.Type.choices, ("", "Non renseigné")],
        widget=forms.RadioSelect,
    )
    date_debut = champ_date(label="Début")
    date_fin = champ_date(label="Fin", required=False)
    date_renouvellement = champ_date(label="Renouvelée le", required=False)
    bailleur = forms.CharField(label="Bailleur", required=False, max_length=250)
    personnes_menage = _champ_personnes("Personnes du ménage")
    enfants_menage = _champ_personnes("Dont enfants")

    class Meta:
        model = MesureLogement
        fields = [
            "dispositif",
            "type",
            "date_debut",
            "date_fin",
            "date_renouvellement",
            "referent",
            "bailleur",
            "personnes_menage",
            "enfants_menage",
        ]

    def __init__(self, *args: Any, personne: Personne, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"mesure:{personne.pk}:{compte.pk}", **options)
        self.instance.personne = personne
        self.referent_avant = self.instance.referent_id
        self.rendez_vous_suivis = 0
        preparer_referent(self)
        if self.instance.date_renouvellement is None:
            # A renewal has a page of its own; here it is only corrected.
            del self.fields["date_renouvellement"]
        if self.instance.pk is None:
            jour = timezone.localdate()
            self.initial.setdefault("dispositif", MesureLogement.Dispositif.FSL)
            self.initial.setdefault("type", "")
            self.initial.setdefault("date_debut", jour)
            self.initial.setdefault("date_fin", fin_proposee(MesureLogement.Dispositif.FSL, "", jour))
            self.initial.setdefault("referent", compte.intervenant_id)
            self.fields[
                "date_fin"
            ].help_text = f"Proposée pour le FSL\u202f: {MOIS_MESURE} mois, {MOIS_PUBLICS_SPECIFIQUES} pour les publics spécifiques."
            # Read by static/js/echeances.js, which keeps the proposal in step with the other fields.
            self.fields["date_fin"].widget.attrs |= {
                "data-depuis": "date_debut",
                "data-mois": str(MOIS_MESURE),
                "data-selon": json.dumps(
                    {
                        f"type={MesureLogement.Type.PUBLICS_SPECIFIQUES}": MOIS_PUBLICS_SPECIFIQUES,
                        f"dispositif={MesureLogement.Dispositif.PARTENORD}": 0,
                    }
                ),
            }

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "La mesure ne peut pas finir avant de commencer.")
        return donnees

    def save(self, commit: bool = True) -> MesureLogement:
        mesure: MesureLogement = super().save(commit)
        self.rendez_vous_suivis = rendez_vous_suivent(mesure, self.referent_avant)
        return mesure

    def remarques(self) -> list[str]:
        """What to say of the measure once it is saved."""
        return _remarques(self.instance) + remarque_rendez_vous(self.rendez_vous_suivis)


class RenouvellementForm(FormulaireSaisie):
    """A measure goes on for as long again."""

    date_renouvellement = champ_date(label="Renouvelée le")
    date_fin = champ_date(label="Nouvelle fin")

    class Meta:
        model = MesureLogement
        fields = ["date_renouvellement", "date_fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"renouvellement:{compte.pk}", **options)
        mesure: MesureLogement = self.instance
        self.fin_actuelle = mesure.date_fin
        fin = mesure.date_fin or fin_proposee(mesure.dispositif, mesure.type, mesure.date_debut)
        self.initial["date_renouvellement"] = timezone.localdate()
        self.initial["date_fin"] = None if fin is None else prolongee(mesure.date_debut, fin)

    def clean_date_fin(self) -> datetime.date:
        fin: datetime.date = self.cleaned_data["date_fin"]
        debut = self.fin_actuelle or self.instance.date_debut
        if fin < debut:
            raise ValidationError(f"La nouvelle fin ne peut pas précéder l’ancienne, le {debut:%d/%m/%Y}.")
        return fin

    def remarques(self) -> list[str]:
        """What to say of the renewal once it is saved."""
        return _remarques(self.instance)


class FinMesureForm(FormulaireSaisie):
    """A measure ends, on its day or before."""

    date_fin = champ_date(label="Dernier jour de la mesure")

    class Meta:
        model = MesureLogement
        fields = ["date_fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"fin_mesure:{compte.pk}", **options)
        self.initial["date_fin"] = timezone.localdate()

    def clean_date_fin(self) -> datetime.date:
        fin: datetime.date = self.cleaned_data["date_fin"]
        if fin < self.instance.date_debut:
            raise ValidationError(f"La mesure a commencé le {self.instance.date_debut:%d/%m/%Y}.")
        return fin

    def remarques(self) -> list[str]:
        """What to say of the end once it is saved."""
        return _remarques(self.instance)


class AideLogementForm(FormulaireSaisie):
    """An aid from request to decision. Without a decision it waits, and says for how long."""

    prefixe = "AL"

    type = ChampParCategorie(label="Type d’aide", categories=TYPES_AIDE)
    date_demande = champ_date(label="Demandée le")
    decision = forms.ChoiceField(
        label="Décision",
        required=False,
        choices=[("", "En attente"), *AideLogement.Decision.choices],
        widget=forms.RadioSelect,
    )
    date_decision = champ_date(label="Décidée le", required=False)
    montant_accorde = forms.DecimalField(
        label="Montant accordé (€)",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="Seulement si l’aide est acceptée\u202f: le rapport n’additionne que ces montants-là.",
    )

    class Meta:
        model = AideLogement
        fields = ["type", "date_demande", "decision", "date_decision", "montant_accorde"]

    def __init__(self, *args: Any, mesure: MesureLogement, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"aide:{mesure.pk}:{compte.pk}", **options)
        self.instance.mesure = mesure
        preparer_code(self, "type", Nomenclature.Liste.TYPE_AIDE)
        if self.instance.pk is None:
            self.initial.setdefault("date_demande", timezone.localdate())
            self.initial.setdefault("decision", "")

    def remarques(self) -> list[str]:
        """What to say of the aid once it is saved."""
        aide: AideLogement = self.instance
        dits = remarques_aide(aide.decision, aide.montant_accorde, aide.date_demande, aide.date_decision)
        if aide.decision == AideLogement.Decision.ACCEPTE and aide.montant_accorde is None:
            dits.append("Le montant accordé n’est pas renseigné\u202f: il restera à compléter.")
        return dits
