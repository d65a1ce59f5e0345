"""Somebody who downloads every dashboard and knows the dictionary of indicators tries to find what is hidden.

Nothing here is shared with the software but the files that it gives: the relations between figures are written again
from the dictionary, and a linear program tells the lowest and the highest value that each hidden number could have. Where
a relation is only usual (one follow-up a person), the reader guesses it, and is helped: the guess is kept when it is right.
What no file prints but a subtraction gives (a year less eight months, the employees without RSA) is looked for as well,
when it is a small number.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise, permutations
from math import ceil, floor

import numpy
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

JOUR = datetime.timedelta(days=1)
ASSEZ_HAUT = 60
SALARIES = ["sexe", "age", "age_etat", "niveau", "commune", "chomage", "prescripteur"]
TOTAUX = {
    **{f"aci.salaries_par_{cle}": "aci.salaries" for cle in SALARIES},
    "aci.sorties_par_categorie": "aci.sorties",
    "aci.sorties_par_motif": "aci.sorties",
    "aci.missions_par_type": "aci.missions",
    "aci.freins_par_categorie": "aci.freins",
    **{f"rsa.suivis_par_{cle}": "rsa.suivis" for cle in ("age", "sexe", "typologie", "commune")},
    "rsa.sorties_par_motif": "rsa.sorties",
    "logement.mesures_fsl_par_type": "logement.mesures_fsl",
    "logement.aides_accordees_par_type": "logement.aides_accordees",
    "logement.interventions_partenord_par_theme": "logement.interventions_partenord",
    "logement.menages_fsl_par_commune": "logement.menages_fsl",
}
PAR_MOIS = {"aci.heures_par_mois": "aci.heures", "rsa.rdv_honores_par_mois": "rsa.rdv_honores"}
MEMES = {
    ("aci.salaries_par_sexe", "F"): "aci.femmes",
    ("aci.personnes_par_frein", "logement"): "aci.logement_personnes",
    ("aci.sorties_par_categorie", "emploi_durable"): "aci.sorties_emploi_durable",
    ("aci.sorties_par_categorie", "emploi_transition"): "aci.sorties_emploi_transition",
    ("aci.sorties_par_categorie", "sortie_positive"): "aci.sorties_positives",
    ("aci.sorties_par_categorie", "autre_sortie"): "aci.sorties_autres",
    ("aci.sorties_par_categorie", "retrait"): "aci.sorties_retirees",
    ("aci.sorties_par_categorie", "inconnu"): "aci.sorties_non_documentees",
}
TERMES = {
    "aci.taux_sorties_dynamiques": ("aci.sorties_dynamiques", "hors_retraits"),
    "aci.taux_emploi_durable": ("aci.sorties_emploi_durable", "hors_retraits"),
    "aci.taux_sorties_dynamiques_etat": ("dynamiques_etat", "sorties_etat"),
    "aci.taux_realisation_etp": (None, None),
    "aci.taux_absenteisme": ("aci.heures_absence", "heures_et_absences"),
    "aci.part_rsa": ("aci.rsa", "aci.salaries"),
    "aci.part_chomage_24_mois": ("aci.chomage_24_mois", "aci.salaries"),
    "aci.part_femmes": ("aci.femmes", "aci.salaries"),
    "aci.part_logement_fsl": ("aci.logement_fsl", "aci.logement_personnes"),
    "rsa.suivis_par_place": ("rsa.suivis", None),
    "rsa.occupation_moyenne": ("journees", None),
    "rsa.part_sorties_insertion_professionnelle": ("rsa.sorties_insertion_professionnelle", "rsa.sorties"),
    "rsa.taux_rdv_honores": ("rsa.rdv_honores", "rsa.convocations"),
    "logement.taux_realisation": ("logement.mois_mesures", None),
    "sante.taux_remplissage": ("sante.remplis", None),
    "collectif.taux_remplissage": ("collectif.remplis", None),
}
EGALITES = [
    ("aci.sorties_emploi", ["aci.sorties_emploi_durable", "aci.sorties_emploi_transition"]),
    ("aci.sorties_dynamiques", ["aci.sorties_emploi", "aci.sorties_positives"]),
    ("aci.sorties", ["hors_retraits", "aci.sorties_retirees"]),
    ("hors_retraits", ["aci.sorties_dynamiques", "aci.sorties_autres", "aci.sorties_non_documentees"]),
    ("heures_et_absences", ["aci.heures", "aci.heures_absence"]),
    ("rsa.convocations", ["rsa.rdv_honores", "rsa.absences"]),
    ("aci.salaries_par_age_etat/50_plus", ["aci.salaries_par_age/50_59", "aci.salaries_par_age/60_plus"]),
    ("aci.salaries_par_age_etat/inconnu", ["aci.salaries_par_age/inconnu"]),
]
AU_PLUS = [
    *(
        (f"aci.{nom}", ["aci.salaries"])
        for nom in [
            "salaries_ayant_travaille",
            "rsa",
            "femmes",
            "chomage_24_mois",
            "rqth",
            "logement_personnes",
            "embauches",
            "sorties",
        ]
    ),
    ("dynamiques_etat", ["sorties_etat"]),
    ("dynamiques_etat", ["aci.sorties_dynamiques"]),
    ("sorties_etat", ["hors_retraits"]),
    ("aci.cqp_certifies", ["aci.cqp_inscrits"]),
    ("aci.cqp_inscrits", ["aci.formation_salaries"]),
    ("aci.formation_salaries", ["aci.salaries"]),
    ("aci.logement_fsl", ["aci.logement_personnes"]),
    ("aci.logement_fsl", ["logement.menages_fsl"]),
    ("aci.salaries_par_chomage/24_plus", ["aci.chomage_24_mois"]),
    ("aci.salaries_par_age/moins_25", ["aci.salaries_par_age_etat/moins_26"]),
    ("aci.salaries_par_age_etat/moins_26", ["aci.salaries_par_age/moins_25", "aci.salaries_par_age/25_29"]),
    ("rsa.sorties_insertion_professionnelle", ["rsa.sorties"]),
    ("rsa.contrats_en_cours", ["rsa.suivis"]),
    ("rsa.entrees", ["rsa.suivis"]),
    ("rsa.sorties", ["rsa.suivis"]),
    ("rsa.suivis", ["journees"]),
    ("logement.menages_fsl", ["logement.mesures_fsl"]),
    ("logement.mesures_fsl", ["logement.mois_mesures"]),
    ("logement.mesures_fsl", ["logement.personnes_fsl"]),
    ("logement.enfants_fsl", ["logement.personnes_fsl"]),
    ("sante.participants", ["sante.participations"]),
    ("collectif.participants", ["collectif.participations"]),
]
DATES = {
    *["aci.embauches", "aci.sorties", "aci.heures", "aci.heures_absence", "aci.entretiens", "aci.missions"],
    *["aci.formation_jours", "aci.formation_heures", "aci.freins_leves"],
    *["rsa.entrees", "rsa.sorties", "rsa.convocations", "rsa.rdv_honores", "rsa.absences", "rsa.visites"],
    *["rsa.points_telephoniques", "rsa.contrats_engagement", "rsa.sorties_insertion_professionnelle", "journees"],
    *[
        "logement.aides_demandees",
        "logement.aides_accordees",
        "logement.interventions_partenord",
        "logement.mois_mesures",
    ],
    *["sante.participations", "collectif.participations"],
    *(
        f"aci.sorties_{nom}"
        for nom in ["emploi", "emploi_durable", "emploi_transition", "dynamiques", "positives", "autres"]
    ),
    *["aci.sorties_retirees", "aci.sorties_non_documentees", "hors_retraits", "sorties_etat", "dynamiques_etat"],
}
"""What happens on one day: two periods side by side add up."""
REPARTITIONS_DATEES = (
    "aci.sorties_par_",
    "aci.missions_par_type",
    "rsa.sorties_par_motif",
    "logement.aides_acc",
    "logement.interv",
)
EN_HEURES = {"aci.heures", "aci.heures_absence", "heures_et_absences", "aci.formation_heures"}
CROISSANTS = {
    *["aci.salaries", "aci.femmes", "aci.salaries_ayant_travaille", "rsa.suivis", "logement.mesures_fsl"],
    *["logement.menages_fsl", "sante.participants", "collectif.participants"],
}
"""Whoever is counted in a period is counted in any longer one: the difference is who was counted in the rest alone."""
PETIT = 5
PERSONNES_PARMI = {
    *[f"aci.{nom}" for nom in ("salaries_ayant_travaille", "rsa", "chomage_24_mois", "femmes", "rqth")],
    *[f"aci.{nom}" for nom in ("logement_personnes", "logement_fsl", "cqp_certifies", "cqp_inscrits")],
    *["aci.formation_salaries", "dynamiques_etat", "sorties_etat"],
    *["aci.salaries_par_age/moins_25", "aci.salaries_par_age_etat/moins_26"],
    *["rsa.contrats_en_cours", "rsa.entrees", "rsa.sorties", "rsa.sorties_insertion_professionnelle"],
}
"""Counts of some among others: those who are left are people too."""
LIGNES_PARMI = ("aci.personnes_par_frein/", "sante.participants_par_prog", "collectif.participants_par_prog")
AUTRE_CHOSE = {("aci.logement_fsl", "logement.menages_fsl")}
"""The employees who have a measure, and the households that do: the difference is nobody."""

Case = tuple[str, str, str, str]
"""What is counted, the workshop, the first and the last day."""


def cases_de(rangee: dict[str, str]) -> tuple[str, str, str, str] | None:
    """The number that a row of a file prints; None for what is only computed from others."""
    code, cle, atelier, debut, fin = (rangee[nom] for nom in ("code", "cle", "atelier", "debut", "fin"))
    if rangee["terme"] != "valeur":
        nom = TERMES[code][rangee["terme"] == "denominateur"]
        return None if nom is None else (nom, atelier, debut, fin)
    if code in TERMES or rangee["unite"] in ("%", "ratio", "ETP"):
        # Full-time equivalents are the hours, shown and hidden with them: of 0.1, whole values would tell nothing.
        return None
    if code in PAR_MOIS:
        mois = datetime.date.fromisoformat(f"{cle}-01")
        suivant = (mois + 31 * JOUR).replace(day=1) - JOUR
        return PAR_MOIS[code], atelier, max(f"{mois}", debut), min(f"{suivant}", fin)
    if code == "aci.salaries_par_atelier" and cle != "inconnu":
        return "aci.salaries", cle, debut, fin
    if cle:
        return MEMES.get((code, cle), f"{code}/{cle}"), atelier, debut, fin
    return code, atelier, debut, fin


@dataclass
class Lecteur:
    """What a reader knows: numbers shown, numbers printed « secret », and what ties them."""

    montres: dict[Case, Fraction] = field(default_factory=dict)
    secrets: set[Case] = field(default_factory=set)
    entieres: set[Case] = field(default_factory=set)

    def lire_csv(self, contenu: bytes) -> None:
        for rangee in csv.DictReader(io.StringIO(contenu.decode("utf-8-sig")), delimiter=";"):
            case = cases_de(rangee)
            if case is None:
                continue
            if rangee["unite"] not in ("h", "ETP", "€", "jours"):
                self.entieres.add(case)
            if rangee["etat"] == "connu":
                self.montres[case] = Fraction(rangee["exacte"].removeprefix("'"))
            elif rangee["etat"] == "secret":
                self.secrets.add(case)
        self.secrets -= self.montres.keys()

    @property
    def connues(self) -> set[Case]:
        return self.secrets | self.montres.keys()

    def liens(self) -> Iterator[tuple[dict[Case, int], bool]]:
        """Coefficients whose sum is zero, or at most zero."""
        groupes: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for nom, *ou in self.connues:
            groupes[tuple(ou)].add(nom)
        for ou, noms in groupes.items():
            for relation, egale in _d_un_groupe(noms):
                yield {(nom, *ou): coefficient for nom, coefficient in relation.items()}, egale
        yield from self._par_atelier()
        yield from self._par_periode()
        yield from self._par_difference()

    def _avec_le_reste(self, lien: tuple[dict[Case, int], bool]) -> tuple[dict[Case, int], bool]:
        """Some among others, as what is left of these."""
        termes, egale = lien
        partie, *touts = termes
        noms = [tout[0] for tout in touts]
        d_un_atelier = noms == [partie[0]] and partie[0] in CROISSANTS
        parmi = partie[0] in PERSONNES_PARMI or partie[0].startswith(LIGNES_PARMI)
        if egale or not (d_un_atelier or parmi) or (partie[0], noms[0]) in AUTRE_CHOSE or "freins_par" in noms[0]:
            return lien
        return {**termes, (f"{noms} hors de {partie[0]}", *partie[1:]): 1}, True

    def _par_atelier(self) -> Iterator[tuple[dict[Case, int], bool]]:
        touts: dict[Case, list[Case]] = defaultdict(list)
        for nom, atelier, debut, fin in self.connues:
            if atelier:
                touts[nom, "", debut, fin].append((nom, atelier, debut, fin))
        for tout, parties in touts.items():
            if tout not in self.connues:
                continue
            egale = tout[0] in DATES
            if egale:
                yield {tout: 1, **dict.fromkeys(parties, -1)}, True
            yield {tout: 1, **dict.fromkeys(parties, -1)}, False
            for partie in parties:
                yield {partie: 1, tout: -1}, False

    def _par_periode(self) -> Iterator[tuple[dict[Case, int], bool]]:
        """What adds up over time, cut at every day where a period begins or ends: pieces that nobody prints are unknown."""
        series: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in self.connues:
            if case[0] in DATES or case[0].startswith(REPARTITIONS_DATEES):
                series[case[:2]].append(case)
        for cases in series.values():
            jour = datetime.date.fromisoformat
            bornes = sorted({jour(c[2]) for c in cases} | {jour(c[3]) + JOUR for c in cases})
            for case in cases:
                morceaux = [
                    (case[0], case[1], f"{debut}", f"{fin - JOUR}")
                    for debut, fin in pairwise(bornes)
                    if case[2] <= f"{debut}" <= case[3]
                ]
                if len(morceaux) > 1:
                    yield {case: 1, **dict.fromkeys(morceaux, -1)}, True

    def _par_difference(self) -> Iterator[tuple[dict[Case, int], bool]]:
        """What can only grow: a period within another, and what the longer one has besides."""
        series: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in self.connues:
            if case[0] in CROISSANTS:
                series[case[:2]].append(case)
        for cases in series.values():
            for grande, petite in permutations(cases, 2):
                if grande[2] <= petite[2] and petite[3] <= grande[3]:
                    reste = (f"{petite[0]} hors de", petite[1], f"{grande[2:]}", f"{petite[2:]}")
                    yield {grande: 1, petite: -1, reste: -1}, True

    def etendues(self, verite: dict[Case, Fraction]) -> dict[Case, int]:
        """How many whole values each hidden number may have, and each small number that no file prints.

        `verite` says which guesses of the reader are right, and which remainders are small.
        """
        liens = [self._avec_le_reste(lien) for lien in self.liens() if _juste(lien, verite)]
        restes = {case for termes, _ in liens for case in termes} - self.connues
        vrais = _bornes(liens, self.connues_de(verite), restes, frozenset())
        petits = {case for case, (bas, haut) in vrais.items() if 0 < bas == haut < PETIT and case[0] not in EN_HEURES}
        bornes = _bornes(liens, self.montres, self.secrets | petits, self.secrets & self.entieres)
        return {case: haut - bas + 1 for case, (bas, haut) in bornes.items()}

    def connues_de(self, verite: dict[Case, Fraction]) -> dict[Case, Fraction]:
        """Every number of the files, had nothing been hidden."""
        return self.montres | {case: verite[case] for case in self.secrets if case in verite}


def _bornes(
    liens: list[tuple[dict[Case, int], bool]], connus: dict[Case, Fraction], cibles: set[Case], au_moins_un: set[Case]
) -> dict[Case, tuple[int, int]]:
    """The lowest and the highest whole value of each of `cibles` that something ties, for who knows `connus`."""
    inconnues = sorted({case for termes, _ in liens for case in termes} - connus.keys())
    rang = {case: n for n, case in enumerate(inconnues)}
    lignes = []
    for termes, egale in liens:
        second = -sum((k * connus[c] for c, k in termes.items() if c in connus), Fraction(0))
        coefficients = {rang[c]: k for c, k in termes.items() if c in rang}
        if coefficients:
            lignes.append((coefficients, float(second), egale))
    aretes = [(a, b) for termes, *_ in lignes for a, b in pairwise(termes)]
    graphe = coo_array(
        (numpy.ones(len(aretes)), ([a for a, _ in aretes], [b for _, b in aretes])), shape=(len(rang), len(rang))
    )
    _, groupe_de = connected_components(graphe, directed=False)
    membres: dict[int, list[int]] = defaultdict(list)
    siennes: dict[int, list[tuple[dict[int, int], float, bool]]] = defaultdict(list)
    for n, groupe in enumerate(groupe_de):
        membres[groupe].append(n)
    for ligne in lignes:
        siennes[groupe_de[next(iter(ligne[0]))]].append(ligne)
    resultat: dict[Case, tuple[int, int]] = {}
    planchers = [1.0 if case in au_moins_un else 0.0 for case in inconnues]
    for groupe, rangs in membres.items():
        visees = [n for n in rangs if inconnues[n] in cibles]
        for n, bornes in _valeurs(rangs, visees, siennes[groupe], planchers).items():
            resultat[inconnues[n]] = bornes
    return resultat


def _d_un_groupe(noms: set[str]) -> Iterator[tuple[dict[str, int], bool]]:
    for tout, parties in EGALITES:
        if {tout, *parties} <= noms:
            yield {tout: 1, **dict.fromkeys(parties, -1)}, True
    for partie, touts in AU_PLUS:
        if {partie, *touts} <= noms:
            yield {partie: 1, **dict.fromkeys(touts, -1)}, False
    for code, total in TOTAUX.items():
        lignes = {nom for nom in noms if nom.startswith(f"{code}/")}
        lignes |= {nom for (de, _), nom in MEMES.items() if de == code and nom in noms}
        if lignes and total in noms and any(nom.startswith(f"{code}/") for nom in noms):
            yield {total: 1, **dict.fromkeys(lignes, -1)}, True
    yield from _des_personnes(noms)


def _des_personnes(noms: set[str]) -> Iterator[tuple[dict[str, int], bool]]:
    for nom in noms:
        if nom.startswith("aci.personnes_par_frein/"):
            for plus in (f"aci.freins_par_categorie/{nom.partition('/')[2]}", "aci.salaries"):
                if plus in noms:
                    yield {nom: 1, plus: -1}, False
        for domaine in ("sante", "collectif"):
            if nom.startswith(f"{domaine}.participants_par_programme/"):
                yield {nom: 1, f"{domaine}.participants": -1}, False


def _juste(lien: tuple[dict[Case, int], bool], verite: dict[Case, Fraction]) -> bool:
    termes, egale = lien
    if not all(case in verite for case in termes):
        # Pieces of time that nobody prints: their sum is always right.
        return True
    somme = sum((k * verite[case] for case, k in termes.items()), Fraction(0))
    return somme == 0 if egale else somme <= 0


def _valeurs(
    membres: list[int], cibles: list[int], lignes: list[tuple[dict[int, int], float, bool]], planchers: list[float]
) -> dict[int, tuple[int, int]]:
    if len(membres) == 1 and len(lignes) == 1 and lignes[0][2]:
        # What only one equality tells of is what is left: no program is needed.
        [(n, k)], second, _ = lignes[0][0].items(), *lignes[0][1:]
        return {n: (ceil(second / k - 1e-6), floor(second / k + 1e-6))} if cibles else {}
    place = {n: i for i, n in enumerate(membres)}
    matrices: dict[bool, tuple[list[list[float]], list[float]]] = {True: ([], []), False: ([], [])}
    for termes, second, egale in lignes:
        ligne = [0.0] * len(membres)
        for n, k in termes.items():
            ligne[place[n]] += k
        matrices[egale][0].append(ligne)
        matrices[egale][1].append(second)
    contraintes = [matrices[egale][rang] or None for egale in (False, True) for rang in (0, 1)]
    resultat = {}
    for n in cibles:
        objectif = numpy.zeros(len(membres))
        objectif[place[n]] = 1
        bornes: list[tuple[float, float | None]] = [(planchers[membre], None) for membre in membres]
        moins = linprog(objectif, *contraintes, bornes, method="highs")
        assert moins.status == 0, (n, moins.message)
        # High enough to tell that there is no limit: without one there would be no answer.
        bornes[place[n]] = (planchers[n], moins.fun + ASSEZ_HAUT)
        plus = linprog(-objectif, *contraintes, bornes, method="highs")
        assert plus.status == 0, (n, plus.message)
        resultat[n] = ceil(moins.fun - 1e-6), floor(-plus.fun + 1e-6)
    return resultat
