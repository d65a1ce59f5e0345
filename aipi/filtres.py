"""Filters shared by the lists: search without accents or case, state today, year."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from aipi import roles
from aipi.accompagnements import accompagnements
from aipi.models import Commune, Compte, Intervenant, Personne
from aipi.periodes import Periode

EN_COURS = "en_cours"
SORTI = "sorti"
TOUS = "tous"
ETATS = ((EN_COURS, "En cours"), (SORTI, "Terminés"), (TOUS, "Tous"))
PREMIER_JOUR = datetime.date(1900, 1, 1)
"""No date of a file is earlier (exchange format)."""


def ce_jour() -> Periode:
    """Today, as a period of one day."""
    jour = timezone.localdate()
    return Periode(jour, jour)


def jusqu_ici() -> Periode:
    """From the first day a file may hold to yesterday: what is over."""
    return Periode(PREMIER_JOUR, timezone.localdate() - datetime.timedelta(days=1))


def annees() -> list[tuple[int, str]]:
    """The years proposed in a filter, the present one first."""
    annee = timezone.localdate().year
    return [(a, str(a)) for a in range(annee, annee - 12, -1)]


def referents(request: HttpRequest | None) -> QuerySet[Intervenant]:
    """Staff who may be a referent."""
    return Intervenant.objects.filter(role=Intervenant.Role.TRAVAILLEUR_SOCIAL).order_by("nom", "prenom")


class Filtre(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no stubs
    """A filter form over rows already restricted to what the account may see. `defauts` stand for absent parameters."""

    defauts: dict[str, str] = {}

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        self.compte = compte
        donnees = donnees.copy()
        for cle, valeur in self.defauts.items():
            if cle not in donnees:
                donnees[cle] = valeur
        super().__init__(donnees, lignes)

    @property
    def actif(self) -> bool:
        """Whether the reader narrowed the list beyond what it shows at first."""
        return any(str(valeur) != self.defauts.get(cle, "") for cle, valeur in self.data.items() if cle in self.filters)


class FiltrePersonnesSuivies(Filtre):
    """Search by person, for rows with a `personne`."""

    q = django_filters.CharFilter(label="Nom, prénom ou téléphone", method="chercher", max_length=100)

    def chercher(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(personne__in=Personne.objects.order_by().cherchees(valeur))


class FiltrePersonnes(Filtre):
    """Search, kind of follow-up open today, commune."""

    q = django_filters.CharFilter(label="Nom, prénom ou téléphone", method="chercher", max_length=100)
    suivi = django_filters.ChoiceFilter(label="Accompagnement en cours", method="suivre", empty_label="Tous")
    commune = django_filters.ModelChoiceFilter(
        label="Commune", queryset=Commune.objects.order_by("nom", "code_insee"), empty_label="Toutes"
    )

    class Meta:
        model = Personne
        fields = ["q", "suivi", "commune"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        self.filters["suivi"].extra["choices"] = [(a.code, a.libelle) for a in accompagnements(compte)]
        if roles.encadrant(compte):
            # Where a person lives is no business of the workshop.
            del self.filters["commune"]

    def chercher(self, personnes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return personnes.filter(pk__in=Personne.objects.order_by().cherchees(valeur))

    def suivre(self, personnes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        suivi = next(a for a in accompagnements(self.compte) if a.code == valeur)
        ouverts = suivi.ouverts(self.compte, timezone.localdate())
        return personnes.filter(pk__in=ouverts.order_by().values("personne"))
