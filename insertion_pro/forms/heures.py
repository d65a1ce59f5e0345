"""The month of a team: paid hours and hours of absence of each contract, as a grid."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.http import QueryDict

from aipi.enonces import lire
from aipi.grille import Case, Grille, Nombre, ecrire_nombre, total
from aipi.models import Compte, Nomenclature, Parametre
from aipi.periodes import Periode, jour_francais
from aipi.roles import hors_limitation, modifiables, visibles
from insertion_pro.models import Absence, Contrat, Equipe, ReleveHeures

SEMAINES_PAR_AN = 52
MOIS_PAR_AN = 12
"""A contract of 26 hours a week is paid 26 × 52 / 12 hours a month (monthly payment of wages)."""
HEURES_PAR_JOUR = 24
CENTIEME = Decimal("0.01")


def etp_du_mois(heures: Decimal | None, par_etp: Decimal) -> Fraction | None:
    """ETP that a month makes when the whole year is like it: hours × 12 / hours of one ETP (dictionary of indicators)."""
    return None if heures is None else Fraction(heures) * MOIS_PAR_AN / Fraction(par_etp)


def fin_effective(contrat: Contrat) -> datetime.date | None:
    """The last day of a contract: its own, or that of its parcours."""
    return contrat.date_fin or contrat.parcours.date_sortie


def heures_prevues(contrat: Contrat, periode: Periode) -> Decimal | None:
    """Hours of a month by the contract: weekly hours × 52 / 12, by days when it begins or ends in the month.

    None outside the contract, or when its weekly hours are unknown.
    """
    debut, fin = max(contrat.date_debut, periode.debut), min(fin_effective(contrat) or periode.fin, periode.fin)
    if contrat.heures_hebdo is None or fin < debut:
        return None
    mois: Decimal = contrat.heures_hebdo * SEMAINES_PAR_AN / MOIS_PAR_AN
    return (mois * Periode(debut, fin).jours / periode.jours).quantize(CENTIEME, ROUND_HALF_UP)


def precisions(contrat: Contrat, periode: Periode) -> tuple[str, bool]:
    """What the row says of its contract in the month, and whether the month is out of it."""
    fin = fin_effective(contrat)
    if contrat.date_debut > periode.fin:
        return f"Hors contrat\u202f: commence le {jour_francais(contrat.date_debut)}", True
    if fin is not None and fin < periode.debut:
        return f"Hors contrat\u202f: terminé le {jour_francais(fin)}", True
    arrive, part = contrat.date_debut > periode.debut, fin is not None and fin < periode.fin
    if arrive and part and fin is not None:
        return f"du {contrat.date_debut.day} au {fin.day}", False
    if arrive:
        return f"à partir du {jour_francais(contrat.date_debut)}", False
    if part and fin is not None:
        return f"jusqu’au {jour_francais(fin)}", False
    return "", False


@dataclass
class Ligne:
    """A contract in the month."""

    contrat: Contrat
    precision: str
    hors_contrat: bool
    prevues: Decimal | None
    heures: Case
    absences: list[Case] = field(default_factory=list)
    avant: Decimal | None = None
    """Hours of the person in the team the month before, told once when two contracts follow each other."""

    @property
    def total_absences(self) -> Decimal | None:
        return total(self.absences)


class GrilleHeures(Grille):
    """The grid of a team and a month, for what `compte` may see and enter of it."""

    noms = re.compile(r"h\d+|a\d+-\d+")

    def __init__(self, equipe: Equipe, mois: datetime.date, compte: Compte, donnees: QueryDict | None = None) -> None:
        self.equipe = equipe
        self.periode = Periode.du_mois(mois)
        self.compte = compte
        self.par_etp = Parametre.heures_par_etp(self.periode.fin)
        self._lire_lignes()
        super().__init__((case for ligne in self.lignes for case in (ligne.heures, *ligne.absences)), donnees)

    def _lire_lignes(self) -> None:
        compte, periode = self.compte, self.periode
        contrats = lire(
            "heures.contrats",
            compte,
            [self.equipe.pk],
            lambda cles: (
                hors_limitation(visibles(Contrat.objects.filter(equipe__in=cles).a_relever(periode), compte))
                .select_related("parcours__personne")
                .order_by("parcours__personne__recherche", "parcours__ref", "date_debut", "ref")
            ),
            periode.debut,
        )
        par_cle = {contrat.pk: contrat for contrat in contrats}
        releves = lire(
            "heures.releves",
            compte,
            list(par_cle),
            lambda cles: modifiables(ReleveHeures.objects.order_by().de(periode), compte).filter(contrat__in=cles),
            periode.debut,
        )
        self._heures = {f"h{releve.contrat_id}": releve for releve in releves}
        absences = lire(
            "heures.absences",
            compte,
            list(par_cle),
            lambda cles: modifiables(Absence.objects.order_by().de(periode), compte).filter(contrat__in=cles),
            periode.debut,
        )
        self._absences = {f"a{absence.contrat_id}-{absence.motif_id}": absence for absence in absences}
        motifs_du_mois = Nomenclature.objects.de(Nomenclature.Liste.MOTIF_ABSENCE)
        self.motifs = list(motifs_du_mois.valides(self.periode.fin, (absence.motif_id for absence in absences)))
        motifs = {motif.pk: motif for motif in self.motifs}
        # The history names rows by their contract and motive: not one query each.
        for releve in self._heures.values():
            releve.contrat = par_cle[releve.contrat_id]
        for absence in absences:
            absence.contrat = par_cle[absence.contrat_id]
            absence.motif = motifs[absence.motif_id]
        maximum = Decimal(self.periode.jours * HEURES_PAR_JOUR)
        self._nombre = Nombre(maximum, f"Ce mois n’a que {ecrire_nombre(maximum)} heures.")
        self._avant(contrats)
        self.lignes = [self._ligne(contrat) for contrat in contrats]

    def _avant(self, contrats: list[Contrat]) -> None:
        """Paid hours of the month before by parcours, and absences by motive."""
        self.mois_avant = self.periode.precedente.debut if self.periode.debut.year > 1900 else None
        self._heures_avant: dict[int, Decimal] = {}
        self.heures_avant: Decimal | None = None
        self.absences_avant: dict[int, Decimal] = {}
        if self.mois_avant is None:
            return
        compte, avant = self.compte, Periode.du_mois(self.mois_avant)
        releves = lire(
            "heures.releves_avant",
            compte,
            [self.equipe.pk],
            lambda cles: (
                visibles(ReleveHeures.objects.order_by().de(avant), compte)
                .filter(contrat__equipe__in=cles)
                .values_list("contrat__parcours", "heures")
            ),
            avant.debut,
        )
        for parcours, heures in releves:
            self._heures_avant[parcours] = self._heures_avant.get(parcours, Decimal(0)) + heures
        if self._heures_avant:
            self.heures_avant = sum(self._heures_avant.values(), Decimal(0))
        absences = lire(
            "heures.absences_avant",
            compte,
            [self.equipe.pk],
            lambda cles: (
                visibles(Absence.objects.order_by().de(avant), compte)
                .filter(contrat__equipe__in=cles)
                .values_list("motif", "heures")
            ),
            avant.debut,
        )
        for motif, heures in absences:
            self.absences_avant[motif] = self.absences_avant.get(motif, Decimal(0)) + heures

    def _ligne(self, contrat: Contrat) -> Ligne:
        precision, hors = precisions(contrat, self.periode)
        releve = self._heures.get(f"h{contrat.pk}")
        return Ligne(
            contrat,
            precision,
            hors,
            heures_prevues(contrat, self.periode),
            Case(f"h{contrat.pk}", self._nombre, self._nombre.ecrire(releve.heures if releve else None)),
            [self._absence(contrat, motif) for motif in self.motifs],
            self._heures_avant.pop(contrat.parcours_id, None),
        )

    def _absence(self, contrat: Contrat, motif: Nomenclature) -> Case:
        cle = f"a{contrat.pk}-{motif.pk}"
        absence = self._absences.get(cle)
        return Case(cle, self._nombre, self._nombre.ecrire(absence.heures if absence else None))

    def recopier(self) -> int:
        """Propose the hours of the contract in the empty cells, without saving. How many were filled."""
        remplies = 0
        for ligne in self.lignes:
            if not ligne.heures.saisie and ligne.prevues is not None:
                ligne.heures.saisie = ecrire_nombre(ligne.prevues)
                remplies += 1
        return remplies

    def ecrire(self) -> None:
        mois = self.periode.debut
        contrats = {ligne.contrat.pk: ligne.contrat for ligne in self.lignes}
        motifs = {motif.pk: motif for motif in self.motifs}
        for cle, valeur in self.changements.items():
            contrat, _, motif = cle[1:].partition("-")
            existante: ReleveHeures | Absence | None = self._absences.get(cle) if motif else self._heures.get(cle)
            if valeur is None:
                if existante is not None:
                    existante.delete()
            elif existante is not None:
                existante.heures = valeur
                existante.save(update_fields=["heures"])
            elif motif:
                Absence.objects.create(
                    contrat=contrats[int(contrat)], mois=mois, motif=motifs[int(motif)], heures=valeur
                )
            else:
                ReleveHeures.objects.create(contrat=contrats[int(contrat)], mois=mois, heures=valeur)

    # What the page says under the rows

    @property
    def total_heures(self) -> Decimal | None:
        return total(ligne.heures for ligne in self.lignes)

    @property
    def colonnes(self) -> list[Colonne]:
        """The motives with their total, this month and the month before."""
        return [
            Colonne(motif, total(ligne.absences[rang] for ligne in self.lignes), self.absences_avant.get(motif.pk))
            for rang, motif in enumerate(self.motifs)
        ]

    @property
    def total_absences(self) -> Decimal | None:
        return total(case for ligne in self.lignes for case in ligne.absences)

    @property
    def total_absences_avant(self) -> Decimal | None:
        return sum(self.absences_avant.values(), Decimal(0)) if self.absences_avant else None

    @property
    def etp(self) -> Fraction | None:
        return etp_du_mois(self.total_heures, self.par_etp)

    @property
    def a_renseigner(self) -> int:
        """Contracts in force whose paid hours are not known yet."""
        return sum(1 for ligne in self.lignes if not ligne.hors_contrat and not ligne.heures.actuelle)


@dataclass(frozen=True)
class Colonne:
    motif: Nomenclature
    total: Decimal | None
    avant: Decimal | None


@dataclass(frozen=True)
class EtatEquipe:
    """A team in the list of grids: contracts in force in the month, and how many have their hours."""

    equipe: Equipe
    contrats: int
    releves: int

    @property
    def reste(self) -> int:
        return self.contrats - self.releves


def etats(equipes: Iterable[Equipe], contrats: dict[int, int], releves: dict[int, int]) -> list[EtatEquipe]:
    """The teams that have someone in the month."""
    return [
        EtatEquipe(equipe, contrats[equipe.pk], releves.get(equipe.pk, 0))
        for equipe in equipes
        if contrats.get(equipe.pk)
    ]
