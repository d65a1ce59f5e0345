"""Which cells are hidden, so that nobody is recognised in a small number, nor found by subtraction.

First the small numbers themselves. Then, as long as something hidden could be told to within fewer than five values by
who reads every dashboard that is published, for whichever funder, one more cell is hidden beside it: the smallest that
is tied to it. What a reader can tell is asked of a linear program over the hidden cells (see `rapports.financeurs.solveur`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from aipi.models import Nomenclature
from aipi.periodes import UN_JOUR
from rapports.cles import INCONNU, ParMois
from rapports.financeurs.cellules import (
    IDENTITES,
    INCLUSIONS,
    MEMES,
    MOTIFS,
    NOMS,
    Cellule,
    Mesure,
    par_ateliers,
    repartition_de,
    temps,
)
from rapports.financeurs.solveur import Contrainte, Incompatible, Simplexe, entiers
from rapports.indicateurs import REPARTITIONS

VALEURS_POSSIBLES = 5
"""How many whole values a hidden number must keep for any reader (issue 5: « narrowed to under 5 values »)."""
VIRTUELLE = "~"
"""First sign of the name of a number that is printed nowhere but that a subtraction gives: the rest of a year, say."""
INDIFFERENTE = "~~"
"""The same of hours or euros: it bears on the others, and is no secret by itself."""


class PublicationImpossible(Exception):
    """No choice of hidden cells is safe beside what is published already. `cellules`: what stands in the way."""

    def __init__(self, cellules: Iterable[Cellule]) -> None:
        super().__init__()
        self.cellules = frozenset(cellules)


@dataclass(frozen=True)
class Lien:
    """Sum of coefficients times cells, equal to `second` or at most it. `souple`: dates of freezing may contradict it."""

    termes: Mapping[Cellule, int]
    second: Fraction
    egale: bool = True
    souple: bool = False


@dataclass
class Monde:
    """Everything published: the numbers, what ties them, what is hidden, what others show already."""

    mesures: dict[Cellule, Mesure]
    caches: set[Cellule]
    montrees: frozenset[Cellule] = frozenset()
    """Shown by a dashboard already published: too late to hide them."""
    liens: list[Lien] = field(default_factory=list)
    sures: set[frozenset[Cellule]] = field(default_factory=set)
    """Groups of hidden cells already found safe together."""

    def __post_init__(self) -> None:
        self.liens = list(liens(self.mesures))
        self.par_cellule: dict[Cellule, list[int]] = defaultdict(list)
        for rang, lien in enumerate(self.liens):
            for cellule in lien.termes:
                self.par_cellule[cellule].append(rang)

    def inconnue(self, cellule: Cellule) -> bool:
        return cellule in self.caches or cellule.nom.startswith(VIRTUELLE)

    def groupes(self) -> Iterator[list[Cellule]]:
        """The unknown cells, by sets that something ties together."""
        vues: set[Cellule] = set()
        depart = sorted({*self.caches, *(c for c in self.par_cellule if c.nom.startswith(VIRTUELLE))})
        for premiere in depart:
            if premiere in vues:
                continue
            vues.add(premiere)
            groupe, file = [premiere], [premiere]
            while file:
                for rang in self.par_cellule[file.pop()]:
                    for voisine in self.liens[rang].termes:
                        if voisine not in vues and self.inconnue(voisine):
                            vues.add(voisine)
                            groupe.append(voisine)
                            file.append(voisine)
            yield sorted(groupe)

    def plancher(self, cellule: Cellule) -> int:
        """The least that a reader knows of a hidden number: zeros are never hidden."""
        return 1 if cellule in self.caches and self.mesures[cellule].entiere else 0

    def trop_connue(self, groupe: list[Cellule]) -> Cellule | None:
        """The first cell of a group that a reader could tell too well, None when the group is safe."""
        cle = frozenset(groupe)
        if cle in self.sures:
            return None
        simplexe = self._simplexe(groupe)
        for cellule in groupe:
            plancher = self.plancher(cellule)
            bas, haut = simplexe.etendue(
                cellule, lambda bas, haut, p=plancher: entiers(bas + p, haut + p) >= VALEURS_POSSIBLES
            )
            bas, haut = bas + plancher, haut + plancher
            if entiers(bas, haut) >= VALEURS_POSSIBLES:
                continue
            if cellule.nom.startswith(INDIFFERENTE):
                continue
            # The rest of a subtraction is no secret when it is surely none, or surely many.
            if cellule in self.caches or (haut > 0.5 and bas < VALEURS_POSSIBLES - 0.5):
                return cellule
        self.sures.add(cle)
        return None

    def _simplexe(self, groupe: list[Cellule]) -> Simplexe:
        rangs = sorted({rang for cellule in groupe for rang in self.par_cellule[cellule]})
        contraintes = [(self._reduire(self.liens[rang]), self.liens[rang].souple) for rang in rangs]
        try:
            return Simplexe(groupe, [contrainte for contrainte, _ in contraintes])
        except Incompatible:
            # Numbers frozen on different days: who takes them for those of one day is led astray, not informed.
            return Simplexe(groupe, [contrainte for contrainte, souple in contraintes if not souple])

    def _reduire(self, lien: Lien) -> Contrainte:
        """The constraint on the unknown cells alone, each counted from its least value."""
        termes: dict[Cellule, float] = {}
        second = lien.second
        for cellule, coefficient in lien.termes.items():
            if self.inconnue(cellule):
                termes[cellule] = coefficient
                second -= coefficient * self.plancher(cellule)
            else:
                second -= coefficient * self.mesures[cellule].valeur
        return Contrainte(termes, float(second), lien.egale)

    def a_cacher(self, cellule: Cellule, groupe: list[Cellule]) -> Cellule:
        """The cell to hide so that `cellule` is told less well. Raises PublicationImpossible."""
        for autour in ([cellule], groupe):
            rangs = {rang for c in autour for rang in self.par_cellule[c]}
            voisines = {c for rang in rangs for c in self.liens[rang].termes if not self.inconnue(c)}
            candidates = [c for c in voisines - self.montrees if self.mesures[c].valeur != 0]
            if candidates:
                return min(candidates, key=self._cout)
        raise PublicationImpossible(c for c in voisines if c in self.montrees)

    def _cout(self, cellule: Cellule) -> tuple[bool, Fraction, Cellule]:
        """What is lost by hiding a cell: a line or a workshop before a whole, a small number before a large one."""
        ligne = "/" in cellule.nom or bool(cellule.atelier)
        return not ligne, abs(self.mesures[cellule].valeur), cellule

    def proteger(self) -> None:
        """Hide what must be until nothing hidden can be told. Raises PublicationImpossible."""
        while True:
            ajoutees = set()
            for groupe in list(self.groupes()):
                trouvee = self.trop_connue(groupe)
                if trouvee is not None:
                    ajoutees.add(self.a_cacher(trouvee, groupe))
            if not ajoutees:
                return
            self.caches |= ajoutees


def petite(valeur: Fraction, personnes: int | None, seuil: int) -> bool:
    """Whether a number is secret by itself: it, or the persons behind it, are fewer than `seuil`; zero never is.

    `personnes` is None where they are not known: the number then speaks alone.
    """
    return valeur != 0 and (0 < valeur < seuil or (personnes is not None and personnes < seuil))


def cacher(nouvelles: Mapping[Cellule, Mesure], publiees: Iterable[Mapping[Cellule, Mesure]]) -> dict[Cellule, Mesure]:
    """`nouvelles`, where `secret` says the small ones, with all that must be hidden beside `publiees`.

    Raises PublicationImpossible.
    """
    mesures: dict[Cellule, Mesure] = {}
    caches: set[Cellule] = set()
    montrees: set[Cellule] = set()
    for tableau in publiees:
        mesures.update(tableau)
        caches |= {cellule for cellule, mesure in tableau.items() if mesure.secret}
        montrees |= {cellule for cellule, mesure in tableau.items() if not mesure.secret}
    mesures.update(nouvelles)
    petites = {cellule for cellule, mesure in nouvelles.items() if mesure.secret}
    if conflit := petites & montrees:
        raise PublicationImpossible(conflit)
    # A number that came to zero since is shown as such; the other dashboard hides what it was.
    caches = {c for c in caches - montrees | petites if mesures[c].valeur != 0 or c not in nouvelles}
    monde = Monde(mesures, caches, frozenset(montrees))
    monde.proteger()
    return {cellule: replace(mesure, secret=cellule in monde.caches) for cellule, mesure in nouvelles.items()}


# What ties cells together


def liens(mesures: Mapping[Cellule, Mesure]) -> Iterator[Lien]:
    """Everything a reader may compute with, taken as exact even where the numbers leave a remainder."""
    groupes: dict[tuple[str, object, object], set[str]] = defaultdict(set)
    periodes: dict[tuple[str, str], list[Cellule]] = defaultdict(list)
    ateliers: dict[Cellule, list[Cellule]] = defaultdict(list)
    for cellule in sorted(mesures):
        groupes[cellule.atelier, cellule.debut, cellule.fin].add(cellule.nom)
        periodes[cellule.nom, cellule.atelier].append(cellule)
        if cellule.atelier:
            ateliers[Cellule(cellule.nom, "", cellule.debut, cellule.fin)].append(cellule)
    categories = {
        (liste, code): categorie
        for liste, code, categorie in Nomenclature.objects.filter(liste__in=[liste for _, liste, _ in MOTIFS])
        .order_by()
        .values_list("liste", "code", "categorie")
    }
    for (atelier, debut, fin), noms in groupes.items():
        modele = Cellule("", atelier, debut, fin)  # type: ignore[arg-type]  # both are days
        for tout, parties, egale in _d_une_periode(noms, categories):
            yield from _lier(mesures, modele.autre(tout), [modele.autre(nom) for nom in parties], egale)
    for tout, parties in ateliers.items():
        if tout in mesures:
            yield from _d_ateliers(mesures, tout, parties)
    for cellules in periodes.values():
        if len(cellules) > 1:
            yield from _de_periodes(mesures, cellules)


def _lier(mesures: Mapping[Cellule, Mesure], tout: Cellule, parties: list[Cellule], egale: bool) -> Iterator[Lien]:
    """A whole equal to the sum of its parts; or, not `egale`, at most equal to it (when the numbers do not deny it)."""
    reste = mesures[tout].valeur - sum((mesures[partie].valeur for partie in parties), Fraction(0))
    termes: dict[Cellule, int] = defaultdict(int)
    termes[tout] += 1
    for partie in parties:
        termes[partie] -= 1
    if egale:
        yield Lien(termes, reste)
    elif reste <= 0:
        yield Lien(termes, Fraction(0), egale=False)


def _d_une_periode(noms: set[str], categories: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, list[str], bool]]:
    """Whole, parts, and whether they are equal, among the cells of one period."""
    for tout, parties in IDENTITES:
        if {tout, *parties} <= noms:
            yield tout, list(parties), True
    for partie, touts in INCLUSIONS:
        if {partie, *touts} <= noms:
            yield partie, list(touts), False
    lignes: dict[str, list[str]] = defaultdict(list)
    for nom in sorted(noms):
        if repartition_de(nom) is not None:
            lignes[nom.partition("/")[0]].append(nom)
    for code, propres in lignes.items():
        repartition = REPARTITIONS[code]
        toutes = [*propres, *(nom for (de, _), nom in MEMES.items() if de == code and nom in noms)]
        whole = NOMS[repartition.de]
        if whole not in noms or isinstance(repartition.par, ParMois):
            continue
        if not repartition.multiple:
            yield whole, toutes, True
        elif code != "aci.salaries_par_atelier":
            yield from ((ligne, [whole], False) for ligne in toutes)
            yield whole, toutes, False
    for code, liste, figures in MOTIFS:
        for categorie, figure in figures:
            parties = [n for n in lignes.get(code, []) if categories.get((liste, n.partition("/")[2])) == categorie]
            if figure in noms and parties:
                yield figure, parties, True
    for nom in lignes.get("aci.personnes_par_frein", []):
        accompagnements = f"aci.freins_par_categorie/{nom.partition('/')[2]}"
        if accompagnements in noms and not nom.endswith(f"/{INCONNU}"):
            yield nom, [accompagnements], False


def _d_ateliers(mesures: Mapping[Cellule, Mesure], tout: Cellule, parties: list[Cellule]) -> Iterator[Lien]:
    if par_ateliers(tout.nom) == "additif":
        yield from _lier(mesures, tout, parties, egale=True)
    elif par_ateliers(tout.nom) == "croissant":
        for partie in parties:
            yield from _lier(mesures, partie, [tout], egale=False)
        yield from _lier(mesures, tout, parties, egale=False)


def _de_periodes(mesures: Mapping[Cellule, Mesure], cellules: list[Cellule]) -> Iterator[Lien]:
    """Periods within others: what adds up, cut at every day where one begins or ends; what can only grow, two by two."""
    nature = temps(cellules[0].nom)
    if nature == "libre":
        return
    entiere = mesures[cellules[0]].entiere
    if nature == "croissant" or not all(c.periode.mois_entiers for c in cellules):
        for grande in cellules:
            for petite_ in cellules:
                if petite_ != grande and grande.debut <= petite_.debut and petite_.fin <= grande.fin:
                    if mesures[petite_].valeur > mesures[grande].valeur:
                        continue
                    ecart = replace(petite_, nom=f"{VIRTUELLE}{petite_.nom} < {grande.debut}_{grande.fin}")
                    if entiere:
                        yield Lien({grande: 1, petite_: -1, ecart: -1}, Fraction(0), souple=True)
                    else:
                        yield Lien({petite_: 1, grande: -1}, Fraction(0), egale=False, souple=True)
        if nature == "croissant":
            return
    bornes = sorted({c.debut for c in cellules} | {c.fin + UN_JOUR for c in cellules})
    propres = {(c.debut, c.fin): c for c in cellules}
    prefixe = VIRTUELLE if entiere else INDIFFERENTE
    for cellule in cellules:
        segments = [
            (d, f - UN_JOUR) for d, f in zip(bornes, bornes[1:], strict=False) if cellule.debut <= d <= cellule.fin
        ]
        if len(segments) > 1:
            morceaux = [
                propres.get((d, f)) or Cellule(f"{prefixe}{cellule.nom}", cellule.atelier, d, f) for d, f in segments
            ]
            yield Lien({cellule: 1, **dict.fromkeys(morceaux, -1)}, Fraction(0), souple=True)
