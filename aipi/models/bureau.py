"""What the desk of an account holds: drafts, saved filters, what it deleted and may still bring back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Brouillon(models.Model):
    """What an account has typed in a form and not saved yet. `cle` names the form (its address); `contenu` is field -> text."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="brouillons")
    cle = models.CharField("formulaire", max_length=200)
    contenu = models.JSONField("contenu", default=dict)
    date_maj = models.DateTimeField("tapé le", default=timezone.now)

    class Meta:
        verbose_name = "brouillon"
        ordering = ["-date_maj"]
        constraints = [models.UniqueConstraint(fields=["compte", "cle"], name="brouillon_cle")]


class FiltreEnregistre(models.Model):
    """A list as an account wants to find it again. `liste` is the URL name of the page, `requete` its query string."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="filtres_enregistres")
    liste = models.CharField("liste", max_length=100)
    nom = models.CharField("nom", max_length=100)
    requete = models.CharField("requête", max_length=2_000, blank=True)
    defaut = models.BooleanField("à l’ouverture de la liste", default=False, db_default=False)

    class Meta:
        verbose_name = "filtre enregistré"
        verbose_name_plural = "filtres enregistrés"
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(fields=["compte", "liste", "nom"], name="filtre_enregistre_cle"),
            models.UniqueConstraint(
                fields=["compte", "liste"], condition=models.Q(defaut=True), name="filtre_enregistre_defaut"
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class Suppression(models.Model):
    """Rows deleted together and kept, serialised, so that the deletion can be undone; the first one names it."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="suppressions")
    libelle = models.CharField("quoi", max_length=500)
    donnees = models.JSONField("lignes")
    date = models.DateTimeField("supprimé le", default=timezone.now)
    date_retablissement = models.DateTimeField("rétabli le", null=True, blank=True)

    class Meta:
        verbose_name = "suppression"
        ordering = ["-date"]

    def __str__(self) -> str:
        return self.libelle
