"""A remark on a report: what is wrong or to be known, why, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
