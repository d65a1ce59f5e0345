"""Filters of the lists of the pole."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from aipi.filtres import (
    EN_COURS,
    ETATS,
    SORTI,
    Filtre,
    FiltrePersonnesSuivies,
    annees,
    ce_jour,
    jusqu_ici,
    referents,
)
from aipi.models import Compte
from aipi.periodes import Periode
from aipi.texte import replier

from .models import Action, MesureLogement, SuiviRsa


class FiltreSuivis(FiltrePersonnesSuivies):
    """RSA follow-ups by state today, referent, year."""

    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    referent = django_filters.ModelChoiceFilter(label="Référent", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(
        label="Suivis en", choices=annees, method="dans_l_annee", empty_label="Toutes les années"
    )

    class Meta:
        model = SuiviRsa
        fields = ["q", "etat", "referent", "annee"]

    def dans_l_etat(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        if valeur == EN_COURS:
            return lignes.filter(pk__in=SuiviRsa.objects.order_by().en(ce_jour()))
        if valeur == SORTI:
            return lignes.filter(pk__in=SuiviRsa.objects.order_by().sortis(jusqu_ici()))
        return lignes

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(pk__in=SuiviRsa.objects.order_by().en(Periode.annee(int(valeur))))


class FiltreMesures(FiltrePersonnesSuivies):
    """Housing measures by state today, scheme, type, referent, year."""

    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    dispositif = django_filters.ChoiceFilter(
        label="Dispositif", choices=MesureLogement.Dispositif.choices, empty_label="Tous"
    )
    type = django_filters.ChoiceFilter(label="Type", choices=MesureLogement.Type.choices, empty_label="Tous")
    referent = django_filters.ModelChoiceFilter(label="Référent", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(
        label="Ouvertes en", choices=annees, method="dans_l_annee", empty_label="Toutes les années"
    )

    class Meta:
        model = MesureLogement
        fields = ["q", "etat", "dispositif", "type", "referent", "annee"]

    def dans_l_etat(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        if valeur == EN_COURS:
            return lignes.filter(pk__in=MesureLogement.objects.order_by().en(ce_jour()))
        if valeur == SORTI:
            passe = jusqu_ici()
            return lignes.filter(date_fin__range=(passe.debut, passe.fin))
        return lignes

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(pk__in=MesureLogement.objects.order_by().en(Periode.annee(int(valeur))))


class FiltreActions(Filtre):
    """Health and collective actions by year and field; the programme is searched without accents or case."""

    q = django_filters.CharFilter(label="Programme, intitulé ou lieu", method="chercher", max_length=100)
    annee = django_filters.ChoiceFilter(
        label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes les années"
    )
    domaine = django_filters.ChoiceFilter(label="Domaine", choices=Action.Domaine.choices, empty_label="Tous")

    class Meta:
        model = Action
        fields = ["q", "annee", "domaine"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        # The year in hand first: what is planned for the next one has nothing to show yet.
        self.defauts = {"annee": str(timezone.localdate().year)}
        super().__init__(donnees, lignes, compte)

    def chercher(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        # A few dozen actions a year: their texts are folded here rather than kept in a column.
        mots = replier(valeur).split()
        trouvees = [
            cle
            for cle, *textes in lignes.order_by().values_list("pk", "programme", "intitule", "lieu")
            if all(mot in replier(" ".join(textes)) for mot in mots)
        ]
        return lignes.filter(pk__in=trouvees)

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(pk__in=Action.objects.order_by().prevues(Periode.annee(int(valeur))))
