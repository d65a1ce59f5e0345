"""Figures typed by hand in a text that a chip would print: equal to one, or so near that one of the two is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rapports.declarations import Indicateur
from rapports.ecriture import ecrire, libelle_entier
from rapports.indicateurs import INDICATEURS
from rapports.puces import sans_puces
from rapports.rendu.composition import Composition

NOMBRE = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:,(\d+))?(?:[ \u00a0\u202f]?(%|€))?(?![\w/-])"
)
PLUS_PETIT = 10
"""Smaller whole numbers are everywhere in a text and mean many things."""
PROCHE = Fraction(3, 100)
"""Within 3 %, two numbers are taken for the same notion."""


@dataclass(frozen=True)
class ChiffreTape:
    """`tape` as it stands in the text; the figure that it is, or nearly is."""

    tape: str
    indicateur: Indicateur
    valeur: str
    exact: bool

    @property
    def libelle(self) -> str:
        return libelle_entier(self.indicateur)


def chiffres_tapes(corps: str, composition: Composition) -> list[ChiffreTape]:
    """The numbers of a text that a figure of the report would have printed, the exact ones before the near ones."""
    trouves = [
        trouve for tape, nombre, unite in _nombres(corps) if (trouve := _reconnaitre(tape, nombre, unite, composition))
    ]
    return sorted(trouves, key=lambda trouve: not trouve.exact)


def _nombres(corps: str) -> Iterator[tuple[str, Fraction, str]]:
    vus: set[str] = set()
    for trouve in NOMBRE.finditer(sans_puces(corps)):
        entier, decimales, unite = "".join(trouve[1].split()), trouve[2] or "", trouve[3] or ""
        nombre = Fraction(f"{entier}.{decimales or 0}")
        annee = not decimales and not unite and 1900 <= nombre <= 2100 and len(trouve[1]) == 4
        if trouve[0] in vus or annee or (not unite and not decimales and nombre < PLUS_PETIT):
            continue
        vus.add(trouve[0])
        yield trouve[0], nombre / 100 if unite == "%" else nombre, unite


def _reconnaitre(tape: str, nombre: Fraction, unite: str, composition: Composition) -> ChiffreTape | None:
    proche: ChiffreTape | None = None
    for code, indicateur in INDICATEURS.items():
        valeur = composition.releve.valeur(code).nombre
        if (
            valeur is None
            or not valeur
            or (unite == "%") != (indicateur.unite == "%")
            or (unite == "€") != (indicateur.unite == "€")
        ):
            continue
        dit = ecrire(indicateur, valeur)
        if _memes_signes(dit) == _memes_signes(tape):
            return ChiffreTape(tape, indicateur, dit, exact=True)
        if (
            proche is None
            and valeur >= (0 if unite == "%" else 4 * PLUS_PETIT)
            and abs(nombre - valeur) / valeur <= PROCHE
        ):
            proche = ChiffreTape(tape, indicateur, dit, exact=False)
    return proche


def _memes_signes(texte: str) -> str:
    return re.sub(r"\s", "", texte)
