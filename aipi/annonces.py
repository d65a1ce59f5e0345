"""What an upper floor has to say on the home page: dashboards published for a funder, questions that wait.

An application declares it in its module `annonces`, found at start-up: a function that, for an account, gives what to say
or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aipi.models import Compte


@dataclass(frozen=True)
class Annonce:
    """A card: lines that lead somewhere (words, a detail, an address), or a word when there is none."""

    code: str
    titre: str
    lignes: tuple[tuple[str, str, str], ...]
    vide: str = ""
    precision: str = ""


Source = Callable[[Compte], Annonce | None]

_sources: dict[str, Source] = {}


def inscrire(code: str, source: Source) -> None:
    """Add something to say; once under each code."""
    _sources[code] = source


def annonces(compte: Compte) -> list[Annonce]:
    """What there is to say to the account."""
    return [annonce for source in _sources.values() if (annonce := source(compte)) is not None]
