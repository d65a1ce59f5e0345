"""How an account is opened and kept: one-time links, second factors, recovery codes, sessions, and the brake on attempts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class LienCompte(models.Model):
    """A one-time link by which somebody chooses a password. Only the SHA-256 of its secret is kept; used, it is deleted."""

    class Usage(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        MOT_DE_PASSE = "mot_de_passe", "Nouveau mot de passe"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="liens")
    usage = models.CharField("usage", max_length=20, choices=Usage.choices)
    empreinte = models.CharField("empreinte du secret", max_length=64, unique=True)
    cree_le = models.DateTimeField("créé le", default=timezone.now)
    expire_le = models.DateTimeField("valable jusqu’au")

    class Meta:
        verbose_name = "lien d’un compte"
        verbose_name_plural = "liens des comptes"
        ordering = ["-cree_le"]


class SecondFacteur(models.Model):
    """What an account holds besides its password: an application that gives codes, or a passkey."""

    class Type(models.TextChoices):
        APPLICATION = "application", "Application de codes"
        CLE = "cle", "Clé d’accès"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seconds_facteurs")
    type = models.CharField("type", max_length=20, choices=Type.choices)
    nom = models.CharField("nom", max_length=100)
    secret = models.TextField("secret")
    """Of an application, the shared secret, encrypted; of a passkey, its public key, in base64."""
    identifiant = models.CharField(
        "identifiant de la clé", max_length=1_400, null=True, blank=True, unique=True, editable=False
    )
    compteur = models.BigIntegerField("compteur", default=0)
    """The last time step used (a code serves once), or the signature counter of the passkey."""
    ajoute_le = models.DateTimeField("ajouté le", default=timezone.now)
    utilise_le = models.DateTimeField("dernier usage", null=True)

    class Meta:
        verbose_name = "second facteur"
        verbose_name_plural = "seconds facteurs"
        ordering = ["ajoute_le", "pk"]

    def __str__(self) -> str:
        return self.nom


class CodeSecours(models.Model):
    """A recovery code, hashed as a password is; used, it is deleted."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="codes_secours")
    empreinte = models.CharField("empreinte", max_length=200)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        ordering = ["pk"]


class SessionOuverte(models.Model):
    """A session as its owner reads it. `cle` is the key of Django’s own row: deleting both ends it."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions_ouvertes")
    cle = models.CharField("clé", max_length=40, unique=True)
    appareil = models.CharField("appareil", max_length=100)
    ouverte_le = models.DateTimeField("ouverte le", default=timezone.now)
    vue_le = models.DateTimeField("dernier usage", default=timezone.now)

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        ordering = ["-vue_le", "-pk"]


class Essai(models.Model):
    """Failures counted against one key: the hash of an address of e-mail, of a machine, of both (`aipi.essais`)."""

    cle = models.CharField("empreinte", max_length=64, unique=True)
    nombre = models.PositiveIntegerField("échecs")
    dernier_le = models.DateTimeField("dernier échec")
    attendre_jusqu_a = models.DateTimeField("attendre jusqu’à", null=True)

    class Meta:
        verbose_name = "essai de connexion"
        verbose_name_plural = "essais de connexion"
        ordering = ["pk"]
