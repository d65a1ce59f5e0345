"""Files handed over when a colleague leaves. Each pole declares, in its module `remises`, what a member of staff holds.

Only counts are shown and no person is named: an administrator, who reads no file, may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from aipi.models import Intervenant


@dataclass(frozen=True)
class Genre:
    """One kind of thing held: its rows held today or later by a member of staff, and who may take them.

    `suite` gives the rows that follow it (appointments to come) from the keys of those given.
    """

    code: str
    singulier: str
    pluriel: str
    champ: str
    tenus: Callable[[Intervenant], QuerySet[Any]]
    role: str = Intervenant.Role.TRAVAILLEUR_SOCIAL
    suite: Callable[[Sequence[int], Intervenant], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Charge:
    """How much of a kind somebody holds."""

    genre: Genre
    nombre: int


_registre: dict[str, Genre] = {}


def inscrire(*genres: Genre) -> None:
    """Add kinds; once under each code."""
    for genre in genres:
        _registre[genre.code] = genre


def genres() -> list[Genre]:
    return [_registre[code] for code in sorted(_registre)]


def charges(de: Intervenant) -> list[Charge]:
    """What `de` holds, kind by kind, those of which nothing is held left out."""
    comptees = (Charge(genre, genre.tenus(de).count()) for genre in genres())
    return [charge for charge in comptees if charge.nombre]


def repreneurs(genre: Genre, de: Intervenant) -> QuerySet[Intervenant]:
    """Who may take that kind over: staff of the role whose account is open, or who has none."""
    possibles = Intervenant.objects.filter(role=genre.role).exclude(pk=de.pk)
    return possibles.exclude(compte__is_active=False).order_by("nom", "prenom", "code")


def remettre(choix: Iterable[tuple[Genre, Intervenant]], de: Intervenant) -> dict[str, int]:
    """Give all that `de` holds of each kind to the colleague chosen for it; how many of each.

    Rows change one by one, so that the history of each says so.
    """
    donnes: dict[str, int] = {}
    with transaction.atomic():
        for genre, a in choix:
            cles = _donner(genre.tenus(de), genre.champ, a)
            donnes[genre.code] = len(cles)
            if genre.suite is not None:
                _donner(genre.suite(cles, de), "intervenant", a)
    return donnes


def _donner(lignes: QuerySet[Any], champ: str, a: Intervenant) -> list[int]:
    cles = []
    for ligne in lignes.select_for_update(of=("self",)).order_by("pk"):
        setattr(ligne, champ, a)
        ligne.save(update_fields=[champ])
        cles.append(ligne.pk)
    return cles
