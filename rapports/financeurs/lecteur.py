"""What a reader can tell of hidden numbers, asked of a linear program solved by HiGHS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf

import numpy
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, identity, vstack

VALEURS_POSSIBLES = 5
"""How many whole values a hidden number must keep for any reader (issue 5: « narrowed to under 5 values »)."""
PRECISION = 1e-6

Monde = NDArray[numpy.float64]
"""One value of each unknown cell of a group, as the reader could imagine them."""
Contrainte = tuple[dict[int, float], float]
"""Coefficients by rank of the cell, and what their sum equals, or does not exceed."""


def entiers(bas: float, haut: float) -> int:
    """How many whole numbers there are between two bounds, both included."""
    return max(floor(haut + PRECISION) - ceil(bas - PRECISION) + 1, 0)


class Lecteur:
    """What a reader can tell of the unknown cells of one group, each counted from the least that it surely is.

    Every solution met is a world that the reader cannot exclude: between the lowest and the highest value that a cell
    has among them, nothing can be told apart. Few programs are solved: one world often widens many cells at once.
    """

    def __init__(
        self, nombre: int, egales: list[tuple[dict[int, float], float]], au_plus: list[tuple[dict[int, float], float]]
    ):
        self.nombre = nombre
        self.egales, self.second_egal = _matrice(egales, nombre)
        self.au_plus, self.second_au_plus = _matrice(au_plus, nombre)
        self.bas: Monde = numpy.full(nombre, inf)
        self.haut: Monde = numpy.full(nombre, -inf)

    def possible(self) -> bool:
        """Whether any world satisfies the constraints. Begins the walk: everything low, then everything high enough."""
        if not self._resoudre(numpy.ones(self.nombre)):
            return False
        self._ecarter()
        return True

    def etendue(self, rang: int) -> tuple[float, float]:
        """The lowest value of a cell and the highest, or two values that are `VALEURS_POSSIBLES` apart."""
        objectif = numpy.zeros(self.nombre)
        objectif[rang] = 1
        if self.haut[rang] - self.bas[rang] < VALEURS_POSSIBLES - PRECISION:
            self._resoudre(objectif)
        if self.haut[rang] - self.bas[rang] < VALEURS_POSSIBLES - PRECISION:
            # Higher does not matter, and what has no limit cannot be solved.
            self._resoudre(-objectif, {rang: self.bas[rang] + VALEURS_POSSIBLES})
        return float(self.bas[rang]), float(self.haut[rang])

    def _resoudre(self, objectif: Monde, limites: Mapping[int, float] | None = None) -> bool:
        bornes = [(0.0, (limites or {}).get(rang)) for rang in range(self.nombre)]
        reponse = linprog(
            objectif, self.au_plus, self.second_au_plus, self.egales, self.second_egal, bornes, method="highs"
        )
        if reponse.status == 0:
            self._voir(reponse.x)
        return bool(reponse.status == 0)

    def _voir(self, monde: Monde) -> None:
        self.bas = numpy.minimum(self.bas, monde)
        self.haut = numpy.maximum(self.haut, monde)

    def _ecarter(self) -> None:
        """A world where as many cells as can be are `VALEURS_POSSIBLES` above their floor, all at once."""
        n = self.nombre
        # One more variable a cell, no higher than it and than the gap looked for, whose sum is made the highest.
        zeros = csr_array((self.au_plus.shape[0], n)) if self.au_plus is not None else None
        un = identity(n, format="csr")
        haut = [hstack([-un, un], format="csr")]
        second = [numpy.zeros(n)]
        if self.au_plus is not None:
            haut.append(hstack([self.au_plus, zeros], format="csr"))
            second.append(self.second_au_plus)
        reponse = linprog(
            numpy.concatenate([numpy.zeros(n), -numpy.ones(n)]),
            A_ub=vstack(haut, format="csr"),
            b_ub=numpy.concatenate(second),
            A_eq=None
            if self.egales is None
            else hstack([self.egales, csr_array((self.egales.shape[0], n))], format="csr"),
            b_eq=self.second_egal,
            bounds=[(0, None)] * n + [(0, VALEURS_POSSIBLES)] * n,
            method="highs",
        )
        if reponse.status == 0:
            self._voir(reponse.x[:n])


def _matrice(lignes: Sequence[tuple[dict[int, float], float]], colonnes: int) -> tuple[csr_array | None, Monde | None]:
    if not lignes:
        return None, None
    rangs = [rang for rang, (termes, _) in enumerate(lignes) for _ in termes]
    places = [place for termes, _ in lignes for place in termes]
    coefficients = [coefficient for termes, _ in lignes for coefficient in termes.values()]
    matrice = coo_array((coefficients, (rangs, places)), shape=(len(lignes), colonnes))
    return matrice.tocsr(), numpy.array([second for _, second in lignes])
