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

from aipi.models import Compte
from aipi.roles import droits

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
    # Kept for every thread: the connection of this one is not held open for it.
    compilateur.connection = None
    return _Enonce(lignes, compilateur, sql, tuple(parametres))


def lire(
    nom: str,
    compte: Compte,
    valeurs: Sequence[int],
    composer: Callable[[Sequence[int]], QuerySet[Any, R]],
    *cle: Hashable,
) -> list[R]:
    """What `composer(valeurs)` would give. It is asked once for each account, number of values and `cle`, with other keys.

    Its text depends on nothing else: a day, or what else it reads, is in `cle`. Relations to prefetch are not followed.
    """
    # An address may hold any number.
    valeurs = [valeur for valeur in valeurs if valeur < PLACE]
    places = range(PLACE, PLACE + len(valeurs))
    enonce = _enonces.lire(
        (connection.vendor, nom, droits(compte), len(valeurs), cle), lambda: _composer(composer(places))
    )
    if enonce is None:
        return []
    parametres = tuple(valeurs[p - PLACE] if type(p) is int and p in places else p for p in enonce.parametres)
    # A compiler belongs to the connection of a thread, and remembers how the columns it wrote are read.
    compilateur = copy.copy(enonce.compilateur)
    compilateur.connection = connections[enonce.lignes.db]
    compilateur.as_sql = lambda *_, **__: (enonce.sql, parametres)  # type: ignore[method-assign]
    lignes = enonce.lignes.all()
    lignes.query.get_compiler = lambda *_, **__: compilateur  # type: ignore[method-assign]
    return list(lignes)
