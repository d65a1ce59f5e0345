"""What the poles bring to the home page, declared in their module `journee`, found at start-up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from aipi.models import Compte


@dataclass(frozen=True)
class Ligne:
    """One line of the home page, which leads where it is resolved. `date` is told as a delay."""

    titre: str
    url: str
    detail: str = ""
    date: datetime.date | None = None


@dataclass(frozen=True)
class Bloc:
    """One card of the home page."""

    titre: str
    lignes: list[Ligne]
    vide: str
    url: str = ""
    libelle_url: str = ""
    ordre: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class Chiffre:
    """A number of today on the home page, with the list that it counts."""

    libelle: str
    valeur: int
    url: str


class Journee:
    """What one kind of follow-up brings to the home page."""

    def accessible(self, compte: Compte) -> bool:
        """Whether the account sees this kind at all."""
        raise NotImplementedError

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        """Numbers of the day for the home page."""
        return []

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        """Cards of the home page."""
        return []


_registre: list[Journee] = []


def inscrire(journee: Journee) -> None:
    """Add a kind of follow-up."""
    _registre.append(journee)


def journees(compte: Compte) -> list[Journee]:
    """The kinds that `compte` may see."""
    return [j for j in _registre if j.accessible(compte)]
