"""A training session, who takes part in it, and what came of it for each."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from aipi import roles
from aipi.filtres import Filtre, annees
from aipi.grille import Case, Choix, Grille, Jour, Nombre, total
from aipi.models import Compte, Personne
from aipi.periodes import Periode
from aipi.roles import modifiables, visibles
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_pro.models import Contrat, Equipe, Formation, Parcours, ParticipationFormation

RESULTATS_PROPOSES = 12
"""Persons shown under the search: beyond, one types more letters."""


class FormationForm(FormulaireSaisie):
    """A session: what, which kind, with whom, when. Participants are added once it is there."""

    prefixe = "FOR"

    intitule = forms.CharField(label="Intitulé", max_length=500)
    organisme = forms.CharField(label="Organisme", required=False, max_length=500)
    date_debut = champ_date(label="Premier jour")
    date_fin = champ_date(label="Dernier jour", required=False)

    class Meta:
        model = Formation
        fields = ["type", "intitule", "organisme", "date_debut", "date_fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"formation:{compte.pk}", **options)
        self.fields["type"].choices = [("", "À choisir"), *Formation.Type.choices]  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "Le dernier jour est avant le premier.")
        return donnees


class FiltreFormations(Filtre):
    """Sessions by title or organisation, kind, year of the first day."""

    q = django_filters.CharFilter(label="Intitulé ou organisme", method="chercher", max_length=100)
    type = django_filters.ChoiceFilter(label="Type", choices=Formation.Type.choices, empty_label="Tous")
    annee = django_filters.ChoiceFilter(
        label="Commencées en", choices=annees, method="dans_l_annee", empty_label="Toutes"
    )

    class Meta:
        model = Formation
        fields = ["q", "type", "annee"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        if roles.encadrant(compte):
            # A supervisor sees the CQP only.
            del self.filters["type"]

    def chercher(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        for mot in valeur.split():
            lignes = lignes.filter(Q(intitule__icontains=mot) | Q(organisme__icontains=mot))
        return lignes

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        periode = Periode.annee(int(valeur))
        return lignes.filter(date_debut__range=(periode.debut, periode.fin))


def periode_de(formation: Formation) -> Periode:
    """The days of a session; its first one when the last is not known."""
    return Periode(formation.date_debut, formation.date_fin or formation.date_debut)


def proposes(formation: Formation, texte: str, compte: Compte) -> list[Parcours]:
    """Parcours open during the session whose person is found by `texte`, and who do not take part yet."""
    if not texte.strip():
        return []
    ouverts = visibles(Parcours.objects.en(periode_de(formation)), compte)
    return list(
        ouverts.filter(personne__in=Personne.objects.order_by().en_base_active().cherchees(texte))
        .exclude(formations__formation=formation)
        .select_related("personne")
        .order_by("personne__recherche", "ref")[:RESULTATS_PROPOSES]
    )


def parcours_de_l_equipe(formation: Formation, equipe: Equipe, compte: Compte) -> QuerySet[Parcours]:
    """The parcours with a contract in the team on some day of the session."""
    contrats = visibles(Contrat.objects.presents(periode_de(formation)), compte).filter(equipe=equipe)
    return visibles(Parcours.objects.filter(pk__in=contrats.order_by().values("parcours")), compte)


class LigneParticipation:
    """A participant: the cells of its row, in the order of the columns."""

    def __init__(self, participation: ParticipationFormation, jury: bool) -> None:
        self.participation = participation
        self.sortes: dict[str, tuple[str, Nombre | Choix | Jour]] = {
            "jours": (f"j{participation.pk}", Nombre()),
            "heures": (f"h{participation.pk}", Nombre()),
            "cout": (f"c{participation.pk}", Nombre()),
            "resultat": (
                f"r{participation.pk}",
                Choix(tuple((str(code), str(libelle)) for code, libelle in ParticipationFormation.Resultat.choices)),
            ),
        }
        if jury:
            self.sortes["date_jury"] = (f"d{participation.pk}", Jour())
        self.cases = [
            Case(cle, sorte, sorte.ecrire(getattr(participation, champ))) for champ, (cle, sorte) in self.sortes.items()
        ]


class GrilleParticipations(Grille):
    """Days, hours, cost and result of each participant of a session."""

    noms = re.compile(r"[jhcrd]\d+")

    def __init__(self, formation: Formation, compte: Compte, donnees: QueryDict | None = None) -> None:
        self.formation = formation
        participations = (
            modifiables(ParticipationFormation.objects.filter(formation=formation), compte)
            .select_related("parcours__personne", "formation")
            .order_by("parcours__personne__recherche", "parcours__ref")
        )
        self.jury = formation.type == Formation.Type.CQP
        self.lignes = [LigneParticipation(participation, self.jury) for participation in participations]
        super().__init__((case for ligne in self.lignes for case in ligne.cases), donnees)

    def ecrire(self) -> None:
        for ligne in self.lignes:
            changes = [champ for champ, (cle, _) in ligne.sortes.items() if cle in self.changements]
            for champ in changes:
                valeur = self.changements[ligne.sortes[champ][0]]
                # A choice that is not known is written as nothing.
                setattr(ligne.participation, champ, "" if champ == "resultat" and valeur is None else valeur)
            if changes:
                ligne.participation.save(update_fields=changes)

    @property
    def totaux(self) -> list[Any]:
        """Days, hours and cost of the session."""
        return [total(ligne.cases[rang] for ligne in self.lignes) for rang in range(3)]
