"""Read a printed report back: its words where they stand, and the numbers that a drawing puts beside a month, an age, a year."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from pathlib import Path

MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
NOMBRE = re.compile(r"[−-]?\d[\d,]*|—")
MILLIERS = 1.8
"""Points between two words that are one number: a thin space, in the sizes of a drawing."""


@dataclass(frozen=True)
class Mot:
    x0: float
    y0: float
    x1: float
    y1: float
    texte: str

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def nombre(self) -> bool:
        return NOMBRE.fullmatch(self.texte) is not None


def feuillets(pdf: Path) -> list[list[Mot]]:
    """The words of each sheet."""
    boites = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True).stdout.decode()
    mot = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    return [
        [Mot(*(float(n) for n in m[:4]), unescape(m[4])) for m in mot.findall(feuillet)]
        for feuillet in boites.split("<page ")[1:]
    ]


def rangs(mots: list[Mot]) -> list[list[Mot]]:
    """Words by line, from the top; a number cut by its thin spaces is whole again, without them."""
    lignes: dict[float, list[Mot]] = {}
    for mot in sorted(mots, key=lambda m: (m.y, m.x0)):
        lignes.setdefault(next((y for y in lignes if abs(y - mot.y) < 1.5), mot.y), []).append(mot)
    entieres = []
    for ligne in lignes.values():
        entiere: list[Mot] = []
        for mot in sorted(ligne, key=lambda m: m.x0):
            avant = entiere[-1] if entiere else None
            milliers = re.fullmatch(r"\d{3}(,\d+)?", mot.texte)
            if avant and milliers and avant.nombre and mot.x0 - avant.x1 < MILLIERS:
                entiere[-1] = Mot(avant.x0, avant.y0, mot.x1, mot.y1, avant.texte + mot.texte)
            else:
                entiere.append(mot)
        entieres.append(entiere)
    return entieres


def ou(feuillet: list[Mot], titre: str) -> Mot | None:
    """Where a title stands, None when it is not on the sheet: its box."""
    cherche = titre.split()
    for ligne in rangs(feuillet):
        for rang in range(len(ligne) - len(cherche) + 1):
            suite = ligne[rang : rang + len(cherche)]
            if [mot.texte for mot in suite] == cherche:
                return Mot(suite[0].x0, suite[0].y0, suite[-1].x1, suite[-1].y1, titre)
    return None


def _colonnes(feuillet: list[Mot], titre: Mot, pieds: list[Mot]) -> list[list[str]]:
    """The numbers that stand above each label of an axis and under the title, from the bottom."""
    pas = min((b.x - a.x for a, b in pairwise(pieds)), default=80.0)
    dessus = [mot for ligne in rangs(feuillet) for mot in ligne if titre.y1 < mot.y < pieds[0].y0 and mot.nombre]
    return [
        [mot.texte for mot in sorted(dessus, key=lambda m: -m.y) if abs(mot.x - pied.x) < pas / 2] for pied in pieds
    ]


def mois(feuillet: list[Mot], titre: Mot) -> list[list[str]]:
    """Above each of twelve months, the numbers of its column."""
    for noms in (MOIS, tuple(nom[0].upper() for nom in MOIS)):
        for ligne in rangs([mot for mot in feuillet if mot.y > titre.y1 and mot.x0 > titre.x0 - 2]):
            pieds = [mot for mot in ligne if mot.texte in noms][:12]
            if tuple(pied.texte for pied in pieds) == noms:
                return _colonnes(feuillet, titre, pieds)
    raise AssertionError(f"no months under {titre.texte}")


def piles(feuillet: list[Mot], titre: Mot, annees: list[str]) -> list[list[str]]:
    """Above each year, the numbers of its column from the bottom, the total last."""
    for ligne in rangs([mot for mot in feuillet if mot.y > titre.y1 and mot.x0 > titre.x0 - 2]):
        pieds = [mot for mot in ligne if mot.texte in annees][: len(annees)]
        if [pied.texte for pied in pieds] == annees:
            return _colonnes(feuillet, titre, pieds)
    raise AssertionError(f"no years under {titre.texte}")


def de_part_et_d_autre(feuillet: list[Mot], titre: Mot, libelle: str) -> tuple[str, str] | None:
    """The numbers at the left and at the right of an age, under a title."""
    compact = re.sub(r"\s", "", libelle)
    for ligne in rangs([mot for mot in feuillet if mot.y > titre.y1]):
        for debut in range(1, len(ligne)):
            for fin in range(debut + 1, len(ligne)):
                if "".join(mot.texte for mot in ligne[debut:fin]) != compact:
                    continue
                if ligne[debut - 1].nombre and ligne[fin].nombre:
                    return ligne[debut - 1].texte, ligne[fin].texte
    return None
