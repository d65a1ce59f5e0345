"""What a figure is made of, and the three operations that make one: count, sum, rate."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

Nombre = Fraction | None  # None: unknown


class Taux(NamedTuple):
    """A rate and what it is made of; unknown when either is, or when the denominator is 0."""

    numerateur: Nombre
    denominateur: Nombre

    @property
    def valeur(self) -> Nombre:
        if self.numerateur is None or not self.denominateur:
            return None
        return self.numerateur / self.denominateur


class Hors:
    """A figure that lacks the axis asked for: unknown, and without the parts of a rate."""


HORS_AXE = Hors()

Repartition = dict[str, Fraction]


def compte(lignes: Iterable[Any]) -> Fraction:
    """How many rows, persons… : a set counts each once."""
    return Fraction(len(list(lignes)))


def somme(cellules: Iterable[Any]) -> Nombre:
    """The sum of the filled cells: unknown when there are cells and all are empty, 0 when there is none."""
    cellules = list(cellules)
    remplies = [Fraction(cellule) for cellule in cellules if cellule is not None]
    if cellules and not remplies:
        return None
    return sum(remplies, Fraction(0))


def plus(*termes: Nombre) -> Nombre:
    """The sum of numbers, unknown when one is."""
    return None if None in termes else sum(termes, Fraction(0))


def repartir(
    cles: Iterable[str], elements: Iterable[Any], cle: Callable[[Any], Any], montant: Callable[[Any], Any] = lambda _: 1
) -> Repartition:
    """The elements (or a sum over them) by key; what has no key, or one out of the list, is `inconnu`."""
    repartition = dict.fromkeys([*cles, "inconnu"], Fraction(0))
    for element in elements:
        trouvee = cle(element)
        repartition[trouvee if trouvee in repartition else "inconnu"] += Fraction(montant(element) or 0)
    return repartition


def si(connu: bool, calcul: Callable[[], Any]) -> Any:
    """The figure if the sheet it counts has a row in the period, else None: unknown."""
    return calcul() if connu else None
