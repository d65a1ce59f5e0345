"""Folding of French text, for search, sort and the comparison of codes."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})


def replier(texte: str) -> str:
    """Return `texte` without accents or case, spaces around dropped and inner runs of spaces made one.

    The same function fills the stored search columns and folds the query, so that « Éloïse » is found by « eloise ».
    """
    decompose = unicodedata.normalize("NFKD", texte.casefold().translate(_LIGATURES))
    sans_accent = "".join(c for c in decompose if not unicodedata.combining(c))
    return " ".join(sans_accent.casefold().translate(_LIGATURES).split())


def degre(un: str, autre: str, seuil: float) -> float:
    """How near two texts are, from 0 to 1; 0 under `seuil`, which is mostly told without comparing letter by letter."""
    if 2 * min(len(un), len(autre)) < seuil * (len(un) + len(autre)):
        return 0.0
    comparaison = SequenceMatcher(None, un, autre)
    if comparaison.quick_ratio() < seuil:
        return 0.0
    ratio = comparaison.ratio()
    return ratio if ratio >= seuil else 0.0
