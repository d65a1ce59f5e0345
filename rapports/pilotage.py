"""Where each agreement of a year stands today, and where it lands at the end of the year, with the hypothesis said.

Two hypotheses: « si rien ne change », what is already signed runs its course and nothing begins; « au même rythme », the
days to come are like those gone by. Neither is a promise: both are shown.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum

from aipi.models import Convention, Parametre
from aipi.periodes import Periode
from insertion_pro.models import Contrat, ReleveHeures
from insertion_sociale.models import Action, MesureLogement
from rapports.valeurs import Releve

SEMAINES_PAR_MOIS = Fraction(52, 12)
Nombre = Fraction | None


@dataclass(frozen=True)
class Avancement:
    """One agreement: its objective, what is done, and where it lands under each hypothesis; None is unknown."""

    convention: Convention
    objectif: Nombre
    realise: Nombre
    sans_changement: Nombre
    au_rythme: Nombre

    @property
    def part(self) -> Nombre:
        return self.realise / self.objectif if self.realise is not None and self.objectif else None

    @property
    def atterrissage(self) -> Nombre:
        """The share of the objective reached at the end of the year if nothing changes."""
        return self.sans_changement / self.objectif if self.sans_changement is not None and self.objectif else None

    @property
    def montant_acquis(self) -> Nombre:
        """The amount of the agreement in proportion of the landing, never more than all of it; None when either is unknown."""
        if self.atterrissage is None or self.convention.montant is None:
            return None
        return Fraction(self.convention.montant) * min(self.atterrissage, Fraction(1))


@dataclass(frozen=True)
class Annee:
    """A year seen from one of its days, that day included in what is done."""

    annee: int
    jour: datetime.date

    @property
    def periode(self) -> Periode:
        return Periode.annee(self.annee)

    @property
    def ecoulee(self) -> Periode:
        return Periode(self.periode.debut, min(self.jour, self.periode.fin))

    @property
    def part_ecoulee(self) -> Fraction:
        return Fraction(
            (self.ecoulee.fin - self.periode.debut).days + 1, (self.periode.fin - self.periode.debut).days + 1
        )

    def mois_a_venir(self) -> Iterator[Periode]:
        """The months that begin after the last one whose hours are known, or after today's when none is."""
        dernier = ReleveHeures.objects.de(self.ecoulee).order_by("-mois").values_list(
            "mois", flat=True
        ).first() or self.periode.debut - datetime.timedelta(days=1)
        for debut in self.periode.mois():
            if debut > dernier:
                suivant = (debut.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
                yield Periode(debut, suivant - datetime.timedelta(days=1))


def heures_prevues(mois: Periode, contrats: list[Contrat], moyenne: Fraction) -> Fraction:
    """Hours of a month to come from the contracts signed: weekly hours × 52 / 12, by the days in force.

    A contract whose weekly hours are unknown counts for the average of the others.
    """
    jours = (mois.fin - mois.debut).days + 1
    total = Fraction(0)
    for contrat in contrats:
        fin = contrat.date_fin or contrat.parcours.date_sortie or mois.fin
        presence = (min(fin, mois.fin) - max(contrat.date_debut, mois.debut)).days + 1
        if presence > 0:
            hebdo = Fraction(contrat.heures_hebdo) if contrat.heures_hebdo is not None else moyenne
            total += hebdo * SEMAINES_PAR_MOIS * Fraction(presence, jours)
    return total


def etp(annee: Annee) -> tuple[Nombre, Nombre, Nombre]:
    """Done, landing if nothing changes, landing at the same pace; in ETP of the year."""
    par_etp = Fraction(Parametre.heures_par_etp(annee.periode.fin))
    faites = ReleveHeures.objects.de(annee.ecoulee).aggregate(total=Sum("heures"))["total"]
    if faites is None:
        return None, None, None
    contrats = list(Contrat.objects.presents(annee.periode).select_related("parcours"))
    connues = [Fraction(c.heures_hebdo) for c in contrats if c.heures_hebdo is not None]
    moyenne = sum(connues, Fraction(0)) / len(connues) if connues else Fraction(0)
    a_venir = list(annee.mois_a_venir())
    suite = sum((heures_prevues(mois, contrats, moyenne) for mois in a_venir), Fraction(0))
    passes = 12 - len(a_venir)
    rythme = Fraction(faites) * 12 / passes / par_etp if passes else None
    return Fraction(faites) / par_etp, (Fraction(faites) + suite) / par_etp, rythme


def places(annee: Annee) -> tuple[Nombre, Nombre, Nombre]:
    """Follow-ups of the year: begun already, and with new ones at the pace of those that began this year."""
    releve = Releve(annee.ecoulee, vif=True)
    suivis, entrees = releve.valeur("rsa.suivis").nombre, releve.valeur("rsa.entrees").nombre
    if suivis is None or entrees is None:
        return suivis, suivis, None
    return suivis, suivis, suivis + entrees * (1 - annee.part_ecoulee) / annee.part_ecoulee


def mois_mesures(annee: Annee) -> tuple[Nombre, Nombre, Nombre]:
    """Month-measures: up to this month, with the measures open running to their end, at the same pace."""
    if not MesureLogement.objects.en(annee.periode).exists():
        return None, None, None

    def total(periode: Periode) -> Fraction:
        return Fraction(MesureLogement.objects.avec_mois(periode).aggregate(total=Sum("mois"))["total"] or 0)

    fait = total(annee.ecoulee)
    # Only measures begun by today: one that would begin later is not there yet.
    signe = Fraction(
        MesureLogement.objects.avec_mois(annee.periode)
        .filter(date_debut__lte=annee.ecoulee.fin)
        .aggregate(total=Sum("mois"))["total"]
        or 0
    )
    return fait, signe, fait * 12 / annee.ecoulee.fin.month


def participants(domaine: str) -> Callable[[Annee], tuple[Nombre, Nombre, Nombre]]:
    def compter(annee: Annee) -> tuple[Nombre, Nombre, Nombre]:
        fait = Releve(annee.ecoulee, vif=True).valeur(f"{domaine}.participants").nombre
        return fait, fait, None if fait is None else fait / annee.part_ecoulee

    return compter


CALCULS: dict[tuple[str, str], Callable[[Annee], tuple[Nombre, Nombre, Nombre]]] = {
    (Convention.Action.ACI, Convention.Unite.ETP): etp,
    (Convention.Action.RSA, Convention.Unite.PLACES): places,
    (Convention.Action.LOGEMENT, Convention.Unite.MOIS_MESURES): mois_mesures,
    (Convention.Action.SANTE, Convention.Unite.PARTICIPANTS): participants("sante"),
    (Convention.Action.COLLECTIF, Convention.Unite.PARTICIPANTS): participants("collectif"),
}


def avancements(annee: Annee) -> list[Avancement]:
    """Every agreement of the year, those without an objective last. A figure that several set is computed once."""
    connus: dict[tuple[str, str], tuple[Nombre, Nombre, Nombre]] = {}
    lignes = []
    for convention in (
        Convention.objects.filter(annee=annee.annee).select_related("financeur").order_by("action", "ref")
    ):
        cle = (convention.action, convention.unite_objectif)
        if cle in CALCULS and cle not in connus:
            connus[cle] = CALCULS[cle](annee)
        objectif = None if convention.objectif is None else Fraction(convention.objectif)
        lignes.append(Avancement(convention, objectif, *connus.get(cle, (None, None, None))))
    return sorted(lignes, key=lambda ligne: ligne.objectif is None)


def apport(nombre: int, heures: Decimal, mois: int, annee: Annee) -> Fraction:
    """ETP of the year that `nombre` contracts of `heures` a week add from the first day of month `mois` to its end."""
    par_etp = Fraction(Parametre.heures_par_etp(annee.periode.fin))
    return nombre * Fraction(heures) * SEMAINES_PAR_MOIS * (13 - mois) / par_etp


def actions(annee: Annee) -> list[Action]:
    """The actions of the year that have places, with `participants`: how many came so far."""
    return [
        action
        for domaine in Action.Domaine.values
        for action in Action.objects.avec_participants(annee.ecoulee, domaine).order_by("intitule", "ref")
    ]
