"""Filters of the list of the ACI."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from aipi import roles
from aipi.filtres import EN_COURS, ETATS, SORTI, FiltrePersonnesSuivies, annees, ce_jour, jusqu_ici, referents
from aipi.models import Compte
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import Atelier, Contrat, Equipe, Parcours


class FiltreParcours(FiltrePersonnesSuivies):
    """Parcours by state today, workshop, team, referent, year of presence."""

    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    atelier = django_filters.ModelChoiceFilter(
        label="Atelier", queryset=Atelier.objects.order_by("nom"), method="dans_l_atelier", empty_label="Tous"
    )
    equipe = django_filters.ModelChoiceFilter(
        label="Équipe", queryset=Equipe.objects.order_by("nom"), method="dans_l_equipe", empty_label="Toutes"
    )
    referent = django_filters.ModelChoiceFilter(label="Référent", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(
        label="Présents en", choices=annees, method="dans_l_annee", empty_label="Toutes les années"
    )

    class Meta:
        model = Parcours
        fields = ["q", "etat", "atelier", "equipe", "referent", "annee"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        if roles.encadrant(compte):
            # Only its own teams: naming the others would lead nowhere.
            for nom in ("atelier", "referent"):
                del self.filters[nom]
            self.filters["equipe"].queryset = Equipe.objects.filter(encadrant=compte.intervenant_id).order_by("nom")

    def _contrats(self) -> QuerySet[Contrat]:
        return visibles(Contrat.objects.order_by(), self.compte)

    def dans_l_etat(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        if valeur == EN_COURS:
            return lignes.filter(pk__in=Parcours.objects.order_by().en(ce_jour()))
        if valeur == SORTI:
            return lignes.filter(pk__in=Parcours.objects.order_by().sortis(jusqu_ici()))
        return lignes

    def dans_l_atelier(self, lignes: QuerySet[Any], nom: str, valeur: Atelier) -> QuerySet[Any]:
        return lignes.filter(pk__in=self._contrats().filter(equipe__atelier=valeur).values("parcours"))

    def dans_l_equipe(self, lignes: QuerySet[Any], nom: str, valeur: Equipe) -> QuerySet[Any]:
        return lignes.filter(pk__in=self._contrats().filter(equipe=valeur).values("parcours"))

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(pk__in=Parcours.objects.order_by().en(Periode.annee(int(valeur))))
