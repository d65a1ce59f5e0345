"""A remark on a report: what is wrong or to be known, why, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rapports.indicateurs import DECLARATIONS


class Gravite(Enum):
    BLOQUANT = "À corriger avant de publier"
    A_VERIFIER = "À vérifier"
    EXPLIQUE = "Expliqué"


@dataclass(frozen=True)
class Remarque:
    """`cle` names the remark from one control to the next, so that one that was accepted stays so."""

    regle: str
    cle: str
    gravite: Gravite
    constat: str
    raison: str
    remede: str
    adresse: str = ""
    libelle_adresse: str = ""


REGLES_DITES = {
    "parties": "Parties et total",
    "repartition": "Lignes d’une répartition",
    "motif": "Sorties sans motif",
    "hors_contrat": "Hors des dates du contrat",
    "publie": "Déjà publié autrement",
    "saut": "Forte évolution",
    "inconnus": "Faits non renseignés",
    "base": "Base d’un pourcentage",
    "convention": "Objectif sans convention",
    "puce": "Pastille perdue",
    "tape": "Chiffre écrit à la main",
    "deux_valeurs": "Deux valeurs d’une notion",
    "proche": "Chiffres proches",
    "photo": "Accord d’une photographie",
}
"""How a rule is called where its remark is not there any more."""


def dire_la_cle(cle: str) -> str:
    """What a remark was about, from its key alone: the rule, and the figure if it names one."""
    regle, _, sujet = cle.partition(":")
    figures = [DECLARATIONS[morceau].libelle for morceau in sujet.split(":") if morceau in DECLARATIONS]
    return "\u202f: ".join([REGLES_DITES.get(regle, regle), *figures[:1]])
