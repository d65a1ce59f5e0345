"""Housing measures (FSL and Partenord), what is done in them, and the aids asked for."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Sum, When

from aipi.champs import Code, NombreExact
from aipi.expressions import FinApres, mois_dans
from aipi.models import Intervenant, Nomenclature, Notee, Personne, RendezVousPris, StatutRendezVous
from aipi.periodes import Periode, fin_de_mois


def _ouvertes(periode: Periode) -> Q:
    return Q(date_debut__lte=periode.fin) & (Q(date_fin=None) | Q(date_fin__gte=periode.debut))


MOIS_FSL = 6
"""Months of an FSL measure, access or maintenance; twice that renewed, or for specific publics (brief, « Ma journée »)."""


class MesureLogementQuerySet(models.QuerySet["MesureLogement"]):
    def en(self, periode: Periode) -> MesureLogementQuerySet:
        """Measures open on some day of the period."""
        return self.filter(_ouvertes(periode))

    def ouvertes_le(self, jour: datetime.date) -> MesureLogementQuerySet:
        """Measures open on `jour`, their last day included."""
        return self.en(Periode(jour, jour))

    def confiees_a(self, intervenant: int | None) -> MesureLogementQuerySet:
        """Measures whose referent is this member of staff; none for an account that is nobody’s."""
        return self.none() if intervenant is None else self.filter(referent=intervenant)

    def commencees(self, periode: Periode) -> MesureLogementQuerySet:
        return self.filter(date_debut__range=(periode.debut, periode.fin))

    def finies(self, periode: Periode) -> MesureLogementQuerySet:
        """Measures whose last day is in the period."""
        return self.filter(date_fin__range=(periode.debut, periode.fin))

    def fsl(self, periode: Periode) -> MesureLogementQuerySet:
        return self.en(periode).filter(dispositif=MesureLogement.Dispositif.FSL)

    def partenord(self, periode: Periode) -> MesureLogementQuerySet:
        return self.en(periode).filter(dispositif=MesureLogement.Dispositif.PARTENORD)

    def avec_mois(self, periode: Periode) -> MesureLogementQuerySet:
        """FSL measures in the period with `mois`: its calendar months that they touch, a month begun counting one."""
        return self.fsl(periode).annotate(mois=mois_dans(periode, "date_debut", "date_fin"))

    def mois_mesures(self, periode: Periode) -> dict[datetime.date, int]:
        """Month-measures of each calendar month of the period, by its first day: what `avec_mois` gives month by month.

        One query; a month counts the FSL measures that touch it.
        """
        mois = {premier: Periode(premier, fin_de_mois(premier)) for premier in periode.mois()}
        totaux = self.fsl(periode).aggregate(
            **{
                f"mois_{premier:%Y_%m}": Sum(mois_dans(m, "date_debut", "date_fin"), filter=_ouvertes(m), default=0)
                for premier, m in mois.items()
            }
        )
        return {premier: totaux[f"mois_{premier:%Y_%m}"] for premier in mois}

    def pas_vus_depuis(self, jour: datetime.date) -> MesureLogementQuerySet:
        """Begun before `jour`, with neither an intervention nor an honoured appointment on that day or since."""
        venus = Q(rendez_vous__statut=StatutRendezVous.HONORE, rendez_vous__date__gte=jour)
        return (
            self.filter(date_debut__lt=jour)
            .exclude(interventions__date__gte=jour)
            .alias(venu=FilteredRelation("rendez_vous", condition=venus))
            .filter(venu=None)
        )

    def avec_echeance(self) -> MesureLogementQuerySet:
        """With `echeance`: the end that is written, else for an FSL measure the one that its rule gives, else None.

        Rule: 6 months, renewable once; 12 for specific publics.
        """
        return self.annotate(
            echeance=Case(
                When(date_fin__isnull=False, then="date_fin"),
                When(~Q(dispositif=MesureLogement.Dispositif.FSL), then=None),
                When(
                    Q(type=MesureLogement.Type.PUBLICS_SPECIFIQUES) | Q(date_renouvellement__isnull=False),
                    then=FinApres("date_debut", 2 * MOIS_FSL),
                ),
                default=FinApres("date_debut", MOIS_FSL),
                output_field=models.DateField(),
            )
        )

    def finissant(self, aujourd_hui: datetime.date, jour: datetime.date) -> MesureLogementQuerySet:
        """Measures open on `aujourd_hui` that end by `jour`; without a written end, those past the term of the rule too."""
        return self.en(Periode(aujourd_hui, aujourd_hui)).avec_echeance().filter(Q(echeance__lte=jour))


class MesureLogement(models.Model):
    """A housing measure, signed by one person for a household."""

    class Dispositif(models.TextChoices):
        FSL = "fsl", "FSL"
        PARTENORD = "partenord", "Partenord"

    class Type(models.TextChoices):
        ACCES = "acces", "Accès"
        MAINTIEN = "maintien", "Maintien"
        PUBLICS_SPECIFIQUES = "publics_specifiques", "Publics spécifiques"

    ref = Code("référence")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="mesures_logement", verbose_name="signataire")
    referent = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="mesures_logement", verbose_name="référent"
    )
    dispositif = models.CharField("dispositif", max_length=20, choices=Dispositif.choices)
    type = models.CharField("type", max_length=30, choices=Type.choices, blank=True)
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin", null=True, blank=True)
    date_renouvellement = models.DateField("renouvelée le", null=True, blank=True)
    bailleur = models.TextField("bailleur", blank=True)
    personnes_menage = models.PositiveIntegerField("personnes du ménage", null=True, blank=True)
    enfants_menage = models.PositiveIntegerField("dont enfants", null=True, blank=True)

    objects = MesureLogementQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure logement"
        verbose_name_plural = "mesures logement"
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="mesure_logement_cle"),
            models.CheckConstraint(condition=Q(date_fin__gte=F("date_debut")), name="mesure_logement_fin_apres_debut"),
        ]
        indexes = [
            models.Index(fields=["date_debut"], name="mesure_logement_debut"),
            models.Index(fields=["date_fin"], name="mesure_logement_fin"),
        ]

    def __str__(self) -> str:
        return f"{self.get_dispositif_display()}, depuis le {self.date_debut:%d/%m/%Y}"


class InterventionLogementQuerySet(models.QuerySet["InterventionLogement"]):
    def de(self, periode: Periode) -> InterventionLogementQuerySet:
        return self.filter(date__range=(periode.debut, periode.fin))

    def partenord(self, periode: Periode) -> InterventionLogementQuerySet:
        return self.de(periode).filter(mesure__dispositif=MesureLogement.Dispositif.PARTENORD)


class InterventionLogement(Notee):
    """What was done in a measure on a day."""

    class Theme(models.TextChoices):
        ETAT_LOGEMENT = "etat_logement", "État du logement"
        DEMARCHES_ADMINISTRATIVES = "demarches_administratives", "Démarches administratives"
        GESTION_BUDGETAIRE = "gestion_budgetaire", "Gestion budgétaire et impayés de loyer"

    ref = Code("référence")
    mesure = models.ForeignKey(MesureLogement, models.PROTECT, related_name="interventions", verbose_name="mesure")
    date = models.DateField("date")
    theme = models.CharField("thème", max_length=30, choices=Theme.choices)
    intervenant = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="interventions", verbose_name="intervenant"
    )

    objects = InterventionLogementQuerySet.as_manager()

    class Meta:
        verbose_name = "intervention logement"
        verbose_name_plural = "interventions logement"
        ordering = ["-date", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="intervention_logement_cle")]
        indexes = [models.Index(fields=["date"], name="intervention_logement_date")]

    def __str__(self) -> str:
        return f"{self.get_theme_display()}, le {self.date:%d/%m/%Y}"


class DemarcheLogement(models.Model):
    """One thing undertaken together at an intervention."""

    intervention = models.ForeignKey(
        InterventionLogement, models.CASCADE, related_name="demarches", verbose_name="intervention"
    )
    demarche = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.DEMARCHE},
        verbose_name="démarche",
    )

    class Meta:
        verbose_name = "démarche d’une intervention logement"
        verbose_name_plural = "démarches des interventions logement"
        ordering = ["intervention__ref", "demarche__code"]
        constraints = [models.UniqueConstraint(fields=["intervention", "demarche"], name="demarche_logement_cle")]

    def __str__(self) -> str:
        return str(self.demarche)


class RendezVousLogement(RendezVousPris):
    """An appointment within a housing measure. What was done there is an intervention, noted apart."""

    mesure = models.ForeignKey(MesureLogement, models.PROTECT, related_name="rendez_vous", verbose_name="mesure")

    class Meta:
        verbose_name = "rendez-vous logement"
        verbose_name_plural = "rendez-vous logement"
        ordering = ["date", "heure", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="rendez_vous_logement_cle")]
        indexes = [models.Index(fields=["date", "statut"], name="rendez_vous_logement_date")]

    def __str__(self) -> str:
        return f"Rendez-vous du {self.date:%d/%m/%Y}"


class AideLogementQuerySet(models.QuerySet["AideLogement"]):
    def de(self, periode: Periode) -> AideLogementQuerySet:
        """Aids asked for or decided in the period."""
        dates = (periode.debut, periode.fin)
        return self.filter(Q(date_demande__range=dates) | Q(date_decision__range=dates))

    def demandees(self, periode: Periode) -> AideLogementQuerySet:
        return self.filter(date_demande__range=(periode.debut, periode.fin))

    def en_attente(self) -> AideLogementQuerySet:
        """Aids asked for and not decided yet, the oldest first."""
        return self.filter(decision="").order_by("date_demande", "ref")

    def accordees(self, periode: Periode) -> AideLogementQuerySet:
        """Aids granted by a decision dated in the period."""
        return self.filter(date_decision__range=(periode.debut, periode.fin), decision=AideLogement.Decision.ACCEPTE)

    def sans_decision_depuis(self, jour: datetime.date) -> AideLogementQuerySet:
        """Aids asked for before that day, whose decision is not known."""
        return self.filter(date_demande__lt=jour, decision="")


class AideLogement(models.Model):
    """A financial aid asked of the FSL for a household, and its decision; amounts in euros."""

    class Decision(models.TextChoices):
        ACCEPTE = "accepte", "Accepté"
        REFUSE = "refuse", "Refusé"
        AJOURNE = "ajourne", "Ajourné"
        SANS_SUITE = "sans_suite", "Sans suite"

    ref = Code("référence")
    mesure = models.ForeignKey(MesureLogement, models.PROTECT, related_name="aides", verbose_name="mesure")
    type = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.TYPE_AIDE},
        verbose_name="type",
    )
    date_demande = models.DateField("demandée le")
    decision = models.CharField("décision", max_length=20, choices=Decision.choices, blank=True)
    date_decision = models.DateField("décidée le", null=True, blank=True)
    montant_accorde = NombreExact("montant accordé (€)", null=True, blank=True)

    objects = AideLogementQuerySet.as_manager()

    class Meta:
        verbose_name = "aide au logement"
        verbose_name_plural = "aides au logement"
        ordering = ["-date_demande", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="aide_logement_cle"),
            models.CheckConstraint(condition=Q(montant_accorde__gte=0), name="aide_logement_montant_positif"),
        ]
        indexes = [
            models.Index(fields=["date_demande"], name="aide_logement_demande"),
            models.Index(fields=["date_decision"], name="aide_logement_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.type}, demandée le {self.date_demande:%d/%m/%Y}"
