"""The annex: of every figure, what it counts, in what, and its value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from aipi.nombres import ESPACE_FINE
from rapports.declarations import Calcul, Chapitre, Compte, Indicateur, Rapporte, Repartition, Taux
from rapports.ecriture import Mention, ecrire, mention, terme, typographie, unite
from rapports.indicateurs import CHAPITRES
from rapports.rendu.composition import Composition, ancre


@dataclass(frozen=True)
class LigneAnnexe:
    """One figure, as the annex prints it."""

    ancre: str
    code: str
    libelle: str
    definition: str
    population: str
    numerateur: str
    denominateur: str
    valeur: str
    unite: str
    precedent: str
    mention: Mention | None
    lien: str


@dataclass(frozen=True)
class SectionAnnexe:
    titre: str
    ancre: str
    chiffres: tuple[LigneAnnexe, ...]
    repartitions: tuple[LigneAnnexe, ...]


def population(indicateur: Indicateur) -> str:
    """In French, what is counted: the rows, or the figures that a computed one is made of."""
    if isinstance(indicateur, Compte):
        return indicateur.population.nom
    if isinstance(indicateur, Rapporte):
        return f"{indicateur.termes[0].libelle}, rapporté aux {indicateur.mention}"
    assert isinstance(indicateur, Calcul)
    return (
        population(indicateur.termes[0])
        if isinstance(indicateur, Taux)
        else " ; ".join(t.libelle for t in indicateur.termes)
    )


def numerateur_de(indicateur: Taux, composition: Composition) -> tuple[str, str]:
    """« Sorties dynamiques : 13 » and the same of the denominator, for the period."""
    valeur = composition.releve.valeur(indicateur.code)
    return (
        f"{indicateur.numerateur.libelle}{ESPACE_FINE}: {terme(indicateur.numerateur, valeur.numerateur)}",
        f"{indicateur.denominateur.libelle}{ESPACE_FINE}: {terme(indicateur.denominateur, valeur.denominateur)}",
    )


def ligne(indicateur: Indicateur, composition: Composition) -> LigneAnnexe:
    chiffre = composition.chiffre(indicateur.code)
    numerateur, denominateur = ("", "")
    if isinstance(indicateur, Taux):
        numerateur, denominateur = numerateur_de(indicateur, composition)
    return LigneAnnexe(
        ancre=ancre(indicateur.code),
        code=indicateur.code,
        libelle=indicateur.libelle,
        definition=typographie(indicateur.definition),
        population=typographie(population(indicateur)),
        numerateur=numerateur,
        denominateur=denominateur,
        valeur=ecrire(indicateur, chiffre.nombre),
        unite=unite(indicateur, chiffre.nombre) if chiffre.nombre is not None else "",
        precedent=ecrire(indicateur, chiffre.precedent),
        mention=mention(chiffre.valeur),
        lien=composition.lien(indicateur.code),
    )


def ligne_repartition(repartition: Repartition, composition: Composition) -> LigneAnnexe:
    de = repartition.de
    connue = composition.releve.repartition(repartition.code)
    total = None if connue is None else sum((valeur for _, _, valeur in connue if valeur is not None), Fraction(0))
    return LigneAnnexe(
        ancre=ancre(repartition.code),
        code=repartition.code,
        libelle=repartition.libelle,
        definition=typographie(repartition.definition),
        population=repartition.population.nom if repartition.population is not None else de.population.nom,
        numerateur="",
        denominateur="Plusieurs réponses par personne"
        if repartition.multiple
        else f"Répartit{ESPACE_FINE}: {de.libelle}",
        valeur=ecrire(de, total),
        unite=unite(de, total) if total is not None else "",
        precedent="",
        mention=None,
        lien=composition.lien(repartition.code),
    )


def section(chapitre: type[Chapitre], composition: Composition) -> SectionAnnexe:
    declarations = chapitre.declarations()
    if composition.courte or composition.financeur is not None:
        declarations = [declaration for declaration in declarations if declaration.code in composition.cites]
    return SectionAnnexe(
        titre=chapitre.titre,
        ancre=f"annexe-{chapitre.prefixe}",
        chiffres=tuple(ligne(d, composition) for d in declarations if isinstance(d, Indicateur)),
        repartitions=tuple(ligne_repartition(d, composition) for d in declarations if isinstance(d, Repartition)),
    )


def annexe(composition: Composition) -> list[SectionAnnexe]:
    """Every figure of the dictionary, by chapter; in a short version or an extract, those that its pages print."""
    sections = [section(chapitre, composition) for chapitre in CHAPITRES]
    return [s for s in sections if s.chiffres or s.repartitions]
