"""Widths of texts in Source Sans Pro, measured on the font itself, so that labels are placed and not guessed.

Kerning is left out: in this font it mostly tightens, so a measured width errs on the safe side.
"""

from functools import cache
from pathlib import Path

import font_source_sans_pro
from fontTools.ttLib import TTFont

FAMILLE = "Source Sans Pro"
SUSPENSION = "…"
# Above and below the baseline, in ems: room for an accent on a capital and for a cedilla.
ASCENDANTE = 0.88
DESCENDANTE = 0.24
INTERLIGNE = 1.2
# From the baseline down to the middle of the digits and capitals: what centres a text on a bar.
MILIEU = 0.33


@cache
def _avances(gras: bool) -> dict[int, float]:
    """Advance width in ems of each character of the font."""
    fichier = Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{'Bold' if gras else 'Regular'}.ttf"
    with TTFont(fichier, lazy=True) as police:
        quadratin = police["head"].unitsPerEm
        metriques = police["hmtx"].metrics
        return {code: metriques[nom][0] / quadratin for code, nom in police.getBestCmap().items()}


@cache
def _largeur_en_quadratins(texte: str, gras: bool) -> float:
    avances = _avances(gras)
    # A character that the font lacks comes from another one: a full em is the safe guess.
    return sum(avances.get(ord(caractere), 1.0) for caractere in texte)


def largeur(texte: str, taille: float, gras: bool = False) -> float:
    """Width of one line, in the units of `taille`."""
    return _largeur_en_quadratins(texte, gras) * taille


def abreger(texte: str, place: float, taille: float, gras: bool = False) -> str:
    """The text, or as much of its beginning as fits in `place` followed by an ellipsis."""
    if largeur(texte, taille, gras) <= place:
        return texte
    debut = texte
    while debut and largeur(debut.rstrip() + SUSPENSION, taille, gras) > place:
        debut = debut[:-1]
    return debut.rstrip() + SUSPENSION


def couper(texte: str, place: float, taille: float, gras: bool = False, lignes: int = 2) -> list[str]:
    """The text broken at its ordinary spaces into at most `lignes` lines no wider than `place`.

    What is too long ends in an ellipsis. No-break spaces hold. Always at least one line, perhaps empty.
    """
    mots = [mot for mot in texte.split(" ") if mot]
    resultat: list[str] = []
    while mots and len(resultat) < lignes - 1:
        ligne = mots.pop(0)
        while mots and largeur(f"{ligne} {mots[0]}", taille, gras) <= place:
            ligne = f"{ligne} {mots.pop(0)}"
        resultat.append(abreger(ligne, place, taille, gras))
    if mots or not resultat:
        resultat.append(abreger(" ".join(mots), place, taille, gras))
    return resultat


def plus_large(textes: list[str], taille: float, gras: bool = False) -> float:
    """Width of the widest of the texts; 0 without any."""
    return max((largeur(texte, taille, gras) for texte in textes), default=0.0)
