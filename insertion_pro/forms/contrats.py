"""Contracts: the first, a renewal, a change of team."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone

from aipi.models import Compte
from aipi.periodes import UN_JOUR
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_pro.models import Contrat, Equipe, Parcours
from insertion_pro.regles import MOIS_PREMIER_CONTRAT, Remarque, fin_apres, suite
from insertion_pro.situations import duree, remarques_du_contrat

from .champs import proposer_equipes

HEURES_D_UNE_SEMAINE = Decimal(168)


def champ_heures() -> forms.DecimalField:
    """Weekly hours, with a comma as people write them."""
    return forms.DecimalField(
        label="Heures par semaine",
        required=False,
        localize=True,
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=4,
        validators=[MaxValueValidator(HEURES_D_UNE_SEMAINE, "Une semaine n’a que 168 heures.")],
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def dernier_contrat(parcours: Parcours) -> Contrat | None:
    """The contract of the parcours that began last."""
    return Contrat.objects.filter(parcours=parcours).order_by("-date_debut", "-ref").first()


class ContratForm(FormulaireSaisie):
    """A contract. `changement`: in another team, within the contract in force, which ends the day before."""

    prefixe = "CON"

    equipe = forms.ModelChoiceField(Equipe.objects.all(), label="Équipe")
    date_debut = champ_date(label="Début")
    date_fin = champ_date(label="Fin", required=False)
    heures_hebdo = champ_heures()
    clore_precedent = forms.BooleanField(
        label="Terminer la veille le contrat en cours",
        required=False,
        help_text="À cocher pour un changement d’équipe\u202f: les heures déjà saisies restent avec l’ancien contrat.",
    )

    class Meta:
        model = Contrat
        fields = ["equipe", "date_debut", "date_fin", "heures_hebdo"]

    def __init__(
        self, *args: Any, parcours: Parcours, compte: Compte, changement: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, cible=f"contrat:{parcours.pk}:{compte.pk}", **options)
        self.instance.parcours = parcours
        proposer_equipes(self)
        self.dernier = dernier_contrat(parcours) if self.instance.pk is None else None
        if self.dernier is None:
            del self.fields["clore_precedent"]
            if self.instance.pk is None:
                self.initial["date_debut"] = parcours.date_entree
                self.initial["date_fin"] = fin_apres(parcours.date_entree, MOIS_PREMIER_CONTRAT)
        elif changement:
            self.initial.update(
                {
                    "date_debut": max(timezone.localdate(), self.dernier.date_debut + UN_JOUR),
                    "date_fin": self.dernier.date_fin,
                    "heures_hebdo": self.dernier.heures_hebdo,
                    "clore_precedent": True,
                }
            )
        else:
            self.initial.update({"equipe": self.dernier.equipe_id, "heures_hebdo": self.dernier.heures_hebdo})
            if self.dernier.date_fin is not None:
                propose = suite(duree(self.dernier))
                self.initial.update({"date_debut": propose.debut, "date_fin": propose.fin})

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", f"Le contrat ne peut pas finir avant de commencer, le {debut:%d/%m/%Y}.")
        return donnees

    def save(self, commit: bool = True) -> Contrat:
        contrat: Contrat = super().save(commit)
        if self.cleaned_data.get("clore_precedent"):
            en_cours = Contrat.objects.filter(
                Q(date_fin=None) | Q(date_fin__gte=contrat.date_debut),
                parcours=contrat.parcours,
                date_debut__lt=contrat.date_debut,
            )
            # One by one: the history keeps each of them.
            for precedent in en_cours.exclude(pk=contrat.pk):
                precedent.date_fin = contrat.date_debut - UN_JOUR
                precedent.save(update_fields=["date_fin"])
        return contrat

    def remarques(self) -> list[Remarque]:
        """What to say of the contract once it is saved."""
        if self.instance.pk is None:
            contrat = Contrat.objects.filter(ref=self.ref).select_related("parcours__personne").first()
            return remarques_du_contrat(contrat) if contrat is not None else []
        return remarques_du_contrat(self.instance)
