"""Remarks that the case files themselves give rise to: sums, bases, jumps, unknown facts, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from django.urls import reverse
from django.utils.http import urlencode

from aipi.nombres import nombre, pourcentage
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.feuilles import HORS_CONTRAT
from insertion_pro.models import Absence, Atelier, Parcours, ReleveHeures
from insertion_sociale.models import SuiviRsa
from rapports.cles import INCONNU
from rapports.declarations import Compte, Distincts, Indicateur, Taux
from rapports.ecriture import avec_unite, ecrire
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.references import references
from rapports.valeurs import Releve

from .remarques import Gravite, Remarque

BASE_MINIMALE = 20
"""Under so many cases, one person more or less moves a percentage by five points."""
PART_INCONNUE = Fraction(5, 100)
"""Unknown facts above this share make a breakdown say little."""
SAUT_MINIMAL = Fraction(1, 10)
"""A smaller change is no jump, whatever the past."""
ANNEES_DE_RECUL = 5
OBJECTIFS = {
    "aci.etp": ("aci.etp_conventionnes", "ETP"),
    "rsa.suivis": ("rsa.places", "places"),
    "logement.mois_mesures": ("logement.objectif_mois_mesures", "mois-mesures"),
}
"""What was done, by the figure that says what was agreed, and the unit of the agreement."""
REFERENCES_CITEES = 5


@dataclass(frozen=True)
class Dossiers:
    """The period under control, with its figures and those of each workshop, computed once."""

    periode: Periode

    @cached_property
    def releve(self) -> Releve:
        return Releve(self.periode, vif=True)

    @cached_property
    def par_atelier(self) -> list[Releve]:
        codes = Atelier.objects.order_by("code").values_list("code", flat=True)
        return [Releve(self.periode, Axe.lire("atelier", code), vif=True) for code in codes]

    @cached_property
    def recul(self) -> list[Releve]:
        """The periods before, the nearest first."""
        suite = [self.releve.avant]
        while len(suite) < ANNEES_DE_RECUL:
            suite.append(suite[-1].avant)
        return suite


def controler_dossiers(periode: Periode) -> Iterator[Remarque]:
    """Every remark, rule after rule."""
    dossiers = Dossiers(periode)
    for regle in REGLES:
        yield from regle(dossiers)


def _adresse(dossiers: Dossiers, code: str, liste: bool = False, **parametres: str) -> str:
    base = reverse("indicateur_liste" if liste else "indicateur_detail", args=[dossiers.periode, code])
    return f"{base}?{urlencode(parametres)}" if parametres else base


def _citer(refs: list[str]) -> str:
    reste = len(refs) - REFERENCES_CITEES
    cites = ", ".join(refs[:REFERENCES_CITEES])
    return f"{cites} et {nombre(reste)} de plus" if reste > 0 else cites


def parties_et_total(dossiers: Dossiers) -> Iterator[Remarque]:
    """The workshops add up to the whole, or why they do not: somebody in two of them is a reason, a row in none is not."""
    for code, indicateur in INDICATEURS.items():
        if not isinstance(indicateur, Compte) or "atelier" not in indicateur.chapitre.axes:
            continue
        total = dossiers.releve.valeur(code).nombre
        parties = [r for r in dossiers.par_atelier if r.admis(indicateur)]
        nombres = [r.valeur(code).nombre for r in parties]
        if total is None or not parties or any(n is None for n in nombres):
            continue
        somme = sum((n for n in nombres if n is not None), Fraction(0))
        if somme == total:
            continue
        listes = [set(references(indicateur.liste(r.periode, r.axe))) for r in parties]
        toutes = set(references(indicateur.liste(dossiers.periode)))
        orphelines = sorted(toutes.difference(*listes))
        communes = sorted(ref for ref in toutes if sum(ref in liste for liste in listes) > 1)
        constat = (
            f"{indicateur.libelle}\u202f: les ateliers font {avec_unite(indicateur, somme)}, l’ensemble "
            f"{avec_unite(indicateur, total)}."
        )
        if orphelines:
            yield Remarque(
                "parties",
                f"parties:{code}",
                Gravite.BLOQUANT,
                constat,
                f"{_lignes(len(orphelines))} de l’ensemble ne {_sont(len(orphelines))} dans aucun atelier\u202f: "
                f"{_citer(orphelines)}.",
                "Rattachez-les à une équipe, par leur contrat.",
                _adresse(dossiers, code, liste=True),
                "Voir les lignes comptées",
            )
        elif isinstance(indicateur, Distincts) and communes:
            yield Remarque(
                "parties",
                f"parties:{code}",
                Gravite.EXPLIQUE,
                constat,
                f"{_lignes(len(communes))} compte{'nt' if len(communes) > 1 else ''} dans deux ateliers ou plus, et une "
                f"seule fois dans l’ensemble\u202f: {_citer(communes)}.",
                "Rien à corriger\u202f: dites-le si vous imprimez les deux.",
                _adresse(dossiers, code),
                "Voir le chiffre",
            )
        else:
            yield Remarque(
                "parties",
                f"parties:{code}",
                Gravite.BLOQUANT,
                constat,
                "Aucune ligne partagée entre deux ateliers ne l’explique.",
                "Regardez les lignes de chaque atelier.",
                _adresse(dossiers, code, liste=True),
                "Voir les lignes comptées",
            )


def _lignes(combien: int) -> str:
    return f"{nombre(combien)} ligne{'s' if combien > 1 else ''}"


def _sont(combien: int) -> str:
    return "sont" if combien > 1 else "est"


def repartitions(dossiers: Dossiers) -> Iterator[Remarque]:
    """The lines of a breakdown add up to its figure; those nobody knows are few."""
    for code, repartition in REPARTITIONS.items():
        lignes = dossiers.releve.repartition(code)
        if not lignes:
            continue
        somme = sum((n for _, _, n in lignes if n is not None), Fraction(0))
        total = dossiers.releve.calculs.valeur(repartition.de)
        if total is not None and not repartition.multiple and somme != total:
            yield Remarque(
                "repartition",
                f"repartition:{code}",
                Gravite.BLOQUANT,
                f"{repartition.libelle}\u202f: les lignes font {avec_unite(repartition.de, somme)}, le total "
                f"{avec_unite(repartition.de, total)}.",
                "Une ligne manque ou compte deux fois.",
                "Comparez les listes de chaque ligne à celle du total.",
                _adresse(dossiers, code),
                "Voir la répartition",
            )
        inconnues = next((n for cle, _, n in lignes if cle == INCONNU), None)
        if inconnues and somme and inconnues / somme > PART_INCONNUE:
            yield Remarque(
                "inconnus",
                f"inconnus:{code}",
                Gravite.A_VERIFIER,
                f"{repartition.libelle}\u202f: non renseigné pour {ecrire(repartition.de, inconnues)} sur "
                f"{ecrire(repartition.de, somme)}, soit {pourcentage(inconnues / somme)}.",
                f"Au-dessus de {pourcentage(PART_INCONNUE, 0)} d’inconnus, la répartition dit peu de chose.",
                "Complétez ces dossiers.",
                _adresse(dossiers, code, liste=True, cle=INCONNU),
                "Voir les dossiers à compléter",
            )


def bases_faibles(dossiers: Dossiers) -> Iterator[Remarque]:
    """A percentage whose base is missing, or under twenty cases."""
    for code, indicateur in INDICATEURS.items():
        valeur = dossiers.releve.valeur(code)
        if not isinstance(indicateur, Taux) or valeur.nombre is None:
            continue
        if valeur.denominateur is None:
            yield Remarque(
                "base",
                f"base:{code}",
                Gravite.A_VERIFIER,
                f"{indicateur.libelle}\u202f: {pourcentage(valeur.nombre)}, sans base connue.",
                "Un pourcentage repris d’un ancien rapport n’a ni numérateur ni dénominateur.",
                "Dites d’où il vient, ou ne l’imprimez pas.",
                _adresse(dossiers, code),
                "Voir le chiffre",
            )
        elif valeur.denominateur < BASE_MINIMALE:
            yield Remarque(
                "base",
                f"base:{code}",
                Gravite.A_VERIFIER,
                f"{indicateur.libelle}\u202f: {pourcentage(valeur.nombre)}, sur {nombre(valeur.denominateur)} seulement.",
                f"Sous {BASE_MINIMALE} cas, une unité de plus ou de moins déplace le pourcentage de cinq points.",
                "Imprimez plutôt les deux nombres.",
                _adresse(dossiers, code),
                "Voir le chiffre",
            )


def sauts(dossiers: Dossiers) -> Iterator[Remarque]:
    """A change from one year to the next beyond all that the figure did before."""
    for code, indicateur in INDICATEURS.items():
        suite = [r.valeur(code).nombre for r in [dossiers.releve, *dossiers.recul]]
        evolutions = [
            (apres - avant) / avant
            for apres, avant in pairwise(suite)
            if apres is not None and avant is not None and avant > 0
        ]
        if len(evolutions) < 3 or suite[0] is None or suite[1] is None or suite[1] <= 0:
            continue
        derniere, *passees = evolutions
        plafond = max(abs(e) for e in passees)
        if abs(derniere) > max(plafond, SAUT_MINIMAL):
            yield Remarque(
                "saut",
                f"saut:{code}",
                Gravite.A_VERIFIER,
                f"{indicateur.libelle}\u202f: {avec_unite(indicateur, suite[1])} l’année d’avant, "
                f"{avec_unite(indicateur, suite[0])} cette année ({'+' if derniere > 0 else '−'}"
                f"{pourcentage(abs(derniere))}).",
                f"Ce chiffre n’avait jamais varié de plus de {pourcentage(plafond)} d’une année à l’autre.",
                "Vérifiez la saisie, ou dites pourquoi dans le texte.",
                _adresse(dossiers, code),
                "Voir le chiffre et ses années",
            )


def sorties_sans_motif(dossiers: Dossiers) -> Iterator[Remarque]:
    """Exits whose motive nobody wrote: they count as neither work nor anything else."""
    for quoi, lignes, code in (
        ("sorties d’ACI", Parcours.objects.sortis(dossiers.periode).filter(motif_sortie=None), "aci.sorties"),
        ("sorties du RSA", SuiviRsa.objects.sortis(dossiers.periode).filter(motif_sortie=None), "rsa.sorties"),
    ):
        refs = references(lignes)
        if refs:
            yield Remarque(
                "motif",
                f"motif:{code}",
                Gravite.BLOQUANT,
                f"{nombre(len(refs))} {quoi} sans motif\u202f: {_citer(refs)}.",
                "Une sortie sans motif n’entre dans aucune catégorie.",
                "Renseignez le motif dans chaque dossier.",
                _adresse(dossiers, code, liste=True),
                "Voir les sorties",
            )


def heures_hors_contrat(dossiers: Dossiers) -> Iterator[Remarque]:
    """Hours, paid or of absence, of a month in which their contract was not in force."""
    for quoi, lignes, code in (
        ("relevés d’heures", ReleveHeures.objects.de(dossiers.periode).filter(HORS_CONTRAT), "aci.heures"),
        ("absences", Absence.objects.de(dossiers.periode).filter(HORS_CONTRAT), "aci.heures_absence"),
    ):
        refs = references(lignes)
        if refs:
            yield Remarque(
                "hors_contrat",
                f"hors_contrat:{code}",
                Gravite.BLOQUANT,
                f"{nombre(len(refs))} {quoi} hors des dates de leur contrat\u202f: {_citer(refs)}.",
                "Les heures sont comptées dans leur mois, quel que soit le contrat\u202f: une des deux dates est fausse.",
                "Corrigez les dates du contrat, ou le mois des heures.",
                _adresse(dossiers, code, liste=True) if code in INDICATEURS else "",
                "Voir les lignes comptées",
            )


def publies_autrement(dossiers: Dossiers) -> Iterator[Remarque]:
    """A value printed in a past report for the same year, that the files do not give."""
    for releve in [dossiers.releve, *dossiers.par_atelier]:
        for code, publiee in sorted(releve.publiees.items()):
            indicateur = INDICATEURS.get(code)
            calculee = (
                releve.calculs.valeur(indicateur) if indicateur is not None and releve.admis(indicateur) else None
            )
            if not isinstance(indicateur, Indicateur) or calculee is None:
                continue
            if ecrire(indicateur, publiee) == ecrire(indicateur, calculee):
                continue
            ou = f" ({releve.axe.libelle})" if releve.axe else ""
            yield Remarque(
                "publie",
                f"publie:{code}:{releve.axe.code if releve.axe else ''}",
                Gravite.A_VERIFIER,
                f"{indicateur.libelle}{ou}\u202f: {avec_unite(indicateur, calculee)} d’après les dossiers, "
                f"{avec_unite(indicateur, publiee)} déjà publiés pour la même année.",
                "Le lecteur qui a les deux rapports verra deux valeurs.",
                "Dites la correction dans le texte, ou retirez la valeur publiée.",
                _adresse(dossiers, code),
                "Voir le chiffre",
            )


def sans_convention(dossiers: Dossiers) -> Iterator[Remarque]:
    """Something was done for which no agreement of the year says how much was expected."""
    for fait, (objectif, unite) in OBJECTIFS.items():
        if fait not in INDICATEURS or objectif not in INDICATEURS:
            continue
        if dossiers.releve.valeur(fait).nombre and dossiers.releve.valeur(objectif).nombre is None:
            yield Remarque(
                "convention",
                f"convention:{fait}",
                Gravite.A_VERIFIER,
                f"{INDICATEURS[fait].libelle}\u202f: aucun objectif connu.",
                f"Aucune convention de l’année ne porte d’objectif en {unite}.",
                "Ajoutez la convention dans l’administration.",
                reverse("admin:aipi_convention_changelist"),
                "Ouvrir les conventions",
            )


REGLES: tuple[Callable[[Dossiers], Iterator[Remarque]], ...] = (
    parties_et_total,
    repartitions,
    sorties_sans_motif,
    heures_hors_contrat,
    publies_autrement,
    sans_convention,
    sauts,
    bases_faibles,
)
