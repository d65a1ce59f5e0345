"""Where a table begins and ends in a sheet: its titles, on one row or on two; and the rows that are nobody's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aipi.echange.classeur import Rangee
from aipi.echange.erreurs import nettoyer
from aipi.echange.lecture import vide
from aipi.texte import replier

from .cellules import lu
from .depliage import SUITE, se_suivent
from .valeurs import est_un_nombre

TITRE_MAXIMUM = 200
_TOTAL = re.compile(r"(?:sous[- ]|s/)?tota(?:l|ux)\b|σ|∑")
_RESUME = re.compile(r"(?:cumul|moyenne|ensemble|somme|effectif|nombre|nb)s?\b|.*\btotal(?: general)?$")
_NOTE = re.compile(
    r"\*|nb ?:|n\.b\.|source\b|mis(?:e)? a jour|maj\b|edite|imprime|page \d|legende|fait a |signature|remarque|attention|dont "
)


def est_un_titre(cellule: Any) -> bool:
    return (
        isinstance(cellule, str)
        and not vide(cellule)
        and len(cellule) <= TITRE_MAXIMUM
        and any(c.isalpha() for c in cellule)
        and not any(c.isdigit() for c in cellule[:1])
    )


def ligne_des_titres(premieres: Sequence[Rangee]) -> int:
    """Which of the first rows holds the titles: the first of those that hold nearly the most different words."""
    notes = []
    for numero, cellules in premieres:
        mots = len({replier(c) for c in cellules if est_un_titre(c)})
        if (suivies := se_suivent([lu(c) for c in cellules])) >= SUITE:
            mots = suivies + len(
                {replier(c) for c in cellules if est_un_titre(c) and not se_suivent([lu(c), lu(c), lu(c)])}
            )
        notes.append((numero, mots, sum(1 for c in cellules if not vide(c))))
    meilleure = max((mots for _, mots, _ in notes), default=0)
    for numero, mots, pleines in notes:
        # A row of data holds words too, but figures and dates beside them.
        if mots and mots >= max(2, 0.7 * meilleure) and mots >= 0.7 * pleines:
            return numero
    return premieres[0][0] if premieres else 1


def entete_de(premieres: Sequence[Rangee], numero: int | None = None) -> tuple[int, list[str]]:
    """The last row of the titles and the titles. `numero`: the row that holds them, when somebody says it."""
    choisie = ligne_des_titres(premieres) if numero is None else numero
    rang = next((i for i, (n, _) in enumerate(premieres) if n == choisie), 0)
    for haut in (rang, rang - 1) if numero is None else (rang - 1,):
        if not 0 <= haut < len(premieres) - 1:
            continue
        (n_haut, dessus), (n_bas, dessous) = premieres[haut], premieres[haut + 1]
        if n_bas == n_haut + 1 and sur_deux_rangs(dessus, dessous):
            return n_bas, titres_de(_reunis(dessus, dessous), premieres)
    return choisie, titres_de(premieres[rang][1] if premieres else [], premieres)


def sur_deux_rangs(dessus: Sequence[Any], dessous: Sequence[Any]) -> bool:
    """Whether the titles of a table stand on two rows: merged cells above, what they group below."""
    haut, bas = _textes(dessus, dessous)
    dits = [b for b in bas if b]
    if sum(1 for h in haut if h) < 2 and not (any(haut) and not haut[_premier(bas)]):
        return False
    dates = se_suivent(bas) >= SUITE
    if not dits or not all(est_un_titre(b) or dates for b in dits):
        return False
    if not all(est_un_titre(h) or re.fullmatch(r"(?:19|20)\d\d", h) or se_suivent(haut) for h in haut if h):
        return False
    prolonges = sum(1 for i in range(1, len(bas)) if bas[i] and not haut[i] and _groupe(haut, bas, i))
    isoles = any(h and not b for h, b in zip(haut, bas, strict=True))
    return bool(prolonges) and (dates or isoles or len({replier(b) for b in dits}) < len(dits))


def _textes(dessus: Sequence[Any], dessous: Sequence[Any]) -> tuple[list[str], list[str]]:
    largeur = max(len(dessus), len(dessous))
    haut = [lu(c).strip() for c in dessus] + [""] * (largeur - len(dessus))
    bas = [lu(c).strip() for c in dessous] + [""] * (largeur - len(dessous))
    return haut, bas


def _premier(textes: Sequence[str]) -> int:
    return next((i for i, t in enumerate(textes) if t), 0)


def _groupe(haut: Sequence[str], bas: Sequence[str], rang: int) -> str:
    """The merged title that a column stands under: the last one on its left, before a column with a title of its own."""
    for i in range(rang, -1, -1):
        if not bas[i]:
            return ""
        if haut[i]:
            return haut[i]
    return ""


def _reunis(dessus: Sequence[Any], dessous: Sequence[Any]) -> list[str]:
    haut, bas = _textes(dessus, dessous)
    return [" ".join(filter(None, (_groupe(haut, bas, i), b))) if b else haut[i] for i, b in enumerate(bas)]


def titres_de(cellules: Sequence[Any], lignes: Sequence[Rangee]) -> list[str]:
    """A title for each column, no two alike; a column without one is called by its letter."""
    largeur = max([len(cellules), *(len(c) for _, c in lignes)])
    titres: list[str] = []
    for rang in range(largeur):
        brut = lu(cellules[rang]) if rang < len(cellules) else ""
        titre = nettoyer(" ".join(brut.split()), TITRE_MAXIMUM) or f"Colonne {lettre(rang)}"
        base, numero = titre, 2
        while titre in titres:
            titre, numero = f"{base} ({numero})", numero + 1
        titres.append(titre)
    return titres


def lettre(rang: int) -> str:
    """The letters of a column, as spreadsheets count them: A, Z, AA."""
    texte = ""
    rang += 1
    while rang:
        rang, reste = divmod(rang - 1, 26)
        texte = chr(65 + reste) + texte
    return texte


def hors_tableau(cellules: Sequence[Any]) -> str:
    """Why a row is nobody's, nothing when it is somebody's: totals at the foot, what is written under the table."""
    pleines = [lu(c).strip() for c in cellules if not vide(c)]
    if not pleines or est_un_nombre(pleines[0]):
        return ""
    premiere = replier(pleines[0])
    if _TOTAL.match(premiere):
        return "total"
    if len(pleines) == 1:
        return "note" if _NOTE.match(premiere) else ""
    return "total" if _RESUME.match(premiere) and all(est_un_nombre(p) for p in pleines[1:]) else ""
