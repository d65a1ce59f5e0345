"""Files attached to the dossier of a person, and references that a merge made obsolete."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from aipi.champs import Code

from .personnes import Personne


class Document(models.Model):
    """A file of a person's dossier, served through the rules of access only.

    `pole` says which pole reads it. A confidential one is read by its author and the director.
    """

    class Type(models.TextChoices):
        CV = "cv", "CV"
        IDENTITE = "identite", "Pièce d’identité, titre de séjour"
        CONTRAT = "contrat", "Contrat, avenant"
        ATTESTATION = "attestation", "Attestation, certificat"
        COURRIER = "courrier", "Courrier"
        BUDGET = "budget", "Budget, ressources"
        LOGEMENT = "logement", "Logement"
        AUTRE = "autre", "Autre"

    class Pole(models.TextChoices):
        PRO = "pro", "Insertion professionnelle"
        SOCIAL = "social", "Insertion sociale"

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="documents", verbose_name="personne")
    pole = models.CharField("pôle", max_length=10, choices=Pole.choices)
    type = models.CharField("type", max_length=20, choices=Type.choices)
    intitule = models.CharField("intitulé", max_length=250)
    fichier = models.FileField("fichier", upload_to="documents/", max_length=250)
    type_mime = models.CharField("format", max_length=100)
    taille = models.PositiveIntegerField("taille (octets)")
    confidentiel = models.BooleanField("confidentiel", default=False)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="déposé par")
    date_depot = models.DateTimeField("déposé le", default=timezone.now)

    class Meta:
        verbose_name = "document"
        ordering = ["-date_depot", "-pk"]

    def __str__(self) -> str:
        return self.intitule


class AncienneReference(models.Model):
    """The reference of a person merged into another: a file that still names it means the person who was kept."""

    ref = Code("ancienne référence", unique=True)
    personne = models.ForeignKey(Personne, models.CASCADE, related_name="anciennes_references", verbose_name="personne")

    class Meta:
        verbose_name = "ancienne référence"
        verbose_name_plural = "anciennes références"
        ordering = ["ref"]

    def __str__(self) -> str:
        return str(self.ref)
