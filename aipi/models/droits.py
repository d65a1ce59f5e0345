"""What the law asks to keep beside the files: who read them, what was shared between poles, which are frozen, who asked what."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from aipi.champs import Code

from .personnes import Personne


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Entries are added and read; `aipi.consultations.purger` alone takes out the old ones."""

    def sur(self, references: list[str]) -> ConsultationQuerySet:
        """The entries about the person who has, or had, these references."""
        return self.filter(personne_ref__in=references)

    def reussies(self) -> ConsultationQuerySet:
        return self.exclude(acte=Consultation.Acte.TENTATIVE)

    def update(self, **valeurs: Any) -> int:
        raise TypeError("Le journal des consultations ne se modifie pas.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Le journal des consultations ne s’efface pas.")


class Consultation(models.Model):
    """One entry of the reading log. It names a person by its reference only: it outlives a deletion or a merge."""

    class Acte(models.TextChoices):
        DOSSIER = "dossier", "Dossier ouvert"
        FICHE = "fiche", "Fiche du dossier ouverte"
        IMPRESSION = "impression", "Mis sur papier"
        DOCUMENT = "document", "Document téléchargé"
        HISTORIQUE = "historique", "Historique lu"
        GROUPE = "groupe", "Page de groupe ouverte"
        LISTE = "liste", "Liste affichée"
        EXPORT = "export", "Liste emportée en fichier"
        COPIE = "copie", "Copie faite pour la personne"
        TENTATIVE = "tentative", "Accès refusé"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="compte")
    date = models.DateTimeField("le", default=timezone.now)
    acte = models.CharField("acte", max_length=20, choices=Acte.choices)
    page = models.CharField("page", max_length=100)
    personne_ref = Code("référence de la personne", default="")
    objet = models.CharField("fiche", max_length=150, blank=True)
    """Label and key of the row, « insertion_pro.entretien 12 »; nothing for a list."""
    lignes = models.PositiveIntegerField("lignes", null=True, blank=True)
    cle = models.CharField("clé", max_length=32, unique=True, editable=False)
    """The same for what an account does again within a quarter of an hour: it is then written once."""

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "consultation"
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["date"], name="consultation_date"),
            models.Index(fields=["personne_ref", "date"], name="consultation_personne"),
            models.Index(fields=["compte", "date"], name="consultation_compte"),
        ]

    def __str__(self) -> str:
        return f"{self.get_acte_display()}, {timezone.localtime(self.date):%d/%m/%Y %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("Le journal des consultations s’écrit par aipi.consultations.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Le journal des consultations ne s’efface pas.")


class Partage(models.Model):
    """A fact of one pole that a colleague lets the other pole read, about a person whom both follow.

    The fact is named by its model and key, so that what is read is the note as it stands; its private part never crosses.
    """

    class Pole(models.TextChoices):
        PRO = "pro", "insertion professionnelle"
        SOCIAL = "social", "insertion sociale"

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="partages", verbose_name="personne")
    modele = models.CharField("nature du fait", max_length=100)
    objet = models.PositiveBigIntegerField("clé du fait")
    vers = models.CharField("partagé avec le pôle", max_length=10, choices=Pole.choices)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="partagé par")
    date = models.DateTimeField("partagé le", default=timezone.now)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )

    class Meta:
        verbose_name = "partage"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["modele", "objet", "vers"], condition=Q(retire_le=None), name="partage_en_cours"
            )
        ]

    def __str__(self) -> str:
        return f"avec le pôle {self.get_vers_display()}"


class Limitation(models.Model):
    """A frozen file (GDPR, article 18): the director alone reads it and nothing is written in it, until it is lifted."""

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="limitations", verbose_name="personne")
    debut = models.DateField("depuis le")
    motif = models.TextField("motif")
    posee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="posée par")
    fin = models.DateField("levée le", null=True, blank=True)
    motif_fin = models.TextField("motif de la levée", blank=True)
    levee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="levée par"
    )

    class Meta:
        verbose_name = "limitation du traitement"
        verbose_name_plural = "limitations du traitement"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["personne"], condition=Q(fin=None), name="limitation_en_cours"),
        ]

    def __str__(self) -> str:
        return f"limitation du {self.debut:%d/%m/%Y}"


class DemandeDroit(models.Model):
    """A request of a person about its data, in the register: what was asked, when, what was answered and when."""

    class Droit(models.TextChoices):
        ACCES = "acces", "Accès (copie de ce qui est conservé)"
        RECTIFICATION = "rectification", "Rectification"
        LIMITATION = "limitation", "Limitation du traitement"
        EFFACEMENT = "effacement", "Effacement"
        OPPOSITION = "opposition", "Opposition"

    class Reponse(models.TextChoices):
        SATISFAITE = "satisfaite", "Satisfaite"
        PARTIELLE = "partielle", "Satisfaite en partie"
        REFUSEE = "refusee", "Refusée"

    personne = models.ForeignKey(Personne, models.PROTECT, related_name="demandes_droit", verbose_name="personne")
    droit = models.CharField("droit exercé", max_length=20, choices=Droit.choices)
    recue_le = models.DateField("reçue le")
    demande = models.TextField("ce qui est demandé", blank=True)
    enregistree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistrée par"
    )
    repondue_le = models.DateField("répondue le", null=True, blank=True)
    reponse = models.CharField("suite donnée", max_length=20, choices=Reponse.choices, blank=True)
    motif = models.TextField("ce qui a été répondu", blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondue par"
    )

    class Meta:
        verbose_name = "demande d’exercice d’un droit"
        verbose_name_plural = "demandes d’exercice d’un droit"
        ordering = ["-recue_le", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_droit_display()}, reçue le {self.recue_le:%d/%m/%Y}"

    @property
    def echeance(self) -> datetime.date:
        """One month after it was received (GDPR, article 12): the same day of the next month, or its last."""
        premier_du_suivant = (self.recue_le.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
        dernier = (premier_du_suivant + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)
        return dernier.replace(day=min(self.recue_le.day, dernier.day))
