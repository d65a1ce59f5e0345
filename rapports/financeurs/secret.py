"""Which cells are hidden, so that nobody is recognised in a small number, nor found by subtraction.

First the small numbers themselves. Then, as long as something hidden could be told to within fewer than five values by
who reads every dashboard that was published, for whichever funder, one more cell is hidden beside it: the smallest that
is tied to it. Last, what turned out to protect nothing is shown again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from rapports.financeurs.cellules import Cellule, Mesure
from rapports.financeurs.lecteur import Contrainte, Lecteur, entiers
from rapports.financeurs.liens import INDIFFERENTE, VIRTUELLE, Lien, liens

VALEURS_POSSIBLES = 5
"""How many whole values a hidden number must keep for any reader (issue 5: « narrowed to under 5 values »)."""
SEUIL = 5
"""From what number on a remainder is no secret, where the setting says nothing else."""


class PublicationImpossible(Exception):
    """No choice of hidden cells is safe beside what is published already. `cellules`: what stands in the way."""

    def __init__(self, cellules: Iterable[Cellule]) -> None:
        super().__init__()
        self.cellules = frozenset(cellules)


class Publication:
    """Everything published: the numbers, what ties them, what is hidden, what others show already.

    `montrees` are shown by a dashboard already published: too late to hide them. What only a subtraction gives (the rest of
    a year, the employees without RSA) is printed nowhere, and is a secret as any other when it is under `seuil`.
    """

    def __init__(
        self,
        mesures: Mapping[Cellule, Mesure],
        caches: Iterable[Cellule],
        montrees: Iterable[Cellule] = (),
        seuil: int = SEUIL,
    ) -> None:
        self.mesures = mesures
        self.caches = set(caches)
        self.montrees = frozenset(montrees)
        self.seuil = seuil
        self.sans_secret: set[Cellule] = set()
        """Remainders that were seen to be surely none, or surely many: hiding more does not make secrets of them."""
        self.liens = list(liens(mesures, seuil))
        self.par_cellule: dict[Cellule, list[int]] = defaultdict(list)
        for rang, lien in enumerate(self.liens):
            for cellule in lien.termes:
                self.par_cellule[cellule].append(rang)
        self.virtuelles = [cellule for cellule in self.par_cellule if cellule.nom.startswith(VIRTUELLE)]

    def inconnue(self, cellule: Cellule) -> bool:
        return cellule in self.caches or cellule.nom.startswith(VIRTUELLE)

    def voisines(self, cellule: Cellule) -> set[Cellule]:
        """The cells that something ties to it."""
        return {voisine for rang in self.par_cellule[cellule] for voisine in self.liens[rang].termes}

    def groupes(self, depart: Iterable[Cellule]) -> Iterator[list[Cellule]]:
        """The unknown cells among `depart` with all the unknown ones tied to them, by sets that are not tied together."""
        vues: set[Cellule] = set()
        for premiere in sorted(depart):
            if premiere in vues or not self.inconnue(premiere):
                continue
            groupe, file = {premiere}, [premiere]
            while file:
                nouvelles = {voisine for voisine in self.voisines(file.pop()) if self.inconnue(voisine)} - groupe
                groupe |= nouvelles
                file += nouvelles
            vues |= groupe
            yield sorted(groupe)

    def plancher(self, cellule: Cellule) -> int:
        """The least that a reader knows of a hidden number: zeros are never hidden."""
        return 1 if cellule in self.caches and self.mesures[cellule].entiere else 0

    def exposee(self, groupe: list[Cellule], sures: set[Cellule]) -> Cellule | None:
        """The first cell of a group that a reader could tell too well. `sures` need no look, and gains those looked at."""
        passees = sures | self.sans_secret
        a_voir = [c for c in groupe if c not in passees and not c.nom.startswith(INDIFFERENTE)]
        if not a_voir:
            return None
        lecteur = self._lecteur(groupe)
        rangs = {cellule: rang for rang, cellule in enumerate(groupe)}
        lecteur.ecarter(rangs[cellule] for cellule in a_voir)
        for cellule in a_voir:
            plancher = self.plancher(cellule)
            bas, haut = (borne + plancher for borne in lecteur.etendue(rangs[cellule]))
            # Bounds are the very ones when they are near each other, else merely far enough apart.
            if entiers(bas, haut) < VALEURS_POSSIBLES:
                if cellule in self.caches or (haut > 0.5 and bas < self.seuil - 0.5):
                    return cellule
                self.sans_secret.add(cellule)
            sures.add(cellule)
        return None

    def _lecteur(self, groupe: list[Cellule]) -> Lecteur:
        liens = [
            self.liens[rang] for rang in sorted({rang for cellule in groupe for rang in self.par_cellule[cellule]})
        ]
        lecteur = self._selon(groupe, liens)
        if not lecteur.possible():
            # Numbers frozen on different days: who takes them for those of one day is led astray, not informed.
            lecteur = self._selon(groupe, [lien for lien in liens if not lien.souple])
            lecteur.possible()
        return lecteur

    def _selon(self, groupe: list[Cellule], liens: list[Lien]) -> Lecteur:
        rangs = {cellule: rang for rang, cellule in enumerate(groupe)}
        egales: list[Contrainte] = []
        au_plus: list[Contrainte] = []
        for lien in liens:
            (egales if lien.egale else au_plus).append(self._reduire(lien, rangs))
        return Lecteur([VALEURS_POSSIBLES] * len(groupe), egales, au_plus)

    def _reduire(self, lien: Lien, rangs: Mapping[Cellule, int]) -> Contrainte:
        """The constraint on the unknown cells alone, each counted from its least value."""
        termes: dict[int, float] = {}
        second = lien.second
        for cellule, coefficient in lien.termes.items():
            if self.inconnue(cellule):
                termes[rangs[cellule]] = coefficient
                second -= coefficient * self.plancher(cellule)
            else:
                second -= coefficient * self.mesures[cellule].valeur
        return termes, float(second)

    def a_cacher(self, cellule: Cellule, groupe: list[Cellule]) -> Cellule:
        """The cell to hide so that `cellule` is told less well. Raises PublicationImpossible."""
        for autour in ([cellule], groupe):
            voisines = {v for c in autour for v in self.voisines(c) if not self.inconnue(v)}
            candidates = [v for v in voisines - self.montrees if self.mesures[v].valeur != 0]
            if candidates:
                return min(candidates, key=self.cout)
        raise PublicationImpossible(voisines & self.montrees)

    def cout(self, cellule: Cellule) -> tuple[bool, Fraction, Cellule]:
        """What is lost by hiding a cell: a line or a workshop before a whole, a small number before a large one."""
        ligne = "/" in cellule.nom or bool(cellule.atelier)
        return not ligne, abs(self.mesures[cellule].valeur), cellule

    def proteger(self) -> dict[Cellule, Cellule]:
        """Hide what must be until nothing hidden can be told, and no more: each cell added, and the one it protects.

        Raises PublicationImpossible.
        """
        ajoutees: dict[Cellule, Cellule] = {}
        # What is hidden besides only widens what a reader must suppose: what was safe stays so.
        sures: set[Cellule] = set()
        while True:
            exposees = [
                (cellule, groupe)
                for groupe in self.groupes([*self.caches, *self.virtuelles])
                if (cellule := self.exposee(groupe, sures)) is not None
            ]
            if not exposees:
                break
            for cellule, groupe in exposees:
                ajoutees.setdefault(self.a_cacher(cellule, groupe), cellule)
            self.caches.update(ajoutees)
        for cellule in sorted(ajoutees, key=self.cout, reverse=True):
            self.caches.discard(cellule)
            proches = self.voisines(cellule)
            if any(self._exposee_pres_de(proches, groupe) for groupe in self.groupes(proches)):
                self.caches.add(cellule)
        return {cellule: pour for cellule, pour in ajoutees.items() if cellule in self.caches}

    def _exposee_pres_de(self, proches: set[Cellule], groupe: list[Cellule]) -> bool:
        """Whether a group is no longer safe, its cells nearest to what was just shown looked at first."""
        return self.exposee(sorted(groupe, key=lambda c: (c not in proches, c)), set()) is not None


def mesurer(valeur: Fraction, entiere: bool, personnes: int | None, seuil: int) -> Mesure:
    """A number, secret by itself when it, or the persons behind it, are fewer than `seuil`; zero never is.

    `personnes` is None where they are not known: the number then speaks alone.
    """
    petite = valeur != 0 and (0 < valeur < seuil or (personnes is not None and personnes < seuil))
    return Mesure(valeur, entiere, "petit" if petite else "")


def cacher(
    nouvelles: Mapping[Cellule, Mesure], publiees: Iterable[Mapping[Cellule, Mesure]], seuil: int = SEUIL
) -> dict[Cellule, Mesure]:
    """`nouvelles`, where the small ones are secret, with all that must be hidden beside `publiees`, the oldest first.

    Raises PublicationImpossible.
    """
    mesures: dict[Cellule, Mesure] = {}
    caches: set[Cellule] = set()
    montrees: set[Cellule] = set()
    for tableau in publiees:
        mesures.update(tableau)
        caches |= {cellule for cellule, mesure in tableau.items() if mesure.secret}
        montrees |= {cellule for cellule, mesure in tableau.items() if not mesure.secret}
    petites = {cellule for cellule, mesure in nouvelles.items() if mesure.secret}
    if trop_tard := {c for c in petites & montrees if mesures[c].valeur == nouvelles[c].valeur}:
        raise PublicationImpossible(trop_tard)
    mesures.update(nouvelles)
    # A number that came to zero since is shown as such; the other dashboard hides what it was.
    caches = {c for c in caches - montrees | petites if mesures[c].valeur != 0 or c not in nouvelles}
    publication = Publication(mesures, caches, montrees, seuil)
    protegees = publication.proteger()
    return {
        cellule: replace(
            mesure, motif=mesure.motif or "voisin", pour=protegees[cellule].nom if cellule in protegees else ""
        )
        if cellule in publication.caches
        else mesure
        for cellule, mesure in nouvelles.items()
    }
