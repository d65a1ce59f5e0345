"""Rounds: several persons met one after the other, on the site of a team or at a « permanence ».

A pole declares its rounds in its module `contacts`. A round is an address made of a kind and a key; where one stands in
it is never kept: who was seen is read from what was noted.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from aipi.models import Compte, Personne


@dataclass(frozen=True)
class Choix:
    """A round that may be begun: its key in the address, its name, what helps to recognise it."""

    cle: str
    libelle: str
    detail: str = ""


@dataclass(frozen=True)
class Arret:
    """One person of a round; `vu` once a contact was noted."""

    personne: Personne
    vu: bool
    detail: str = ""


class Tournee:
    """One kind of round; `contact` is the kind of contact noted at each stop."""

    code = ""
    libelle = ""
    ordre = 0
    contact = ""

    def accessible(self, compte: Compte) -> bool:
        raise NotImplementedError

    def choix(self, compte: Compte, jour: datetime.date) -> list[Choix]:
        """The rounds that may be begun on `jour`."""
        raise NotImplementedError

    def intitule(self, compte: Compte, cle: str) -> str | None:
        """The name of the round, or None when `cle` names none that the account may see."""
        raise NotImplementedError

    def arrets(self, compte: Compte, cle: str, jour: datetime.date) -> list[Arret]:
        """Its persons, in the order in which they are met."""
        raise NotImplementedError


_registre: dict[str, Tournee] = {}


def inscrire(tournee: Tournee) -> None:
    """Add a kind of round; once under each code."""
    _registre[tournee.code] = tournee


def tournees(compte: Compte) -> list[Tournee]:
    """The kinds that `compte` may make, in their order."""
    return sorted((t for t in _registre.values() if t.accessible(compte)), key=lambda t: (t.ordre, t.code))


def tournee_de(compte: Compte, code: str) -> Tournee | None:
    """The kind of that code, if `compte` may make it."""
    return next((tournee for tournee in tournees(compte) if tournee.code == code), None)


def est_cle(texte: str) -> bool:
    """Whether a part of an address may be the key of a row."""
    return texte.isascii() and texte.isdecimal() and len(texte) < 19


def jour_de(texte: str) -> datetime.date | None:
    """The day that a part of an address names, or None."""
    try:
        return datetime.date.fromisoformat(texte)
    except ValueError:
        return None


@dataclass(frozen=True)
class Position:
    """Where one stands in a round, when noting a contact with one of its persons."""

    tournee: Tournee
    cle: str
    intitule: str
    rang: int
    total: int
    suivante: Personne | None
    """The next person not seen yet, after this one and round again; None when everyone else was."""

    @property
    def adresse(self) -> str:
        """The round as the address of a contact carries it."""
        return f"{self.tournee.code}-{self.cle}"


def position(compte: Compte, adresse: str, personne: Personne, jour: datetime.date) -> Position | None:
    """The position of `personne` in the round of that address, or None when it is not in it."""
    code, _, cle = adresse.partition("-")
    tournee = tournee_de(compte, code)
    intitule = tournee.intitule(compte, cle) if tournee is not None else None
    if tournee is None or intitule is None:
        return None
    arrets = tournee.arrets(compte, cle, jour)
    rang = next((i for i, arret in enumerate(arrets) if arret.personne == personne), None)
    if rang is None:
        return None
    autour = [*arrets[rang + 1 :], *arrets[:rang]]
    suivante = next((arret.personne for arret in autour if not arret.vu and arret.personne != personne), None)
    return Position(tournee, cle, intitule, rang + 1, len(arrets), suivante)
