"""Reference data: lists of codes, settings that change a figure, communes and staff."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.db import models
from django.db.models import F, Q

from aipi.champs import Code
from aipi.periodes import Periode


class NomenclatureQuerySet(models.QuerySet["Nomenclature"]):
    def de(self, liste: str) -> NomenclatureQuerySet:
        """The codes of one list, in its order (those without an order last, then by code)."""
        return self.filter(liste=liste).order_by(F("ordre").asc(nulls_last=True), "code")

    def valides(self, jour: datetime.date, gardes: Iterable[int | None] = ()) -> NomenclatureQuerySet:
        """The codes that may be chosen on `jour`; one withdrawn since keeps its place in the rows that have it (`gardes`)."""
        valide = (Q(valide_du=None) | Q(valide_du__lte=jour)) & (Q(valide_au=None) | Q(valide_au__gte=jour))
        cles = {cle for cle in gardes if cle is not None}
        return self.filter(valide | Q(pk__in=cles) if cles else valide)


class Nomenclature(models.Model):
    """One code of one list: its label, order, category, and the days between which it may be chosen."""

    class Liste(models.TextChoices):
        NIVEAU_FORMATION = "niveau_formation", "Niveau de formation"
        MOTIF_SORTIE = "motif_sortie", "Motif de sortie d’un parcours en ACI"
        PRESCRIPTEUR = "prescripteur", "Prescripteur"
        MOTIF_ABSENCE = "motif_absence", "Motif d’absence"
        LIEU_ENTRETIEN = "lieu_entretien", "Lieu d’entretien"
        CATEGORIE_FREIN = "categorie_frein", "Catégorie de frein"
        MOTIF_SORTIE_RSA = "motif_sortie_rsa", "Motif de sortie d’un suivi RSA"
        TYPOLOGIE = "typologie", "Typologie du ménage"
        DEMARCHE = "demarche", "Démarche accompagnée"
        TYPE_AIDE = "type_aide", "Type d’aide au logement"

    EMPLOI_DURABLE = "emploi_durable"
    EMPLOI_TRANSITION = "emploi_transition"
    SORTIE_POSITIVE = "sortie_positive"
    AUTRE_SORTIE = "autre_sortie"
    RETRAIT = "retrait"
    ABSENTEISME = "absenteisme"
    INSERTION_PROFESSIONNELLE = "insertion_professionnelle"

    liste = Code("liste", choices=Liste.choices)
    code = Code("code")
    libelle = models.CharField("libellé", max_length=10_000)
    ordre = models.PositiveIntegerField("ordre", null=True, blank=True)
    categorie = models.CharField("catégorie", max_length=10_000, blank=True)
    valide_du = models.DateField("valide du", null=True, blank=True)
    valide_au = models.DateField("valide au", null=True, blank=True)

    objects = NomenclatureQuerySet.as_manager()

    class Meta:
        verbose_name = "code de nomenclature"
        verbose_name_plural = "nomenclatures"
        ordering = ["liste", F("ordre").asc(nulls_last=True), "code"]
        constraints = [
            models.UniqueConstraint(fields=["liste", "code"], name="nomenclature_cle"),
            models.CheckConstraint(condition=Q(valide_au__gte=F("valide_du")), name="nomenclature_fin_apres_debut"),
        ]

    def __str__(self) -> str:
        return self.libelle


class ParametreQuerySet(models.QuerySet["Parametre"]):
    def en_vigueur(self, cle: str, jour: datetime.date) -> Parametre | None:
        """The row of `cle` in force on `jour`: the latest that began by then, one without a date having always been."""
        return (
            self.filter(Q(valide_du=None) | Q(valide_du__lte=jour), cle=cle)
            .order_by(F("valide_du").desc(nulls_last=True))
            .first()
        )


class Parametre(models.Model):
    """A dated setting: of a figure (`heures_par_etp`, `premiere_annee`) or of a letter (`association_nom`)."""

    HEURES_PAR_ETP = "heures_par_etp"
    PREMIERE_ANNEE = "premiere_annee"
    ASSOCIATION_NOM = "association_nom"
    ASSOCIATION_ADRESSE = "association_adresse"
    ASSOCIATION_TELEPHONE = "association_telephone"
    """What stands at the head of a letter, where the administrator filled it."""
    DPO_NOM = "dpo_nom"
    DPO_CONTACT = "dpo_contact"
    """Who answers about personal data, and how to reach them: on the sheet handed over and on the copy of a file."""
    SEUIL_SECRET = "seuil_secret"  # noqa: S105  # the name of a setting
    """Under how many persons a published count is kept secret."""
    HEURES_PAR_ETP_ACI = Decimal(1820)
    """Annual paid hours of one full-time equivalent in an ACI, where no setting says otherwise."""

    SEUIL_SECRET_USUEL = 5
    SEUIL_SECRET_MINIMAL = 3
    """A mistyped setting must not publish everyone: one or two persons are always secret."""

    cle = Code("clé")
    valide_du = models.DateField("valide du", null=True, blank=True)
    valeur = models.CharField("valeur", max_length=10_000)

    objects = ParametreQuerySet.as_manager()

    class Meta:
        verbose_name = "paramètre"
        ordering = ["cle", F("valide_du").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["cle", "valide_du"], name="parametre_cle"),
            models.UniqueConstraint(fields=["cle"], condition=Q(valide_du=None), name="parametre_cle_sans_date"),
        ]

    def __str__(self) -> str:
        return f"{self.cle} = {self.valeur}"

    @property
    def nombre(self) -> Decimal | None:
        """The value as a number, or None when it is not one."""
        try:
            nombre = Decimal("".join(self.valeur.split()).replace(",", "."))
        except InvalidOperation:
            return None
        return nombre if nombre.is_finite() else None

    @classmethod
    def texte(cls, cle: str, jour: datetime.date) -> str:
        """The value of a setting in force on `jour` as it was written, or nothing."""
        ligne = cls.objects.en_vigueur(cle, jour)
        return "" if ligne is None else ligne.valeur

    @classmethod
    def heures_par_etp(cls, jour: datetime.date) -> Decimal:
        """Hours of one ETP on `jour` (1 820 unless a setting in force says otherwise)."""
        ligne = cls.objects.en_vigueur(cls.HEURES_PAR_ETP, jour)
        nombre = ligne.nombre if ligne else None
        return nombre if nombre and nombre > 0 else cls.HEURES_PAR_ETP_ACI

    @classmethod
    def seuil_secret(cls, jour: datetime.date) -> int:
        """Under how many persons a count is secret on `jour`: 5 unless a setting in force asks for more.

        Source: usage of the statistical services for counts of persons (fewer than 5 are not published).
        """
        ligne = cls.objects.en_vigueur(cls.SEUIL_SECRET, jour)
        nombre = ligne.nombre if ligne else None
        return max(int(nombre), cls.SEUIL_SECRET_MINIMAL) if nombre is not None else cls.SEUIL_SECRET_USUEL

    @classmethod
    def premiere_annee(cls) -> int | None:
        """First year whose figures are computed from case files, or None for no limit.

        A fact about the files, not a rule of its time: the latest row holds, whatever its `valide_du`.
        """
        ligne = cls.objects.filter(cle=cls.PREMIERE_ANNEE).order_by(F("valide_du").desc(nulls_last=True)).first()
        nombre = ligne.nombre if ligne else None
        return int(nombre) if nombre is not None else None

    @classmethod
    def calculable(cls, periode: Periode) -> bool:
        """False when `periode` begins before the first year of the case files."""
        premiere = cls.premiere_annee()
        return premiere is None or periode.debut.year >= premiere


class Commune(models.Model):
    """A commune by its INSEE code. The 40 of the CCHF come with the software."""

    code_insee = Code("code INSEE")
    nom = models.CharField("nom", max_length=10_000)
    code_postal = models.CharField("code postal", max_length=10_000)
    intercommunalite = models.CharField("intercommunalité", max_length=10_000, blank=True)

    class Meta:
        verbose_name = "commune"
        ordering = ["code_insee"]
        constraints = [models.UniqueConstraint(fields=["code_insee"], name="commune_cle")]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code_postal})"


class Intervenant(models.Model):
    """A member of staff: social worker, technical supervisor or director. An account is given later, by hand."""

    class Role(models.TextChoices):
        TRAVAILLEUR_SOCIAL = "travailleur_social", "Travailleur social"
        ENCADRANT = "encadrant", "Encadrant technique"
        DIRECTEUR = "directeur", "Directeur"

    code = Code("code")
    nom = models.CharField("nom", max_length=10_000)
    prenom = models.CharField("prénom", max_length=10_000)
    role = models.CharField("rôle", max_length=30, choices=Role.choices)

    class Meta:
        verbose_name = "intervenant"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="intervenant_cle")]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"
