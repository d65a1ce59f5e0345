"""Figures typed by hand in a text that a chip would print: equal to one, or so near that one of the two is wrong.

A number is looked for where a reader would: among the figures of the period, then those of the period before, their
changes, those of each workshop, and the lines of breakdowns. The further from the figures of the period, the larger it
must be, lest any two digits be taken for something (see docs/controle.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from aipi.nombres import ESPACE_FINE
from insertion_pro.axes import Axe
from rapports.declarations import Indicateur
from rapports.ecriture import court, ecrire, libelle_entier, variation
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.puces import sans_puces
from rapports.rendu.composition import Composition
from rapports.valeurs import Chiffre

NOMBRE = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:,(\d+))?(?:[ \u00a0\u202f]?(%|€|points?\b|pts?\b))?(?![\w/-])"
)
PLUS_PETIT = 10
"""Smaller whole numbers are everywhere in a text and mean many things."""
PROCHE = Fraction(3, 100)
"""Within 3 %, a number and a figure of the period are taken for the same notion."""
TRES_PROCHE = Fraction(1, 100)
"""The same for the figures of other years and of workshops, which are many more."""
AILLEURS_PAR_TEXTE = 6
"""How many numbers of one text are pointed out for what is not a figure of the period."""


class Rang(IntEnum):
    """Where a number was recognised, from what a text most likely means."""

    PERIODE = 0
    AVANT = 1
    ATELIER = 2
    EVOLUTION = 3
    REPARTITION = 4


PLUS_PETITS = {
    Rang.PERIODE: PLUS_PETIT,
    Rang.AVANT: PLUS_PETIT,
    Rang.ATELIER: 2 * PLUS_PETIT,
    Rang.EVOLUTION: 5,
    Rang.REPARTITION: 3 * PLUS_PETIT,
}
"""The smallest number looked for at each rank, in the unit that is written (5 %, 5 points)."""
ORDRE = (
    (Rang.PERIODE, True),
    (Rang.AVANT, True),
    (Rang.ATELIER, True),
    (Rang.PERIODE, False),
    (Rang.EVOLUTION, True),
    (Rang.REPARTITION, True),
    (Rang.AVANT, False),
    (Rang.ATELIER, False),
)
"""Rank, and whether equal or only near: the first that answers is the one that is told."""


@dataclass(frozen=True)
class Tape:
    """A number as it stands in a text: `nombre` in its unit, percents and points as fractions."""

    signes: str
    nombre: Fraction
    unite: str
    decimales: int

    @property
    def taille(self) -> Fraction:
        return self.nombre * 100 if self.unite in {"%", "pts"} else self.nombre


@dataclass(frozen=True)
class ChiffreTape:
    """`tape` as it stands in the text; the figure that it is, or nearly is, and the chip that prints it, if there is one."""

    tape: str
    indicateur: Indicateur
    valeur: str
    exact: bool
    rang: Rang
    libelle: str
    puce: str


@dataclass(frozen=True)
class Repere:
    """A number that the report knows."""

    rang: Rang
    indicateur: Indicateur
    valeur: Fraction
    dit: str
    unite: str
    libelle: str
    puce: str

    def egale(self, tape: Tape) -> bool:
        """Printed with the same signs; a change, once rounded as it was typed."""
        if self.unite != tape.unite or tape.taille < self.plancher(tape):
            return False
        if self.rang is Rang.EVOLUTION:
            return bool(abs(self.valeur - tape.nombre) <= Fraction(1, 200 * 10**tape.decimales))
        return _compact(self.dit) == _compact(tape.signes)

    def plancher(self, tape: Tape) -> int:
        """The smallest number that is looked for; a rate, an amount or a decimal of the period may be any."""
        precis = self.rang in {Rang.PERIODE, Rang.AVANT} and (tape.unite or tape.decimales)
        return 0 if precis else PLUS_PETITS[self.rang]

    def proche(self, tape: Tape) -> bool:
        marge = PROCHE if self.rang is Rang.PERIODE else TRES_PROCHE
        if self.unite != tape.unite or not self.valeur or abs(tape.nombre - self.valeur) > marge * self.valeur:
            return False
        if self.rang is Rang.PERIODE:
            return self.unite == "%" or self.valeur >= 4 * PLUS_PETIT
        # A rate of another year or of a workshop is near some other one too easily.
        return self.unite != "%" and self.valeur >= 20 * PLUS_PETIT


def chiffres_tapes(corps: str, composition: Composition) -> list[ChiffreTape]:
    """The numbers of a text that the report knows: figures of the period, the exact ones first, then a few of the others."""
    tapes = list(_tapes(corps))
    reperes: dict[Rang, list[Repere]] = {}
    trouves = [trouve for tape in tapes if (trouve := _reconnaitre(tape, composition, reperes))]
    ailleurs = [trouve for trouve in trouves if trouve.rang is not Rang.PERIODE][:AILLEURS_PAR_TEXTE]
    return [
        *sorted((t for t in trouves if t.rang is Rang.PERIODE), key=lambda trouve: not trouve.exact),
        *sorted(ailleurs, key=lambda trouve: (trouve.rang, not trouve.exact)),
    ]


def _tapes(corps: str) -> Iterator[Tape]:
    vus: set[str] = set()
    for trouve in NOMBRE.finditer(sans_puces(corps)):
        entier, decimales, unite = "".join(trouve[1].split()), trouve[2] or "", trouve[3] or ""
        unite = "pts" if unite.startswith("p") else unite
        nombre = Fraction(f"{entier}.{decimales or 0}")
        annee = not decimales and not unite and 1900 <= nombre <= 2100 and len(trouve[1]) == 4
        if trouve[0] in vus or annee or (not unite and not decimales and nombre < PLUS_PETIT):
            continue
        vus.add(trouve[0])
        yield Tape(trouve[0], nombre / 100 if unite in {"%", "pts"} else nombre, unite, len(decimales))


def _reconnaitre(tape: Tape, composition: Composition, reperes: dict[Rang, list[Repere]]) -> ChiffreTape | None:
    for rang, exact in ORDRE:
        if rang not in reperes:
            # Read when a number asks for it: most texts have none left.
            reperes[rang] = list(_reperes(rang, composition))
        for repere in reperes[rang]:
            if repere.egale(tape) if exact else repere.proche(tape):
                return ChiffreTape(tape.signes, repere.indicateur, repere.dit, exact, rang, repere.libelle, repere.puce)
    return None


def _reperes(rang: Rang, composition: Composition) -> Iterator[Repere]:
    """The numbers of a rank, in the order of the dictionary."""
    if rang is Rang.REPARTITION:
        yield from _lignes(composition)
        return
    for axe in composition.ateliers if rang is Rang.ATELIER else (None,):
        for code, indicateur in INDICATEURS.items():
            if indicateur.axe_admis(axe):
                repere = _repere(rang, composition.chiffre(code, axe), axe)
                if repere is not None and repere.valeur:
                    yield repere


def _repere(rang: Rang, chiffre: Chiffre, axe: Axe | None) -> Repere | None:
    indicateur = chiffre.indicateur
    code, libelle = indicateur.code, libelle_entier(indicateur)
    unite = indicateur.unite if indicateur.unite in {"%", "€"} else ""
    if rang is Rang.EVOLUTION:
        change = chiffre.ecart if indicateur.unite == "%" else chiffre.evolution
        dit = variation(chiffre)
        if change is None or not dit:
            return None
        unite = "pts" if indicateur.unite == "%" else "%"
        return Repere(rang, indicateur, abs(change), dit, unite, f"{libelle}, évolution", f"{code} évolution")
    valeur = chiffre.precedent if rang is Rang.AVANT else chiffre.nombre
    if valeur is None:
        return None
    if rang is Rang.AVANT:
        libelle, code = f"{libelle}, {court(chiffre.periode.precedente)}", f"{code} N-1"
    elif axe is not None:
        libelle, code = f"{libelle}, {axe.libelle}", f"{code} {axe.nom}={axe.code}"
    return Repere(rang, indicateur, valeur, ecrire(indicateur, valeur), unite, libelle, code)


def _lignes(composition: Composition) -> Iterator[Repere]:
    """The lines of breakdowns. A key with braces has no chip: it could not be read back."""
    for code, repartition in REPARTITIONS.items():
        de = repartition.de
        for cle, nom, valeur in composition.releve.repartition(code) or []:
            if valeur:
                libelle = f"{repartition.libelle}{ESPACE_FINE}: {nom}"
                unite = de.unite if de.unite in {"%", "€"} else ""
                puce = "" if set(cle) & set("{}") else f"{code} cle={cle}"
                yield Repere(Rang.REPARTITION, de, valeur, ecrire(de, valeur), unite, libelle, puce)


def _compact(texte: str) -> str:
    return re.sub(r"\s", "", texte)
