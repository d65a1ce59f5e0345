"""Who signs in: an account has one role, and a social worker's has one pole or both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from .financement import Financeur
from .nomenclatures import Intervenant


class CompteManager(BaseUserManager["Compte"]):
    def create_user(self, courriel: str, password: str | None = None, **champs: Any) -> Compte:
        """Create an account; without a password it cannot sign in until one is set."""
        compte = self.model(courriel=self.normalize_email(courriel).lower(), **champs)
        compte.set_password(password)
        compte.save(using=self._db)
        return compte

    def create_superuser(self, courriel: str, password: str | None = None, **champs: Any) -> Compte:
        """The first administrator, for `manage.py createsuperuser`."""
        return self.create_user(courriel, password, **{"role": Compte.Role.ADMINISTRATEUR, **champs})

    def get_by_natural_key(self, username: str | None) -> Compte:
        return self.get(courriel=(username or "").lower())


class Compte(AbstractBaseUser):
    """An account. What it may see and do is decided in `aipi.roles`, from `role`, the poles and the links below."""

    class Role(models.TextChoices):
        TRAVAILLEUR_SOCIAL = "travailleur_social", "Travailleur social"
        ENCADRANT = "encadrant", "Encadrant technique"
        DIRECTEUR = "directeur", "Directeur"
        FINANCEUR = "financeur", "Financeur"
        ADMINISTRATEUR = "administrateur", "Administrateur"

    courriel = models.EmailField("courriel", unique=True)
    nom = models.CharField("nom", max_length=250, blank=True)
    role = models.CharField("rôle", max_length=30, choices=Role.choices)
    pole_pro = models.BooleanField("pôle insertion professionnelle", default=False)
    pole_social = models.BooleanField("pôle insertion sociale", default=False)
    intervenant = models.OneToOneField(
        Intervenant, models.PROTECT, null=True, blank=True, related_name="compte", verbose_name="intervenant"
    )
    financeur = models.ForeignKey(
        Financeur, models.PROTECT, null=True, blank=True, related_name="comptes", verbose_name="financeur"
    )
    agenda = models.CharField(
        "empreinte du lien de l’agenda", max_length=64, null=True, blank=True, unique=True, editable=False
    )
    """SHA-256 of the secret of the iCal feed, or None when no feed is open."""
    is_active = models.BooleanField("actif", default=True)
    date_creation = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = CompteManager()

    EMAIL_FIELD = "courriel"
    USERNAME_FIELD = "courriel"

    class Meta:
        verbose_name = "compte"
        ordering = ["courriel"]

    def __str__(self) -> str:
        return self.nom or self.courriel

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Addresses are compared without case at sign-in: they are stored as they will be looked up.
        self.courriel = self.courriel.lower()
        super().save(*args, **kwargs)
