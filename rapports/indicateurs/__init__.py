"""Every figure of the dictionary of indicators, declared once each, by chapter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from aipi.models import Convention
from aipi.periodes import Periode
from insertion_pro.models import (
    Absence,
    ChiffreAffaires,
    Contrat,
    Entretien,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    ReleveHeures,
)
from insertion_sociale.models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    Presence,
    Seance,
    SuiviRsa,
)
from rapports.declarations import Chapitre, Compte, Declaration, Indicateur, Population, Repartition
from rapports.models import LigneBudget

from .aci import Aci
from .actions import Collectif, Sante
from .asso import Asso
from .finances import Finances
from .logement import Logement
from .rsa import Rsa

FEUILLES: dict[str, Callable[[Periode], QuerySet[Any]]] = {
    "contrats": Contrat.objects.presents,
    "parcours": Parcours.objects.en,
    "heures": ReleveHeures.objects.de,
    "absences": Absence.objects.de,
    "entretiens": Entretien.objects.de,
    "missions": Mission.objects.de,
    "chiffre_affaires": ChiffreAffaires.objects.de,
    "participations_formation": ParticipationFormation.objects.de,
    "freins": Frein.objects.en,
    "suivis_rsa": SuiviRsa.objects.en,
    "contacts_rsa": ContactRsa.objects.de,
    "contrats_engagement": ContratEngagement.objects.en,
    "mesures_logement": MesureLogement.objects.en,
    "interventions_logement": InterventionLogement.objects.de,
    "aides_logement": AideLogement.objects.de,
    "actions": Action.objects.prevues,
    "seances": Seance.objects.de,
    "presences": Presence.objects.de,
    "budget": LigneBudget.objects.de,
    "conventions": Convention.objects.de,
}
"""By sheet, its rows in a period: a figure is unknown when the sheet it counts has none."""

CHAPITRES: tuple[type[Chapitre], ...] = (Aci, Rsa, Logement, Sante, Collectif, Asso, Finances)

DECLARATIONS: dict[str, Declaration] = {d.code: d for chapitre in CHAPITRES for d in chapitre.declarations()}
INDICATEURS: dict[str, Indicateur] = {c: d for c, d in DECLARATIONS.items() if isinstance(d, Indicateur)}
REPARTITIONS: dict[str, Repartition] = {c: d for c, d in DECLARATIONS.items() if isinstance(d, Repartition)}


def _comptes_par_population() -> dict[Population, list[Compte]]:
    """Every counted part, also those that only a rate uses, under its population."""
    par_population: dict[Population, dict[Compte, None]] = defaultdict(dict)
    for indicateur in INDICATEURS.values():
        for compte in indicateur.feuilles_comptees():
            par_population[compte.population][compte] = None
    return {population: list(comptes) for population, comptes in par_population.items()}


_COMPTES = _comptes_par_population()


def comptes_de(population: Population) -> list[Compte]:
    """The figures that one aggregate over `population` answers together."""
    return _COMPTES[population]


__all__ = ["CHAPITRES", "DECLARATIONS", "FEUILLES", "INDICATEURS", "REPARTITIONS", "comptes_de"]
