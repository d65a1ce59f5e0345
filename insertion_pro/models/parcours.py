"""A parcours is one stay of a person in the ACI; its contracts (CDDI) say in which team, its hours what was worked."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from aipi.champs import Code, NombreExact
from aipi.expressions import FinApres, JoursEntre
from aipi.models import Intervenant, Nomenclature, Personne, StatutRendezVous
from aipi.periodes import Periode, plus_mois

from .ateliers import Equipe

if TYPE_CHECKING:
    from insertion_pro.axes import Axe

JOURS_MINIMUM_ETAT = 81
"""Exits after fewer days are left out of the State's counting (dictionary of indicators)."""
HEURES_MINIMUM_ETAT = 1
MOIS_MAXIMUM = 24
"""Months of all the CDDI of a parcours, renewals included (code du travail, L5132-15-1), and of a PASS IAE (R5132-1-8)."""


class ParcoursQuerySet(models.QuerySet["Parcours"]):
    def en(self, periode: Periode) -> ParcoursQuerySet:
        """Parcours open on some day of the period."""
        return self.filter(
            Q(date_sortie=None) | Q(date_sortie__gte=periode.debut),
            date_entree__lte=periode.fin,
        )

    def entres(self, periode: Periode, axe: Axe | None = None) -> ParcoursQuerySet:
        """Parcours begun in the period (« embauches »); under an axis, by the team of the first contract."""
        entres = self.filter(date_entree__range=(periode.debut, periode.fin))
        if axe is None:
            return entres
        premier = Contrat.objects.filter(parcours=OuterRef("pk")).order_by("date_debut", "ref")
        return entres.alias(equipe_axe=Subquery(premier.values("equipe")[:1])).filter(axe.q("equipe_axe"))

    def sortis(self, periode: Periode, axe: Axe | None = None) -> ParcoursQuerySet:
        """Parcours ended in the period; under an axis, by the team of the last contract."""
        sortis = self.filter(date_sortie__range=(periode.debut, periode.fin))
        if axe is None:
            return sortis
        dernier = Contrat.objects.filter(parcours=OuterRef("pk")).order_by("-date_debut", "-ref")
        return sortis.alias(equipe_axe=Subquery(dernier.values("equipe")[:1])).filter(axe.q("equipe_axe"))

    def sortis_etat(self, periode: Periode, axe: Axe | None = None) -> ParcoursQuerySet:
        """Exits as the State counts them: not withdrawn, 81 days at least and one hour worked in the whole parcours."""
        heures = (
            ReleveHeures.objects.filter(contrat__parcours=OuterRef("pk"))
            .order_by()
            .values("contrat__parcours")
            .annotate(total=Sum("heures"))
            .values("total")
        )
        return (
            self.sortis(periode, axe)
            .exclude(motif_sortie__categorie=Nomenclature.RETRAIT)
            .alias(
                jours=JoursEntre(F("date_entree"), F("date_sortie")),
                heures=Coalesce(Subquery(heures), Value(0), output_field=NombreExact()),
            )
            .filter(jours__gte=JOURS_MINIMUM_ETAT, heures__gte=HEURES_MINIMUM_ETAT)
        )

    def pas_vus_depuis(self, jour: datetime.date) -> ParcoursQuerySet:
        """Begun before `jour`, with neither an interview nor an honoured appointment on that day or since."""
        venus = Q(rendez_vous__statut=StatutRendezVous.HONORE, rendez_vous__date__gte=jour)
        return (
            self.filter(date_entree__lt=jour)
            .exclude(entretiens__date__gte=jour)
            .alias(venu=FilteredRelation("rendez_vous", condition=venus))
            .filter(venu=None)
        )

    def a_recontacter(self, jour: datetime.date, mois: int) -> ParcoursQuerySet:
        """Ended `mois` months ago or more, the next question not due yet, without an answer to this one.

        Those withdrawn from the State’s counting (a death among them) are left in peace, and those hired again.
        """
        suivante = min((m for m in SuiteSortie.ECHEANCES if m > mois), default=SuiteSortie.DERNIER_MOIS)
        demandes = SuiteSortie.objects.order_by().filter(parcours=OuterRef("pk"), mois=mois)
        revenus = Parcours.objects.order_by().filter(
            personne=OuterRef("personne"), date_entree__gt=OuterRef("date_entree")
        )
        return self.filter(
            ~Exists(demandes),
            ~Exists(revenus),
            date_sortie__lte=plus_mois(jour, -mois),
            date_sortie__gt=plus_mois(jour, -suivante),
        ).exclude(motif_sortie__categorie=Nomenclature.RETRAIT)

    def pass_finissant(self, jour: datetime.date) -> ParcoursQuerySet:
        """Parcours not left whose PASS IAE ends by `jour`, as `terme`, no contract being signed beyond it."""
        apres = Contrat.objects.order_by().filter(Q(date_fin__gt=OuterRef("terme")), parcours=OuterRef("pk"))
        return (
            self.filter(date_sortie=None)
            .annotate(terme=FinApres("pass_iae_debut", MOIS_MAXIMUM))
            .filter(~Exists(apres), terme__lte=jour)
        )

    def derniers(self, contrats: ContratQuerySet) -> ParcoursQuerySet:
        """For each person of `contrats`, the latest parcours (by date_entree, then ref) that holds one of them.

        Said as « none later », which the index on the person answers: PostgreSQL ran a ranking again for every row.
        """
        plus_tard = contrats.filter(
            Q(parcours__date_entree__gt=OuterRef("date_entree"))
            | Q(parcours__date_entree=OuterRef("date_entree"), parcours__ref__gt=OuterRef("ref")),
            parcours__personne=OuterRef("personne"),
        )
        return self.filter(~Exists(plus_tard), pk__in=contrats.values("parcours"))


class Parcours(models.Model):
    """One stay of a person in the ACI, from hiring to exit."""

    ref = Code("référence")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="parcours", verbose_name="personne")
    date_entree = models.DateField("date d’entrée")
    date_sortie = models.DateField("date de sortie", null=True, blank=True)
    motif_sortie = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.MOTIF_SORTIE},
        verbose_name="motif de sortie",
    )
    prescripteur = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.PRESCRIPTEUR},
        verbose_name="prescripteur",
    )
    referent = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="parcours", verbose_name="référent"
    )
    rsa_entree = models.BooleanField("bénéficiaire du RSA à l’entrée", null=True, blank=True)
    mois_sans_emploi_entree = models.PositiveIntegerField("mois sans emploi à l’entrée", null=True, blank=True)
    niveau_formation = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.NIVEAU_FORMATION},
        verbose_name="niveau de formation",
    )
    pass_iae_debut = models.DateField("début du PASS IAE", null=True, blank=True)

    objects = ParcoursQuerySet.as_manager()

    class Meta:
        verbose_name = "parcours"
        verbose_name_plural = "parcours"
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="parcours_cle"),
            models.CheckConstraint(condition=Q(date_sortie__gte=F("date_entree")), name="parcours_sortie_apres_entree"),
        ]
        indexes = [
            models.Index(fields=["date_entree"], name="parcours_entree"),
            models.Index(fields=["date_sortie"], name="parcours_sortie"),
        ]

    def __str__(self) -> str:
        return f"{self.personne}, entrée le {self.date_entree:%d/%m/%Y}"


class SuiteSortie(models.Model):
    """What became of a person some months after the end of the parcours (asked at 3 and 6 months)."""

    class Situation(models.TextChoices):
        EMPLOI = "emploi", "En emploi"
        FORMATION = "formation", "En formation"
        RECHERCHE = "recherche", "En recherche d’emploi"
        AUTRE = "autre", "Autre situation"
        INJOIGNABLE = "injoignable", "Injoignable"

    ECHEANCES = (3, 6)
    """Months after the exit."""
    DERNIER_MOIS = 12
    """From then on nobody is asked any more."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="suites_sortie", verbose_name="parcours")
    mois = models.PositiveSmallIntegerField("mois après la sortie", choices=[(m, f"{m} mois") for m in ECHEANCES])
    date = models.DateField("demandé le")
    situation = models.CharField("situation", max_length=20, choices=Situation.choices)
    precisions = models.TextField("précisions", blank=True)

    class Meta:
        verbose_name = "suite d’une sortie"
        verbose_name_plural = "suites des sorties"
        ordering = ["parcours__ref", "mois"]
        constraints = [models.UniqueConstraint(fields=["parcours", "mois"], name="suite_sortie_cle")]

    def __str__(self) -> str:
        return f"{self.get_situation_display()}, {self.mois} mois après la sortie"


class ContratQuerySet(models.QuerySet["Contrat"]):
    def presents(self, periode: Periode, axe: Axe | None = None) -> ContratQuerySet:
        """Contracts in force on some day of the period; one without an end stops with its parcours."""
        presents = self.filter(
            Q(date_fin__gte=periode.debut)
            | Q(date_fin=None) & (Q(parcours__date_sortie=None) | Q(parcours__date_sortie__gte=periode.debut)),
            date_debut__lte=periode.fin,
        )
        return presents if axe is None else presents.filter(axe.q("equipe"))

    def expirant(self, periode: Periode) -> ContratQuerySet:
        """Contracts whose last day is in the period."""
        return self.filter(date_fin__range=(periode.debut, periode.fin))

    def finis(self, periode: Periode) -> ContratQuerySet:
        """Contracts ended in the period; one without an end stops with its parcours."""
        dates = (periode.debut, periode.fin)
        return self.filter(Q(date_fin__range=dates) | Q(date_fin=None, parcours__date_sortie__range=dates))

    def a_relever(self, periode: Periode) -> ContratQuerySet:
        """Contracts whose hours of the period are entered: in force in it, or with hours or absences already kept."""
        releves = ReleveHeures.objects.order_by().de(periode).filter(contrat=OuterRef("pk"))
        absences = Absence.objects.order_by().de(periode).filter(contrat=OuterRef("pk"))
        return self.presents(periode) | self.filter(Exists(releves) | Exists(absences))

    def releves(self, periode: Periode) -> ContratQuerySet:
        """Contracts whose paid hours are known for some month of the period."""
        return self.filter(Exists(ReleveHeures.objects.order_by().de(periode).filter(contrat=OuterRef("pk"))))

    def sans_heures(self, periode: Periode) -> ContratQuerySet:
        """Contracts in force in the period with neither hours nor absences entered in it."""
        releves = ReleveHeures.objects.order_by().de(periode).filter(contrat=OuterRef("pk"))
        absences = Absence.objects.order_by().de(periode).filter(contrat=OuterRef("pk"))
        return self.presents(periode).filter(~Exists(releves), ~Exists(absences))

    def finissant(self, jour: datetime.date) -> ContratQuerySet:
        """Contracts that end by `jour`, or have ended, in a parcours not left that no other contract takes further."""
        plus_loin = Contrat.objects.order_by().filter(
            Q(date_fin=None)
            | Q(date_fin__gt=OuterRef("date_fin"))
            | Q(date_fin=OuterRef("date_fin"), pk__gt=OuterRef("pk")),
            parcours=OuterRef("parcours"),
        )
        return self.filter(~Exists(plus_loin), date_fin__lte=jour, parcours__date_sortie=None)

    def au_maximum(self, jour: datetime.date) -> ContratQuerySet:
        """First contracts of parcours not left whose 24 months end by `jour`, as `terme`, none being signed beyond it."""
        autres = Contrat.objects.order_by().filter(parcours=OuterRef("parcours"))
        avant = autres.filter(
            Q(date_debut__lt=OuterRef("date_debut")) | Q(date_debut=OuterRef("date_debut"), pk__lt=OuterRef("pk"))
        )
        return (
            self.filter(parcours__date_sortie=None)
            .annotate(terme=FinApres("date_debut", MOIS_MAXIMUM))
            .filter(~Exists(avant), ~Exists(autres.filter(date_fin__gt=OuterRef("terme"))), terme__lte=jour)
        )

    def en_vigueur_le(self, jour: datetime.date | F | OuterRef) -> ContratQuerySet:
        """Contracts in force on `jour`, which may be a reference to an outer query's day."""
        return self.filter(
            Q(date_fin__gte=jour)
            | Q(date_fin=None) & (Q(parcours__date_sortie=None) | Q(parcours__date_sortie__gte=jour)),
            date_debut__lte=jour,
        )


class Contrat(models.Model):
    """A CDDI, one of its renewals, or a move to another team."""

    ref = Code("référence")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="contrats", verbose_name="parcours")
    equipe = models.ForeignKey(Equipe, models.PROTECT, related_name="contrats", verbose_name="équipe")
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin", null=True, blank=True)
    heures_hebdo = NombreExact("heures par semaine", null=True, blank=True)

    objects = ContratQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat"
        ordering = ["date_debut", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="contrat_cle"),
            models.CheckConstraint(condition=Q(date_fin__gte=F("date_debut")), name="contrat_fin_apres_debut"),
            models.CheckConstraint(condition=Q(heures_hebdo__gte=0), name="contrat_heures_positives"),
        ]
        indexes = [
            models.Index(fields=["date_debut"], name="contrat_debut"),
            models.Index(fields=["date_fin"], name="contrat_fin"),
        ]

    def __str__(self) -> str:
        return f"{self.equipe}, depuis le {self.date_debut:%d/%m/%Y}"


def equipe_le(parcours: str, jour: str) -> Coalesce:
    """The team of a parcours on a day, both named as columns of the outer query.

    Rule (dictionary of indicators): the contract in force that day, the last if several; else the last begun by
    then; else the first.
    """
    contrats = Contrat.objects.filter(parcours=OuterRef(parcours))
    derniers = contrats.order_by("-date_debut", "-ref")
    return Coalesce(
        Subquery(derniers.en_vigueur_le(OuterRef(jour)).values("equipe")[:1]),
        Subquery(derniers.filter(date_debut__lte=OuterRef(jour)).values("equipe")[:1]),
        Subquery(contrats.order_by("date_debut", "ref").values("equipe")[:1]),
    )


class ReleveHeuresQuerySet(models.QuerySet["ReleveHeures"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> ReleveHeuresQuerySet:
        """Hours of the months in the period, whatever the dates of their contract."""
        lignes = self.filter(mois__range=(periode.debut, periode.fin))
        return lignes if axe is None else lignes.filter(axe.q("contrat__equipe"))

    def travaillees(self, periode: Periode, axe: Axe | None = None) -> ReleveHeuresQuerySet:
        """The months with work in them. Hours are never negative, so their sum is above 0 when one of them is."""
        return self.de(periode, axe).filter(heures__gt=0)


class ReleveHeures(models.Model):
    """Paid insertion hours of a contract in a month."""

    contrat = models.ForeignKey(Contrat, models.PROTECT, related_name="releves_heures", verbose_name="contrat")
    mois = models.DateField("mois")
    heures = NombreExact("heures")

    objects = ReleveHeuresQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé d’heures"
        verbose_name_plural = "relevés d’heures"
        ordering = ["contrat__ref", "mois"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "mois"], name="heures_cle"),
            models.CheckConstraint(condition=Q(mois__day=1), name="heures_premier_du_mois"),
            models.CheckConstraint(condition=Q(heures__gte=0), name="heures_positives"),
        ]
        indexes = [models.Index(fields=["mois", "contrat", "heures"], name="heures_mois")]

    def __str__(self) -> str:
        return f"{self.contrat.ref} {self.mois:%m/%Y}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> AbsenceQuerySet:
        """Absences of the months in the period, whatever their motive."""
        lignes = self.filter(mois__range=(periode.debut, periode.fin))
        return lignes if axe is None else lignes.filter(axe.q("contrat__equipe"))

    def absenteisme(self, periode: Periode, axe: Axe | None = None) -> AbsenceQuerySet:
        """Those whose motive counts as absenteeism."""
        return self.de(periode, axe).filter(motif__categorie=Nomenclature.ABSENTEISME)


class Absence(models.Model):
    """Hours of absence of a contract in a month, for one motive."""

    contrat = models.ForeignKey(Contrat, models.PROTECT, related_name="absences", verbose_name="contrat")
    mois = models.DateField("mois")
    motif = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.MOTIF_ABSENCE},
        verbose_name="motif",
    )
    heures = NombreExact("heures")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        ordering = ["contrat__ref", "mois", "motif__code"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "mois", "motif"], name="absence_cle"),
            models.CheckConstraint(condition=Q(mois__day=1), name="absence_premier_du_mois"),
            models.CheckConstraint(condition=Q(heures__gte=0), name="absence_heures_positives"),
        ]
        indexes = [models.Index(fields=["mois", "motif", "heures"], name="absence_mois")]

    def __str__(self) -> str:
        return f"{self.contrat.ref} {self.mois:%m/%Y} {self.motif}"
