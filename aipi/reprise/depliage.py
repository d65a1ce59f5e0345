"""Sheets that have one column a month, or a year: each of their rows is as many rows of the format.

What such a column says is its sheet's number (hours, amount), and its title says of when: « janv. », « 01/2021 »,
« Heures de janvier 2021 », a date cell. Titles without a year take that of the sheet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from aipi.echange.colonnes import Annee, Colonne, Mois, Nombre
from aipi.echange.feuille import Feuille
from aipi.texte import replier

from .valeurs import ABREGES, MOIS, NOMS_MOIS, date_lue, mois_lu

SUITE = 3
"""Titles that follow one another in time, from which they are taken for periods when nothing else says so."""
JOURS = 5
"""Dates from which a sheet is taken for one that has a column a day."""
_MORCEAUX = re.compile(r"[a-z]+|[0-9]+")
_ANNEE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_PETITS = frozenset({"de", "d", "du", "des", "en", "mois", "l", "le", "la", "annee", "exercice"})


@dataclass(frozen=True)
class Periode:
    """What a title says of when: « 2021-01 », « 2021 », or « 01 » without its year; and what else it says."""

    texte: str
    reste: str = ""

    @property
    def entiere(self) -> bool:
        return len(self.texte) != 2

    def en(self, annee: str) -> str:
        """With the year of its sheet where it has none; nothing when nobody says it."""
        return self.texte if self.entiere else f"{annee}-{self.texte}" if annee else ""


def temps_de(feuille: Feuille) -> Colonne | None:
    """The month, or the year, that is a part of the key of a sheet."""
    return next((c for c in feuille.colonnes if c.nom in feuille.cle and isinstance(c, Mois | Annee)), None)


def mesure_de(feuille: Feuille) -> Colonne | None:
    """The number that a sheet tells of each month, or of each year."""
    if temps_de(feuille) is None:
        return None
    return next((c for c in feuille.colonnes if c.requise and isinstance(c, Nombre)), None)


def annee_dite(textes: Iterable[str]) -> str:
    """The year that the first of `textes` that names one names; two years in one text are none."""
    for texte in textes:
        annees = set(_ANNEE.findall(texte))
        if annees:
            return annees.pop() if len(annees) == 1 else ""
    return ""


def mois_dit(textes: Iterable[str]) -> str:
    """The month that the first of `textes` that names one names, with its year."""
    dits = (p.texte for texte in textes if (p := _mois_du_titre(texte)) is not None and p.entiere)
    return next(dits, "")


def jours(titres: Sequence[str]) -> list[str]:
    """The titles that are days, when there is one a day: dates of one month, or 1 to 28 and more."""
    dates = [titre for titre in titres if date_lue(titre) is not None]
    if len(dates) >= JOURS and len({mois_lu(titre) for titre in dates}) < len(dates) / 2:
        return dates
    nus = [titre for titre in titres if re.fullmatch(r"(?:[a-zé]+\.? )?0?[0-9]{1,2}", titre.strip(), re.I)]
    numeros = {int(titre.split()[-1]) for titre in nus}
    return nus if numeros >= set(range(1, 29)) else []


def _mois_du_titre(titre: str) -> Periode | None:
    plie = replier(titre)
    if (mois := mois_lu(plie)) is not None:
        return Periode(mois)
    morceaux = _MORCEAUX.findall(plie)
    rangs = [i for i, m in enumerate(morceaux) if NOMS_MOIS.get(m, ABREGES.get(m, 0))]
    if len(rangs) != 1:
        chiffres = re.search(r"(?<![0-9])(0?[1-9]|1[0-2])[/.\-]((?:19|20)[0-9]{2})(?![0-9])", plie)
        if chiffres is None:
            return None
        reste = plie.replace(chiffres[0], " ")
        return Periode(f"{chiffres[2]}-{int(chiffres[1]):02}", _reste(_MORCEAUX.findall(reste)))
    [rang] = rangs
    numero = NOMS_MOIS.get(morceaux[rang], ABREGES.get(morceaux[rang], 0))
    suivant = morceaux[rang + 1] if rang + 1 < len(morceaux) else ""
    annee = next((m for m in morceaux if _ANNEE.fullmatch(m)), "")
    if not annee and suivant.isdigit() and len(suivant) == 2:
        annee = f"20{suivant}"
    autres = [m for i, m in enumerate(morceaux) if i != rang and m not in {annee, annee[2:]}]
    return Periode(f"{annee}-{numero:02}" if annee else f"{numero:02}", _reste(autres))


def _annee_du_titre(titre: str) -> Periode | None:
    plie = replier(titre)
    annees = _ANNEE.findall(plie)
    if len(annees) != 1 or mois_lu(plie) is not None:
        return None
    return Periode(annees[0], _reste(_MORCEAUX.findall(plie.replace(annees[0], " "))))


def _reste(morceaux: Iterable[str]) -> str:
    return " ".join(m for m in morceaux if m not in _PETITS)


def periodes(titres: Sequence[str], temps: Colonne | None) -> dict[str, Periode]:
    """The titles that say when. Bare numbers do, when they are those of the twelve months and of no day."""
    if temps is None:
        return {}
    lire = _mois_du_titre if isinstance(temps, Mois) else _annee_du_titre
    trouvees = {titre: p for titre in titres if (p := lire(titre)) is not None}
    if not trouvees and isinstance(temps, Mois):
        nus = {titre: int(titre) for titre in titres if re.fullmatch(r"[0-9]{1,2}", titre)}
        if sorted(nus.values()) == list(range(1, 13)):
            return {titre: Periode(f"{mois:02}") for titre, mois in nus.items()}
    return trouvees


def suite(titres: Sequence[str], temps: Colonne | None) -> dict[str, list[str]]:
    """By what else their titles say, the columns that tell of different periods, in the order of the sheet."""
    groupes: dict[str, list[str]] = defaultdict(list)
    vues: dict[str, set[str]] = defaultdict(set)
    for titre, periode in periodes(titres, temps).items():
        if periode.texte in vues[periode.reste]:
            # Two columns of one month that nothing tells apart: days, or weeks.
            groupes[periode.reste] = []
            vues[periode.reste] = set()
            continue
        vues[periode.reste].add(periode.texte)
        groupes[periode.reste].append(titre)
    return {reste: groupe for reste, groupe in groupes.items() if len(groupe) >= 2}


def depliees(colonnes: Mapping[str, str], feuille: Feuille) -> dict[str, Periode]:
    """Of a plan, the columns of which each row gives a row, when another does not say the month of all."""
    temps, mesure = temps_de(feuille), mesure_de(feuille)
    if temps is None or mesure is None or f"{feuille.nom}.{temps.nom}" in colonnes.values():
        return {}
    dites = {titre for titre, vers in colonnes.items() if vers == f"{feuille.nom}.{mesure.nom}"}
    return {titre: p for titre, p in periodes(list(colonnes), temps).items() if titre in dites}


def se_suivent(cellules: Sequence[Any]) -> int:
    """How many cells of a row are months, or years, that follow one another: these are titles, not facts."""
    for lire in (_rang_du_mois, _rang_de_l_annee):
        rangs = [lire(c) for c in cellules]
        voisins = sum(
            1
            for un, autre in pairwise(rangs)
            if un is not None and autre is not None and (autre - un == 1 or (un == 12 and autre == 1))
        )
        if voisins >= SUITE - 1:
            return sum(1 for r in rangs if r is not None)
    return 0


def _rang_du_mois(texte: Any) -> int | None:
    periode = _mois_du_titre(texte) if isinstance(texte, str) and texte else None
    if periode is None:
        return None
    if not periode.entiere:
        return int(periode.texte)
    return int(periode.texte[:4]) * 12 + int(periode.texte[5:])


def _rang_de_l_annee(texte: Any) -> int | None:
    return int(texte) if isinstance(texte, str) and _ANNEE.fullmatch(texte) else None


def cle_de_titre(titre: str) -> str:
    """What a title of a period is remembered by: next year’s columns are those of this year."""
    periode = _mois_du_titre(titre)
    if periode is not None:
        return f"mois {periode.texte[-2:]} {periode.reste}".strip()
    annee = _annee_du_titre(titre)
    return f"annee {annee.reste}".strip() if annee is not None and not annee.reste else ""


LISIBLES = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", *MOIS[8:11], "décembre")


def lisible(periode: str) -> str:
    """« janvier 2021 », « janvier », « 2021 »."""
    annee, _, mois = periode.rpartition("-") if "-" in periode else ("", "", periode)
    if len(mois) == 2:
        return f"{LISIBLES[int(mois) - 1]} {annee}".strip()
    return mois
