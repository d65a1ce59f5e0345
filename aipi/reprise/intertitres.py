"""Rows that head others: « Équipe du canal », alone on its row, is the team of the rows under it, until the next one.

A row that holds one cell may also be somebody of whom nothing else is known. So nothing is taken for a heading but what
names a row of the house, or what the director says is one: labels without a meaning stay rows as the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aipi.echange.erreurs import Anomalie
from aipi.echange.lecture import vide

from .cellules import lu
from .entetes import hors_tableau
from .plan import Plan, cibles, est_un_lieu
from .valeurs import est_un_nombre

TITRE = "Intertitres"
LONGUEUR = 80


def seule(cellules: Sequence[Any]) -> str:
    """What a row says that holds one text and nothing else: « Équipe du canal », or « Équipe : » beside « Canal »."""
    pleines = [c for c in cellules if not vide(c)]
    if not 1 <= len(pleines) <= 2 or any(isinstance(c, Anomalie) for c in pleines) or hors_tableau(cellules):
        return ""
    textes = [" ".join(lu(c).split()) for c in pleines]
    if len(textes) == 2 and not textes[0].endswith(":"):
        return ""
    texte = " ".join(textes)
    return "" if len(texte) > LONGUEUR or est_un_nombre(textes[-1]) or not any(c.isalpha() for c in texte) else texte


def seules(lignes: Sequence[Sequence[Any]]) -> list[str]:
    """The different texts of such rows, in their order; none when all rows are so: a list of one column."""
    textes = [seule(cellules) for cellules in lignes]
    return [] if all(textes) else list(dict.fromkeys(filter(None, textes)))


def possibles(plan: Plan) -> list[str]:
    """What the rows that head others may say: a team, a workshop, a colleague that no column says."""
    if not plan.cible:
        return []
    tous = [f"{f.nom}.{c.nom}" for f, c in cibles(plan.cible)]
    return [vers for vers in tous if est_un_lieu(vers) and vers not in plan.colonnes.values()]
