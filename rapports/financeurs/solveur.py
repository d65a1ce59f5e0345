"""How far a hidden value can be told: bounds by linear programming, in plain Python.

What a reader knows about the hidden values is a set of linear equations and inequalities. The vertices that a simplex
visits are all possible worlds for that reader: the lowest and highest value of a variable among them is a range in which
nothing can be told apart. The walk stops as soon as every range is wide enough, which most need few steps for; a range
that stays narrow was proved narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

PRECISION = 1e-7
PAS_MAXIMAUX = 2_000


class Incompatible(Exception):
    """No value of the variables satisfies the constraints."""


@dataclass(frozen=True)
class Contrainte:
    """Sum of `termes` (coefficient of each variable) equal to `second`, or at most `second`."""

    termes: Mapping[Hashable, float]
    second: float
    egale: bool = True


def entiers(bas: float, haut: float) -> float:
    """How many whole numbers there are between two bounds, both included."""
    if haut == inf:
        return inf
    return max(floor(haut + PRECISION) - ceil(bas - PRECISION) + 1, 0)


class Simplexe:
    """The possible worlds of non-negative variables under constraints. Raises Incompatible when there are none."""

    def __init__(self, variables: Sequence[Hashable], contraintes: Sequence[Contrainte]) -> None:
        self.rang = {variable: rang for rang, variable in enumerate(variables)}
        libres = len(variables)
        ecarts = sum(not contrainte.egale for contrainte in contraintes)
        self.colonnes = libres + ecarts
        self.lignes: list[list[float]] = []
        prochain = libres
        for contrainte in contraintes:
            ligne = [0.0] * (self.colonnes + 1)
            for variable, coefficient in contrainte.termes.items():
                ligne[self.rang[variable]] += coefficient
            if not contrainte.egale:
                ligne[prochain] = 1.0
                prochain += 1
            ligne[-1] = contrainte.second
            self.lignes.append([-v for v in ligne] if ligne[-1] < 0 else ligne)
        self._partir()
        sommet = self._sommet()
        self.bas, self.haut = list(sommet), list(sommet)

    def _partir(self) -> None:
        """Find a first vertex: the sum of one artificial variable for each row is brought down to zero."""
        nombre = len(self.lignes)
        for rang, ligne in enumerate(self.lignes):
            artificielles = [0.0] * nombre
            artificielles[rang] = 1.0
            ligne[-1:-1] = artificielles
        self.base = [self.colonnes + rang for rang in range(nombre)]
        cout = [-sum(ligne[c] for ligne in self.lignes) for c in range(self.colonnes)] + [0.0] * nombre
        cout.append(-sum(ligne[-1] for ligne in self.lignes))
        self._descendre(cout, lambda: False)
        echelle = max([1.0, *(abs(ligne[-1]) for ligne in self.lignes)])
        if -cout[-1] > PRECISION * echelle * max(nombre, 1):
            raise Incompatible
        # An artificial variable left in the base is zero: it is replaced, or its row says nothing.
        for rang in reversed(range(nombre)):
            if self.base[rang] >= self.colonnes:
                pivot = next((c for c in range(self.colonnes) if abs(self.lignes[rang][c]) > PRECISION), None)
                if pivot is None:
                    del self.lignes[rang], self.base[rang]
                else:
                    self._pivoter(rang, pivot, [])
        for ligne in self.lignes:
            del ligne[self.colonnes : -1]

    def _sommet(self) -> list[float]:
        valeurs = [0.0] * self.colonnes
        for rang, colonne in enumerate(self.base):
            valeurs[colonne] = self.lignes[rang][-1]
        return valeurs

    def _noter(self) -> None:
        for rang, valeur in enumerate(self._sommet()):
            self.bas[rang] = min(self.bas[rang], valeur)
            self.haut[rang] = max(self.haut[rang], valeur)

    def _pivoter(self, rang: int, colonne: int, cout: list[float]) -> None:
        ligne = self.lignes[rang]
        pivot = ligne[colonne]
        utiles = [(c, v / pivot) for c, v in enumerate(ligne) if abs(v) > 1e-12]
        for c, v in utiles:
            ligne[c] = v
        for autre in [*self.lignes, cout]:
            if autre is ligne or not autre:
                continue
            facteur = autre[colonne]
            if abs(facteur) > 1e-12:
                for c, v in utiles:
                    autre[c] -= facteur * v
            autre[colonne] = 0.0
        ligne[colonne] = 1.0
        self.base[rang] = colonne

    def _descendre(self, cout: list[float], assez: Callable[[], bool]) -> bool:
        """Bring the cost down, vertex by vertex, until it cannot or `assez`. True when it has no lower bound."""
        for pas in range(PAS_MAXIMAUX):
            if assez():
                return False
            candidates = [c for c in range(len(cout) - 1) if cout[c] < -PRECISION]
            if not candidates:
                return False
            # The steepest first; then Bland's rule, which never turns in circles.
            colonne = min(candidates, key=lambda c: cout[c]) if pas < PAS_MAXIMAUX // 4 else candidates[0]
            rapports = [
                (ligne[-1] / ligne[colonne], self.base[rang], rang)
                for rang, ligne in enumerate(self.lignes)
                if ligne[colonne] > PRECISION
            ]
            if not rapports:
                return True
            self._pivoter(min(rapports)[2], colonne, cout)
        return False

    def etendue(self, variable: Hashable, assez: Callable[[float, float], bool]) -> tuple[float, float]:
        """Lowest and highest value of a variable, not looked for further once `assez(lowest, highest)`."""
        cible = self.rang[variable]

        def suffit() -> bool:
            self._noter()
            return assez(self.bas[cible], self.haut[cible])

        for signe in (-1.0, 1.0):
            if suffit():
                break
            cout = [0.0] * (self.colonnes + 1)
            cout[cible] = signe
            for rang, colonne in enumerate(self.base):
                if colonne == cible:
                    cout = [c - signe * v for c, v in zip(cout, self.lignes[rang], strict=True)]
            if self._descendre(cout, suffit):
                self.haut[cible] = inf
        suffit()
        return self.bas[cible], self.haut[cible]
