"""References of rows, as the exchange format keys them: what a closed report keeps of the lists behind its figures.

A reference names nobody. « CON-12 · 2021-03-01 » is the hours of a contract in a month.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from aipi.echange.feuille import Feuille, feuilles

ENTRE = " · "


def _feuille(modele: type[Model]) -> Feuille:
    return next(feuille for feuille in feuilles().values() if feuille.modele is modele)


def references(lignes: QuerySet[Any]) -> list[str]:
    """The references of the rows, each once, sorted."""
    feuille = _feuille(lignes.model)
    chemins = [feuille.par_nom[nom].chemin for nom in feuille.cle]
    return sorted({ENTRE.join(map(_ecrire, valeurs)) for valeurs in lignes.order_by().values_list(*chemins)})


def retrouver(modele: type[Model], refs: Iterable[str]) -> dict[str, Any]:
    """The rows that still bear these references, by reference. For a page of them: one condition a row."""
    feuille = _feuille(modele)
    colonnes = [feuille.par_nom[nom] for nom in feuille.cle]
    condition = Q(pk__in=[])
    for ref in refs:
        parties = ref.split(ENTRE)
        if len(parties) == len(colonnes):
            condition |= Q(
                **{
                    (f"{c.chemin}__isnull" if partie == "" and c.champ.null else c.chemin): (
                        True if partie == "" and c.champ.null else partie
                    )
                    for c, partie in zip(colonnes, parties, strict=True)
                }
            )
    objets = modele._default_manager.filter(condition).select_related(
        *{c.chemin.rpartition("__")[0] for c in colonnes if "__" in c.chemin}
    )
    return {ENTRE.join(_ecrire(_lire(objet, c.chemin)) for c in colonnes): objet for objet in objets}


def _lire(objet: Any, chemin: str) -> Any:
    for nom in chemin.split("__"):
        objet = getattr(objet, nom, None)
    return objet


def _ecrire(valeur: Any) -> str:
    if valeur is None:
        return ""
    return valeur.isoformat() if isinstance(valeur, datetime.date) else str(valeur)
