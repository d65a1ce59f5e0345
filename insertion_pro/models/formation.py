"""Training sessions and who took part; the CQP is one type of them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from aipi.champs import Code, NombreExact
from aipi.expressions import JoursEntre
from aipi.periodes import Periode

from .parcours import Parcours, equipe_le

if TYPE_CHECKING:
    from insertion_pro.axes import Axe


class Formation(models.Model):
    """A training session."""

    class Type(models.TextChoices):
        CQP = "cqp", "CQP"
        QUALIFIANTE = "qualifiante", "Qualifiante"
        PRE_QUALIFIANTE = "pre_qualifiante", "Pré-qualifiante"
        SAVOIRS_DE_BASE = "savoirs_de_base", "Savoirs de base"
        SST = "sst", "Sauveteur secouriste du travail"
        PERMIS = "permis", "Permis"
        AUTRE = "autre", "Autre"

    ref = Code("référence")
    intitule = models.TextField("intitulé")
    type = models.CharField("type", max_length=20, choices=Type.choices)
    organisme = models.TextField("organisme", blank=True)
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin", null=True, blank=True)

    class Meta:
        verbose_name = "formation"
        ordering = ["-date_debut", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="formation_cle"),
            models.CheckConstraint(condition=Q(date_fin__gte=F("date_debut")), name="formation_fin_apres_debut"),
        ]
        indexes = [models.Index(fields=["date_debut"], name="formation_debut")]

    def __str__(self) -> str:
        return self.intitule


class ParticipationFormationQuerySet(models.QuerySet["ParticipationFormation"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> ParticipationFormationQuerySet:
        """Participations in sessions begun in the period; under an axis, by the team of that first day."""
        lignes = self.filter(formation__date_debut__range=(periode.debut, periode.fin))
        if axe is None:
            return lignes
        return lignes.alias(equipe_axe=equipe_le("parcours", "formation__date_debut")).filter(axe.q("equipe_axe"))

    def evaluations_dues(self, jour: datetime.date) -> ParticipationFormationQuerySet:
        """Participations in a CQP without a result, behind with their evaluations: `due` is the first one missing.

        The three evaluations are spread evenly: one each time a third of the training is over.
        """
        debut, fin = F("formation__date_debut"), F("formation__date_fin")
        passes = JoursEntre(debut, Value(jour, output_field=models.DateField())) + Value(1)
        attendues = passes * Value(len(EvaluationCqp.NUMEROS)) / (JoursEntre(debut, fin) + Value(1))
        faites = (
            EvaluationCqp.objects.order_by()
            .filter(formation=OuterRef("formation"), parcours=OuterRef("parcours"))
            .values("parcours")
            .annotate(derniere=Max("numero"))
            .values("derniere")
        )
        return (
            self.filter(
                formation__type=Formation.Type.CQP,
                formation__date_debut__lte=jour,
                formation__date_fin__isnull=False,
                resultat="",
            )
            .annotate(due=Coalesce(Subquery(faites), Value(0)) + Value(1))
            .alias(attendues=attendues)
            .filter(due__lte=F("attendues"))
            .filter(due__lte=len(EvaluationCqp.NUMEROS))
        )


class ParticipationFormation(models.Model):
    """One parcours in one training session: days, hours, cost in euros, and what came of it."""

    class Resultat(models.TextChoices):
        SUIVIE = "suivie", "Suivie"
        ABANDONNEE = "abandonnee", "Abandonnée"
        CERTIFIEE = "certifiee", "Certifiée"

    formation = models.ForeignKey(Formation, models.PROTECT, related_name="participations", verbose_name="formation")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="formations", verbose_name="parcours")
    jours = NombreExact("jours", null=True, blank=True)
    heures = NombreExact("heures", null=True, blank=True)
    cout = NombreExact("coût (€)", null=True, blank=True)
    resultat = models.CharField("résultat", max_length=20, choices=Resultat.choices, blank=True)
    date_jury = models.DateField("jury du", null=True, blank=True)

    objects = ParticipationFormationQuerySet.as_manager()

    class Meta:
        verbose_name = "participation à une formation"
        verbose_name_plural = "participations à une formation"
        ordering = ["formation__ref", "parcours__ref"]
        constraints = [
            models.UniqueConstraint(fields=["formation", "parcours"], name="participation_formation_cle"),
            models.CheckConstraint(condition=Q(jours__gte=0), name="participation_jours_positifs"),
            models.CheckConstraint(condition=Q(heures__gte=0), name="participation_heures_positives"),
            models.CheckConstraint(condition=Q(cout__gte=0), name="participation_cout_positif"),
        ]

    def __str__(self) -> str:
        return f"{self.formation} : {self.parcours.personne}"


class ModuleCqp(models.Model):
    """A module of the CQP booklet, with the hours it is meant to take."""

    code = Code("code")
    intitule = models.CharField("intitulé", max_length=10_000)
    heures = NombreExact("heures prévues", null=True, blank=True)
    ordre = models.PositiveIntegerField("ordre", null=True, blank=True)

    class Meta:
        verbose_name = "module de CQP"
        verbose_name_plural = "modules de CQP"
        ordering = [F("ordre").asc(nulls_last=True), "code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="module_cqp_cle")]

    def __str__(self) -> str:
        return self.intitule


class EvaluationCqp(models.Model):
    """How far a participant stands in one module at one of the three evaluations."""

    class Niveau(models.TextChoices):
        NON_ACQUIS = "non_acquis", "Non acquis"
        EN_COURS = "en_cours", "En cours d’acquisition"
        ACQUIS = "acquis", "Acquis"

    NUMEROS = (1, 2, 3)

    formation = models.ForeignKey(Formation, models.PROTECT, related_name="evaluations", verbose_name="formation")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="evaluations_cqp", verbose_name="parcours")
    module = models.ForeignKey(ModuleCqp, models.PROTECT, related_name="evaluations", verbose_name="module")
    numero = models.PositiveSmallIntegerField("évaluation", choices=[(n, f"Évaluation {n}") for n in NUMEROS])
    date = models.DateField("date", null=True, blank=True)
    niveau = models.CharField("niveau", max_length=20, choices=Niveau.choices)

    class Meta:
        verbose_name = "évaluation de CQP"
        verbose_name_plural = "évaluations de CQP"
        ordering = ["formation__ref", "parcours__ref", "module__code", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["formation", "parcours", "module", "numero"], name="evaluation_cqp_cle")
        ]

    def __str__(self) -> str:
        return f"{self.module}, évaluation {self.numero} : {self.get_niveau_display()}"
