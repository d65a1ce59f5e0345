"""What was printed in past reports held against what the files now say, figure by figure: is it the same, and if not, why.

A figure is computed here even for a year before `premiere_annee`: whether its files are good enough is the very question.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from aipi.models import LigneReprise, Reprise
from aipi.nombres import arrondi, evolution
from aipi.periodes import Periode
from aipi.templatetags.chiffres import accorde
from insertion_pro.axes import Axe
from rapports.calculs import Calculs
from rapports.declarations import Indicateur, Taux
from rapports.ecriture import avec_unite, ecrire
from rapports.indicateurs import INDICATEURS
from rapports.models import ValeurPubliee

MEME, ECART, INCONNU = "meme", "ecart", "inconnu"
DECIMALES = 4
"""Of a published value, as the format holds it."""
PROVENANCES = 40
"""Differences of which the rows are told apart by where they come from; each asks two questions."""


class CalculsEntiers(Calculs):
    """The same, also for the years whose files are not said to be complete."""

    @cached_property
    def calculable(self) -> bool:
        return True


@dataclass(frozen=True)
class Rapprochement:
    """A published value beside the computed one: the verdict, and the difference in words."""

    indicateur: Indicateur
    axe: Axe | None
    source: str
    publiee: str
    calculee: str
    verdict: str
    ecart: str
    raisons: tuple[str, ...]

    @property
    def libelle(self) -> str:
        return self.indicateur.libelle if self.axe is None else f"{self.indicateur.libelle}, {self.axe.libelle}"

    @property
    def parametres(self) -> str:
        return "" if self.axe is None else f"?atelier={self.axe.code}"


def annees() -> list[int]:
    """The years with published values, the latest first."""
    return sorted(set(ValeurPubliee.objects.order_by().values_list("annee", flat=True)), reverse=True)


def rapprocher(annee: int, reprise: Reprise | None = None) -> list[Rapprochement]:
    """Every value published for the year, in the order of the report. `reprise`: the import whose share is told."""
    periode = Periode.annee(annee)
    calculs: dict[str, Calculs] = {}
    ordre = {code: rang for rang, code in enumerate(INDICATEURS)}
    publiees = ValeurPubliee.objects.filter(annee=annee, indicateur__in=ordre).select_related("atelier")
    lignes: list[Rapprochement] = []
    provenances = 0
    for valeur in sorted(publiees, key=lambda v: (ordre[v.indicateur], v.atelier.code if v.atelier else "")):
        indicateur = INDICATEURS[valeur.indicateur]
        axe = Axe.lire("atelier", valeur.atelier.code) if valeur.atelier else None
        if not indicateur.axe_admis(axe):
            continue
        cle = axe.code if axe else ""
        if cle not in calculs:
            calculs[cle] = CalculsEntiers(periode, axe)
        ligne = _comparer(indicateur, axe, Fraction(valeur.valeur), calculs[cle], valeur.source)
        if reprise is not None and ligne.verdict == ECART and provenances < PROVENANCES:
            provenances += 1
            ligne = _avec_provenance(ligne, indicateur.liste(periode, axe), reprise)
        lignes.append(ligne)
    return lignes


def _comparer(
    indicateur: Indicateur, axe: Axe | None, publiee: Fraction, calculs: Calculs, source: str
) -> Rapprochement:
    calculee = calculs.valeur(indicateur)
    textes = avec_unite(indicateur, publiee), avec_unite(indicateur, calculee)
    if calculee is None:
        return Rapprochement(indicateur, axe, source, *textes, INCONNU, "", tuple(_manquantes(indicateur, calculs)))
    imprimees = ecrire(indicateur, publiee), ecrire(indicateur, calculee)
    # A printed report rounds, sometimes further than AIPi does.
    if imprimees[0] == imprimees[1] or any(_arrondie(calculee, publiee, d) for d in range(DECIMALES + 1)):
        return Rapprochement(indicateur, axe, source, *textes, MEME, "", ())
    return Rapprochement(
        indicateur, axe, source, *textes, ECART, _ecart(publiee, calculee), tuple(_termes(indicateur, calculs))
    )


def _arrondie(calculee: Fraction, publiee: Fraction, decimales: int) -> bool:
    """Whether the published value is the computed one with so many decimals, and no more of them."""
    echelle = Fraction(10) ** decimales
    exacte = (publiee * echelle).denominator == 1
    plus_fine = decimales and (publiee * echelle / 10).denominator == 1
    return exacte and not plus_fine and arrondi(calculee, decimales) == publiee * echelle


def _ecart(publiee: Fraction, calculee: Fraction) -> str:
    """« de moins », « de plus »: the difference relative to what was published."""
    if not publiee:
        return "0 était imprimé"
    return f"{evolution((calculee - publiee) / abs(publiee))} par rapport à l’imprimé"


def _manquantes(indicateur: Indicateur, calculs: Calculs) -> list[str]:
    """The sheets without a row that year: the figure cannot be known."""
    feuilles = dict.fromkeys(nom for compte in indicateur.feuilles_comptees() for nom in compte.population.feuilles)
    vides = [nom for nom in feuilles if not calculs.connue(nom)]
    if vides:
        return [f"Aucune ligne cette année-là dans\u202f: {', '.join(vides)}."]
    return ["Un de ses termes est inconnu, ou son dénominateur est nul."]


def _termes(indicateur: Indicateur, calculs: Calculs) -> list[str]:
    """What the computed figure is made of."""
    raisons = []
    if isinstance(indicateur, Taux):
        haut, bas = indicateur.numerateur, indicateur.denominateur
        raisons.append(
            f"AIPi compte {avec_unite(haut, calculs.valeur(haut))} ({haut.libelle.lower()}) "
            f"sur {avec_unite(bas, calculs.valeur(bas))} ({bas.libelle.lower()})."
        )
    for compte in dict.fromkeys(indicateur.feuilles_comptees()):
        inconnues = [nom for nom in compte.population.feuilles if not calculs.connue(nom)]
        if inconnues:
            raisons.append(f"Aucune ligne cette année-là dans\u202f: {', '.join(inconnues)}.")
    return raisons


def _avec_provenance(ligne: Rapprochement, lignes: QuerySet[Any], reprise: Reprise) -> Rapprochement:
    """How many of the rows behind the figure the import brought."""
    ecrites = LigneReprise.objects.filter(reprise=reprise, modele=lignes.model._meta.label, creee=True).values("cle")
    toutes = lignes.order_by().values("pk")
    total = lignes.model._default_manager.filter(pk__in=toutes).count()
    venues = lignes.model._default_manager.filter(pk__in=toutes).filter(pk__in=ecrites).count()
    raison = f"{accorde(total, 'ligne comptée', 'lignes comptées')}, dont {accorde(venues, 'venue', 'venues')} de cet import."
    return Rapprochement(
        ligne.indicateur,
        ligne.axe,
        ligne.source,
        ligne.publiee,
        ligne.calculee,
        ligne.verdict,
        ligne.ecart,
        (*ligne.raisons, raison),
    )
