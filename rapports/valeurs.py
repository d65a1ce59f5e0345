"""Which value is printed: frozen when the report was closed, else computed, else published, else unknown.

Source: dictionary of indicators, « Which value is printed ».
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports.calculs import Calculs, Ligne
from rapports.declarations import Indicateur, Repartition, Taux
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.models import ValeurArretee, ValeurPubliee

Origine = Literal["arrete", "calcule", "publie"]


@dataclass(frozen=True)
class Valeur:
    """A number and where it comes from; both None when unknown. A computed rate
    has its two terms, each None when unknown; a published one has none."""

    nombre: Fraction | None = None
    origine: Origine | None = None
    numerateur: Fraction | None = None
    denominateur: Fraction | None = None


@dataclass(frozen=True)
class Chiffre:
    """A figure of a period, with the same figure of the period before it."""

    indicateur: Indicateur
    periode: Periode
    valeur: Valeur
    avant: Valeur

    @property
    def nombre(self) -> Fraction | None:
        return self.valeur.nombre

    @property
    def precedent(self) -> Fraction | None:
        return self.avant.nombre

    @property
    def evolution(self) -> Fraction | None:
        """(value - precedent) / precedent, None when the precedent is unknown, 0 or negative."""
        if self.nombre is None or self.precedent is None or self.precedent <= 0:
            return None
        return (self.nombre - self.precedent) / self.precedent

    @property
    def ecart(self) -> Fraction | None:
        """Value less precedent: for a rate, a difference of fractions."""
        if self.nombre is None or self.precedent is None:
            return None
        return self.nombre - self.precedent


class Releve:
    """The figures printed for one period under one axis. With `vif`, as they would be if the report were closed now."""

    def __init__(self, periode: Periode, axe: Axe | None = None, *, vif: bool = False) -> None:
        self.periode = periode
        self.axe = axe
        self.vif = vif
        self.calculs = Calculs(periode, axe)
        self._valeurs: dict[str, Valeur] = {}
        self._repartitions: dict[str, list[Ligne] | None] = {}

    @cached_property
    def avant(self) -> Releve:
        """The same for the period before."""
        return Releve(self.periode.precedente, self.axe)

    def admis(self, indicateur: Indicateur) -> bool:
        """False for a figure that the axis does not cut."""
        return indicateur.axe_admis(self.axe)

    def valeur(self, code: str) -> Valeur:
        """The value printed for `code`. Raises KeyError for an unknown code."""
        if code not in self._valeurs:
            self._valeurs[code] = self._lire(INDICATEURS[code])
        return self._valeurs[code]

    def chiffre(self, code: str) -> Chiffre:
        """The figure `code` and its precedent. Raises KeyError for an unknown code."""
        return Chiffre(INDICATEURS[code], self.periode, self.valeur(code), self.avant.valeur(code))

    def repartition(self, code: str) -> list[Ligne] | None:
        """The lines of a breakdown, None when unknown. Raises KeyError for an unknown code."""
        if code not in self._repartitions:
            self._repartitions[code] = self._lire_repartition(REPARTITIONS[code])
        return self._repartitions[code]

    def _lire(self, indicateur: Indicateur) -> Valeur:
        if not self.admis(indicateur):
            return Valeur()
        arretee = self._arretees.get(indicateur.code)
        if arretee is not None:
            return Valeur(
                _fraction(arretee.valeur),
                "arrete" if arretee.valeur else None,
                _fraction(arretee.numerateur),
                _fraction(arretee.denominateur),
            )
        nombre = self.calculs.valeur(indicateur)
        origine: Origine | None = "calcule"
        if nombre is None:
            nombre = self.publiees.get(indicateur.code)
            origine = None if nombre is None else "publie"
        if not isinstance(indicateur, Taux) or origine == "publie":
            return Valeur(nombre, origine)
        return Valeur(
            nombre,
            origine,
            self.calculs.valeur(indicateur.numerateur),
            self.calculs.valeur(indicateur.denominateur),
        )

    def _lire_repartition(self, repartition: Repartition) -> list[Ligne] | None:
        arretee = self._arretees.get(repartition.code)
        if arretee is not None:
            if arretee.repartition is None:
                return None
            return [(cle, libelle, _fraction(nombre)) for cle, libelle, nombre in arretee.repartition]
        return self.calculs.repartition(repartition)

    @cached_property
    def _arretees(self) -> dict[str, ValeurArretee]:
        """Values frozen for this very period and axis; teams have none."""
        if self.vif or (self.axe is not None and self.axe.nom != "atelier"):
            return {}
        return {
            valeur.indicateur: valeur
            for valeur in ValeurArretee.objects.filter(
                edition__en_vigueur__debut=self.periode.debut,
                edition__en_vigueur__fin=self.periode.fin,
                atelier=self.axe.atelier if self.axe else None,
            )
        }

    @cached_property
    def publiees(self) -> dict[str, Fraction]:
        """Values printed in a past report for this calendar year; teams have none."""
        annee = self.periode.annee_civile
        if annee is None or (self.axe is not None and self.axe.nom != "atelier"):
            return {}
        lignes = ValeurPubliee.objects.filter(annee=annee, atelier=self.axe.atelier if self.axe else None)
        return {code: Fraction(valeur) for code, valeur in lignes.values_list("indicateur", "valeur")}


def _fraction(texte: str) -> Fraction | None:
    return Fraction(texte) if texte else None
