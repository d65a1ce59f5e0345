"""A first draft of a section from its figures: facts, evolutions and their sign, never a cause. Every number is a chip."""

from __future__ import annotations

from fractions import Fraction

from insertion_pro.axes import Axe
from rapports.declarations import Indicateur, Taux
from rapports.ecriture import avant, ecrire, singulier, variation
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.phrases import VOCABULAIRE, Sujet
from rapports.rendu.composition import Composition
from rapports.sommaire.blocs import (
    Anneau,
    Barres,
    Bloc,
    Budget,
    Cartes,
    Empilement,
    Evolution,
    Jauge,
    Mensuel,
    Page,
    ParAtelier,
    Phrases,
    Pyramide,
)
from rapports.valeurs import Chiffre

DECOUPES = Anneau | Barres | Budget | Empilement | Mensuel | Pyramide
Figure = tuple[str, Indicateur]
"""What a chip holds between its braces, and the figure it names."""


def figures_de(page: Page, axe: Axe | None) -> list[Figure]:
    """The figures that a page prints, in its order, each once."""
    codes = [*page.chapeau, *page.cles]
    for rangee in page.rangees:
        for colonne in rangee.colonnes:
            for bloc in colonne.blocs:
                codes += _codes(bloc)
    suite = f" {axe.nom}={axe.code}" if axe is not None else ""
    return [
        (f"{code}{suite}", INDICATEURS[code])
        for code in dict.fromkeys(codes)
        if code in INDICATEURS and INDICATEURS[code].axe_admis(axe)
    ]


def lignes_de(page: Page, axe: Axe | None, composition: Composition) -> list[tuple[str, str, str]]:
    """The lines of the breakdowns that a page draws: what a chip holds, what it is called, its value."""
    suite = f" {axe.nom}={axe.code}" if axe is not None else ""
    codes = dict.fromkeys(
        bloc.code
        for rangee in page.rangees
        for colonne in rangee.colonnes
        for bloc in colonne.blocs
        if isinstance(bloc, DECOUPES)
    )
    return [
        (
            f"{code}{suite} cle={cle}",
            f"{REPARTITIONS[code].libelle}\u202f: {nom}",
            ecrire(REPARTITIONS[code].de, valeur),
        )
        for code in codes
        for cle, nom, valeur in composition.releve_de(axe).repartition(code) or ()
        if valeur and not set(cle) & set("{}")
    ]


def _codes(bloc: Bloc) -> tuple[str, ...]:
    if isinstance(bloc, Cartes | Phrases | Evolution):
        return bloc.codes
    if isinstance(bloc, Jauge):
        return (bloc.realise, bloc.objectif)
    return (bloc.code,) if isinstance(bloc, ParAtelier) else ()


def premier_jet(composition: Composition, figures: list[Figure], axe: Axe | None) -> str:
    """A paragraph of sentences, those of unknown figures left out; empty when nothing is known."""
    dites = [
        phrase for contenu, figure in figures if (phrase := _phrase(contenu, composition.chiffre(figure.code, axe)))
    ]
    return " ".join(dites)


def _phrase(contenu: str, chiffre: Chiffre) -> str:
    mots = VOCABULAIRE.get(chiffre.indicateur.code)
    if mots is None or chiffre.nombre is None:
        return ""
    puce = f"{{{{ {contenu} }}}}"
    if isinstance(mots, Sujet):
        return f"{mots.nom} {mots.verbe} {puce}{_comparaison(contenu, chiffre)}."
    if chiffre.nombre == 0:
        return f"{mots.aucun.capitalize()} {mots.nul or mots.singulier}{_comparaison(contenu, chiffre)}."
    nom = mots.singulier if singulier(chiffre.indicateur, chiffre.nombre) else mots.pluriel
    return f"{puce} {mots.lien}{nom}{_comparaison(contenu, chiffre)}."


def _comparaison(contenu: str, chiffre: Chiffre) -> str:
    """« , contre {{ … N-1 }} en 2020, soit {{ … évolution }} », « , comme en 2020 », nothing when last year is unknown."""
    if chiffre.precedent is None or chiffre.nombre is None:
        return ""
    alors = avant(chiffre.periode.precedente)
    if ecrire(chiffre.indicateur, chiffre.precedent) == ecrire(chiffre.indicateur, chiffre.nombre):
        return f", comme {alors}"
    hausse = chiffre.nombre > chiffre.precedent
    suite = f", contre {{{{ {contenu} N-1 }}}} {alors}"
    if not variation(chiffre) or (chiffre.precedent == Fraction(0) and not isinstance(chiffre.indicateur, Taux)):
        return suite
    return f"{suite}, en {'hausse' if hausse else 'baisse'} ({{{{ {contenu} évolution }}}})"
