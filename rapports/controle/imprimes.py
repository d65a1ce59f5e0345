"""The contradictions of figures already printed, which no file stands behind: a past report, read as a reader would.

A printed number is known to the half of its last decimal: « 1 » may be 0.98.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from aipi.nombres import nombre
from aipi.periodes import Periode
from rapports.declarations import Calcul, Compte, Indicateur, Rapporte, Taux, Total
from rapports.ecriture import ecrire
from rapports.indicateurs import INDICATEURS
from rapports.indicateurs.aci import Aci

from .remarques import Gravite, Remarque


@dataclass(frozen=True)
class Imprime:
    """A number as a report printed it: `valeur` keeps the decimals that were there, rates are fractions."""

    indicateur: str
    atelier: str
    annee: int
    valeur: Decimal
    page: str = ""

    @property
    def exposant(self) -> int:
        """Of the last decimal printed: 0 for a whole number, -2 for « 0,45 »."""
        exposant = self.valeur.as_tuple().exponent
        assert isinstance(exposant, int)
        return min(exposant, 0)

    @property
    def marge(self) -> Fraction:
        """Half a unit of the last decimal printed."""
        return Fraction(1, 2) * Fraction(10) ** self.exposant


Lu = dict[tuple[str, str, int], list[Imprime]]


def controler_imprimes(imprimes: Iterable[Imprime]) -> list[Remarque]:
    """Every contradiction between the numbers printed, each told once."""
    lus: Lu = defaultdict(list)
    for imprime in imprimes:
        if imprime.indicateur in INDICATEURS:
            lus[imprime.indicateur, imprime.atelier, imprime.annee].append(imprime)
    return [*_deux_valeurs(lus), *_parties(lus), *_calculs(lus), *_annee_tue(lus)]


def _nom(imprime: Imprime) -> str:
    ou = f" ({imprime.atelier})" if imprime.atelier else ""
    return f"{INDICATEURS[imprime.indicateur].libelle}{ou}, {imprime.annee}"


def _page(*imprimes: Imprime) -> str:
    pages = sorted({i.page for i in imprimes if i.page}, key=lambda page: (len(page), page))
    return f" (page{'s' if len(pages) > 1 else ''} {', '.join(pages)})" if pages else ""


def _dit(imprime: Imprime) -> str:
    indicateur = INDICATEURS[imprime.indicateur]
    if isinstance(indicateur, Taux):
        return ecrire(indicateur, Fraction(imprime.valeur))
    return nombre(Fraction(imprime.valeur))


def _deux_valeurs(lus: Lu) -> Iterator[Remarque]:
    for (code, atelier, annee), fois in lus.items():
        valeurs = sorted({i.valeur for i in fois})
        if len(valeurs) > 1:
            dits = [_dit(next(i for i in fois if i.valeur == valeur)) for valeur in valeurs]
            yield Remarque(
                "deux_valeurs",
                f"deux_valeurs:{code}:{atelier}:{annee}",
                Gravite.BLOQUANT,
                f"{_nom(fois[0])}\u202f: {' et '.join(dits)}{_page(*fois)}.",
                "Une même notion a deux valeurs.",
                "N’en gardez qu’une, ou dites ce qui les distingue.",
            )


def _parties(lus: Lu) -> Iterator[Remarque]:
    """Parts add up to the whole when every workshop that printed anything that year printed this figure."""
    ateliers: dict[int, set[str]] = defaultdict(set)
    for _, atelier, annee in lus:
        if atelier:
            ateliers[annee].add(atelier)
    for (code, atelier, annee), fois in lus.items():
        indicateur = INDICATEURS[code]
        if atelier or not isinstance(indicateur, Compte | Rapporte | Total) or not ateliers[annee]:
            continue
        parties = [lus[code, nom, annee][0] for nom in sorted(ateliers[annee]) if (code, nom, annee) in lus]
        if len(parties) < len(ateliers[annee]):
            continue
        somme = sum((Fraction(p.valeur) for p in parties), Fraction(0))
        marge = sum((p.marge for p in [*parties, fois[0]] if p.valeur != p.valeur.to_integral_value()), Fraction(0))
        if isinstance(indicateur, Rapporte):
            marge = sum((p.marge for p in [*parties, fois[0]]), Fraction(0))
        if abs(somme - Fraction(fois[0].valeur)) > marge:
            yield Remarque(
                "parties",
                f"parties:{code}:{annee}",
                Gravite.BLOQUANT,
                f"{_nom(fois[0])}\u202f: les ateliers font {nombre(somme)}, l’ensemble {_dit(fois[0])}"
                f"{_page(fois[0], *parties)}.",
                "Les parties ne font pas le tout.",
                "Comptez de nouveau\u202f: tout ce qui s’en déduit (ETP, taux) est faux avec elles.",
            )


def _calculs(lus: Lu) -> Iterator[Remarque]:
    """A rate, an ETP, a sum, against the numbers printed that it is made of."""
    for (code, atelier, annee), fois in lus.items():
        indicateur = INDICATEURS[code]
        if not isinstance(indicateur, Calcul):
            continue
        bornes = _bornes(indicateur, atelier, annee, lus, imprime=False)
        if bornes is None:
            continue
        bas, haut = bornes
        for imprime in fois:
            valeur = Fraction(imprime.valeur)
            if valeur + imprime.marge < bas or valeur - imprime.marge > haut:
                attendu = _arrondi((bas + haut) / 2, imprime)
                yield Remarque(
                    "calcul",
                    f"calcul:{code}:{atelier}:{annee}:{imprime.valeur}",
                    Gravite.BLOQUANT,
                    f"{_nom(imprime)}\u202f: {_dit(imprime)} imprimé{_page(imprime)}, {attendu} d’après les nombres "
                    "imprimés dont il est fait.",
                    "Le résultat ne suit pas de ses termes.",
                    "Imprimez le calcul, avec son numérateur et son dénominateur.",
                )


def _arrondi(valeur: Fraction, imprime: Imprime) -> str:
    quantum = Decimal(1).scaleb(imprime.exposant)
    exact = (Decimal(valeur.numerator) / Decimal(valeur.denominator)).quantize(quantum, ROUND_HALF_UP)
    indicateur = INDICATEURS[imprime.indicateur]
    return ecrire(indicateur, Fraction(exact)) if isinstance(indicateur, Taux) else nombre(Fraction(exact))


Intervalle = tuple[Fraction, Fraction]

MEMES: dict[Indicateur, tuple[tuple[Indicateur, int, bool], ...]] = {
    Aci.sorties_dynamiques: ((Aci.sorties_emploi, 1, True), (Aci.sorties_positives, 1, False)),
    Aci.taux_sorties_dynamiques.denominateur: ((Aci.sorties, 1, True), (Aci.sorties_retirees, -1, False)),
}
"""What a reader adds up when a report does not print the number itself: term, sign, and whether it must be printed.
One that is not printed is taken for 0, since the report has no line for it."""


def _bornes(indicateur: Indicateur, atelier: str, annee: int, lus: Lu, *, imprime: bool = True) -> Intervalle | None:
    """The interval in which the printed numbers put an indicator; None when they say nothing of it."""
    if imprime and (fois := lus.get((_code(indicateur), atelier, annee))):
        valeur, marge = Fraction(fois[0].valeur), fois[0].marge
        # A count is printed whole: its last unit is no rounding.
        return (valeur, valeur) if isinstance(indicateur, Compte) else (valeur - marge, valeur + marge)
    if indicateur in MEMES:
        return _somme(MEMES[indicateur], atelier, annee, lus)
    if isinstance(indicateur, Total):
        return _somme(tuple((terme, 1, True) for terme in indicateur.termes), atelier, annee, lus)
    if isinstance(indicateur, Rapporte):
        terme = _bornes(indicateur.termes[0], atelier, annee, lus)
        if terme is None:
            return None
        facteur = Fraction(indicateur.facteur(Periode.annee(annee)))
        bas, haut = (b / facteur if indicateur.operation == "diviser" else b * facteur for b in terme)
        return bas, haut
    if isinstance(indicateur, Taux):
        dessus = _bornes(indicateur.numerateur, atelier, annee, lus)
        dessous = _bornes(indicateur.denominateur, atelier, annee, lus)
        if dessus is None or dessous is None or dessous[0] <= 0:
            return None
        return dessus[0] / dessous[1], dessus[1] / dessous[0]
    return None


def _somme(termes: tuple[tuple[Indicateur, int, bool], ...], atelier: str, annee: int, lus: Lu) -> Intervalle | None:
    bas = haut = Fraction(0)
    for terme, signe, requis in termes:
        bornes = _bornes(terme, atelier, annee, lus)
        if bornes is None and requis:
            return None
        dessous, dessus = bornes or (Fraction(0), Fraction(0))
        bas += signe * (dessous if signe > 0 else dessus)
        haut += signe * (dessus if signe > 0 else dessous)
    return bas, haut


def _code(indicateur: Indicateur) -> str:
    """Nothing for a part that only a rate names: no report prints it."""
    return indicateur.code if hasattr(indicateur, "nom") and INDICATEURS.get(indicateur.code) is indicateur else ""


def _annee_tue(lus: Lu) -> Iterator[Remarque]:
    """An objective printed twice on one page for two years: the reader cannot tell which one holds."""
    par_page: dict[tuple[str, str, str], list[Imprime]] = defaultdict(list)
    for (code, atelier, _), fois in lus.items():
        for imprime in fois:
            if imprime.page and code.endswith(("_conventionnes", ".places", ".objectif_mois_mesures")):
                par_page[code, atelier, imprime.page].append(imprime)
    for (code, atelier, page), fois in par_page.items():
        if len({i.annee for i in fois}) > 1 and len({i.valeur for i in fois}) > 1:
            yield Remarque(
                "annee",
                f"annee:{code}:{atelier}:{page}",
                Gravite.A_VERIFIER,
                f"{INDICATEURS[code].libelle}\u202f: {' et '.join(_dit(i) for i in fois)} sur la même page {page}.",
                "Un objectif vaut pour une année\u202f: rien ne dit laquelle.",
                "Écrivez l’année à côté de chaque objectif.",
            )
