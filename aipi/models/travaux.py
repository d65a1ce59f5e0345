"""Long work asked for by an account: what, how far it is, what it made. It goes on when the page is left."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

SILENCE = datetime.timedelta(minutes=2)
"""A work that has said nothing for so long was cut short: its worker was killed, or the machine restarted."""
ATTENTE = datetime.timedelta(seconds=30)
"""A work not begun after so long: the background service is busy, or is not running."""
GARDE = datetime.timedelta(days=30)
EXPORT_COMPLET = "export_complet"
GARDE_EXPORT = datetime.timedelta(days=7)
"""The file of a full export holds every dossier: it is taken at once, and does not wait a month to be found."""


class Travail(models.Model):
    """A report to lay out, a file to make. `parametres` holds codes and dates, never a name; of an erratum, what it will publish."""

    class Etat(models.TextChoices):
        ATTENTE = "attente", "En attente"
        EN_COURS = "en_cours", "En cours"
        FINI = "fini", "Terminé"
        ECHOUE = "echoue", "Échoué"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="travaux")
    genre = models.CharField("genre", max_length=50)
    libelle = models.CharField("quoi", max_length=250)
    parametres = models.JSONField("paramètres", default=dict)
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.ATTENTE)
    tentative = models.PositiveSmallIntegerField("tentative", default=1)
    avance = models.PositiveSmallIntegerField("avancement (%)", default=0)
    message = models.CharField("étape", max_length=500, blank=True)
    demande_le = models.DateTimeField("demandé le", default=timezone.now)
    battement = models.DateTimeField("dernier signe", default=timezone.now)
    fichier = models.FileField("fichier", upload_to="travaux/", blank=True)
    nom_fichier = models.CharField("nom du fichier", max_length=250, blank=True)
    type_mime = models.CharField("format", max_length=100, blank=True)

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        ordering = ["-demande_le", "-pk"]

    def __str__(self) -> str:
        return self.libelle

    @property
    def efface_le(self) -> datetime.datetime:
        """When the work is forgotten, with the file that it made."""
        return self.battement + (GARDE_EXPORT if self.genre == EXPORT_COMPLET else GARDE)

    @property
    def perime(self) -> bool:
        """Its file is no longer given, be it still there."""
        return timezone.now() > self.efface_le

    @property
    def interrompu(self) -> bool:
        """Begun, not ended, and silent for too long."""
        return self.etat == self.Etat.EN_COURS and timezone.now() - self.battement > SILENCE

    @property
    def attend_trop(self) -> bool:
        return self.etat == self.Etat.ATTENTE and timezone.now() - self.battement > ATTENTE

    @property
    def en_route(self) -> bool:
        """Whether there is something to wait for."""
        return self.etat in {self.Etat.ATTENTE, self.Etat.EN_COURS} and not self.interrompu

    @property
    def relancable(self) -> bool:
        return self.interrompu or self.attend_trop or self.etat == self.Etat.ECHOUE
