"""A caseload made bigger: every row of people and of their follow-ups copied, reference data as it is.

Rows are read and written one by one: memory does not depend on the size.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from aipi.echange.colonnes import Annee, CodeNomenclature, Colonne, Date, Reference
from aipi.echange.feuille import Feuille, feuilles

REFERENCES = frozenset(
    {
        "communes",
        "nomenclatures",
        "parametres",
        "intervenants",
        "financeurs",
        "conventions",
        "ateliers",
        "equipes",
        "modules_cqp",
        "chiffre_affaires",
        "budget",
        "valeurs_publiees",
    }
)
"""Sheets that are copied once, whatever the factor."""

SANS_DECALAGE = frozenset({"personnes"})
"""Sheets whose dates do not move with the years: people stay born on their day."""


def grossir(source: Path, cible: Path, facteur: int, *, decalage: int = 0) -> int:
    """Write in `cible` the CSV caseload of `source`, its people and their follow-ups `facteur` times; return its rows.

    Each copy has references of its own. The first keeps those of `source`, unless `decalage` moves every date by so
    many years: those rows can be added to the ones that stayed in place. Stays still open are then closed at the end
    of the year they began in, so that the past has its end.
    """
    cible.mkdir(parents=True, exist_ok=True)
    return sum(
        _grossir_feuille(source / f"{nom}.csv", cible / f"{nom}.csv", feuille, facteur, decalage)
        for nom, feuille in feuilles().items()
        if (source / f"{nom}.csv").exists() and not (decalage and nom in REFERENCES)
    )


def _grossir_feuille(source: Path, cible: Path, feuille: Feuille, facteur: int, decalage: int) -> int:
    with (
        source.open(encoding="utf-8-sig", newline="") as entree,
        cible.open("w", encoding="utf-8", newline="") as sortie,
    ):
        separateur = _separateur(entree.readline())
        entree.seek(0)
        lecteur = csv.reader(entree, delimiter=separateur)
        ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
        noms = next(lecteur)
        ecrivain.writerow(noms)
        if feuille.nom in REFERENCES:
            lignes = list(lecteur)
            ecrivain.writerows(lignes)
            return len(lignes)
        colonnes = [feuille.par_nom[nom] for nom in noms]
        marquees = [rang for rang, colonne in enumerate(colonnes) if _propre_a_la_copie(feuille, colonne)]
        datees = [rang for rang, colonne in enumerate(colonnes) if isinstance(colonne, Date | Annee)]
        fins = [(noms.index(fin), noms.index(debut)) for fin, debut in feuille.fins if fin in noms]
        nombre = 0
        for ligne in lecteur:
            if decalage and feuille.nom not in SANS_DECALAGE:
                _decaler(ligne, datees, fins, decalage)
            for copie in range(facteur):
                marque = f"/{decalage}/{copie}" if decalage else f"/{copie}" if copie else ""
                copiee = ligne.copy()
                for rang in marquees:
                    if copiee[rang].strip():
                        copiee[rang] = copiee[rang].strip() + marque
                ecrivain.writerow(copiee)
            nombre += facteur
        return nombre


def _separateur(entete: str) -> str:
    return max(";,", key=entete.count)


def _propre_a_la_copie(feuille: Feuille, colonne: Colonne) -> bool:
    """True for the identifier of a row and for references to rows that are copied too."""
    if isinstance(colonne, CodeNomenclature):
        return False
    if isinstance(colonne, Reference):
        return any(f.modele is colonne.modele and f.nom not in REFERENCES for f in feuilles().values())
    return feuille.cle == (colonne.nom,)


def _decaler(ligne: list[str], datees: list[int], fins: list[tuple[int, int]], decalage: int) -> None:
    """Move the dates of a row by `decalage` years and close its stay."""
    for rang in datees:
        # The 29th of February has no place in most years.
        mobile = re.sub(r"02-29|29/02", lambda jour: "02-28" if jour[0] == "02-29" else "28/02", ligne[rang])
        ligne[rang] = re.sub(r"\d{4}", lambda annee: str(int(annee[0]) + decalage), mobile)
    for fin, debut in fins:
        annee = re.search(r"\d{4}", ligne[debut])
        if annee and not ligne[fin].strip():
            ligne[fin] = f"{annee[0]}-12-31"
