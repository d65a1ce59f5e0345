"""Filters of the lists of the pole. `lignes` is a query of the model: its verbs are those of its QuerySet."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from aipi.filtres import (
    BIENTOT,
    EN_COURS,
    ETATS,
    SORTI,
    Filtre,
    FiltrePersonnesSuivies,
    annees,
    ce_jour,
    jusqu_ici,
    prochains_jours,
    referents,
)
from aipi.models import Compte, Nomenclature
from aipi.periodes import Periode
from aipi.texte import replier

from .models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    SuiviRsa,
)


class FiltreSuivis(FiltrePersonnesSuivies):
    """RSA follow-ups by state today, referent, year."""

    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    referent = django_filters.ModelChoiceFilter(label="Référent", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(label="Suivis en", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = SuiviRsa
        fields = ["q", "etat", "referent", "annee"]

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.en(ce_jour())
        if valeur == SORTI:
            return lignes.sortis(jusqu_ici())
        return lignes

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.en(Periode.annee(int(valeur)))


class FiltreContacts(FiltrePersonnesSuivies):
    """RSA contacts by type, outcome, who, month or year; « à pointer » are those past without an outcome."""

    personne = "suivi__personne"

    A_VENIR = "a_venir"
    A_POINTER = "a_pointer"
    QUAND = ((A_VENIR, "À venir"), (A_POINTER, "À pointer"))

    quand = django_filters.ChoiceFilter(label="Rendez-vous", choices=QUAND, method="selon_le_jour", empty_label="Tous")
    type = django_filters.ChoiceFilter(label="Type", choices=ContactRsa.Type.choices, empty_label="Tous")
    statut = django_filters.ChoiceFilter(label="Suite", choices=ContactRsa.Statut.choices, empty_label="Toutes")
    intervenant = django_filters.ModelChoiceFilter(label="Intervenant", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = ContactRsa
        fields = ["q", "quand", "type", "statut", "intervenant", "annee"]

    def selon_le_jour(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == self.A_VENIR:
            return lignes.prevus_a_partir_de(timezone.localdate())
        return lignes.sans_suite(timezone.localdate())

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.de(Periode.annee(int(valeur)))


class FiltreEngagements(FiltrePersonnesSuivies):
    """CER and CE by state today, what ends soon, type, referent, year."""

    personne = "suivi__personne"
    defauts = {"etat": EN_COURS}

    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, method="dans_l_etat", empty_label=None)
    fin = django_filters.ChoiceFilter(label="Fin prévue", choices=BIENTOT, method="qui_finit", empty_label="Toutes")
    type = django_filters.ChoiceFilter(label="Type", choices=ContratEngagement.Type.choices, empty_label="Tous")
    referent = django_filters.ModelChoiceFilter(
        label="Référent", field_name="suivi__referent", queryset=referents, empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(label="Signés en", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = ContratEngagement
        fields = ["q", "etat", "fin", "type", "referent", "annee"]

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.en(ce_jour())
        if valeur == SORTI:
            return lignes.finis(jusqu_ici())
        return lignes

    def qui_finit(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.finis(prochains_jours(int(valeur)))

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.signes(Periode.annee(int(valeur)))


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
        label="Ouvertes en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = MesureLogement
        fields = ["q", "etat", "dispositif", "type", "referent", "annee"]

    def dans_l_etat(self, lignes: Any, nom: str, valeur: str) -> Any:
        if valeur == EN_COURS:
            return lignes.en(ce_jour())
        if valeur == SORTI:
            return lignes.finies(jusqu_ici())
        return lignes

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.en(Periode.annee(int(valeur)))


class FiltreInterventions(FiltrePersonnesSuivies):
    """Interventions by theme, scheme of their measure, who made them, year."""

    personne = "mesure__personne"

    theme = django_filters.ChoiceFilter(label="Thème", choices=InterventionLogement.Theme.choices, empty_label="Tous")
    dispositif = django_filters.ChoiceFilter(
        label="Dispositif",
        field_name="mesure__dispositif",
        choices=MesureLogement.Dispositif.choices,
        empty_label="Tous",
    )
    intervenant = django_filters.ModelChoiceFilter(label="Intervenant", queryset=referents, empty_label="Tous")
    annee = django_filters.ChoiceFilter(label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = InterventionLogement
        fields = ["q", "theme", "dispositif", "intervenant", "annee"]

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.de(Periode.annee(int(valeur)))


class FiltreAides(FiltrePersonnesSuivies):
    """Aids asked for, by type, decision, referent, year."""

    personne = "mesure__personne"

    EN_ATTENTE = "en_attente"

    type = django_filters.ModelChoiceFilter(
        label="Type", queryset=Nomenclature.objects.de(Nomenclature.Liste.TYPE_AIDE), empty_label="Tous"
    )
    decision = django_filters.ChoiceFilter(
        label="Décision",
        choices=[(EN_ATTENTE, "En attente"), *AideLogement.Decision.choices],
        method="selon_la_decision",
        empty_label="Toutes",
    )
    referent = django_filters.ModelChoiceFilter(
        label="Référent", field_name="mesure__referent", queryset=referents, empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(
        label="Demandées en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = AideLogement
        fields = ["q", "type", "decision", "referent", "annee"]

    def selon_la_decision(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(decision="" if valeur == self.EN_ATTENTE else valeur)

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.demandees(Periode.annee(int(valeur)))


class FiltreActions(Filtre):
    """Health and collective actions by year and field; the programme is searched without accents or case."""

    q = django_filters.CharFilter(label="Programme, intitulé ou lieu", method="chercher", max_length=100)
    annee = django_filters.ChoiceFilter(label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes")
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

    def dans_l_annee(self, lignes: Any, nom: str, valeur: str) -> Any:
        return lignes.prevues(Periode.annee(int(valeur)))
