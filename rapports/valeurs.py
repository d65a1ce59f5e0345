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
from rapports.declarations import Indicateur, Rapporte, Repartition, Taux
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.models import ValeurArretee, ValeurPubliee

Origine = Literal["arrete", "calcule", "publie"]
Arretees = dict[str, ValeurArretee]
"""Frozen values by the code of their figure."""


@dataclass(frozen=True)
class Valeur:
    """A number and where it comes from; both None when unknown. A computed rate
    has its two terms, each None when unknown; a published one has none."""

    nombre: Fraction | None = None
    origine: Origine | None = None
    numerateur: Fraction | None = None
    denominateur: Fraction | None = None
    facteur: Fraction | None = None
    """Of a figure multiplied or divided by a quantity of the period (the hours of an ETP), that quantity."""


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

    def __init__(
        self,
        periode: Periode,
        axe: Axe | None = None,
        *,
        vif: bool = False,
        arretees: Arretees | None = None,
        d_une_suite: bool = False,
    ) -> None:
        """`arretees`: the frozen values, of an edition that is about to be written. `d_une_suite`: a period before one
        that may still change, and shows the years as each of them stands."""
        self.periode = periode
        self.axe = axe
        self.vif = vif
        self.d_une_suite = d_une_suite
        if arretees is not None:
            self.arretees = arretees
        self.calculs = Calculs(periode, axe)
        self._valeurs: dict[str, Valeur] = {}
        self._repartitions: dict[str, list[Ligne] | None] = {}

    @cached_property
    def avant(self) -> Releve:
        """The same for the period before: of a closed report, as it showed it, whatever became of it since."""
        if self.arretees and not self.d_une_suite:
            return _ReleveAvant(self.periode.precedente, self.axe, self.arretees, 1)
        return Releve(self.periode.precedente, self.axe, d_une_suite=True)

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

    def ligne(self, code: str, cle: str) -> Chiffre:
        """One line of a breakdown as a figure, with that of the period before. Raises KeyError for no such code or line."""
        de = REPARTITIONS[code].de
        lignes, avant = ({c: n for c, _, n in releve.repartition(code) or ()} for releve in (self, self.avant))
        if lignes and cle not in lignes:
            raise KeyError(cle)
        return Chiffre(de, self.periode, Valeur(lignes.get(cle)), Valeur(avant.get(cle)))

    def total(self, code: str) -> Fraction | None:
        """What the breakdown `code` breaks down, which may be no figure of its own. Raises KeyError for an unknown code."""
        arretee = self.arretees.get(code)
        if arretee is not None:
            return _fraction(arretee.valeur)
        de = REPARTITIONS[code].de
        nommee = hasattr(de, "nom") and de.code in INDICATEURS
        return self.valeur(de.code).nombre if nommee else self.calculs.valeur(de)

    def _lire(self, indicateur: Indicateur) -> Valeur:
        if not self.admis(indicateur):
            return Valeur()
        arretee = self.arretees.get(indicateur.code)
        if arretee is not None:
            return Valeur(
                _fraction(arretee.valeur),
                "arrete" if arretee.valeur else None,
                _fraction(arretee.numerateur),
                _fraction(arretee.denominateur),
                _fraction(arretee.facteur),
            )
        nombre = self.calculs.valeur(indicateur)
        origine: Origine | None = "calcule"
        if nombre is None:
            nombre = self.publiees.get(indicateur.code)
            origine = None if nombre is None else "publie"
        if isinstance(indicateur, Rapporte):
            return Valeur(nombre, origine, facteur=Fraction(indicateur.facteur(self.periode)))
        if not isinstance(indicateur, Taux) or origine == "publie":
            return Valeur(nombre, origine)
        return Valeur(
            nombre,
            origine,
            self.calculs.valeur(indicateur.numerateur),
            self.calculs.valeur(indicateur.denominateur),
        )

    def _lire_repartition(self, repartition: Repartition) -> list[Ligne] | None:
        arretee = self.arretees.get(repartition.code)
        if arretee is not None:
            if arretee.repartition is None:
                return None
            return [(cle, libelle, _fraction(nombre)) for cle, libelle, nombre in arretee.repartition]
        return self.calculs.repartition(repartition)

    @cached_property
    def arretees(self) -> Arretees:
        """By code, the values frozen for this very period and axis."""
        if self.vif:
            return {}
        return {
            valeur.indicateur: valeur
            for valeur in ValeurArretee.objects.sous(self.axe).filter(
                edition__en_vigueur__debut=self.periode.debut, edition__en_vigueur__fin=self.periode.fin
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


class _ReleveAvant(Releve):
    """A period before that of a closed report, the `recul`-th one, with the figures that the report showed of it."""

    def __init__(self, periode: Periode, axe: Axe | None, cloture: Arretees, recul: int) -> None:
        super().__init__(periode, axe, d_une_suite=True)
        self.cloture, self.recul = cloture, recul

    @cached_property
    def avant(self) -> Releve:
        return _ReleveAvant(self.periode.precedente, self.axe, self.cloture, self.recul + 1)

    def _lire(self, indicateur: Indicateur) -> Valeur:
        arretee = self.cloture.get(indicateur.code)
        if arretee is None or len(arretee.avant) < self.recul:
            return super()._lire(indicateur)
        valeur, publiee = arretee.avant[self.recul - 1]
        return Valeur(_fraction(valeur), None if not valeur else "publie" if publiee else "arrete")


def _fraction(texte: str) -> Fraction | None:
    return Fraction(texte) if texte else None
