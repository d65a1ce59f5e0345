"""« Contrôle avant publication »: what contradicts itself or is missing, with the reason and the way to mend it."""

from __future__ import annotations

from aipi.periodes import Periode

from .dossiers import controler_dossiers
from .remarques import Gravite, Remarque, dire_la_cle
from .textes import controler_textes

__all__ = ["Gravite", "Remarque", "controler", "dire_la_cle"]


def controler(periode: Periode) -> list[Remarque]:
    """Every remark on the report of `periode`, blocking ones first."""
    rang = {gravite: place for place, gravite in enumerate(Gravite)}
    return sorted(
        [*controler_dossiers(periode), *controler_textes(periode)], key=lambda remarque: rang[remarque.gravite]
    )
