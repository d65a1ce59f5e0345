"""What a reader can tell of hidden numbers, asked of a linear program solved by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, inf

import numpy
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, identity, vstack

PRECISION = 1e-6

TOURS = 5
"""How many times many cells are looked at together, before each is looked at by itself."""

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
    has among them, nothing can be told apart. Few programs are solved: two worlds far apart widen many cells at once.
    """

    def __init__(self, voulues: Sequence[int], egales: Sequence[Contrainte], au_plus: Sequence[Contrainte]) -> None:
        self.voulues = voulues
        """By cell, how many whole values are enough."""
        self.nombre = nombre = len(voulues)
        self.egales, self.second_egal = _matrice(egales, nombre)
        self.au_plus, self.second_au_plus = _matrice(au_plus, nombre)
        self.bas: Monde = numpy.full(nombre, inf)
        self.haut: Monde = numpy.full(nombre, -inf)

    def possible(self) -> bool:
        """Whether any world satisfies the constraints."""
        return self._resoudre(numpy.ones(self.nombre))

    def large(self, rang: int) -> bool:
        """Whether worlds already met leave enough values to a cell."""
        return self.haut[rang] > -inf and entiers(self.bas[rang], self.haut[rang]) >= self.voulues[rang]

    def ecarter(self, rangs: Iterable[int]) -> None:
        """Look for worlds that differ by enough in as many of these cells as can be, several at once."""
        restants = [rang for rang in rangs if not self.large(rang)]
        for tour in range(TOURS):
            if not restants:
                return
            # Where a sum is known, some rise when others fall: half of the cells are asked to, never the same half.
            self._ecarter(restants, [1.0 if place >> tour & 1 else -1.0 for place in range(len(restants))])
            restants = [rang for rang in restants if not self.large(rang)]

    def etendue(self, rang: int) -> tuple[float, float]:
        """The lowest value of a cell and the highest, or two values that leave enough between them."""
        objectif = numpy.zeros(self.nombre)
        objectif[rang] = 1
        if not self.large(rang):
            self._resoudre(objectif)
        if not self.large(rang):
            # Higher does not matter, and what has no limit cannot be solved.
            self._resoudre(-objectif, {rang: self.bas[rang] + self.voulues[rang]})
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

    def _ecarter(self, rangs: list[int], sens: list[float]) -> None:
        """Two worlds at once, and one more variable a cell: how far it goes between them, up to what is enough."""
        n, k = self.nombre, len(rangs)
        choix = coo_array((sens, (range(k), rangs)), shape=(k, n)).tocsr()
        lignes = [hstack([choix, -choix, identity(k)], format="csr")]
        seconds = [numpy.zeros(k)]
        for rang, (matrice, second) in enumerate(((self.au_plus, self.second_au_plus),) * 2):
            lignes.append(_au_monde(matrice, rang, k))
            seconds.append(second)
        reponse = linprog(
            numpy.concatenate([numpy.zeros(2 * n), -numpy.ones(k)]),
            vstack(lignes, format="csr"),
            numpy.concatenate(seconds),
            vstack([_au_monde(self.egales, 0, k), _au_monde(self.egales, 1, k)], format="csr"),
            numpy.concatenate([self.second_egal] * 2),
            [(0, None)] * 2 * n + [(0, self.voulues[rang]) for rang in rangs],
            method="highs",
        )
        if reponse.status == 0:
            self._voir(reponse.x[:n])
            self._voir(reponse.x[n : 2 * n])


def _au_monde(matrice: csr_array, monde: int, ecarts: int) -> csr_array:
    """The same constraints on the first or on the second of two worlds."""
    hauteur, largeur = matrice.shape
    vide = csr_array((hauteur, largeur))
    cotes = [matrice, vide] if monde == 0 else [vide, matrice]
    return hstack([*cotes, csr_array((hauteur, ecarts))], format="csr")


def _matrice(lignes: Sequence[Contrainte], colonnes: int) -> tuple[csr_array, Monde]:
    rangs = [rang for rang, (termes, _) in enumerate(lignes) for _ in termes]
    places = [place for termes, _ in lignes for place in termes]
    coefficients = [coefficient for termes, _ in lignes for coefficient in termes.values()]
    matrice = coo_array((coefficients, (rangs, places)), shape=(len(lignes), colonnes))
    return matrice.tocsr(), numpy.array([second for _, second in lignes])
