"""Verbs of the tables of the report that others ask: what is frozen for a slice, what funders may read."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from insertion_pro.axes import Axe

if TYPE_CHECKING:
    from rapports.models import AccesFinanceur, Tableau  # noqa: F401 (named in the bases below)

Arrete = TypeVar("Arrete", bound=models.Model)


class ArreteQuerySet(models.QuerySet[Arrete]):
    def sous(self, axe: Axe | None) -> ArreteQuerySet[Arrete]:
        """Those of the whole house, of one workshop or of one team."""
        if axe is not None and axe.nom == "equipe":
            return self.filter(equipe__in=axe.equipes)
        return self.filter(equipe=None, atelier=axe.atelier if axe is not None else None)


class TableauQuerySet(models.QuerySet["Tableau"]):
    def publics(self) -> TableauQuerySet:
        """Those that can be read now."""
        return self.filter(publie_le__isnull=False, retire_le=None)

    def connus(self) -> TableauQuerySet:
        """Those that somebody may have read: published, or withdrawn after a first reading, in the order of publishing."""
        return self.filter(Q(retire_le=None) | Q(lu_le__isnull=False), publie_le__isnull=False).order_by(
            "publie_le", "pk"
        )


class AccesFinanceurQuerySet(models.QuerySet["AccesFinanceur"]):
    def ouverts(self, genre: str, jour: datetime.date) -> AccesFinanceurQuerySet:
        """Those of a kind that still open something on `jour`, their last day included."""
        return self.filter(genre=genre, revoque_le=None, fin__gte=jour)
