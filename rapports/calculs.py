"""The numbers of a period, computed from the case files: exact, and with as few questions to the database as there are
populations. Which number is printed (frozen, computed, published) is decided in `rapports.valeurs`."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Count

from aipi.models import Parametre
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports import indicateurs
from rapports.declarations import (
    Calcul,
    Compte,
    Difference,
    Indicateur,
    Population,
    Rapporte,
    Repartition,
    Somme,
    Taux,
    Total,
)

Ligne = tuple[str, str, Fraction | None]
"""A line of a breakdown: key, label, number."""


def exact(nombre: int | Decimal | Fraction | None) -> Fraction | None:
    return None if nombre is None else Fraction(nombre)


class Calculs:
    """Computed numbers of one period under one axis. Answers are kept: asking twice costs nothing."""

    def __init__(self, periode: Periode, axe: Axe | None = None) -> None:
        self.periode = periode
        self.axe = axe
        self._connues: dict[str, bool] = {}
        self._comptes: dict[Compte, Fraction | None] = {}
        self._populations: set[Population] = set()

    @cached_property
    def calculable(self) -> bool:
        """False for a period that begins before the first year of the case files."""
        return Parametre.calculable(self.periode)

    def connue(self, feuille: str) -> bool:
        """True when the sheet has a row in the period, whatever the axis."""
        if feuille not in self._connues:
            self._connues[feuille] = indicateurs.FEUILLES[feuille](self.periode).exists()
        return self._connues[feuille]

    def valeur(self, indicateur: Indicateur) -> Fraction | None:
        """The number of an indicator, None when unknown."""
        if isinstance(indicateur, Compte):
            return self._compte(indicateur)
        assert isinstance(indicateur, Calcul)
        termes = [self.valeur(terme) for terme in indicateur.termes]
        connus = [terme for terme in termes if terme is not None]
        if len(connus) < len(termes):
            return None
        if isinstance(indicateur, Total):
            return sum(connus, Fraction(0))
        if isinstance(indicateur, Difference):
            return connus[0] - connus[1]
        if isinstance(indicateur, Rapporte):
            facteur = Fraction(indicateur.facteur(self.periode))
            return connus[0] / facteur if indicateur.operation == "diviser" else connus[0] * facteur
        assert isinstance(indicateur, Taux)
        return connus[0] / connus[1] if connus[1] else None

    def repartition(self, repartition: Repartition) -> list[Ligne] | None:
        """Keys, labels and numbers of a breakdown, None when its figure is unknown or begins before the case files."""
        if not self.calculable or not repartition.de.axe_admis(self.axe) or self.valeur(repartition.de) is None:
            return None
        groupes = (
            repartition.lignes(self.periode, self.axe)
            .order_by()
            .values_list(repartition.par.expression(self.periode))
            .annotate(nombre=repartition.mesure())
        )
        nombres: dict[str, Fraction] = defaultdict(Fraction)
        rencontrees: list[Any] = []
        for valeur, nombre in groupes:
            rencontrees.append(valeur)
            nombres[repartition.par.cle(valeur)] += exact(nombre) or Fraction(0)
        return [(cle, libelle, nombres[cle]) for cle, libelle in repartition.par.cles(self.periode, rencontrees)]

    def _compte(self, compte: Compte) -> Fraction | None:
        if not self.calculable and not compte.toujours_connu:
            return None
        if compte.population not in self._populations:
            self._compter(compte.population)
        if compte not in self._comptes:
            self._agreger(compte.population, [compte])
        return self._comptes[compte]

    def _compter(self, population: Population) -> None:
        """Compute every figure of a population by one aggregate."""
        self._agreger(population, indicateurs.comptes_de(population))
        self._populations.add(population)

    def _agreger(self, population: Population, comptes: list[Compte]) -> None:
        agregats: dict[str, Any] = {}
        for rang, compte in enumerate(comptes):
            condition = compte.condition(self.periode)
            filtre = condition if condition else None
            agregats[f"mesure_{rang}"] = compte.mesure(filtre)
            if isinstance(compte, Somme) or compte.inconnu_si_vide:
                agregats[f"lignes_{rang}"] = Count("pk", filter=filtre)
        resultat = population.lignes(self.periode, self.axe).aggregate(**agregats)
        for rang, compte in enumerate(comptes):
            mesure = exact(resultat[f"mesure_{rang}"])
            lignes = resultat.get(f"lignes_{rang}", mesure)
            self._comptes[compte] = self._lire(compte, mesure, int(lignes or 0))

    def _lire(self, compte: Compte, mesure: Fraction | None, lignes: int) -> Fraction | None:
        # Rows counted prove their sheet known: only their absence asks whether it has any.
        if (lignes == 0 or compte.population.verifier) and not any(map(self.connue, compte.population.feuilles)):
            return None
        if lignes == 0:
            return None if compte.inconnu_si_vide else Fraction(0)
        return mesure
