"""Reading the numbers of a dashboard from the files, once, and the cells that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count

from aipi.models import Convention, Financeur
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Contrat
from rapports.declarations import Chapitre, Compte, Difference, Distincts, Indicateur, Repartition, Somme, Taux
from rapports.financeurs.cellules import (
    NOMS,
    Cellule,
    Mesure,
    cellule_de_ligne,
    chemin_personne,
    concerne_des_personnes,
    est_entiere,
    support,
)
from rapports.financeurs.secret import mesurer
from rapports.indicateurs import CHAPITRES
from rapports.valeurs import Releve, Valeur

PERIODES = 5
"""How many periods the series hold, the published one included."""


@dataclass(frozen=True)
class Demande:
    """What the director wants to publish."""

    financeur: Financeur
    periode: Periode
    par_atelier: bool = False
    avec_precedente: bool = True
    avec_serie: bool = True


def actions_de(financeur: Financeur, periode: Periode) -> list[type[Chapitre]]:
    """The chapters of the actions that the funder has an agreement for in the years of the period."""
    annees = range(periode.debut.year, periode.fin.year + 1)
    conventions = Convention.objects.filter(financeur=financeur, annee__in=annees)
    actions = set(conventions.order_by().values_list("action", flat=True))
    return [chapitre for chapitre in CHAPITRES if chapitre.prefixe in actions]


def ateliers_de(periode: Periode) -> list[Axe]:
    """The workshops that had a contract in the period, by code."""
    presents = Contrat.objects.presents(periode).order_by().values("equipe__atelier")
    codes = Atelier.objects.filter(pk__in=presents).order_by("code").values_list("code", flat=True)
    return [Axe.lire("atelier", code) for code in codes]


# Reading


class Lecture:
    """The numbers of a dashboard, and the cells they are made of. `cases` says how each printed number is found again."""

    def __init__(self, demande: Demande, chapitres: list[type[Chapitre]], seuil: int) -> None:
        self.demande = demande
        self.seuil = seuil
        self.chapitres = chapitres
        self.mesures: dict[Cellule, Mesure] = {}
        self.releves: dict[tuple[Periode, str], Releve] = {}
        suite = [demande.periode]
        while len(suite) < PERIODES:
            suite.append(suite[-1].precedente)
        self.serie = suite[::-1] if demande.avec_serie else []
        avec_aci = any("atelier" in chapitre.axes for chapitre in chapitres)
        self.ateliers = ateliers_de(demande.periode) if demande.par_atelier and avec_aci else []

    def releve(self, periode: Periode, axe: Axe | None) -> Releve:
        cle = (periode, axe.code if axe else "")
        if cle not in self.releves:
            self.releves[cle] = Releve(periode, axe)
        return self.releves[cle]

    def _personnes(self, indicateur: Indicateur, releve: Releve) -> int | None:
        """How many persons are behind a number; None when they cannot be counted."""
        if not releve.calculs.calculable:
            return None
        nombres = [_personnes_de(compte, releve) for compte in indicateur.feuilles_comptees()]
        connus = [nombre for nombre in nombres if nombre is not None]
        return max(connus) if connus else None

    def _poser(self, cellule: Cellule, indicateur: Indicateur, valeur: Fraction, releve: Releve) -> Cellule | None:
        """Make the cell of a number; None for one that is about nobody."""
        if not concerne_des_personnes(indicateur):
            return None
        if cellule not in self.mesures:
            personnes = self._personnes(indicateur, releve) if valeur else 0
            entiere = est_entiere(indicateur) and valeur.denominator == 1
            self.mesures[cellule] = mesurer(valeur, entiere, personnes, self.seuil)
        return cellule

    def cellules_de(self, indicateur: Indicateur, releve: Releve, atelier: str) -> list[Cellule]:
        """The cells that a number is shown with: it is hidden as soon as one of them is."""
        periode, valeur = releve.periode, releve.valeur(indicateur.code)
        if valeur.nombre is None:
            return []
        if isinstance(indicateur, Taux):
            termes = [(t, v) for t, v in termes_de(indicateur, valeur) if v is not None]
        elif isinstance(indicateur, Difference):
            termes = []
        else:
            porteur = support(indicateur)
            nombre = releve.valeur(porteur.code).nombre if porteur is not indicateur else valeur.nombre
            termes = [(porteur, nombre)] if nombre is not None else [(indicateur, valeur.nombre)]
        posees = []
        for terme, nombre in termes:
            porteur = support(terme)
            if porteur is not terme and nombre is not None:
                nombre = releve.calculs.valeur(porteur) if releve.calculs.calculable else nombre
            if nombre is None:
                continue
            cellule = Cellule(NOMS[porteur], atelier, periode.debut, periode.fin)
            if posee := self._poser(cellule, porteur, nombre, releve):
                posees.append(posee)
        return posees

    def lire(self) -> None:
        """Fill `mesures`."""
        for chapitre in self.chapitres:
            for declaration in chapitre.declarations():
                if isinstance(declaration, Indicateur):
                    for releve, atelier in self.releves_de(declaration):
                        self.cellules_de(declaration, releve, atelier)
                elif isinstance(declaration, Repartition):
                    self._lire_lignes(declaration)

    def releves_de(self, indicateur: Indicateur) -> Iterator[tuple[Releve, str]]:
        """Every period and workshop that a figure is published for."""
        periodes = [self.demande.periode, *self.serie]
        if self.demande.avec_precedente:
            periodes.append(self.demande.periode.precedente)
        for periode in dict.fromkeys(periodes):
            yield self.releve(periode, None), ""
        for axe in self.ateliers:
            if indicateur.axe_admis(axe):
                yield self.releve(self.demande.periode, axe), axe.code

    def _lire_lignes(self, repartition: Repartition) -> None:
        releve = self.releve(self.demande.periode, None)
        if not concerne_des_personnes(repartition.de):
            return
        for cle, _, nombre in releve.repartition(repartition.code) or []:
            if nombre is None:
                continue
            cellule = cellule_de_ligne(repartition, cle, "", releve.periode)
            if cellule in self.mesures:
                continue
            personnes = _personnes_de_ligne(repartition, cle, releve) if nombre else 0
            self.mesures[cellule] = mesurer(nombre, est_entiere(repartition.de), personnes, self.seuil)


def termes_de(taux: Taux, valeur: Valeur) -> list[tuple[Indicateur, Fraction | None]]:
    return [(taux.numerateur, valeur.numerateur), (taux.denominateur, valeur.denominateur)]


def _personnes_de(compte: Compte, releve: Releve) -> int | None:
    chemin = chemin_personne(compte)
    if not chemin or isinstance(compte, Distincts):
        return None
    return _compter(compte.lignes(releve.periode, releve.axe), compte, chemin)


def _personnes_de_ligne(repartition: Repartition, cle: str, releve: Releve) -> int | None:
    compte = repartition.de
    chemin = chemin_personne(compte)
    if not chemin or isinstance(compte, Distincts) or not releve.calculs.calculable:
        return None
    return _compter(repartition.liste(releve.periode, releve.axe, cle), compte, chemin)


def _compter(lignes: Any, compte: Compte, chemin: str) -> int:
    if isinstance(compte, Somme):
        # Who has nothing in a sum hides nobody.
        lignes = lignes.exclude(**{f"{compte.champ}__isnull": True}).exclude(**{compte.champ: 0})
    nombre: int = lignes.order_by().aggregate(nombre=Count(chemin, distinct=True))["nombre"]
    return nombre
