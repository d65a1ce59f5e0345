"""Date arithmetic and texts joined that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Case, F, Func, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractMonth, ExtractYear
from django.db.models.sql.compiler import SQLCompiler

from aipi.periodes import Periode


class JoursEntre(Func):
    """Whole days from a first date to a second: 0 on the same day.

    Dates are text on SQLite, where Django's own subtraction yields a duration that does not compare with a number.
    """

    template = "(%(expressions)s)"
    arg_joiner = " - "
    arity = 2
    output_field = models.IntegerField()

    def __init__(self, debut: Combinable, fin: Combinable) -> None:
        super().__init__(fin, debut)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="CAST((julianday(%(expressions)s)) AS INTEGER)",
            arg_joiner=") - julianday(",
            **extra,
        )


class Enumeration(Aggregate):
    """The texts of a group in one, parted by commas."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ', ')"
    output_field = models.TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


class Tableau(Func):
    """Several values in one JSON array, whatever their types: days and hours as ISO 8601, what is unknown as null."""

    function = "JSON_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **extra)


def _jour(valeur: datetime.date) -> Value:
    return Value(valeur, output_field=models.DateField())


def debut_dans(periode: Periode, champ: str) -> Case:
    """The later of the day in `champ` and the first day of the period."""
    return Case(When(**{f"{champ}__lt": periode.debut}, then=_jour(periode.debut)), default=F(champ))


def fin_dans(periode: Periode, champ: str) -> Case:
    """The earlier of the day in `champ` (none: still open) and the last day of the period."""
    return Case(When(**{f"{champ}__lte": periode.fin}, then=F(champ)), default=_jour(periode.fin))


def jours_dans(periode: Periode, debut: str, fin: str) -> Combinable:
    """Days of the period that a stay was open, both ends included; the stay must be in the period."""
    return JoursEntre(debut_dans(periode, debut), fin_dans(periode, fin)) + Value(1)


def mois_dans(periode: Periode, debut: str, fin: str) -> Combinable:
    """Calendar months of the period that a stay touches, a month begun counting one."""
    premier, dernier = debut_dans(periode, debut), fin_dans(periode, fin)
    return (
        (ExtractYear(dernier) - ExtractYear(premier)) * Value(12)
        + ExtractMonth(dernier)
        - ExtractMonth(premier)
        + Value(1)
    )


class FinApres(Func):
    """Last day of a stretch of `mois` months begun on a date: the eve of the same day, or the last day of a month without it.

    15 January and 6 months end on 14 July; 31 August and 6 months on the last day of February. `debut` names a
    column: the SQL says it several times.
    """

    arity = 1
    output_field = models.DateField()

    def __init__(self, debut: str, mois: int, **extra: Any) -> None:
        super().__init__(debut, mois=mois, **extra)

    # The day before is counted from the first day of the month, so that no engine shortens a month on the way.
    template = (
        "LEAST((date_trunc('month', %(expressions)s) + interval '%(mois)s months'"
        " + (extract(day from %(expressions)s)::int - 2) * interval '1 day')::date,"
        " (date_trunc('month', %(expressions)s) + interval '%(mois)s months' + interval '1 month - 1 day')::date)"
    )

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        modele = (
            "MIN(date(%(expressions)s, 'start of month', '+%(mois)s months',"
            " (CAST(strftime('%%%%d', %(expressions)s) AS INTEGER) - 2) || ' days'),"
            " date(%(expressions)s, 'start of month', '+%(mois)s months', '+1 month', '-1 day'))"
        )
        return self.as_sql(compiler, connection, template=modele, **extra)
