"""Filters of the lists of the pole. `lignes` is a query of the model: its verbs are those of its QuerySet."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from aipi import roles
from aipi.filtres import (
    BIENTOT,
    EN_COURS,
    ETATS,
    SORTI,
    FiltrePersonnesSuivies,
    annees,
    ce_jour,
    jusqu_ici,
    prochains_jours,
    referents,
)
from aipi.models import Compte, Nomenclature
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import Atelier, Contrat, Entretien, Equipe, Frein, Mission, Parcours


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
        label="Présents en", choices=annees, method="dans_l_annee", empty_label="Toutes"
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

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.en(ce_jour())
        if valeur == SORTI:
            return lignes.sortis(jusqu_ici())
        return lignes

    def dans_l_atelier(self, lignes: QuerySet[Any], nom: str, valeur: Atelier) -> QuerySet[Any]:
        return lignes.filter(pk__in=self._contrats().filter(equipe__atelier=valeur).values("parcours"))

    def dans_l_equipe(self, lignes: QuerySet[Any], nom: str, valeur: Equipe) -> QuerySet[Any]:
        return lignes.filter(pk__in=self._contrats().filter(equipe=valeur).values("parcours"))

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.en(Periode.annee(int(valeur)))


class FiltreContrats(FiltrePersonnesSuivies):
    """Contracts by state today, what ends soon, team, year."""

    personne = "parcours__personne"
    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    fin = django_filters.ChoiceFilter(label="Fin prévue", choices=BIENTOT, method="qui_finit", empty_label="Toutes")
    equipe = django_filters.ModelChoiceFilter(
        label="Équipe", queryset=Equipe.objects.order_by("nom"), empty_label="Toutes"
    )
    annee = django_filters.ChoiceFilter(
        label="En cours en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = Contrat
        fields = ["q", "etat", "fin", "equipe", "annee"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        if roles.encadrant(compte):
            self.filters["equipe"].queryset = Equipe.objects.filter(encadrant=compte.intervenant_id).order_by("nom")

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.presents(ce_jour())
        if valeur == SORTI:
            return lignes.finis(jusqu_ici())
        return lignes

    def qui_finit(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.expirant(prochains_jours(int(valeur)))

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.presents(Periode.annee(int(valeur)))


class FiltreFreins(FiltrePersonnesSuivies):
    """Obstacles by state today, category, outcome, referent, year."""

    personne = "parcours__personne"
    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    categorie = django_filters.ModelChoiceFilter(
        label="Catégorie",
        queryset=Nomenclature.objects.de(Nomenclature.Liste.CATEGORIE_FREIN),
        empty_label="Toutes",
    )
    issue = django_filters.ChoiceFilter(label="Issue", choices=Frein.Issue.choices, empty_label="Toutes")
    referent = django_filters.ModelChoiceFilter(
        label="Référent", field_name="parcours__referent", queryset=referents, empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(
        label="Accompagnés en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = Frein
        fields = ["q", "etat", "categorie", "issue", "referent", "annee"]

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.en(ce_jour())
        if valeur == SORTI:
            return lignes.finis(jusqu_ici())
        return lignes

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.en(Periode.annee(int(valeur)))


class FiltreMissions(FiltrePersonnesSuivies):
    """Missions outside by state today, type, referent, year they began in."""

    personne = "parcours__personne"

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS[:2], method="dans_l_etat", empty_label="Tous")
    type = django_filters.ChoiceFilter(label="Type", choices=Mission.Type.choices, empty_label="Tous")
    referent = django_filters.ModelChoiceFilter(
        label="Référent", field_name="parcours__referent", queryset=referents, empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(
        label="Commencées en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = Mission
        fields = ["q", "etat", "type", "referent", "annee"]

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.en(ce_jour()) if valeur == EN_COURS else lignes.finies(jusqu_ici())

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.de(Periode.annee(int(valeur)))


class FiltreEntretiens(FiltrePersonnesSuivies):
    """Interviews by subject, place, who held them, year."""

    personne = "parcours__personne"

    objet = django_filters.ChoiceFilter(label="Objet", choices=Entretien.Objet.choices, empty_label="Tous")
    lieu = django_filters.ModelChoiceFilter(
        label="Lieu", queryset=Nomenclature.objects.de(Nomenclature.Liste.LIEU_ENTRETIEN), empty_label="Tous"
    )
    intervenant = django_filters.ModelChoiceFilter(label="Intervenant", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = Entretien
        fields = ["q", "objet", "lieu", "intervenant", "annee"]

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.de(Periode.annee(int(valeur)))
