"""The declaration of a sheet: its columns over a model, its key, the ends that must follow a start."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.db import models

from .colonnes import Colonne, Reference, colonne_de

TypesColonnes = Mapping[str, type[Colonne]]


@dataclass(frozen=True)
class Derive:
    """A stored column that no file holds: computed from others, since bulk writes pass over `Model.save`."""

    attribut: str
    sources: tuple[str, ...]
    calcul: Callable[..., str]


@dataclass(frozen=True)
class Avertissement:
    """A contradiction that refuses no row: counted once the rows are there.

    `message` follows the count (« contrats commencent… »), `lignes` is the queryset of the rows at fault; it is looked
    at when one of `feuilles` is in the import.
    """

    feuilles: tuple[str, ...]
    message: str
    lignes: Callable[[], models.QuerySet[Any]]


@dataclass(frozen=True, eq=False)
class Feuille:
    """A sheet of the exchange format.

    `colonnes` repeats the page of the format: names in the order in which they are written, `*` for required;
    `nom:champ` when the model's field has another name. The type of a column follows from its field, but for those in
    `types`. `fins` are pairs (end, start).
    """

    nom: str
    modele: type[models.Model]
    cle: tuple[str, ...]
    declaration: str
    fins: tuple[tuple[str, str], ...] = ()
    types: TypesColonnes = field(default_factory=dict)
    derives: tuple[Derive, ...] = ()
    omis: tuple[str, ...] = ()
    """Fields that leave in no file, on purpose: what only its author may read, a picture."""
    anciennes: type[models.Model] | None = None
    """References that rows had before they were made one (`ref`, and a foreign key to the row that stays)."""
    cle_repliee: bool = False
    """Keys are compared without case or accents (nomenclatures: references to them are, too)."""

    @cached_property
    def colonnes(self) -> tuple[Colonne, ...]:
        return tuple(self._colonne(mot) for mot in self.declaration.split())

    def _colonne(self, mot: str) -> Colonne:
        nom, _, nom_champ = mot.rstrip("*").partition(":")
        champ = self.modele._meta.get_field(nom_champ or nom)
        assert isinstance(champ, models.Field)
        requise = mot.endswith("*")
        if nom in self.types:
            return self.types[nom](nom, champ, requise)
        return colonne_de(nom, champ, requise)

    @cached_property
    def par_nom(self) -> dict[str, Colonne]:
        return {colonne.nom: colonne for colonne in self.colonnes}

    @cached_property
    def tri(self) -> list[Any]:
        """`order_by` arguments that sort by key, empty parts first."""
        chemins = [self.par_nom[nom] for nom in self.cle]
        return [models.F(c.chemin).asc(nulls_first=True) if c.champ.null else models.F(c.chemin).asc() for c in chemins]


@cache
def _modules() -> tuple[Any, ...]:
    return tuple(importlib.import_module(module) for module in settings.FEUILLES)


@cache
def feuilles() -> dict[str, Feuille]:
    """Every sheet by name, those that are referred to before those that refer."""
    declarees: list[Feuille] = [feuille for module in _modules() for feuille in module.FEUILLES]
    par_modele = {feuille.modele: feuille for feuille in declarees}
    rangees: dict[str, Feuille] = {}

    def ranger(feuille: Feuille) -> None:
        if feuille.nom in rangees:
            return
        for colonne in feuille.colonnes:
            if isinstance(colonne, Reference):
                ranger(par_modele[colonne.modele])
        rangees[feuille.nom] = feuille

    for feuille in declarees:
        ranger(feuille)
    return rangees


@cache
def avertissements() -> tuple[Avertissement, ...]:
    """The contradictions to count after an import, as the modules of sheets declare them."""
    return tuple(a for module in _modules() for a in getattr(module, "AVERTISSEMENTS", ()))


@cache
def hors_format() -> frozenset[type[models.Model]]:
    """Models that no sheet holds, on purpose."""
    return frozenset(modele for module in _modules() for modele in getattr(module, "HORS_FORMAT", ()))


def modeles_referes() -> frozenset[type[models.Model]]:
    """Models that some sheet refers to: their keys must be kept while an import runs."""
    return frozenset(c.modele for f in feuilles().values() for c in f.colonnes if isinstance(c, Reference))


def noms(liste: Sequence[Colonne]) -> list[str]:
    return [colonne.nom for colonne in liste]
