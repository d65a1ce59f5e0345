"""Publishing a dashboard: its numbers are read once, small ones hidden with what would give them away, and frozen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from aipi.models import Compte as CompteUtilisateur
from aipi.models import Convention, Financeur, Parametre
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Contrat
from rapports.cles import ParMois
from rapports.declarations import Chapitre, Compte, Difference, Distincts, Indicateur, Repartition, Somme, Taux
from rapports.ecriture import court, typographie
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
from rapports.financeurs.secret import PublicationImpossible, cacher, petite
from rapports.indicateurs import CHAPITRES
from rapports.models import Tableau, edition_de
from rapports.valeurs import Releve, Valeur

PERIODES = 5
"""How many periods the series hold, the published one included."""
VERSION = 1
CONNU, SECRET, INCONNU = "connu", "secret", "inconnu"

Case = dict[str, Any]
"""A published number: its state, and its exact value as text when it is known."""


class RienAPublier(Exception):
    """The funder has no agreement in the years of the period."""


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
            secret = valeur != 0 and petite(valeur, self._personnes(indicateur, releve), self.seuil)
            entiere = est_entiere(indicateur) and valeur.denominator == 1
            self.mesures[cellule] = Mesure(valeur, entiere, secret)
        return cellule

    def cellules_de(self, indicateur: Indicateur, releve: Releve, atelier: str) -> list[Cellule]:
        """The cells that a number is shown with: it is hidden as soon as one of them is."""
        periode, valeur = releve.periode, releve.valeur(indicateur.code)
        if valeur.nombre is None:
            return []
        if isinstance(indicateur, Taux):
            termes = [(t, v) for t, v in _termes(indicateur, valeur) if v is not None]
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
            self.mesures[cellule] = Mesure(nombre, est_entiere(repartition.de), petite(nombre, personnes, self.seuil))


def _termes(taux: Taux, valeur: Valeur) -> list[tuple[Indicateur, Fraction | None]]:
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


# Writing what is published


@dataclass
class Redaction:
    """Writes the content of a dashboard from what was read and what is hidden."""

    lecture: Lecture
    mesures: dict[Cellule, Mesure]
    secrets: set[tuple[str, Periode]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.secrets = {
            (cellule.nom.partition(".")[0], cellule.periode) for cellule, m in self.mesures.items() if m.secret
        }

    def contenu(self) -> dict[str, Any]:
        demande = self.lecture.demande
        periode = demande.periode
        blocs = []
        for chapitre in self.lecture.chapitres:
            blocs.append(self._bloc(chapitre, None))
            if "atelier" in chapitre.axes:
                blocs += [self._bloc(chapitre, axe) for axe in self.lecture.ateliers]
        return {
            "version": VERSION,
            "financeur": demande.financeur.nom,
            "periode": _periode(periode),
            "precedente": _periode(periode.precedente) if demande.avec_precedente else None,
            "serie": [_periode(p) for p in self.lecture.serie],
            "seuil": self.lecture.seuil,
            "provisoire": periode.fin >= timezone.localdate(),
            "blocs": blocs,
        }

    def _bloc(self, chapitre: type[Chapitre], axe: Axe | None) -> dict[str, Any]:
        indicateurs, repartitions = [], []
        for declaration in chapitre.declarations():
            if isinstance(declaration, Indicateur) and declaration.axe_admis(axe):
                indicateurs.append(self._indicateur(declaration, axe))
            elif isinstance(declaration, Repartition) and axe is None:
                lignes = self._lignes(declaration)
                if lignes is not None:
                    repartitions.append(lignes)
        return {
            "chapitre": chapitre.prefixe,
            "titre": chapitre.titre,
            "atelier": {"code": axe.code, "libelle": axe.libelle} if axe else None,
            "indicateurs": indicateurs,
            "repartitions": repartitions,
        }

    def _indicateur(self, indicateur: Indicateur, axe: Axe | None) -> dict[str, Any]:
        demande = self.lecture.demande
        releve = self.lecture.releve(demande.periode, axe)
        entier = axe is None
        ecrit: dict[str, Any] = {
            "code": indicateur.code,
            "libelle": indicateur.libelle,
            "unite": indicateur.unite,
            "definition": typographie(indicateur.definition),
            "valeur": self._case(indicateur, releve, axe),
            "precedente": None,
            "serie": [],
        }
        if isinstance(indicateur, Taux):
            valeur = releve.valeur(indicateur.code)
            for nom, (terme, nombre) in zip(("numerateur", "denominateur"), _termes(indicateur, valeur), strict=True):
                ecrit[nom] = {"libelle": terme.libelle, "unite": terme.unite, **self._terme(terme, nombre, releve, axe)}
        if entier and demande.avec_precedente:
            avant = self.lecture.releve(demande.periode.precedente, None)
            ecrit["precedente"] = self._case(indicateur, avant, None)
        if entier:
            ecrit["serie"] = [self._case(indicateur, self.lecture.releve(p, None), None) for p in self.lecture.serie]
        return ecrit

    def _cachee(self, cellules: Iterable[Cellule]) -> bool:
        return any(cellule in self.mesures and self.mesures[cellule].secret for cellule in cellules)

    def _case(self, indicateur: Indicateur, releve: Releve, axe: Axe | None) -> Case:
        valeur = releve.valeur(indicateur.code)
        if valeur.nombre is None:
            return _ecrire(None, cachee=False)
        cachee = self._cachee(self.lecture.cellules_de(indicateur, releve, axe.code if axe else ""))
        if isinstance(indicateur, Taux) and None in (valeur.numerateur, valeur.denominateur):
            # A rate printed long ago has lost its terms: it could give a hidden one away.
            chapitre = indicateur.chapitre.prefixe
            cachee = concerne_des_personnes(indicateur) and (chapitre, releve.periode) in self.secrets
        return _ecrire(valeur.nombre, cachee=cachee)

    def _terme(self, terme: Indicateur, nombre: Fraction | None, releve: Releve, axe: Axe | None) -> Case:
        cellule = Cellule(NOMS[support(terme)], axe.code if axe else "", releve.periode.debut, releve.periode.fin)
        return _ecrire(nombre, cachee=self._cachee([cellule]))

    def _lignes(self, repartition: Repartition) -> dict[str, Any] | None:
        releve = self.lecture.releve(self.lecture.demande.periode, None)
        lignes = releve.repartition(repartition.code)
        if lignes is None:
            return None
        return {
            "code": repartition.code,
            "libelle": repartition.libelle,
            "unite": repartition.unite,
            "definition": typographie(repartition.definition),
            "multiple": repartition.multiple,
            "mensuelle": isinstance(repartition.par, ParMois),
            "lignes": [
                {
                    "cle": cle,
                    "libelle": libelle,
                    **_ecrire(nombre, cachee=self._cachee([cellule_de_ligne(repartition, cle, "", releve.periode)])),
                }
                for cle, libelle, nombre in lignes
            ],
        }


def _ecrire(nombre: Fraction | None, *, cachee: bool) -> Case:
    if nombre is None:
        return {"etat": INCONNU, "exact": None}
    return {"etat": SECRET, "exact": None} if cachee else {"etat": CONNU, "exact": str(nombre)}


def _periode(periode: Periode) -> dict[str, str]:
    return {
        "debut": periode.debut.isoformat(),
        "fin": periode.fin.isoformat(),
        "libelle": str(periode),
        "court": court(periode),
    }


# Cells of a dashboard, as they are kept


def garder(mesures: dict[Cellule, Mesure]) -> list[list[Any]]:
    return [
        [c.nom, c.atelier, c.debut.isoformat(), c.fin.isoformat(), str(m.valeur), m.entiere, m.secret]
        for c, m in sorted(mesures.items())
    ]


def relire(cellules: list[list[Any]]) -> dict[Cellule, Mesure]:
    jour = datetime.date.fromisoformat
    return {
        Cellule(nom, atelier, jour(debut), jour(fin)): Mesure(Fraction(valeur), entiere, secret)
        for nom, atelier, debut, fin, valeur, entiere, secret in cellules
    }


def publier(demande: Demande, compte: CompteUtilisateur, tableau: Tableau | None = None) -> Tableau:
    """Publish a dashboard, or publish `tableau` again in place of what it shows. All or nothing.

    Raises RienAPublier; PublicationImpossible when other dashboards show too much for this one to be safe.
    """
    chapitres = actions_de(demande.financeur, demande.periode)
    if not chapitres:
        raise RienAPublier
    with transaction.atomic():
        # One at a time: two publications that ignored each other could give away what each one hides.
        publics = list(Tableau.objects.select_for_update().publics().order_by("publie_le", "pk"))
        autres = [autre for autre in publics if tableau is None or autre.pk != tableau.pk]
        lecture = Lecture(demande, chapitres, Parametre.seuil_secret(timezone.localdate()))
        lecture.lire()
        mesures = cacher(lecture.mesures, [relire(autre.cellules) for autre in autres])
        tableau = tableau or Tableau()
        tableau.financeur = demande.financeur
        tableau.debut, tableau.fin = demande.periode.debut, demande.periode.fin
        tableau.par_atelier = demande.par_atelier
        tableau.avec_precedente, tableau.avec_serie = demande.avec_precedente, demande.avec_serie
        tableau.edition = edition_de(demande.periode)
        tableau.publie_le, tableau.publie_par, tableau.retire_le = timezone.now(), compte, None
        tableau.contenu = Redaction(lecture, mesures).contenu()
        tableau.cellules = garder(mesures)
        tableau.save()
    return tableau


def genants(impossible: PublicationImpossible, sauf: Tableau | None = None) -> list[Tableau]:
    """The published dashboards that show what a new one would have to hide."""
    publics = Tableau.objects.publics().select_related("financeur")
    return [
        autre
        for autre in publics
        if (sauf is None or autre.pk != sauf.pk)
        and any(c in impossible.cellules and not m.secret for c, m in relire(autre.cellules).items())
    ]


def retirer(tableau: Tableau) -> None:
    """Nobody but the director sees it any longer, at once: neither the account, nor a link, nor a token."""
    Tableau.objects.filter(pk=tableau.pk, retire_le=None).update(retire_le=timezone.now())
