"""Employees of the three workshops: parcours, contracts, hours and absences.

The 2021 cohort is laid out by hand (77 persons: 66 brigades vertes, 4 bâtiment, 7 De Fil en Récup; 42 hirings; 29
exits) and its hours shared exactly; the following years are drawn month by month at the same volume.
"""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapports.demonstration.fabrique import (
    ANNEE_CALEE,
    Classeur,
    age,
    demi_heures,
    etaler,
    hasard,
    jour,
    jours_du_mois,
    mois_entre,
    mois_texte,
    plus_jours,
    plus_mois,
    repartir,
    tirer,
)
from rapports.demonstration.identites import Personne, Population, naissance
from rapports.demonstration.references import CONSEILLERS, EQUIPES, EQUIPES_BV

HEURES_2021 = {"brigades-vertes": 41_098, "batiment": 1_788, "de-fil-en-recup": 5_278}
ABSENCES_2021 = 6_568
"""Hours of absenteeism: 6 568 / (48 164 + 6 568) = 12,0 %."""
_DUREES = (24, 12, 18, 9, 20, 14, 6, 22, 16, 10, 12, 8)
_DUREES_SUITE = (12, 24, 8, 16, 10, 20, 4, 14, 18, 6, 12, 24)
_QUANTIEMES = (4, 11, 6, 15, 2, 18, 8, 13)
_TAUX_ABSENCE = (0.0, 0.0, 0.0, 0.03, 0.05, 0.08, 0.12, 0.2, 0.35, 0.6)

MOTIFS_2021 = {
    "emploi": {
        "cdi_non_aide": 3,
        "cdd_6_mois_et_plus": 5,
        "creation_entreprise": 1,
        "fonction_publique": 1,
        "cdd_moins_de_6_mois": 2,
        "contrat_aide": 1,
    },
    "autre": {"chomage": 10, "inactif": 2, "sans_nouvelle": 2, "demission": 2},
}
MOTIFS_SUITE = {
    "cdi_structure": 1,
    "cdi_non_aide": 5,
    "cdd_6_mois_et_plus": 6,
    "creation_entreprise": 1,
    "fonction_publique": 1,
    "cdd_moins_de_6_mois": 5,
    "contrat_aide": 1,
    "formation_qualifiante": 3,
    "autre_siae": 2,
    "retraite": 1,
    "chomage": 9,
    "inactif": 2,
    "sans_nouvelle": 2,
    "demission": 2,
    "faute_grave": 1,
    "conge_longue_duree": 1,
}


@dataclass(frozen=True)
class Contrat:
    """A CDDI; `hebdo` in hours a week."""

    ref: str
    equipe: str
    debut: datetime.date
    fin: datetime.date
    hebdo: int

    def demi_heures_dues(self, annee: int, mois: int) -> int:
        """Half hours owed in a calendar month: a twelfth of the year's, in proportion of the days under contract."""
        debut = max(self.debut, jour(annee, mois))
        fin = min(self.fin, jour(annee, mois, 31))
        return int(self.hebdo * 52 / 6 * ((fin - debut).days + 1) / jours_du_mois(annee, mois))


@dataclass
class Parcours:
    """A stay in the workshops from `entree` to its planned end `sortie`, both included."""

    ref: str
    personne: Personne
    atelier: str
    entree: datetime.date
    sortie: datetime.date
    rsa: bool
    contrats: list[Contrat] = field(default_factory=list)

    def present(self, debut: datetime.date, fin: datetime.date) -> bool:
        """Whether a contract covers the whole of these days."""
        return self.entree <= debut and fin <= self.sortie


@dataclass(frozen=True)
class _Sejour:
    atelier: str
    entree: datetime.date
    mois: int
    issue: str | None = None

    @property
    def sortie(self) -> datetime.date:
        return plus_jours(plus_mois(self.entree, self.mois), -1)


def _entree(annee: int, mois: int, rang: int) -> datetime.date:
    """A first day of contract, never a Sunday nor a Saturday; months may overflow."""
    date = jour(annee, mois, _QUANTIEMES[rang % len(_QUANTIEMES)])
    return plus_jours(date, (0, 0, 0, 0, 0, 2, 1)[date.weekday()])


def _sejours_2021() -> Iterator[_Sejour]:
    """The 77 stays that touch 2021, workshop by workshop."""
    bv, dfr, bat = "brigades-vertes", "de-fil-en-recup", "batiment"
    # Brigades vertes: 32 already there, of whom 21 leave in the year (9 of them to a job).
    issues = etaler("issues-bv", {"emploi": 11, "autre": 14})
    for rang in range(21):
        sortie = 1 + rang * 12 // 21
        duree = max(_DUREES[rang % len(_DUREES)], sortie + 1)
        yield _Sejour(bv, _entree(2021, sortie - duree, rang), duree, issues[rang])
    for rang in range(11):
        sortie = 13 + rang
        duree = max(_DUREES[(rang * 5) % len(_DUREES)], sortie + 1)
        yield _Sejour(bv, _entree(2021, sortie - duree, rang + 3), duree)
    # 34 hired: the first of January to May who leave within the year, then those who stay.
    for rang, (mois, duree) in enumerate(((1, 6), (2, 6), (3, 8), (5, 6))):
        yield _Sejour(bv, _entree(2021, mois, rang), duree, issues[21 + rang])
    for rang in range(30):
        mois = (2, 3, 4, 4, 5, 6, 6, 7, 7, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11, 12, 1, 3, 5, 6, 8, 9, 10, 11, 12, 12)[
            rang
        ]
        duree = max(_DUREES[(rang * 7) % len(_DUREES)], 14 - mois)
        yield _Sejour(bv, _entree(2021, mois, rang), duree)
    # De Fil en Récup: 3 already there, 4 hired, 3 leave.
    yield _Sejour(dfr, _entree(2020, 4, 0), 16, "emploi")
    yield _Sejour(dfr, _entree(2020, 3, 1), 18, "autre")
    yield _Sejour(dfr, _entree(2020, 9, 2), 22)
    yield _Sejour(dfr, _entree(2021, 1, 3), 9, "emploi")
    for rang, (mois, duree) in enumerate(((3, 14), (6, 12), (9, 16))):
        yield _Sejour(dfr, _entree(2021, mois, rang), duree)
    # Bâtiment: begun in January 2021 with two, then two more.
    yield _Sejour(bat, datetime.date(2021, 1, 18), 6, "autre")
    yield _Sejour(bat, datetime.date(2021, 1, 18), 18)
    yield _Sejour(bat, datetime.date(2021, 9, 1), 14)
    yield _Sejour(bat, datetime.date(2021, 10, 4), 12)


def _sejours_suite(annee: int) -> Iterator[_Sejour]:
    """The stays that begin in a later year: 34 hirings, fewer in the first, when the State financed fewer posts."""
    for rang in range(34 if annee > 2022 else 28):
        mois = 1 + rang * 12 // (34 if annee > 2022 else 28)
        atelier = "de-fil-en-recup" if rang % 11 == 4 else "batiment" if rang % 11 == 9 else "brigades-vertes"
        duree = _DUREES_SUITE[(rang * 7 + annee) % len(_DUREES_SUITE)]
        yield _Sejour(atelier, _entree(annee, mois, rang), duree)


class Chantiers:
    """Fills the sheets of the workshops and keeps the parcours for the other modules."""

    def __init__(self, classeur: Classeur, population: Population) -> None:
        self._classeur = classeur
        self._population = population
        self.cohorte_2021: list[Parcours] = []
        self.suite: list[Parcours] = []
        self._rang_bv = 0

    def ajouter_cohorte_2021(self) -> None:
        """The 77 employees of 2021, their facts in the printed proportions."""
        sejours = list(_sejours_2021())
        ages = sorted(etaler("ages", _AGES_2021))
        # Those who came first are not the youngest: nobody may be under 18 when a parcours of 2019 begins.
        jeunes, autres = ages[:14], ages[14:]
        hasard("ages-aci").shuffle(autres)
        rangs_jeunes = set(range(36, 64, 2))
        niveaux = etaler("niveaux", {"infra_3": 32, "3": 28, "4": 15, "5": 1, "6": 1})
        rsa = iter(etaler("rsa", {True: 34, False: 77 - 14 - 34}))
        chomage = etaler("chomage", {"24_plus": 33, "12_23": 15, "6_11": 14, "moins_6": 12, "inconnu": 3})
        rqth = etaler("rqth", {"oui": 9, "non": 65, "inconnu": 3})
        emploi = iter(etaler("motifs-emploi", MOTIFS_2021["emploi"]))
        autre = iter(etaler("motifs-autres", MOTIFS_2021["autre"]))
        femmes_bv = set(range(2, 66, 5))
        for rang, sejour in enumerate(sejours):
            rng = hasard(f"aci-2021:{rang}")
            jeune = rang in rangs_jeunes
            femme = (
                rang in femmes_bv
                if sejour.atelier == "brigades-vertes"
                else sejour.atelier == "de-fil-en-recup" and rang != 70
            )
            personne = self._population.naitre(
                rng,
                "F" if femme else "M",
                naissance(rng, jeunes.pop() if jeune else autres.pop(), datetime.date(2021, 12, 31)),
                {"oui": True, "non": False, "inconnu": None}[rqth[rang]],
            )
            motif = None
            if sejour.issue is not None:
                motif = next(emploi if sejour.issue == "emploi" else autre)
            self.cohorte_2021.append(
                self._ajouter(
                    sejour,
                    personne,
                    rng,
                    motif,
                    not jeune and next(rsa),
                    chomage[rang],
                    niveaux[rang],
                    rqth[rang] == "oui",
                )
            )

    def ajouter_annee(self, annee: int) -> list[Parcours]:
        """Those hired in a year after 2021; returns them."""
        nouveaux = []
        for rang, sejour in enumerate(_sejours_suite(annee)):
            rng = hasard(f"aci-{annee}:{rang}")
            femme = rng.random() < (0.9 if sejour.atelier == "de-fil-en-recup" else 0.25)
            ans = rng.choice((19, 20, 22, 23, 24, 26, 27, 29, 31, 33, 35, 36, 38, 41, 43, 45, 47, 50, 52, 54, 57, 59))
            travailleur_handicape = tirer(rng, {False: 84, True: 12, None: 4})
            personne = self._population.naitre(
                rng, "F" if femme else "M", naissance(rng, ans, sejour.entree), travailleur_handicape
            )
            rsa = ans >= 25 and rng.random() < 0.55
            chomage = tirer(rng, {"24_plus": 42, "12_23": 20, "6_11": 18, "moins_6": 15, "inconnu": 5})
            niveau = tirer(rng, {"infra_3": 42, "3": 36, "4": 17, "5": 2, "6": 1, None: 2})
            motif = tirer(rng, MOTIFS_SUITE)
            parcours = self._ajouter(sejour, personne, rng, motif, rsa, chomage, niveau, bool(travailleur_handicape))
            nouveaux.append(parcours)
        self.suite += nouveaux
        return nouveaux

    def _ajouter(
        self,
        sejour: _Sejour,
        personne: Personne,
        rng: random.Random,
        motif: str | None,
        rsa: bool,
        chomage: str,
        niveau: str | None,
        rqth: bool,
    ) -> Parcours:
        parcours = Parcours(self._classeur.ref("PA"), personne, sejour.atelier, sejour.entree, sejour.sortie, rsa)
        bornes = {"24_plus": (24, 72), "12_23": (12, 23), "6_11": (6, 11), "moins_6": (0, 5)}.get(chomage)
        ans = age(personne.naissance, sejour.entree)
        self._classeur.ajouter(
            "parcours",
            ref=parcours.ref,
            personne=personne.ref,
            date_entree=sejour.entree,
            date_sortie=sejour.sortie,
            motif_sortie=motif if motif is not None else tirer(rng, MOTIFS_SUITE),
            prescripteur=_prescripteur(rng, ans, rsa, rqth),
            referent=CONSEILLERS[len(self.cohorte_2021 + self.suite) % 2],
            rsa_entree=rsa,
            mois_sans_emploi_entree=rng.randint(bornes[0], min(bornes[1], max(bornes[0], (ans - 16) * 12)))
            if bornes
            else None,
            niveau_formation=niveau,
            pass_iae_debut=sejour.entree,
        )
        self._ajouter_contrats(parcours, sejour, rng)
        return parcours

    def _ajouter_contrats(self, parcours: Parcours, sejour: _Sejour, rng: random.Random) -> None:
        hebdo = (
            20
            if parcours.atelier == "batiment" and sejour.entree.year == ANNEE_CALEE
            else rng.choice((24, 26, 26, 26, 26, 28))
        )
        equipes = [code for code, (atelier, _, _) in EQUIPES.items() if atelier == parcours.atelier]
        if parcours.atelier == "brigades-vertes":
            equipes = [EQUIPES_BV[self._rang_bv % 5]]
            if self._rang_bv % 12 == 7:  # a few move to another team with their last contract
                equipes.append(EQUIPES_BV[(self._rang_bv + 2) % 5])
            self._rang_bv += 1
        durees = _decouper(sejour.mois)
        debut = parcours.entree
        for rang in range(len(durees)):
            fin = plus_jours(plus_mois(parcours.entree, sum(durees[: rang + 1])), -1)
            equipe = equipes[-1] if rang == len(durees) - 1 and rang else equipes[0]
            contrat = Contrat(self._classeur.ref("CT"), equipe, debut, fin, hebdo)
            parcours.contrats.append(contrat)
            self._classeur.ajouter(
                "contrats",
                ref=contrat.ref,
                parcours=parcours.ref,
                equipe=equipe,
                date_debut=debut,
                date_fin=fin,
                heures_hebdo=hebdo,
            )
            debut = plus_jours(fin, 1)

    def ajouter_heures(self) -> None:
        """Hours and absences of every month under contract; those of 2021 add up to what was printed."""
        absences = dict(zip(HEURES_2021, repartir(ABSENCES_2021 * 2, list(HEURES_2021.values())), strict=True))
        cales: dict[str, list[tuple[Contrat, int, int]]] = {atelier: [] for atelier in HEURES_2021}
        for parcours in self.cohorte_2021 + self.suite:
            for contrat in parcours.contrats:
                rng = hasard(f"heures:{contrat.ref}")
                for annee, mois in mois_entre(contrat.debut, contrat.fin):
                    dues = contrat.demi_heures_dues(annee, mois)
                    if annee == ANNEE_CALEE:
                        cales[parcours.atelier].append((contrat, mois, dues))
                    else:
                        absent = int(dues * rng.choice(_TAUX_ABSENCE) * 0.8)
                        autorise = int(dues * 0.15) if rng.random() < 0.12 else 0
                        self._ajouter_mois(contrat, annee, mois, dues, absent, autorise, rng)
        for atelier, mois_contrats in cales.items():
            self._caler(mois_contrats, HEURES_2021[atelier] * 2, absences[atelier])

    def _caler(self, mois_contrats: list[tuple[Contrat, int, int]], heures: int, absences: int) -> None:
        """Share a workshop's half hours of 2021: worked = owed, less absenteeism, less authorised leave."""
        rng = hasard(f"calage:{mois_contrats[0][0].equipe}")
        autorise = sum(dues for _, _, dues in mois_contrats) - heures - absences
        if autorise < 0:
            raise ValueError(f"Contrats trop courts pour les heures imprimées : il manque {-autorise / 2} h.")
        taux = [rng.choice(_TAUX_ABSENCE) for _ in mois_contrats]
        absents = repartir(absences, [t * dues for t, (_, _, dues) in zip(taux, mois_contrats, strict=True)])
        autorises = repartir(
            autorise,
            [dues * (rng.random() < 0.4) * (t < 0.1) for t, (_, _, dues) in zip(taux, mois_contrats, strict=True)],
        )
        for (contrat, mois, dues), absent, conge in zip(mois_contrats, absents, autorises, strict=True):
            self._ajouter_mois(contrat, ANNEE_CALEE, mois, dues, absent, conge, rng)

    def _ajouter_mois(
        self, contrat: Contrat, annee: int, mois: int, dues: int, absent: int, autorise: int, rng: random.Random
    ) -> None:
        """One contract in one month; all in half hours."""
        cle = mois_texte(annee, mois)
        travaillees = dues - absent - autorise
        if travaillees > 0:
            self._classeur.ajouter("heures", contrat=contrat.ref, mois=cle, heures=demi_heures(travaillees))
        if absent:
            motif = tirer(rng, {"maladie": 68, "injustifiee": 18, "accident_travail": 5, "enfant_malade": 6})
            if absent <= 5:
                motif = "retard"
            self._classeur.ajouter("absences", contrat=contrat.ref, mois=cle, motif=motif, heures=demi_heures(absent))
        if autorise:
            motif = tirer(rng, {"autorisee": 50, "evenement_familial": 20, "conge_sans_solde": 15, "formation": 15})
            self._classeur.ajouter("absences", contrat=contrat.ref, mois=cle, motif=motif, heures=demi_heures(autorise))


_AGES_2021 = {
    20: 2,
    21: 3,
    22: 3,
    23: 3,
    24: 3,
    25: 2,
    26: 2,
    27: 3,
    28: 2,
    29: 2,
    30: 2,
    31: 2,
    32: 3,
    33: 2,
    34: 2,
    35: 2,
    36: 2,
    37: 2,
    38: 2,
    39: 2,
    40: 2,
    41: 2,
    42: 2,
    43: 1,
    44: 2,
    45: 2,
    46: 2,
    47: 1,
    48: 2,
    49: 1,
    50: 2,
    51: 2,
    52: 2,
    53: 1,
    54: 2,
    55: 1,
    56: 2,
    57: 1,
    58: 1,
}


def _prescripteur(rng: random.Random, ans: int, rsa: bool, rqth: bool) -> str:
    if ans < 26:
        return tirer(rng, {"mission_locale": 8, "france_travail": 2, "candidature_spontanee": 1})
    if rqth:
        return tirer(rng, {"cap_emploi": 6, "france_travail": 4})
    if rsa:
        return tirer(rng, {"departement": 5, "france_travail": 4, "ccas": 2, "plie": 1})
    return tirer(rng, {"france_travail": 8, "plie": 1, "spip": 1, "candidature_spontanee": 2})


def _decouper(mois: int) -> list[int]:
    """Lengths of the successive CDDI, four to eight months each."""
    nombre = max(1, round(mois / 6))
    base, reste = divmod(mois, nombre)
    return [base + 1] * reste + [base] * (nombre - reste)
