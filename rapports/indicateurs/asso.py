"""Figures of the whole association."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from aipi.models import Personne
from aipi.periodes import Periode
from insertion_pro.models import Contrat
from insertion_sociale.models import MesureLogement, Presence, SuiviRsa
from rapports.declarations import Chapitre, Effectif, Population

FEUILLES_PERSONNES = ("contrats", "suivis_rsa", "mesures_logement", "presences")


def _salaries(periode: Periode) -> QuerySet[Any, Any]:
    return Contrat.objects.presents(periode).order_by().values("parcours__personne")


def _suivies(periode: Periode) -> QuerySet[Any, Any]:
    return SuiviRsa.objects.en(periode).order_by().values("personne")


def _logees(periode: Periode) -> QuerySet[Any, Any]:
    return MesureLogement.objects.en(periode).order_by().values("personne")


# Unions, where "in one or in another" would look at every person there is, whatever the period.
def accompagnees(periode: Periode) -> QuerySet[Personne]:
    """Persons in an ACI, an RSA follow-up, a housing measure, or who came to a session."""
    venues = Presence.objects.effectives(periode).order_by().values("personne")
    return Personne.objects.filter(pk__in=_salaries(periode).union(_suivies(periode), _logees(periode), venues))


def plusieurs_fois(periode: Periode) -> QuerySet[Personne]:
    """Persons in two or more of: ACI, RSA follow-up, housing measure."""
    salaries, suivies, logees = _salaries(periode), _suivies(periode), _logees(periode)
    return Personne.objects.filter(
        pk__in=suivies.filter(personne__in=salaries).union(
            logees.filter(personne__in=salaries), logees.filter(personne__in=suivies)
        )
    )


class Asso(Chapitre):
    prefixe = "asso"
    titre = "L’association"

    personnes = Effectif(
        "Personnes accompagnées",
        Population(accompagnees, FEUILLES_PERSONNES, "personnes accompagnées dans la période, tous services"),
        unite="personnes",
        favorable="hausse",
        definition=(
            "Personnes salariées en ACI, suivies au titre du RSA, signataires d’une mesure logement ou venues à une séance "
            "tenue, comptées une seule fois."
        ),
    )
    personnes_plusieurs_accompagnements = Effectif(
        "Personnes ayant plusieurs accompagnements",
        Population(plusieurs_fois, FEUILLES_PERSONNES[:3], "personnes ayant deux accompagnements au moins"),
        unite="personnes",
        definition="Personnes ayant au moins deux de ces trois accompagnements : ACI, suivi RSA, mesure logement.",
    )
