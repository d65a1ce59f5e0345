"""Figures of the whole association."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from aipi.models import Personne
from aipi.periodes import Periode
from insertion_pro.models import Contrat
from insertion_sociale.models import MesureLogement, Presence, SuiviRsa
from rapports.declarations import Chapitre, Effectif, Population

FEUILLES_PERSONNES = ("contrats", "suivis_rsa", "mesures_logement", "presences")


def _salaries(periode: Periode) -> Q:
    return Q(pk__in=Contrat.objects.presents(periode).values("parcours__personne"))


def _suivies(periode: Periode) -> Q:
    return Q(pk__in=SuiviRsa.objects.en(periode).values("personne"))


def _logees(periode: Periode) -> Q:
    return Q(pk__in=MesureLogement.objects.en(periode).values("personne"))


def accompagnees(periode: Periode) -> QuerySet[Personne]:
    """Persons in an ACI, an RSA follow-up, a housing measure, or who came to a session."""
    presentes = Q(pk__in=Presence.objects.effectives(periode).values("personne"))
    return Personne.objects.filter(_salaries(periode) | _suivies(periode) | _logees(periode) | presentes)


def plusieurs_fois(periode: Periode) -> QuerySet[Personne]:
    """Persons in two or more of: ACI, RSA follow-up, housing measure."""
    aci, rsa, logement = _salaries(periode), _suivies(periode), _logees(periode)
    return Personne.objects.filter((aci & (rsa | logement)) | (rsa & logement))


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
