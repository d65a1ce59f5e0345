"""The association's own workbooks on their way in: what was dropped, how it is understood, and what the import wrote.

The content of the files stays in the private folder of uploads until the import is done or given up, then it is gone.
What the import wrote is kept for as long as it can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import models
from django.utils import timezone

from .travaux import Travail


class Reprise(models.Model):
    """One drop of files, from the first look to the import and its undoing."""

    class Etat(models.TextChoices):
        DEPOSEE = "deposee", "En préparation"
        IMPORTEE = "importee", "Importée"
        ANNULEE = "annulee", "Annulée"
        ABANDONNEE = "abandonnee", "Abandonnée"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reprises")
    libelle = models.CharField("fichiers", max_length=250)
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.DEPOSEE)
    deposee_le = models.DateTimeField("déposée le", default=timezone.now)
    importee_le = models.DateTimeField("importée le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    annulee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reprises_annulees"
    )
    comptes = models.JSONField("lignes par feuille", default=dict)
    """By sheet: rows read, created, changed."""
    avertissements = models.JSONField("avertissements", default=list)
    doublons = models.JSONField("personnes reconnues", default=dict)
    """By the reference made for a person of the files: that of the person she is, nothing when she is another."""
    travail = models.ForeignKey(Travail, models.SET_NULL, null=True, blank=True, related_name="reprises")
    """The check or the import under way, or the last one."""
    version = models.PositiveIntegerField("version", default=1)
    """Grows with each change of the plan or of a choice: a check of before is no longer good."""
    verifiee = models.PositiveIntegerField("version vérifiée", default=0)
    constat = models.FileField("constat", upload_to="reprises/", blank=True)
    """What the last check found, as JSON: it holds names, and goes with the files."""

    class Meta:
        verbose_name = "reprise de fichiers"
        verbose_name_plural = "reprises de fichiers"
        ordering = ["-deposee_le", "-pk"]

    def __str__(self) -> str:
        return self.libelle

    @property
    def ouverte(self) -> bool:
        """Whether its plan and its choices may still change."""
        return self.etat == self.Etat.DEPOSEE

    @property
    def constatee(self) -> bool:
        """Whether the last check is that of the plan as it stands."""
        return bool(self.constat) and self.verifiee == self.version


class FeuilleReprise(models.Model):
    """A sheet found in what was dropped: where it comes from, its rows, and the plan by which they are understood."""

    reprise = models.ForeignKey(Reprise, models.CASCADE, related_name="feuilles")
    rang = models.PositiveSmallIntegerField("rang")
    fichier = models.CharField("fichier", max_length=250)
    nom = models.CharField("feuille", max_length=250)
    contenu = models.FileField("contenu", upload_to="reprises/", blank=True)
    """Its rows as they were read, one JSON a line: number, cells."""
    lignes = models.PositiveIntegerField("lignes", default=0)
    entete = models.PositiveIntegerField("ligne des titres", default=1)
    titres = models.JSONField("titres", default=list)
    caches = models.PositiveIntegerField("numéros de sécurité sociale retirés", default=0)
    plan = models.JSONField("plan", default=dict)
    """See `aipi.reprise.plan.Plan`."""
    connue = models.BooleanField("déjà reconnue", default=False)
    """Its plan is that of a former drop."""

    class Meta:
        verbose_name = "feuille reprise"
        verbose_name_plural = "feuilles reprises"
        ordering = ["reprise", "rang"]
        constraints = [models.UniqueConstraint(fields=["reprise", "rang"], name="feuille_reprise_cle")]

    def __str__(self) -> str:
        return self.nom if self.nom == self.fichier else f"{self.fichier}, {self.nom}"


class ModeleReprise(models.Model):
    """How the association’s sheets with these titles were understood the last time: proposed again the next time."""

    empreinte = models.CharField("empreinte des titres", max_length=64, unique=True)
    titres = models.JSONField("titres", default=list)
    plan = models.JSONField("plan", default=dict)
    date_maj = models.DateTimeField("retenu le", default=timezone.now)

    class Meta:
        verbose_name = "modèle de reprise"
        verbose_name_plural = "modèles de reprise"
        ordering = ["-date_maj"]


class LigneRepriseQuerySet(models.QuerySet["LigneReprise"]):
    def oublier(self, lignes: Mapping[type[models.Model], Collection[int]]) -> None:
        """Forget what the journals keep of these rows: undone later, an import leaves them as they have become."""
        for modele, cles in lignes.items():
            self.filter(modele=modele._meta.label, cle__in=cles).delete()


class LigneReprise(models.Model):
    """A row that an import created or changed: what it was before, and a print of what the import made of it."""

    reprise = models.ForeignKey(Reprise, models.CASCADE, related_name="ecrites")
    modele = models.CharField("modèle", max_length=100)
    cle = models.BigIntegerField("clé")
    creee = models.BooleanField("créée")
    avant = models.JSONField("valeurs d’avant", default=dict)
    """Of a changed row: by database column, the values that the import replaced, as they are stored."""
    empreinte = models.CharField("empreinte", max_length=32)

    objects = LigneRepriseQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne écrite par une reprise"
        verbose_name_plural = "lignes écrites par une reprise"
        ordering = ["reprise", "modele", "cle"]
        constraints = [models.UniqueConstraint(fields=["reprise", "modele", "cle"], name="ligne_reprise_cle")]
        indexes = [models.Index(fields=["modele", "cle"], name="ligne_reprise_objet")]
