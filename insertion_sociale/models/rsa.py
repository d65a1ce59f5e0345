"""Follow-up of RSA recipients: the stay, its contacts and its commitment contracts (CER, then CE)."""

from __future__ import annotations

import datetime
import re

from django.db import models
from django.db.models import Exists, F, FilteredRelation, Max, Min, OuterRef, Q

from aipi.champs import Code
from aipi.expressions import jours_dans
from aipi.models import Intervenant, Nomenclature, Notee, Personne, StatutRendezVous
from aipi.periodes import Periode

PREFIXE_LOT = "CVL"
NOM_DE_LOT = re.compile(rf"{PREFIXE_LOT}-[0-9a-f]{{16}}")
"""A batch of convocations: each of them is called after it."""


class SuiviRsaQuerySet(models.QuerySet["SuiviRsa"]):
    def en(self, periode: Periode) -> SuiviRsaQuerySet:
        """Follow-ups open on some day of the period."""
        return self.filter(Q(date_sortie=None) | Q(date_sortie__gte=periode.debut), date_entree__lte=periode.fin)

    def ouverts_le(self, jour: datetime.date) -> SuiviRsaQuerySet:
        """Follow-ups open on `jour`, its last day included."""
        return self.en(Periode(jour, jour))

    def avec_jours(self, periode: Periode) -> SuiviRsaQuerySet:
        """Those in the period, with `jours`: how many of its days they were open."""
        return self.en(periode).annotate(jours=jours_dans(periode, "date_entree", "date_sortie"))

    def entres(self, periode: Periode) -> SuiviRsaQuerySet:
        return self.filter(date_entree__range=(periode.debut, periode.fin))

    def sortis(self, periode: Periode) -> SuiviRsaQuerySet:
        return self.filter(date_sortie__range=(periode.debut, periode.fin))

    def confies_a(self, intervenant: int | None) -> SuiviRsaQuerySet:
        """Follow-ups whose referent is this member of staff; none for an account that is nobody’s."""
        return self.none() if intervenant is None else self.filter(referent=intervenant)

    def sans_contact_depuis(self, jour: datetime.date) -> SuiviRsaQuerySet:
        """Those of persons who kept no appointment, call or visit on `jour` or later."""
        return self.filter(
            ~Exists(
                ContactRsa.objects.order_by().filter(
                    suivi=OuterRef("pk"), statut=ContactRsa.Statut.HONORE, date__gte=jour
                )
            )
        )

    def pas_vus_depuis(self, jour: datetime.date) -> SuiviRsaQuerySet:
        """Begun before `jour`, without an honoured contact on that day or since."""
        venus = Q(contacts__statut=StatutRendezVous.HONORE, contacts__date__gte=jour)
        return (
            self.filter(date_entree__lt=jour)
            .alias(venu=FilteredRelation("contacts", condition=venus))
            .filter(venu=None)
        )

    def derniers(self, periode: Periode) -> SuiviRsaQuerySet:
        """For each person followed in the period, the latest follow-up in it (by date_entree, then ref): none is later."""
        plus_tard = SuiviRsa.objects.en(periode).filter(
            Q(date_entree__gt=OuterRef("date_entree"))
            | Q(date_entree=OuterRef("date_entree"), ref__gt=OuterRef("ref")),
            personne=OuterRef("personne"),
        )
        return self.en(periode).filter(~Exists(plus_tard))


class SuiviRsa(models.Model):
    """One stay of a person in the RSA follow-up, from orientation to exit."""

    ref = Code("référence")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="suivis_rsa", verbose_name="personne")
    referent = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="suivis_rsa", verbose_name="référent"
    )
    date_orientation = models.DateField("orienté le", null=True, blank=True)
    date_entree = models.DateField("date d’entrée")
    date_sortie = models.DateField("date de sortie", null=True, blank=True)
    motif_sortie = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.MOTIF_SORTIE_RSA},
        verbose_name="motif de sortie",
    )
    typologie = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.TYPOLOGIE},
        verbose_name="typologie",
    )

    objects = SuiviRsaQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi RSA"
        verbose_name_plural = "suivis RSA"
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="suivi_rsa_cle"),
            models.CheckConstraint(
                condition=Q(date_sortie__gte=F("date_entree")), name="suivi_rsa_sortie_apres_entree"
            ),
        ]
        indexes = [
            models.Index(fields=["date_entree"], name="suivi_rsa_entree"),
            models.Index(fields=["date_sortie"], name="suivi_rsa_sortie"),
        ]

    def __str__(self) -> str:
        return f"{self.personne}, suivi depuis le {self.date_entree:%d/%m/%Y}"


class ContactRsaQuerySet(models.QuerySet["ContactRsa"]):
    def de(self, periode: Periode) -> ContactRsaQuerySet:
        return self.filter(date__range=(periode.debut, periode.fin))

    def du(self, jour: datetime.date) -> ContactRsaQuerySet:
        """Contacts of a day, by time; those without a time last."""
        return self.filter(date=jour).order_by(F("heure").asc(nulls_last=True), "suivi__personne__recherche", "ref")

    def prevus_a_partir_de(self, jour: datetime.date) -> ContactRsaQuerySet:
        """Appointments given for `jour` or later."""
        return self.filter(statut=ContactRsa.Statut.PREVU, date__gte=jour)

    def sans_suite(self, jour: datetime.date) -> ContactRsaQuerySet:
        """Appointments dated before `jour` of which nobody said what became."""
        return self.filter(statut=ContactRsa.Statut.PREVU, date__lt=jour)

    def convocations_maintenues(self, jour: datetime.date) -> ContactRsaQuerySet:
        """Convocations for `jour` that were not cancelled."""
        return self.filter(type=ContactRsa.Type.CONVOCATION, date=jour).exclude(statut=ContactRsa.Statut.ANNULE)

    def prevus(self) -> ContactRsaQuerySet:
        """Appointments whose outcome nobody said yet."""
        return self.filter(statut=ContactRsa.Statut.PREVU)

    def du_lot(self, lot: str) -> ContactRsaQuerySet:
        """The convocations made together under this name; none for what is not the name of a batch."""
        return self.filter(ref__startswith=f"{lot}-") if NOM_DE_LOT.fullmatch(lot) else self.none()

    def derniers_honores(self) -> dict[int, datetime.date]:
        """By follow-up, the day of its last contact that took place."""
        honores = self.filter(statut=ContactRsa.Statut.HONORE).order_by()
        return dict(honores.values_list("suivi").annotate(dernier=Max("date")))

    def prochains(self, jour: datetime.date) -> dict[int, datetime.date]:
        """By follow-up, the day of its next appointment from `jour` on."""
        return dict(self.prevus_a_partir_de(jour).order_by().values_list("suivi").annotate(prochain=Min("date")))

    def recus_par(self, intervenant: int | None) -> ContactRsaQuerySet:
        """Contacts that this member of staff holds: its own, and those of its follow-ups that name nobody."""
        if intervenant is None:
            return self.none()
        return self.filter(Q(intervenant=intervenant) | Q(intervenant=None, suivi__referent=intervenant))


class ContactRsa(Notee):
    """A convocation, a visit or a telephone call, and what became of it."""

    class Type(models.TextChoices):
        CONVOCATION = "convocation", "Convocation"
        VISITE = "visite", "Visite"
        TELEPHONE = "telephone", "Téléphone"

    Statut = StatutRendezVous

    ref = Code("référence")
    suivi = models.ForeignKey(SuiviRsa, models.PROTECT, related_name="contacts", verbose_name="suivi")
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=10_000, blank=True)
    type = models.CharField("type", max_length=20, choices=Type.choices)
    statut = models.CharField("statut", max_length=20, choices=Statut.choices)
    intervenant = models.ForeignKey(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="contacts_rsa", verbose_name="intervenant"
    )

    objects = ContactRsaQuerySet.as_manager()

    class Meta:
        verbose_name = "contact RSA"
        verbose_name_plural = "contacts RSA"
        ordering = ["-date", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="contact_rsa_cle")]
        indexes = [models.Index(fields=["date", "type", "statut"], name="contact_rsa_date")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {self.date:%d/%m/%Y}"


class DemarcheContactRsa(models.Model):
    """One thing undertaken together at a contact."""

    contact = models.ForeignKey(ContactRsa, models.CASCADE, related_name="demarches", verbose_name="contact")
    demarche = models.ForeignKey(
        Nomenclature,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": Nomenclature.Liste.DEMARCHE},
        verbose_name="démarche",
    )

    class Meta:
        verbose_name = "démarche d’un contact RSA"
        verbose_name_plural = "démarches des contacts RSA"
        ordering = ["contact__ref", "demarche__code"]
        constraints = [models.UniqueConstraint(fields=["contact", "demarche"], name="demarche_contact_rsa_cle")]

    def __str__(self) -> str:
        return str(self.demarche)


class ContratEngagementQuerySet(models.QuerySet["ContratEngagement"]):
    def en(self, periode: Periode) -> ContratEngagementQuerySet:
        """Contracts running on some day of the period."""
        return self.filter(Q(date_fin=None) | Q(date_fin__gte=periode.debut), date_signature__lte=periode.fin)

    def finis(self, periode: Periode) -> ContratEngagementQuerySet:
        """Contracts whose last day is in the period."""
        return self.filter(date_fin__range=(periode.debut, periode.fin))

    def signes(self, periode: Periode) -> ContratEngagementQuerySet:
        return self.filter(date_signature__range=(periode.debut, periode.fin))

    def finissant(self, jour: datetime.date) -> ContratEngagementQuerySet:
        """Contracts that end by `jour`, or have ended, in a follow-up still open that no other contract takes further."""
        plus_loin = ContratEngagement.objects.order_by().filter(
            Q(date_fin=None)
            | Q(date_fin__gt=OuterRef("date_fin"))
            | Q(date_fin=OuterRef("date_fin"), pk__gt=OuterRef("pk")),
            suivi=OuterRef("suivi"),
        )
        return self.filter(~Exists(plus_loin), date_fin__lte=jour, suivi__date_sortie=None)

    def en_cours_le(self, jour: datetime.date) -> ContratEngagementQuerySet:
        """Contracts running on `jour`, of persons with a follow-up (that one or another) open that day."""
        return self.en(Periode(jour, jour)).filter(
            suivi__personne__in=SuiviRsa.objects.ouverts_le(jour).values("personne")
        )


class ContratEngagement(models.Model):
    """A commitment signed by the recipient: CER until 2024, CE since."""

    class Type(models.TextChoices):
        CER = "cer", "CER"
        CE = "ce", "Contrat d’engagement"

    ref = Code("référence")
    suivi = models.ForeignKey(SuiviRsa, models.PROTECT, related_name="contrats_engagement", verbose_name="suivi")
    type = models.CharField("type", max_length=20, choices=Type.choices)
    date_signature = models.DateField("signé le")
    date_fin = models.DateField("jusqu’au", null=True, blank=True)

    objects = ContratEngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat d’engagement"
        verbose_name_plural = "contrats d’engagement"
        ordering = ["-date_signature", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="contrat_engagement_cle"),
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_signature")), name="contrat_engagement_fin_apres_signature"
            ),
        ]
        indexes = [models.Index(fields=["date_signature"], name="contrat_engagement_signature")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} signé le {self.date_signature:%d/%m/%Y}"
