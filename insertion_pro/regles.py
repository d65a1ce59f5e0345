"""Rules of the ACI that are advice: what the law sets, and what to say when a fact departs from it.

Pure functions on days. Nothing here blocks: a true fact is always kept, and explained. A stretch without a last day is
never judged on its length.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aipi.nombres import nombre
from aipi.periodes import UN_JOUR, Periode, jour_francais, plus_mois
from aipi.templatetags.chiffres import accorde

from .models.parcours import MOIS_MAXIMUM

HEURES_MINIMUM = Decimal(20)
"""Weekly hours of a CDDI, unless the State grants an exception (code du travail, L5132-15-1)."""
HEURES_LEGALES = Decimal(35)
"""Legal weekly hours (code du travail, L3121-27)."""
MOIS_PREMIER_CONTRAT = 4
"""Shortest CDDI, adjusted sentences aside (code du travail, L5132-15-1)."""
AGE_PROLONGATION = 50
"""From this age on a CDDI may be prolonged beyond its maximum (code du travail, L5132-15-1)."""
MOIS_IMMERSION = 1
"""Longest PMSMP agreement, from date to date (code du travail, D5135-3)."""
JOURS_CHEZ_UN_EMPLOYEUR = 60
"""Days of PMSMP with one host within twelve months in a row, renewals included (code du travail, D5135-3)."""
MOIS_GLISSANTS = 12
PART_DES_CONTRATS = 4
"""All PMSMP take at most one part in four of the contracts (the share that D5132-10-3 sets for CDDI)."""


@dataclass(frozen=True)
class Remarque:
    """Something unusual, and how it was reckoned."""

    texte: str
    calcul: str = ""


@dataclass(frozen=True)
class Duree:
    """From `debut` to `fin`, both included; without `fin`, nobody knows yet. `heures`: by week."""

    debut: datetime.date
    fin: datetime.date | None
    heures: Decimal | None = None

    def chevauche(self, autre: Duree) -> bool:
        """Whether some day is in both."""
        return (autre.fin is None or self.debut <= autre.fin) and (self.fin is None or autre.debut <= self.fin)

    def __str__(self) -> str:
        if self.fin is None:
            return f"depuis le {jour_francais(self.debut)}"
        return str(Periode(self.debut, self.fin)) if self.fin >= self.debut else ""


def fin_apres(debut: datetime.date, mois: int) -> datetime.date:
    """Last day of `mois` months begun on `debut`: the eve of the same day, or the last day of a month without it.

    15 January and 6 months end on 14 July; 31 August and 6 months on the last day of February.
    """
    suite = plus_mois(debut, mois)
    return suite - UN_JOUR if suite.day == debut.day else suite


def fin_pass(debut: datetime.date) -> datetime.date:
    """Last day of a PASS IAE begun on `debut`: 24 months, suspensions and prolongations aside (R5132-1-8)."""
    return fin_apres(debut, MOIS_MAXIMUM)


def fin_cddi(contrats: Iterable[Duree]) -> datetime.date | None:
    """Last day of the 24 months of CDDI, reckoned from the first day of the first contract; None without any."""
    debut = min((contrat.debut for contrat in contrats), default=None)
    return None if debut is None else fin_apres(debut, MOIS_MAXIMUM)


def mois_entiers(debut: datetime.date, fin: datetime.date) -> int | None:
    """How many months `debut` to `fin` exactly make, or None."""
    mois = (fin.year - debut.year) * 12 + fin.month - debut.month
    return next((m for m in (mois, mois + 1) if m > 0 and fin_apres(debut, m) == fin), None)


def suite(contrat: Duree) -> Duree:
    """The renewal to propose: from the next day, for as long, with the same hours. Without an end, nothing is known.

    Raises ValueError for a contract without an end.
    """
    if contrat.fin is None:
        raise ValueError("Ce contrat n’a pas de fin.")
    debut = contrat.fin + UN_JOUR
    mois = mois_entiers(contrat.debut, contrat.fin)
    fin = fin_apres(debut, mois) if mois else contrat.fin + (debut - contrat.debut)
    return Duree(debut, fin, contrat.heures)


def age_le(naissance: datetime.date, jour: datetime.date) -> int:
    """Full years on `jour`; someone born on 29 February is a year older on 1 March of other years."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))


# Contracts


@dataclass(frozen=True)
class Situation:
    """What of a person and a parcours bears on the rules of a contract."""

    entree: datetime.date
    sortie: datetime.date | None = None
    pass_debut: datetime.date | None = None
    naissance: datetime.date | None = None
    rqth: bool | None = None
    formations: Sequence[Duree] = ()


def remarques_contrat(contrat: Duree, autres: Sequence[Duree], situation: Situation) -> list[Remarque]:
    """What is unusual in a contract, given the others of the same parcours."""
    return [
        *_remarques_heures(contrat.heures),
        *_remarques_premier(contrat, autres),
        *_remarques_maximum(contrat, autres, situation),
        *_remarques_pass(contrat, situation.pass_debut),
        *_remarques_place(contrat, autres, situation),
    ]


def _remarques_heures(heures: Decimal | None) -> list[Remarque]:
    if heures is None:
        return []
    if heures < HEURES_MINIMUM:
        return [
            Remarque(
                f"{nombre(heures)} h par semaine\u202f: un CDDI compte au moins 20 h, sauf dérogation.",
                "Durée de travail du CDDI\u202f: code du travail, article L5132-15-1. Une dérogation à la durée minimale "
                "peut être accordée pour tenir compte des difficultés particulières de la personne.",
            )
        ]
    if heures > HEURES_LEGALES:
        return [
            Remarque(
                f"{nombre(heures)} h par semaine\u202f: c’est plus que la durée légale de 35 h.",
                "Durée légale du travail\u202f: code du travail, article L3121-27.",
            )
        ]
    return []


def _remarques_premier(contrat: Duree, autres: Sequence[Duree]) -> list[Remarque]:
    if contrat.fin is None or any(autre.debut < contrat.debut for autre in autres):
        return []
    minimum = fin_apres(contrat.debut, MOIS_PREMIER_CONTRAT)
    if contrat.fin >= minimum:
        return []
    return [
        Remarque(
            f"Ce premier contrat dure moins de quatre mois\u202f: il irait au moins jusqu’au {jour_francais(minimum)}.",
            "Un CDDI ne peut être conclu pour moins de quatre mois, sauf aménagement de peine (code du travail, article "
            "L5132-15-1).",
        )
    ]


def _remarques_maximum(contrat: Duree, autres: Sequence[Duree], situation: Situation) -> list[Remarque]:
    limite = fin_cddi([contrat, *autres])
    if limite is None or contrat.fin is None or contrat.fin <= limite:
        return []
    debut = min(c.debut for c in [contrat, *autres])
    exceptions = []
    if situation.naissance is not None and age_le(situation.naissance, limite) >= AGE_PROLONGATION:
        exceptions.append("la personne aura 50 ans ou plus")
    if situation.rqth:
        exceptions.append("elle est reconnue travailleur handicapé")
    if any(f.debut <= limite and (f.fin is None or f.fin > limite) for f in situation.formations):
        exceptions.append("une formation sera en cours, qu’elle peut achever")
    suites = (
        f"Une prolongation est possible\u202f: {', '.join(exceptions)}."
        if exceptions
        else "Une prolongation n’est prévue qu’à partir de 50 ans, avec une RQTH, ou pour achever une formation."
    )
    return [
        Remarque(
            f"Ce contrat dépasse les 24 mois de CDDI, qui s’achèvent le {jour_francais(limite)}. {suites}",
            f"24 mois comptés du premier jour du premier contrat, le {jour_francais(debut)}, renouvellements compris "
            "(code du travail, article L5132-15-1).",
        )
    ]


def _remarques_pass(contrat: Duree, pass_debut: datetime.date | None) -> list[Remarque]:
    if pass_debut is None:
        return []
    fin = fin_pass(pass_debut)
    calcul = (
        f"24 mois comptés du début du PASS IAE, le {jour_francais(pass_debut)} (code du travail, article R5132-1-8). "
        "Une suspension ou une prolongation accordée ensuite n’est pas connue ici."
    )
    if contrat.debut < pass_debut:
        return [Remarque(f"Ce contrat commence avant le PASS IAE, qui débute le {jour_francais(pass_debut)}.", calcul)]
    if contrat.fin is not None and contrat.fin > fin:
        return [Remarque(f"Ce contrat va au-delà du PASS IAE, qui s’achève le {jour_francais(fin)}.", calcul)]
    return []


def _remarques_place(contrat: Duree, autres: Sequence[Duree], situation: Situation) -> list[Remarque]:
    remarques = [
        Remarque(f"Ce contrat en chevauche un autre, {autre}\u202f: vérifiez les dates.")
        for autre in autres
        if contrat.chevauche(autre)
    ]
    if contrat.debut < situation.entree:
        remarques.append(
            Remarque(f"Ce contrat commence avant l’entrée dans le parcours, le {jour_francais(situation.entree)}.")
        )
    sortie = situation.sortie
    if sortie is not None and contrat.debut > sortie:
        remarques.append(Remarque(f"Ce contrat commence après la sortie du parcours, le {jour_francais(sortie)}."))
    elif sortie is not None and contrat.fin is not None and contrat.fin > sortie:
        remarques.append(Remarque(f"Ce contrat finit après la sortie du parcours, le {jour_francais(sortie)}."))
    return remarques


# PMSMP


def _jours(durees: Iterable[Duree], fenetre: Periode | None = None) -> int:
    """Days covered by `durees`, each one once; those without an end are left out."""
    total = 0
    compte_jusqu_a: datetime.date | None = None
    bornes = sorted((d.debut, d.fin) for d in durees if d.fin is not None)
    for debut, fin in bornes:
        if fenetre is not None:
            debut, fin = max(debut, fenetre.debut), min(fin, fenetre.fin)
        if compte_jusqu_a is not None:
            debut = max(debut, compte_jusqu_a + UN_JOUR)
        if fin >= debut:
            total += (fin - debut).days + 1
            compte_jusqu_a = fin
    return total


def jours_glissants(durees: Sequence[Duree]) -> int:
    """The most days that fall within twelve months in a row, whichever they are."""
    fenetres = []
    for duree in durees:
        if duree.fin is not None:
            # The most is reached when the twelve months begin with a stretch, or end with one.
            fenetres.append(Periode(duree.debut, fin_apres(duree.debut, MOIS_GLISSANTS)))
            fenetres.append(Periode(plus_mois(duree.fin + UN_JOUR, -MOIS_GLISSANTS), duree.fin))
    return max((_jours(durees, fenetre) for fenetre in fenetres), default=0)


@dataclass(frozen=True)
class BilanImmersions:
    """Days of PMSMP of a parcours, and days of its contracts (None when one of them has no end)."""

    jours: int
    jours_contrats: int | None

    @property
    def plafond(self) -> int | None:
        """Days that PMSMP may take: a quarter of the contracts, whole days."""
        return None if self.jours_contrats is None else self.jours_contrats // PART_DES_CONTRATS

    @property
    def depasse(self) -> bool:
        """Whether more than a quarter is taken."""
        return self.jours_contrats is not None and self.jours * PART_DES_CONTRATS > self.jours_contrats


def bilan_immersions(immersions: Iterable[Duree], contrats: Sequence[Duree]) -> BilanImmersions:
    """What PMSMP take of the contracts, renewals included."""
    connus = bool(contrats) and all(contrat.fin is not None for contrat in contrats)
    return BilanImmersions(_jours(immersions), _jours(contrats) if connus else None)


def remarques_immersion(
    immersion: Duree, chez_lui: Sequence[Duree], toutes: Sequence[Duree], contrats: Sequence[Duree]
) -> list[Remarque]:
    """What is unusual in a PMSMP. `chez_lui`: the others with the same host; `toutes`: the others of the parcours."""
    remarques = []
    if immersion.fin is not None and immersion.fin > (limite := fin_apres(immersion.debut, MOIS_IMMERSION)):
        remarques.append(
            Remarque(
                f"Une PMSMP dure au plus un mois\u202f: celle-ci irait jusqu’au {jour_francais(limite)}.",
                "Un mois de date à date, que la présence soit continue ou non\u202f; la convention se renouvelle une fois "
                "(code du travail, article D5135-3).",
            )
        )
    glissants = jours_glissants([immersion, *chez_lui])
    if glissants > JOURS_CHEZ_UN_EMPLOYEUR:
        remarques.append(
            Remarque(
                f"{accorde(glissants, 'jour')} de PMSMP chez cet employeur en douze mois\u202f: la limite est de 60.",
                "Jours du calendrier de toutes les PMSMP de la personne chez cet employeur, dans les douze mois qui se "
                "suivent où il y en a le plus (code du travail, article D5135-3).",
            )
        )
    bilan = bilan_immersions([immersion, *toutes], contrats)
    if bilan.depasse and bilan.plafond is not None:
        remarques.append(
            Remarque(
                f"Les PMSMP prennent {accorde(bilan.jours, 'jour')}, plus du quart de la durée des contrats "
                f"({accorde(bilan.plafond, 'jour')}).",
                "Jours du calendrier de toutes les PMSMP du parcours, rapportés à ceux de ses contrats, renouvellements "
                "compris.",
            )
        )
    if contrats and not any(contrat.chevauche(immersion) for contrat in contrats):
        remarques.append(Remarque("Aucun contrat ne court pendant cette PMSMP\u202f: vérifiez les dates."))
    return remarques
