"""What ties the published cells together: everything that a reader may compute one from others with."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from aipi.models import Nomenclature
from aipi.periodes import UN_JOUR
from rapports.financeurs.cellules import (
    AU_PLUS_PAR_UNITE,
    FLUX,
    MEMES,
    MOTIFS,
    NOMS,
    RELATIONS_LUES,
    Cellule,
    Mesure,
    Relation,
    par_ateliers,
    repartition_de,
    temps,
)
from rapports.indicateurs import REPARTITIONS

VIRTUELLE = "~"
"""First sign of the name of a number that is printed nowhere but that a subtraction gives: the rest of a year, say."""
INDIFFERENTE = "~~"
"""The same of hours or euros: it bears on the others, and is no secret by itself."""
HORS = " hors "
"""Between the whole and the part, in the name of what the one has besides the other: the employees without RSA."""

Mesures = Mapping[Cellule, Mesure]


@dataclass(frozen=True)
class Lien:
    """Sum of coefficients times cells, equal to `second` or at most it. `souple`: dates of freezing may contradict it."""

    termes: Mapping[Cellule, int]
    second: Fraction
    egale: bool = True
    souple: bool = False


def liens(mesures: Mesures, seuil: int) -> Iterator[Lien]:
    """All of them, taken as exact even where the numbers leave a remainder. `seuil`: under it, a number is small."""
    groupes: dict[tuple[str, datetime.date, datetime.date], set[str]] = defaultdict(set)
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
        yield from _d_une_periode(mesures, Cellule("", atelier, debut, fin), noms, categories, seuil)
    for tout, parties in ateliers.items():
        if tout in mesures:
            yield from _d_ateliers(mesures, tout, parties, seuil)
    for cellules in periodes.values():
        if len(cellules) > 1:
            yield from _de_periodes(mesures, cellules)
    for stock, entrees, sorties in FLUX:
        yield from _de_flux(mesures, periodes[stock, ""], entrees, sorties)


def _lier(
    mesures: Mesures,
    gauche: Iterable[Cellule],
    droite: Iterable[Cellule],
    *,
    egale: bool,
    souple: bool = False,
    secret_sous: int = 0,
) -> Iterator[Lien]:
    """Both sides equal; or, not `egale`, the left at most the right (when the numbers do not deny it).

    `secret_sous`: what the right has besides is then a number that subtraction gives, and a secret when it is under that.
    """
    gauche, droite = list(gauche), list(droite)
    termes: dict[Cellule, int] = defaultdict(int)
    for cellule in gauche:
        termes[cellule] += 1
    for cellule in droite:
        termes[cellule] -= 1
    reste = sum((coefficient * mesures[cellule].valeur for cellule, coefficient in termes.items()), Fraction(0))
    if egale:
        yield Lien(termes, reste, souple=souple)
    elif 0 < -reste < secret_sous:
        nom = f"{VIRTUELLE}{_dire(droite, gauche)}{HORS}{_dire(gauche, droite)}"
        yield Lien({**termes, droite[0].autre(nom): 1}, Fraction(0), souple=souple)
    elif reste <= 0:
        yield Lien(termes, Fraction(0), egale=False, souple=souple)


def _dire(cellules: list[Cellule], autres: list[Cellule]) -> str:
    """The names of one side; with its workshop, where the other side is not of it."""
    ateliers = {autre.atelier for autre in autres}
    return " + ".join(c.nom if c.atelier in ateliers else f"{c.nom} @{c.atelier}".strip(" @") for c in cellules)


def _d_une_periode(
    mesures: Mesures, modele: Cellule, noms: set[str], categories: Mapping[tuple[str, str], str], seuil: int
) -> Iterator[Lien]:
    """Among the cells of one period, for the whole or for one workshop."""
    for relation in (*RELATIONS_LUES, *_des_lignes(noms, categories)):
        if noms.issuperset(relation.gauche + relation.droite):
            gauche, droite = map(modele.autre, relation.gauche), map(modele.autre, relation.droite)
            secret_sous = seuil if relation.dans else 0
            yield from _lier(mesures, gauche, droite, egale=relation.egale, secret_sous=secret_sous)
    for somme, nombre, au_plus in AU_PLUS_PAR_UNITE:
        if {somme, nombre} <= noms:
            unites = [modele.autre(nombre)] * au_plus(modele.periode)
            yield from _lier(mesures, [modele.autre(somme)], unites, egale=False)


def _des_lignes(noms: set[str], categories: Mapping[tuple[str, str], str]) -> Iterator[Relation]:
    """Between the lines of breakdowns and the figures."""
    lignes: dict[str, list[str]] = defaultdict(list)
    for nom in sorted(noms):
        if repartition_de(nom) is not None:
            lignes[nom.partition("/")[0]].append(nom)
    for code, propres in lignes.items():
        repartition = REPARTITIONS[code]
        toutes = (*propres, *(nom for (de, _), nom in MEMES.items() if de == code and nom in noms))
        tout = NOMS[repartition.de]
        if not repartition.multiple:
            yield Relation((tout,), toutes, egale=True)
        elif code != "aci.salaries_par_atelier":
            yield from (Relation((ligne,), (tout,), egale=False, dans=True) for ligne in toutes)
            yield Relation((tout,), toutes, egale=False)
    for code, liste, figures in MOTIFS:
        for categorie, figure in figures:
            du_motif = tuple(n for n in lignes[code] if categories.get((liste, n.partition("/")[2])) == categorie)
            if du_motif:
                yield Relation((figure,), du_motif, egale=True)
    for nom in lignes["aci.personnes_par_frein"]:
        yield Relation((nom,), (f"aci.freins_par_categorie/{nom.partition('/')[2]}",), egale=False)
        yield Relation((nom,), ("aci.salaries",), egale=False, dans=True)


def _de_flux(mesures: Mesures, stocks: list[Cellule], entrees: str, sorties: str) -> Iterator[Lien]:
    """Two periods that follow each other: who is in one and not in the other came in, or left."""
    for avant, apres in pairwise(sorted(stocks, key=lambda c: c.debut)):
        if avant.fin + UN_JOUR != apres.debut:
            continue
        for moins, plus, flux in ((apres, avant, apres.autre(entrees)), (avant, apres, avant.autre(sorties))):
            if flux in mesures:
                yield from _lier(mesures, [moins], [plus, flux], egale=False, souple=True)


def _d_ateliers(mesures: Mesures, tout: Cellule, parties: list[Cellule], seuil: int) -> Iterator[Lien]:
    if par_ateliers(tout.nom) == "additif":
        yield from _lier(mesures, [tout], parties, egale=True)
    elif par_ateliers(tout.nom) == "croissant":
        for partie in parties:
            yield from _lier(mesures, [partie], [tout], egale=False, secret_sous=seuil)
        yield from _lier(mesures, [tout], parties, egale=False)


def _de_periodes(mesures: Mesures, cellules: list[Cellule]) -> Iterator[Lien]:
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
    segments_de = {
        cellule: [(d, f - UN_JOUR) for d, f in pairwise(bornes) if cellule.debut <= d <= cellule.fin]
        for cellule in cellules
    }
    # Zeros are never hidden, and each part of zero is zero.
    nuls = {segment for cellule, segments in segments_de.items() if not mesures[cellule].valeur for segment in segments}
    for cellule, segments in segments_de.items():
        if len(segments) > 1:
            morceaux = [
                propres.get((d, f)) or Cellule(f"{prefixe}{cellule.nom}", cellule.atelier, d, f)
                for d, f in segments
                if (d, f) in propres or (d, f) not in nuls
            ]
            yield Lien({cellule: 1, **dict.fromkeys(morceaux, -1)}, Fraction(0), souple=True)
