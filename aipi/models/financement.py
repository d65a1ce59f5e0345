"""Funders and what they agree to pay for in a year."""

from __future__ import annotations

from django.db import models

from aipi.champs import Code, NombreExact
from aipi.periodes import Periode


class Financeur(models.Model):
    code = Code("code")
    nom = models.CharField("nom", max_length=10_000)

    class Meta:
        verbose_name = "financeur"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="financeur_cle")]

    def __str__(self) -> str:
        return self.nom


class ConventionQuerySet(models.QuerySet["Convention"]):
    def de(self, periode: Periode) -> ConventionQuerySet:
        """Agreements of the year of `periode`; none when it is not a calendar year."""
        annee = periode.annee_civile
        return self.none() if annee is None else self.filter(annee=annee)

    def objectifs(self, periode: Periode, action: str, unite: str) -> ConventionQuerySet:
        """Agreements of the year that set an objective for `action` in `unite`."""
        return self.de(periode).filter(action=action, unite_objectif=unite)


class Convention(models.Model):
    """A yearly agreement: who pays how much for which action, and for what objective."""

    class Action(models.TextChoices):
        ACI = "aci", "Ateliers et chantiers d’insertion"
        RSA = "rsa", "Accompagnement RSA"
        LOGEMENT = "logement", "Logement"
        SANTE = "sante", "Santé"
        COLLECTIF = "collectif", "Actions collectives"

    class Unite(models.TextChoices):
        ETP = "etp", "ETP"
        PLACES = "places", "Places"
        MOIS_MESURES = "mois_mesures", "Mois-mesures"
        PARTICIPANTS = "participants", "Participants"

    ref = Code("référence")
    financeur = models.ForeignKey(Financeur, models.PROTECT, related_name="conventions", verbose_name="financeur")
    action = models.CharField("action", max_length=20, choices=Action.choices)
    annee = models.PositiveSmallIntegerField("année")
    montant = NombreExact("montant (€)", null=True, blank=True)
    objectif = NombreExact("objectif", null=True, blank=True)
    unite_objectif = models.CharField("unité de l’objectif", max_length=20, choices=Unite.choices, blank=True)
    fse_plus = models.BooleanField("cofinancée par le FSE+", null=True, blank=True)
    date_dernier_paiement = models.DateField("dernier paiement FSE+ reçu le", null=True, blank=True)
    """Whom a FSE+ agreement paid for is kept five years after the year of its last payment: longer while it is unknown."""

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="convention_cle"),
            models.CheckConstraint(condition=models.Q(montant__gte=0), name="convention_montant_positif"),
            models.CheckConstraint(condition=models.Q(objectif__gte=0), name="convention_objectif_positif"),
        ]
        indexes = [models.Index(fields=["annee", "action"], name="convention_annee")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.annee} ({self.financeur})"
