"""Statements composed once and kept in the process, to be run again with other keys.

Django takes longer to compose the union of a dossier than the database to answer it. What is kept is text alone, never a
row. The rules of access are in that text: what is kept for an account is found again by all that the rules read of it
(`roles.droits`), so that a change of its rights is another statement. `tests/aipi/test_enonces.py` compares each with
the same composed anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

PLACE = 900_719_925_474_000
"""Keys from here on stand for those that a request puts in their place; no row has one."""
GARDES = 500
T = TypeVar("T")
R = TypeVar("R")


class Reserve(Generic[T]):
    """What was made once for a key. Beyond `GARDES`, all is forgotten: it is only made again."""

    def __init__(self) -> None:
        self._faits: dict[Hashable, T] = {}

    def lire(self, cle: Hashable, faire: Callable[[], T]) -> T:
        if cle not in self._faits:
            if len(self._faits) >= GARDES:
                self._faits.clear()
            self._faits[cle] = faire()
        return self._faits[cle]


@dataclass(frozen=True)
class _Enonce:
    """A query with what Django made of it: its text, its parameters, and how rows are read from its columns."""

    lignes: QuerySet[Any, Any]
    compilateur: SQLCompiler
    sql: str
    parametres: tuple[Any, ...]


_enonces: Reserve[_Enonce | None] = Reserve()


def _composer(lignes: QuerySet[Any, Any]) -> _Enonce | None:
    compilateur = lignes.query.get_compiler(using=lignes.db)
    try:
        sql, parametres = compilateur.as_sql()
    except EmptyResultSet:
        return None
    return _Enonce(lignes, compilateur, sql, tuple(parametres))


def places(combien: int) -> range:
    """What to write instead of so many keys."""
    return range(PLACE, PLACE + combien)


def lire(cle: Hashable, composer: Callable[[], QuerySet[Any, R]], valeurs: Sequence[int]) -> list[R]:
    """What `composer()` would give with `valeurs` instead of `places`. It is asked once for each `cle`, which holds all
    that its text depends on; relations to prefetch are not followed.
    """
    enonce = _enonces.lire((connection.vendor, cle), lambda: _composer(composer()))
    if enonce is None:
        return []
    parametres = tuple(
        valeurs[p - PLACE] if type(p) is int and PLACE <= p < PLACE + len(valeurs) else p for p in enonce.parametres
    )
    # A compiler belongs to the connection of a thread, and remembers how the columns it wrote are read.
    compilateur = copy.copy(enonce.compilateur)
    compilateur.connection = connections[enonce.lignes.db]
    compilateur.as_sql = lambda *_, **__: (enonce.sql, parametres)  # type: ignore[method-assign]
    lignes = enonce.lignes.all()
    lignes.query.get_compiler = lambda *_, **__: compilateur  # type: ignore[method-assign]
    return list(lignes)
