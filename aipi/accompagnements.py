"""What the poles bring to the pages of the ground floor: the dossier of a person, the list of persons.

A pole declares its kinds of follow-up in its module `accompagnements`, found at start-up as the administration finds
`admin`. This floor never imports it.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Value

from aipi import enonces
from aipi.models import Compte, Personne


@dataclass(frozen=True)
class Echeance:
    """Something that ends or is due on a day."""

    date: datetime.date
    libelle: str


@dataclass(frozen=True)
class Section:
    """One kind of follow-up in a dossier: its own template with its context, and what of it ends or is due.

    What happened in it is told by its module `fil` (see `aipi.fil`).
    """

    titre: str
    gabarit: str
    contexte: Mapping[str, Any]
    echeances: Iterable[Echeance] = ()
    ouvert: bool = True
    """Whether something in it is still open: the dossier folds what is over."""


class Accompagnement(ABC):
    """A kind of follow-up. Every method gives only what `compte` may see."""

    code = ""
    libelle = ""
    ordre = 0
    ouverture = ""
    """Name of the address that opens one for a person, and the words of its link; nothing when it is opened otherwise."""
    geste = ""

    def peut_ouvrir(self, compte: Compte) -> bool:
        """Whether the account may open one."""
        return False

    @abstractmethod
    def accessible(self, compte: Compte) -> bool:
        """Whether the account sees this kind at all."""

    @abstractmethod
    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        """Follow-ups open on `jour`, each with a `personne`."""

    @abstractmethod
    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        """This kind in the dossier of a person, or None when there is nothing to show."""


_registre: dict[str, Accompagnement] = {}


def inscrire(accompagnement: Accompagnement) -> None:
    """Add a kind of follow-up; once under each code."""
    _registre[accompagnement.code] = accompagnement


def accompagnements(compte: Compte) -> list[Accompagnement]:
    """The kinds that `compte` may see, in their order."""
    visibles = (a for a in _registre.values() if a.accessible(compte))
    return sorted(visibles, key=lambda a: (a.ordre, a.code))


def suivies(compte: Compte, jour: datetime.date) -> Q:
    """The persons who have a follow-up open on `jour`, among those that `compte` may see."""
    condition = Q()
    for accompagnement in accompagnements(compte):
        condition |= Q(Exists(accompagnement.ouverts(compte, jour).order_by().filter(personne=OuterRef("pk"))))
    return condition


def accompagnements_ouverts(compte: Compte, personnes: Iterable[Model], jour: datetime.date) -> dict[int, list[str]]:
    """Labels of the follow-ups open on `jour`, by person, in their order: one query, however many persons."""
    cles = [personne.pk for personne in personnes]
    libelles: dict[int, list[str]] = {cle: [] for cle in cles}
    siens = accompagnements(compte)
    if not siens:
        return libelles

    def composer(places: Sequence[int]) -> QuerySet[Any]:
        premiers, *autres = (
            suivi.ouverts(compte, jour).order_by().filter(personne__in=places).values_list("personne", Value(rang))
            for rang, suivi in enumerate(siens)
        )
        return premiers.union(*autres)

    for cle, rang in sorted(enonces.lire("ouverts", compte, cles, composer, jour)):
        libelles[cle].append(siens[rang].libelle)
    return libelles
