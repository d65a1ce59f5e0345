"""What was decided about keeping the data of a person: kept longer, archived, opened again, made anonymous."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .personnes import Personne


class GesteConservation(models.Model):
    """One decision about one person, and who took it; `compte` is empty for what the command did."""

    class Geste(models.TextChoices):
        PROLONGATION = "prolongation", "Gardé plus longtemps"
        ARCHIVAGE = "archivage", "Archivé"
        REOUVERTURE = "reouverture", "Rouvert"
        ANONYMISATION = "anonymisation", "Anonymisé"

    personne = models.ForeignKey(Personne, models.CASCADE, related_name="gestes_conservation", verbose_name="personne")
    geste = models.CharField("geste", max_length=20, choices=Geste.choices)
    date = models.DateField("le", default=timezone.localdate)
    jusqu_au = models.DateField("jusqu’au", null=True, blank=True)
    """Of a prolongation: the last day on which nothing happens."""
    motif = models.TextField("motif", blank=True)
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )

    class Meta:
        verbose_name = "geste de conservation"
        verbose_name_plural = "gestes de conservation"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_geste_display()} le {self.date:%d/%m/%Y}"
