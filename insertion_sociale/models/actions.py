"""Health and collective actions: programmes, their sessions, and who came."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from aipi.champs import Code
from aipi.models import Personne
from aipi.periodes import Periode


class ActionQuerySet(models.QuerySet["Action"]):
    def prevues(self, periode: Periode, domaine: str | None = None) -> ActionQuerySet:
        """Actions of the year of the period (none when it is not a calendar year)."""
        annee = periode.annee_civile
        prevues = self.none() if annee is None else self.filter(annee=annee)
        return prevues if domaine is None else prevues.filter(domaine=domaine)

    def realisees(self, periode: Periode, domaine: str) -> ActionQuerySet:
        """Actions with a session held in the period."""
        return self.filter(pk__in=Seance.objects.tenues(periode, domaine).values("action"))

    def avec_participants(self, periode: Periode, domaine: str) -> ActionQuerySet:
        """Actions held that have places, with `participants`: how many persons came to their own sessions."""
        venus = (
            Presence.objects.effectives(periode, domaine)
            .filter(seance__action=OuterRef("pk"))
            .order_by()
            .values("seance__action")
            .annotate(nombre=Count("personne", distinct=True))
            .values("nombre")
        )
        return (
            self.realisees(periode, domaine)
            .filter(places__isnull=False)
            .annotate(participants=Coalesce(Subquery(venus), Value(0)))
        )


class Action(models.Model):
    """A health or collective action of a year, within a programme."""

    class Domaine(models.TextChoices):
        SANTE = "sante", "Santé"
        COLLECTIF = "collectif", "Actions collectives"

    ref = Code("référence")
    domaine = models.CharField("domaine", max_length=20, choices=Domaine.choices)
    programme = models.TextField("programme")
    intitule = models.TextField("intitulé")
    annee = models.PositiveSmallIntegerField("année")
    places = models.PositiveIntegerField("places", null=True, blank=True)
    lieu = models.TextField("lieu", blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ["ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="action_cle")]
        indexes = [models.Index(fields=["annee", "domaine"], name="action_annee")]

    def __str__(self) -> str:
        return self.intitule

    @property
    def periode(self) -> Periode:
        """The year of the action."""
        return Periode.annee(self.annee)


class SeanceQuerySet(models.QuerySet["Seance"]):
    def de(self, periode: Periode) -> SeanceQuerySet:
        """Sessions dated in the period, whatever their status."""
        return self.filter(date__range=(periode.debut, periode.fin))

    def tenues(self, periode: Periode, domaine: str) -> SeanceQuerySet:
        return self.de(periode).filter(statut=Seance.Statut.TENUE, action__domaine=domaine)

    def annulees(self, periode: Periode, domaine: str) -> SeanceQuerySet:
        return self.de(periode).filter(statut=Seance.Statut.ANNULEE, action__domaine=domaine)

    def a_venir(self, jour: datetime.date) -> SeanceQuerySet:
        """Sessions still planned on `jour` or later."""
        return self.filter(statut=Seance.Statut.PREVUE, date__gte=jour)

    def a_pointer(self, jour: datetime.date) -> SeanceQuerySet:
        """Sessions whose day has come and of which nobody said whether they took place."""
        return self.filter(statut=Seance.Statut.PREVUE, date__lte=jour)

    def annulees_sans_motif(self) -> SeanceQuerySet:
        return self.filter(statut=Seance.Statut.ANNULEE, motif_annulation="")


class Seance(models.Model):
    """One session of an action."""

    class Statut(models.TextChoices):
        PREVUE = "prevue", "Prévue"
        TENUE = "tenue", "Tenue"
        ANNULEE = "annulee", "Annulée"

    ref = Code("référence")
    action = models.ForeignKey(Action, models.PROTECT, related_name="seances", verbose_name="action")
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.TextField("lieu", blank=True)
    statut = models.CharField("statut", max_length=20, choices=Statut.choices)
    motif_annulation = models.TextField("motif d’annulation", blank=True)
    professionnels = models.PositiveIntegerField("professionnels présents", null=True, blank=True)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering = ["-date", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="seance_cle")]
        indexes = [models.Index(fields=["date", "statut"], name="seance_date")]

    def __str__(self) -> str:
        return f"{self.action}, le {self.date:%d/%m/%Y}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    def de(self, periode: Periode) -> PresenceQuerySet:
        """Rows of sessions dated in the period, whoever was present or not."""
        return self.filter(seance__date__range=(periode.debut, periode.fin))

    def effectives(self, periode: Periode, domaine: str | None = None) -> PresenceQuerySet:
        """Persons who did come to a session held in the period."""
        presents = self.de(periode).filter(present=True, seance__statut=Seance.Statut.TENUE)
        return presents if domaine is None else presents.filter(seance__action__domaine=domaine)


class Presence(models.Model):
    """Whether a person came to a session."""

    seance = models.ForeignKey(Seance, models.PROTECT, related_name="presences", verbose_name="séance")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="presences", verbose_name="personne")
    present = models.BooleanField("présent")

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        ordering = ["seance__ref", "personne__ref"]
        constraints = [models.UniqueConstraint(fields=["seance", "personne"], name="presence_cle")]

    def __str__(self) -> str:
        return f"{self.personne} : {self.seance}"


class Invitation(models.Model):
    """A person invited to a session; whether it came is a `Presence`, known afterwards."""

    seance = models.ForeignKey(Seance, models.PROTECT, related_name="invitations", verbose_name="séance")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="invitations", verbose_name="personne")

    class Meta:
        verbose_name = "invitation"
        ordering = ["seance__ref", "personne__ref"]
        constraints = [models.UniqueConstraint(fields=["seance", "personne"], name="invitation_cle")]

    def __str__(self) -> str:
        return f"{self.personne} : {self.seance}"
