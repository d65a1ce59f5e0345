"""Workshops (ACI), their teams and their turnover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from aipi.champs import Code, NombreExact
from aipi.models import Commune, Intervenant
from aipi.periodes import Periode

if TYPE_CHECKING:
    from insertion_pro.axes import Axe


class Atelier(models.Model):
    """An « atelier et chantier d'insertion » (ACI)."""

    code = Code("code")
    nom = models.CharField("nom", max_length=10_000)

    class Meta:
        verbose_name = "atelier"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="atelier_cle")]

    def __str__(self) -> str:
        return self.nom


class Equipe(models.Model):
    """A team of one workshop, with its technical supervisor (« encadrant »)."""

    code = Code("code")
    atelier = models.ForeignKey(Atelier, models.PROTECT, related_name="equipes", verbose_name="atelier")
    nom = models.CharField("nom", max_length=10_000)
    encadrant = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="equipes", verbose_name="encadrant"
    )

    class Meta:
        verbose_name = "équipe"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="equipe_cle")]

    def __str__(self) -> str:
        return self.nom


class ChiffreAffairesQuerySet(models.QuerySet["ChiffreAffaires"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> ChiffreAffairesQuerySet:
        """Turnover of the months in the period, of one workshop under that axis."""
        lignes = self.filter(mois__range=(periode.debut, periode.fin))
        return lignes if axe is None else lignes.filter(atelier=axe.atelier)


class ChiffreAffaires(models.Model):
    """Turnover of a workshop in a month, in euros; a credit note may make it negative."""

    atelier = models.ForeignKey(Atelier, models.PROTECT, related_name="chiffres_affaires", verbose_name="atelier")
    mois = models.DateField("mois")
    montant = NombreExact("montant (€)", negatif=True)

    objects = ChiffreAffairesQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffre d’affaires du mois"
        verbose_name_plural = "chiffres d’affaires"
        ordering = ["atelier__code", "mois"]
        constraints = [
            models.UniqueConstraint(fields=["atelier", "mois"], name="chiffre_affaires_cle"),
            models.CheckConstraint(condition=models.Q(mois__day=1), name="chiffre_affaires_premier_du_mois"),
        ]
        indexes = [models.Index(fields=["mois"], name="chiffre_affaires_mois")]

    def __str__(self) -> str:
        return f"{self.atelier} {self.mois:%m/%Y}"


class RealisationQuerySet(models.QuerySet["Realisation"]):
    def de(self, periode: Periode, axe: Axe | None = None) -> RealisationQuerySet:
        """Works done in the period, of one workshop under that axis."""
        lignes = self.filter(date__range=(periode.debut, periode.fin))
        return lignes if axe is None else lignes.filter(atelier=axe.atelier)


class Realisation(models.Model):
    """A work that a workshop did for a client, shown in the report with its photograph."""

    ref = Code("référence")
    atelier = models.ForeignKey(Atelier, models.PROTECT, related_name="realisations", verbose_name="atelier")
    date = models.DateField("date")
    intitule = models.CharField("travaux", max_length=250)
    client = models.CharField("client", max_length=250, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="realisations", verbose_name="commune"
    )
    photo = models.ImageField("photographie", upload_to="realisations/", blank=True, default="", db_default="")
    alternative = models.CharField("description pour qui ne voit pas la photographie", max_length=250, blank=True)

    objects = RealisationQuerySet.as_manager()

    class Meta:
        verbose_name = "réalisation"
        ordering = ["-date", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="realisation_cle")]
        indexes = [models.Index(fields=["date"], name="realisation_date")]

    def __str__(self) -> str:
        return self.intitule
