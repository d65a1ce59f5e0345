"""What a member of staff of the pole holds, to be handed over when it leaves: parcours of the ACI, teams."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from aipi.models import Intervenant, StatutRendezVous
from aipi.remises import Genre, inscrire

from .models import Equipe, Parcours, RendezVous
from .models.parcours import ParcoursQuerySet


def _parcours(de: Intervenant) -> ParcoursQuerySet:
    """Open today, or still to begin."""
    return Parcours.objects.filter(Q(date_sortie=None) | Q(date_sortie__gte=timezone.localdate()), referent=de)


def _rendez_vous(parcours: Sequence[int], de: Intervenant) -> QuerySet[RendezVous]:
    return RendezVous.objects.filter(
        parcours__in=parcours, intervenant=de, statut=StatutRendezVous.PREVU, date__gte=timezone.localdate()
    )


inscrire(
    Genre("aci-parcours", "parcours en ACI", "parcours en ACI", "referent", _parcours, suite=_rendez_vous),
    Genre(
        "aci-equipe",
        "équipe encadrée",
        "équipes encadrées",
        "encadrant",
        lambda de: Equipe.objects.filter(encadrant=de),
        role=Intervenant.Role.ENCADRANT,
    ),
)
