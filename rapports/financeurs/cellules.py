"""What is published, cell by cell, and what ties the cells together: all that a reader could compute one from others with.

A cell is one number of one figure (or of one line of a breakdown), for the whole or for one workshop, in one period. Two
figures that always are the same number are one cell: the women of the employees are a line of the employees by sex.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from aipi.periodes import Periode
from rapports.cles import CATEGORIES_SORTIE, INCONNU, ParMois
from rapports.declarations import Calcul, Compte, Distincts, Effectif, Indicateur, Rapporte, Repartition, Somme
from rapports.indicateurs import INDICATEURS, REPARTITIONS

PERSONNES = {
    "aipi.Personne": "pk",
    "insertion_pro.Contrat": "parcours__personne",
    "insertion_pro.ReleveHeures": "contrat__parcours__personne",
    "insertion_pro.Absence": "contrat__parcours__personne",
    "insertion_pro.Parcours": "personne",
    "insertion_pro.Entretien": "parcours__personne",
    "insertion_pro.Frein": "parcours__personne",
    "insertion_pro.Mission": "parcours__personne",
    "insertion_pro.ParticipationFormation": "parcours__personne",
    "insertion_sociale.SuiviRsa": "personne",
    "insertion_sociale.ContactRsa": "suivi__personne",
    "insertion_sociale.ContratEngagement": "suivi__personne",
    "insertion_sociale.MesureLogement": "personne",
    "insertion_sociale.InterventionLogement": "mesure__personne",
    "insertion_sociale.AideLogement": "mesure__personne",
    "insertion_sociale.Presence": "personne",
}
"""From a row counted to the person it is about. A figure whose rows lead to nobody (budget, agreements, turnover, actions,
sessions) has no secret; nor has a count of something else that they lead to (teams)."""
UNITES_DE_PERSONNES = frozenset({"personnes", "ménages"})
"""Counts of persons, whatever their rows are: places taken in actions, members of households."""

Temps = Literal["additif", "croissant", "libre"]
Motif = Literal["", "petit", "voisin"]
"""Shown; hidden because small; hidden because it would give away another."""


@dataclass(frozen=True, order=True)
class Cellule:
    """`nom`: the code of a figure, `code#rank` for an unnamed term, `code/key` for a line; `atelier`: empty for the whole."""

    nom: str
    atelier: str
    debut: datetime.date
    fin: datetime.date

    @property
    def periode(self) -> Periode:
        return Periode(self.debut, self.fin)

    def autre(self, nom: str) -> Cellule:
        """The cell of another figure, for the same workshop and period."""
        return Cellule(nom, self.atelier, self.debut, self.fin)


@dataclass(frozen=True)
class Mesure:
    """The number of a cell. `entiere`: it counts units, of which it has one at least when it is not zero.

    `motif` says why it is hidden, if it is; `pour`, which other cell it would give away.
    """

    valeur: Fraction
    entiere: bool
    motif: Motif = ""
    pour: str = ""

    @property
    def secret(self) -> bool:
        return bool(self.motif)


def _noms() -> dict[Indicateur, str]:
    """The name of the cells of every indicator, the unnamed terms of rates too."""
    noms: dict[Indicateur, str] = {}

    def nommer(indicateur: Indicateur, nom: str) -> None:
        if indicateur in noms:
            return
        noms[indicateur] = nom
        if isinstance(indicateur, Calcul):
            for rang, terme in enumerate(indicateur.termes):
                nommer(terme, terme.code if hasattr(terme, "nom") else f"{nom}#{rang}")

    for code, indicateur in INDICATEURS.items():
        nommer(indicateur, code)
    for repartition in REPARTITIONS.values():
        nommer(repartition.de, repartition.de.code)
    return noms


NOMS = _noms()
INDICATEURS_PAR_NOM = {nom: indicateur for indicateur, nom in NOMS.items()}


def support(indicateur: Indicateur) -> Indicateur:
    """The indicator whose cell says as much: a number multiplied by a known one is no other secret."""
    return support(indicateur.termes[0]) if isinstance(indicateur, Rapporte) else indicateur


@cache
def chemin_personne(compte: Compte) -> str:
    """From the rows of a count to persons, empty when they lead to none."""
    return PERSONNES.get(compte.population.lignes(Periode.annee(2020), None).model._meta.label, "")


@cache
def concerne_des_personnes(indicateur: Indicateur) -> bool:
    """Whether a number is about persons, so that a small one is secret."""
    return any(_compte_des_personnes(compte) for compte in indicateur.feuilles_comptees())


def _compte_des_personnes(compte: Compte) -> bool:
    if isinstance(compte, Distincts) and compte.modele._meta.label != "aipi.Personne":
        return False
    return compte.unite in UNITES_DE_PERSONNES or bool(chemin_personne(compte))


def est_entiere(indicateur: Indicateur) -> bool:
    """Whether the number counts units: a sum of hours or of euros does not."""
    return isinstance(indicateur, Effectif | Distincts) or (
        isinstance(indicateur, Somme) and indicateur.unite in UNITES_DE_PERSONNES
    )


# Figures that are the same number as a line of a breakdown

SORTIES_PAR_CATEGORIE = {
    "emploi_durable": "aci.sorties_emploi_durable",
    "emploi_transition": "aci.sorties_emploi_transition",
    "sortie_positive": "aci.sorties_positives",
    "autre_sortie": "aci.sorties_autres",
    "retrait": "aci.sorties_retirees",
    INCONNU: "aci.sorties_non_documentees",
}
assert set(SORTIES_PAR_CATEGORIE) == {*(code for code, _ in CATEGORIES_SORTIE), INCONNU}

MEMES: dict[tuple[str, str], str] = {
    ("aci.salaries_par_sexe", "F"): "aci.femmes",
    ("aci.personnes_par_frein", "logement"): "aci.logement_personnes",
    ("aci.salaries_par_age_etat", INCONNU): f"aci.salaries_par_age/{INCONNU}",
    **{("aci.sorties_par_categorie", cle): nom for cle, nom in SORTIES_PAR_CATEGORIE.items()},
}


def cellule_de_ligne(repartition: Repartition, cle: str, atelier: str, periode: Periode) -> Cellule:
    """The cell of a line: that of a figure where both are the same number."""
    code = repartition.code
    if isinstance(repartition.par, ParMois):
        mois = Periode.du_mois(datetime.date.fromisoformat(f"{cle}-01"))
        debut, fin = max(mois.debut, periode.debut), min(mois.fin, periode.fin)
        return Cellule(NOMS[repartition.de], atelier, debut, fin)
    if code == "aci.salaries_par_atelier" and cle != INCONNU and not atelier:
        return Cellule("aci.salaries", cle, periode.debut, periode.fin)
    return Cellule(MEMES.get((code, cle), f"{code}/{cle}"), atelier, periode.debut, periode.fin)


def repartition_de(nom: str) -> Repartition | None:
    """The breakdown that a cell of this name is a line of."""
    return REPARTITIONS.get(nom.partition("/")[0]) if "/" in nom else None


# What ties the figures of one period together

RELATIONS = """
aci.sorties_emploi = aci.sorties_emploi_durable + aci.sorties_emploi_transition
aci.sorties_dynamiques = aci.sorties_emploi + aci.sorties_positives
aci.sorties = aci.sorties_dynamiques + aci.sorties_autres + aci.sorties_retirees + aci.sorties_non_documentees
aci.sorties = aci._sorties_hors_retraits + aci.sorties_retirees
aci.taux_absenteisme#1 = aci.heures + aci.heures_absence
aci.salaries_par_age_etat/50_plus = aci.salaries_par_age/50_59 + aci.salaries_par_age/60_plus
rsa.convocations = rsa.rdv_honores + rsa.absences
aci.salaries_ayant_travaille dans aci.salaries
aci.salaries_ayant_travaille <= aci.heures
aci.rsa dans aci.salaries
aci.chomage_24_mois dans aci.salaries
aci.femmes dans aci.salaries
aci.rqth dans aci.salaries
aci.logement_personnes dans aci.salaries
aci.embauches <= aci.salaries
aci.sorties <= aci.salaries
aci.taux_sorties_dynamiques_etat#0 dans aci.taux_sorties_dynamiques_etat#1
aci.taux_sorties_dynamiques_etat#0 dans aci.sorties_dynamiques
aci.taux_sorties_dynamiques_etat#1 dans aci._sorties_hors_retraits
aci.cqp_certifies dans aci.cqp_inscrits
aci.cqp_inscrits dans aci.formation_salaries
aci.formation_salaries dans aci.salaries
aci.logement_fsl dans aci.logement_personnes
aci.logement_fsl <= logement.menages_fsl
aci.logement_personnes <= aci.freins_par_categorie/logement
aci.salaries_par_chomage/24_plus <= aci.chomage_24_mois
aci.salaries_par_age/moins_25 dans aci.salaries_par_age_etat/moins_26
aci.salaries_par_age_etat/moins_26 dans aci.salaries_par_age/moins_25 + aci.salaries_par_age/25_29
rsa.sorties_insertion_professionnelle dans rsa.sorties
rsa.contrats_en_cours dans rsa.suivis
rsa.suivis <= rsa.occupation_moyenne#0
rsa.entrees dans rsa.suivis
rsa.sorties dans rsa.suivis
logement.menages_fsl <= logement.mesures_fsl
logement.mesures_fsl <= logement.mois_mesures
logement.enfants_fsl + logement.mesures_fsl dans logement.personnes_fsl
sante.participants <= sante.participations
sante.participants <= sante.taux_remplissage#0
sante.taux_remplissage#0 <= sante.participations
collectif.participants <= collectif.participations
collectif.participants <= collectif.taux_remplissage#0
collectif.taux_remplissage#0 <= collectif.participations
"""
"""A whole and its parts (=); a part and what it cannot exceed (<=); the same where the rest of the whole are people too,
the employees without RSA say, who are no fewer than others may be (dans). A reader may suppose the last two even where the
files do not ensure them: those that the numbers contradict are left out by the audit, the others are taken as known."""


@dataclass(frozen=True)
class Relation:
    """The names on either side of an equality, or of an inequality whose right side is the larger.

    `dans`: what the right side has besides is a secret as well when it is small.
    """

    gauche: tuple[str, ...]
    droite: tuple[str, ...]
    egale: bool
    dans: bool = False

    @classmethod
    def lire(cls, ligne: str) -> Relation:
        signe = next(signe for signe in (" = ", " <= ", " dans ") if signe in ligne)
        gauche, _, droite = ligne.partition(signe)
        return cls(tuple(gauche.split(" + ")), tuple(droite.split(" + ")), signe == " = ", signe == " dans ")


RELATIONS_LUES = tuple(map(Relation.lire, RELATIONS.strip().splitlines()))

AU_PLUS_PAR_UNITE: tuple[tuple[str, str, Callable[[Periode], int]], ...] = (
    ("rsa.occupation_moyenne#0", "rsa.suivis", lambda periode: periode.jours),
    ("logement.mois_mesures", "logement.mesures_fsl", lambda periode: len(list(periode.mois()))),
)
"""A sum, what it is summed over, and the most that each can bring in a period: its days, its months."""

FLUX = (("rsa.suivis", "rsa.entrees", "rsa.sorties"), ("aci.salaries", "aci.embauches", "aci.sorties"))
"""Who was there in one of two periods that follow each other and not in the other came in, or left: stock, in, out."""

MOTIFS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "aci.sorties_par_motif",
        "motif_sortie",
        tuple((cle, nom) for cle, nom in SORTIES_PAR_CATEGORIE.items() if cle != INCONNU),
    ),
    (
        "rsa.sorties_par_motif",
        "motif_sortie_rsa",
        (("insertion_professionnelle", "rsa.sorties_insertion_professionnelle"),),
    ),
)
"""Breakdowns by code whose codes have a category that is a figure: breakdown, list, (category, figure)."""

# What ties periods together

_DATEES = {
    INDICATEURS[code].population  # type: ignore[attr-defined]  # each of these is counted in one population
    for code in (
        "aci.embauches",
        "aci.sorties",
        "aci.heures",
        "aci.heures_absence",
        "aci.entretiens",
        "aci.missions",
        "aci.formation_jours",
        "aci.freins_leves",
        "rsa.entrees",
        "rsa.sorties",
        "rsa.convocations",
        "rsa.contrats_engagement",
        "logement.aides_demandees",
        "logement.aides_accordees",
        "logement.interventions_partenord",
        "sante.participations",
        "collectif.participations",
    )
} | {next(INDICATEURS["aci.taux_sorties_dynamiques_etat"].feuilles_comptees()).population}
"""Rows that have one date: those of two periods that follow each other are those of both."""
_PAR_JOUR_OU_MOIS = frozenset({"logement.mois_mesures", "rsa.occupation_moyenne#0"})
"""Sums of the days or months of the period: also those of both."""
_EN_FIN_DE_PERIODE = frozenset({"rsa.contrats_en_cours"})


def temps(nom: str) -> Temps:
    """How a number behaves when its period grows: it adds up, it can only grow, or neither is sure."""
    repartition = repartition_de(nom)
    if repartition is not None:
        # One row chosen for each person, or an age on the last day: another period chooses otherwise.
        if repartition.population is not None or "par_age" in repartition.code:
            return "libre"
        return _temps_de(repartition.de)
    if nom in _PAR_JOUR_OU_MOIS:
        return "additif"
    indicateur = INDICATEURS_PAR_NOM.get(nom)
    return "libre" if indicateur is None or nom in _EN_FIN_DE_PERIODE else _temps_de(indicateur)


def _temps_de(indicateur: Indicateur) -> Temps:
    if isinstance(indicateur, Distincts):
        return "croissant"
    if isinstance(indicateur, Compte):
        return "additif" if indicateur.population in _DATEES else "croissant"
    return "additif" if all(_temps_de(c) == "additif" for c in indicateur.feuilles_comptees()) else "libre"


def par_ateliers(nom: str) -> Temps:
    """The same for workshops: rows are each of one workshop, persons may be of several."""
    indicateur = INDICATEURS_PAR_NOM.get(nom)
    if isinstance(indicateur, Distincts):
        return "croissant"
    return "libre" if indicateur is None else "additif"
