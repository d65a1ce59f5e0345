"""What is done with an employee of the ACI: appointments, interviews, obstacles (« freins ») lifted, missions outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from aipi.champs import Code
from aipi.models import Intervenant, Nomenclature, Notee, RendezVousPris
from aipi.periodes import Periode

from .parcours import Contrat, Parcours, equipe_le

if TYPE_CHECKING:
    from insertion_pro.axes import Axe


class EntretienQuerySet(models.QuerySet["Entretien"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> EntretienQuerySet:
        """Interviews dated in the period; under an axis, by the team of that day."""
        lignes = self.filter(date__range=(periode.debut, periode.fin))
        if axe is None:
            return lignes
        return lignes.alias(equipe_axe=equipe_le("parcours", "date")).filter(axe.q("equipe_axe"))


class Entretien(Notee):
    """An interview with an employee of the ACI: one a month at least."""

    class Objet(models.TextChoices):
        SOCIAL = "social", "Social"
        PROFESSIONNEL = "professionnel", "Professionnel"

    ref = Code("référence")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="entretiens", verbose_name="parcours")
    date = models.DateField("date")
    lieu = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.LIEU_ENTRETIEN},
        verbose_name="lieu",
    )
    objet = models.CharField("objet", max_length=20, choices=Objet.choices, blank=True)
    intervenant = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="entretiens", verbose_name="intervenant"
    )
    duree_minutes = models.PositiveIntegerField("durée (minutes)", null=True, blank=True)

    objects = EntretienQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien"
        ordering = ["-date", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="entretien_cle")]
        indexes = [models.Index(fields=["date"], name="entretien_date")]

    def __str__(self) -> str:
        return f"Entretien du {self.date:%d/%m/%Y}"


class DemarcheEntretien(models.Model):
    """One thing undertaken together at an interview."""

    entretien = models.ForeignKey(Entretien, models.CASCADE, related_name="demarches", verbose_name="entretien")
    demarche = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.DEMARCHE},
        verbose_name="démarche",
    )

    class Meta:
        verbose_name = "démarche d’un entretien"
        verbose_name_plural = "démarches des entretiens"
        ordering = ["entretien__ref", "demarche__code"]
        constraints = [models.UniqueConstraint(fields=["entretien", "demarche"], name="demarche_entretien_cle")]

    def __str__(self) -> str:
        return str(self.demarche)


class RendezVous(RendezVousPris):
    """An appointment with an employee of the ACI. What was said is an interview, noted apart."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="rendez_vous", verbose_name="parcours")

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ["date", "heure", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="rendez_vous_cle")]
        indexes = [models.Index(fields=["date", "statut"], name="rendez_vous_date")]

    def __str__(self) -> str:
        return f"Rendez-vous du {self.date:%d/%m/%Y}"


class FreinQuerySet(models.QuerySet["Frein"]):
    def en(self, periode: Periode) -> FreinQuerySet:
        """Obstacles open on some day of the period."""
        return self.filter(Q(date_fin=None) | Q(date_fin__gte=periode.debut), date_reperage__lte=periode.fin)

    def finis(self, periode: Periode) -> FreinQuerySet:
        """Those ended in the period, whatever the outcome."""
        return self.filter(date_fin__range=(periode.debut, periode.fin))

    def accompagnes(self, periode: Periode, axe: Axe | None = None) -> FreinQuerySet:
        """Those in the period, of parcours with a contract in the period (of the slice)."""
        return self.en(periode).filter(parcours__in=Contrat.objects.presents(periode, axe).values("parcours"))

    def leves(self, periode: Periode, axe: Axe | None = None) -> FreinQuerySet:
        """Those lifted in the period, with or without a contract in it; under an axis, the teams of those contracts."""
        leves = self.filter(date_fin__range=(periode.debut, periode.fin), issue=Frein.Issue.LEVE)
        if axe is None:
            return leves
        return leves.filter(parcours__in=Contrat.objects.presents(periode, axe).values("parcours"))


class Frein(models.Model):
    """One obstacle to work, from the day it was found to the day it ended."""

    LOGEMENT = "logement"

    class Issue(models.TextChoices):
        LEVE = "leve", "Levé"
        AMELIORE = "ameliore", "Amélioré"
        STABLE = "stable", "Stable"
        AGGRAVE = "aggrave", "Aggravé"

    ref = Code("référence")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="freins", verbose_name="parcours")
    categorie = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.CATEGORIE_FREIN},
        verbose_name="catégorie",
    )
    date_reperage = models.DateField("repéré le")
    date_fin = models.DateField("terminé le", null=True, blank=True)
    issue = models.CharField("issue", max_length=20, choices=Issue.choices, blank=True)

    objects = FreinQuerySet.as_manager()

    class Meta:
        verbose_name = "frein"
        ordering = ["-date_reperage", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="frein_cle"),
            models.CheckConstraint(condition=Q(date_fin__gte=F("date_reperage")), name="frein_fin_apres_reperage"),
        ]
        indexes = [
            models.Index(fields=["date_reperage"], name="frein_reperage"),
            models.Index(fields=["date_fin"], name="frein_fin"),
        ]

    def __str__(self) -> str:
        return f"{self.categorie}, repéré le {self.date_reperage:%d/%m/%Y}"


class MissionQuerySet(models.QuerySet["Mission"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> MissionQuerySet:
        """Missions begun in the period; under an axis, by the team of that day."""
        lignes = self.filter(date_debut__range=(periode.debut, periode.fin))
        if axe is None:
            return lignes
        return lignes.alias(equipe_axe=equipe_le("parcours", "date_debut")).filter(axe.q("equipe_axe"))

    def en(self, periode: Periode) -> MissionQuerySet:
        """Missions running on some day of the period."""
        return self.filter(Q(date_fin=None) | Q(date_fin__gte=periode.debut), date_debut__lte=periode.fin)

    def finies(self, periode: Periode) -> MissionQuerySet:
        """Missions ended in the period."""
        return self.filter(date_fin__range=(periode.debut, periode.fin))


class Mission(models.Model):
    """Work outside the ACI during the parcours: temporary work, immersion (PMSMP), short contract."""

    class Type(models.TextChoices):
        INTERIM = "interim", "Intérim"
        IMMERSION = "immersion", "Immersion (PMSMP)"
        CDD = "cdd", "CDD"

    ref = Code("référence")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="missions", verbose_name="parcours")
    type = models.CharField("type", max_length=20, choices=Type.choices)
    employeur = models.TextField("employeur", blank=True)
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin", null=True, blank=True)

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission"
        ordering = ["-date_debut", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="mission_cle"),
            models.CheckConstraint(condition=Q(date_fin__gte=F("date_debut")), name="mission_fin_apres_debut"),
        ]
        indexes = [models.Index(fields=["date_debut"], name="mission_debut")]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, depuis le {self.date_debut:%d/%m/%Y}"
