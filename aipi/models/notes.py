"""What every contact with a person carries, whichever the pole: a note, its private part, who wrote it; and appointments."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from aipi.champs import Code

from .nomenclatures import Intervenant


class Notee(models.Model):
    """A contact with its note. `note_privee` is read by `auteur` only (`aipi.roles.note_privee`), and leaves in no file."""

    note = models.TextField("note", blank=True)
    note_privee = models.TextField("note privée", blank=True, default="", db_default="")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="auteur",
    )

    class Meta:
        abstract = True


class StatutRendezVous(models.TextChoices):
    """What became of an appointment; the same words for a convocation of the RSA."""

    PREVU = "prevu", "Prévu"
    HONORE = "honore", "Honoré"
    ABSENCE_EXCUSEE = "absence_excusee", "Absence excusée"
    ABSENCE_NON_EXCUSEE = "absence_non_excusee", "Absence non excusée"
    ANNULE = "annule", "Annulé"


class RendezVousPris(models.Model):
    """An appointment given to a person within a follow-up, with a member of staff."""

    ref = Code("référence")
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=10_000, blank=True)
    intervenant = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="intervenant"
    )
    statut = models.CharField("statut", max_length=20, choices=StatutRendezVous.choices, default=StatutRendezVous.PREVU)

    class Meta:
        abstract = True
