"""Short words of the director set on the sheet of the figures they are about, instead of a sheet left almost empty.

Heights are foreseen as in `rapports.rendu.ajustement`; the style sheet of the document must keep to the constants below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from rapports.models import Perspective
from rapports.rendu.ajustement import lignes
from rapports.sommaire.blocs import LARGEUR

BLOC = re.compile(r"<(h3|p|li)>(.*?)</\1>", re.DOTALL)
BALISE = re.compile(r"<[^>]+>")
CORPS = 16.0
INTERLIGNE = 23.0
BORDS = 32.0 + 30.0
"""Padding of the frame, and its title."""
GOUTTIERE = 32.0
PLUS_HAUT = 230.0
"""A taller text has a sheet of its own."""
COLONNES_RECIT = 3


@dataclass(frozen=True)
class Encart:
    """What stands on the sheet beside the figures: the text, the perspectives, both or neither; and its foreseen height."""

    texte: bool = False
    perspectives: bool = False
    hauteur: float = 0.0


RIEN = Encart()


def _texte(morceau: str) -> str:
    return " ".join(unescape(BALISE.sub("", morceau)).split())


def _blocs(html: str) -> list[tuple[str, str]]:
    """Tag and text of each heading, paragraph and line of a list, in reading order."""
    return [(balise, _texte(contenu)) for balise, contenu in BLOC.findall(html)]


def _hauteur(blocs: Sequence[tuple[str, str]], place: float) -> float:
    marges = {"h3": 14.0, "p": 10.0, "li": 2.0}
    return sum(
        lignes(texte, place - (18.0 if balise == "li" else 0.0), CORPS, balise == "h3") * INTERLIGNE + marges[balise]
        for balise, texte in blocs
    )


def hauteur_du_texte(html: str, mise_en_page: str) -> float:
    """The height of a text in its frame; in a story, each heading begins one of three columns."""
    blocs = _blocs(html)
    utile = LARGEUR - 40.0
    if mise_en_page == "recit":
        groupes: list[list[tuple[str, str]]] = [[]]
        for bloc in blocs:
            if bloc[0] == "h3" and groupes[-1]:
                groupes.append([])
            groupes[-1].append(bloc)
        if len(groupes) > COLONNES_RECIT:
            return PLUS_HAUT + 1.0
        cote = (utile - GOUTTIERE * (COLONNES_RECIT - 1)) / COLONNES_RECIT
        return BORDS + max(_hauteur(groupe, cote) for groupe in groupes)
    if len(blocs) < 2:
        return BORDS + _hauteur(blocs, utile)
    # Two balanced columns: the break may fall a block too low.
    cote = (utile - GOUTTIERE) / 2
    return BORDS + _hauteur(blocs, cote) / 2 + max(_hauteur([bloc], cote) for bloc in blocs) / 2 + INTERLIGNE / 2


def hauteur_des_perspectives(promises: Sequence[Perspective], perspectives: Sequence[Perspective]) -> float:
    """The height of the two lists side by side."""
    listes = [liste for liste in (promises, perspectives) if liste]
    cote = (LARGEUR - GOUTTIERE * (len(listes) - 1)) / max(len(listes), 1) - 18.0
    return 41.0 + max(
        (
            sum(
                lignes(f"{p.intitule}, {p.objectif} ({p.financeur})", cote, 15.0, True) * 20.5
                + lignes(f"{p.get_suite_display()} : {p.commentaire}", cote, 15.0) * 20.5
                + 12.0
                for p in liste
            )
            for liste in listes
        ),
        default=0.0,
    )


def candidats(texte: float, perspectives: float) -> list[Encart]:
    """What may be tried on the sheet, the fullest first; the last one, nothing, always fits."""
    tentes = []
    if texte and perspectives:
        tentes.append(Encart(True, True, texte + perspectives + 22.0))
    if perspectives:
        tentes.append(Encart(perspectives=True, hauteur=perspectives))
    if texte:
        tentes.append(Encart(texte=True, hauteur=texte))
    return [*(encart for encart in tentes if encart.hauteur <= PLUS_HAUT), RIEN]
