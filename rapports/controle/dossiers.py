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
from insertion_pro.models import Absence, Atelier, Equipe, Parcours, ReleveHeures
from insertion_sociale.models import SuiviRsa
from rapports.cles import INCONNU
from rapports.declarations import Compte, Indicateur, Somme, Taux
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
    def par_equipe(self) -> list[list[Releve]]:
        """The teams of each workshop, in the order of the workshops."""
        equipes = list(Equipe.objects.select_related("atelier").order_by("code"))
        return [
            [
                Releve(self.periode, Axe.de_l_equipe(equipe), vif=True)
                for equipe in equipes
                if atelier.axe is not None and equipe.atelier.code == atelier.axe.code
            ]
            for atelier in self.par_atelier
        ]

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
    """Workshops add up to the whole and teams to their workshop, or why not: somebody in two of them is a reason, a row in none is not."""
    yield from _additionner(dossiers, dossiers.releve, dossiers.par_atelier, "ateliers")
    for atelier, equipes in zip(dossiers.par_atelier, dossiers.par_equipe, strict=True):
        if len(equipes) > 1:
            yield from _additionner(dossiers, atelier, equipes, "équipes")


def _additionner(dossiers: Dossiers, tout: Releve, parts: list[Releve], quoi: str) -> Iterator[Remarque]:
    """The figures of the chapter that `parts` do not add up to those of `tout`. `quoi`: what the parts are, in the plural."""
    ou, suite, ensemble = "", "", "l’ensemble"
    parametres: dict[str, str] = {}
    if tout.axe is not None:
        ou, suite, ensemble = f" ({tout.axe.libelle})", f":{tout.axe.code}", "l’atelier"
        parametres = {tout.axe.nom: tout.axe.code}
    for code, indicateur in INDICATEURS.items():
        if (
            not isinstance(indicateur, Compte)
            or "atelier" not in indicateur.chapitre.axes
            or not tout.admis(indicateur)
        ):
            continue
        total = tout.valeur(code).nombre
        parties = [r for r in parts if r.admis(indicateur)]
        nombres = [r.valeur(code).nombre for r in parties]
        if total is None or not parties or any(n is None for n in nombres):
            continue
        somme = sum((n for n in nombres if n is not None), Fraction(0))
        if somme == total:
            continue
        listes = [set(references(indicateur.liste(r.periode, r.axe))) for r in parties]
        toutes = set(references(indicateur.liste(dossiers.periode, tout.axe)))
        orphelines = sorted(toutes.difference(*listes))
        fois = {ref: sum(ref in liste for liste in listes) for ref in toutes}
        communes = sorted(ref for ref, combien in fois.items() if combien > 1)
        # Of rows that are counted, not added up, those shared must explain all of what is too much.
        en_trop = sum(combien - 1 for combien in fois.values() if combien > 1)
        expliquee = not isinstance(indicateur, Somme) and en_trop == somme - total
        constat = (
            f"{indicateur.libelle}{ou}\u202f: les {quoi} font {avec_unite(indicateur, somme)}, {ensemble} "
            f"{avec_unite(indicateur, total)}."
        )
        if orphelines:
            yield Remarque(
                "parties",
                f"parties:{code}{suite}",
                Gravite.BLOQUANT,
                constat,
                f"{_lignes(len(orphelines))} de {ensemble} ne {_sont(len(orphelines))} dans "
                f"aucun{'e équipe' if suite else ' atelier'}\u202f: {_citer(orphelines)}.",
                "Rattachez-les à une équipe, par leur contrat.",
                _adresse(dossiers, code, liste=True, **parametres),
                "Voir les lignes comptées",
            )
        elif expliquee:
            yield Remarque(
                "parties",
                f"parties:{code}{suite}",
                Gravite.EXPLIQUE,
                constat,
                f"{_lignes(len(communes))} compte{'nt' if len(communes) > 1 else ''} dans deux {quoi} ou plus, et une "
                f"seule fois dans {ensemble}\u202f: {_citer(communes)}.",
                "Rien à corriger\u202f: dites-le si vous imprimez les deux.",
                _adresse(dossiers, code, liste=False, **parametres),
                "Voir le chiffre",
            )
        else:
            yield Remarque(
                "parties",
                f"parties:{code}{suite}",
                Gravite.BLOQUANT,
                constat,
                f"Les lignes partagées entre deux {quoi} ne l’expliquent pas.",
                f"Regardez les lignes de chaque {'équipe' if suite else 'atelier'}.",
                _adresse(dossiers, code, liste=True, **parametres),
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
        if repartition.multiple and total is not None:
            # Who gives two answers is still one: the share is that of people.
            somme = total
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
    """Something was done for which no agreement of the year says how much was expected: no objective, or one that is only printed."""
    # An objective is that of a civil year: from September to August, none is missing.
    for fait, (objectif, unite) in OBJECTIFS.items() if dossiers.periode.annee_civile is not None else ():
        if fait not in INDICATEURS or objectif not in INDICATEURS:
            continue
        agree = dossiers.releve.valeur(objectif)
        # A value taken from an old report is an objective that no agreement says.
        if dossiers.releve.valeur(fait).nombre and agree.origine != "calcule":
            yield Remarque(
                "convention",
                f"convention:{fait}",
                Gravite.A_VERIFIER,
                f"{INDICATEURS[fait].libelle}\u202f: "
                + (
                    "aucun objectif connu."
                    if agree.nombre is None
                    else f"un objectif de {avec_unite(INDICATEURS[objectif], agree.nombre)}, sans convention."
                ),
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
