"""The brake on attempts: failures are counted in the database, so that every process sees them, and waiting grows and stays short.

An attempt is counted before it is checked, and forgotten when it succeeds: many sent at once pass no more than one by one.
While one has to wait, attempts count for nothing, so that hammering never makes a wait longer. Keys are hashes: no address is kept.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from aipi.models import Essai

OUBLI = datetime.timedelta(minutes=15)
"""After so long without a failure, those before no longer count."""
PREMIERE_ATTENTE = 60
"""Seconds; doubled at each failure after that."""


@dataclass(frozen=True)
class Regle:
    """`seuil` failures are free; then one waits, never longer than `plafond` seconds."""

    seuil: int
    plafond: int

    def attente(self, nombre: int) -> datetime.timedelta:
        if nombre < self.seuil:
            return datetime.timedelta(0)
        # The exponent is bounded: nobody counts to a thousand here, a hostile script might.
        return datetime.timedelta(seconds=min(PREMIERE_ATTENTE * 2 ** min(nombre - self.seuil, 16), self.plafond))


PAR_POSTE = Regle(seuil=5, plafond=15 * 60)
"""One address of e-mail from one machine."""
PAR_COURRIEL = Regle(seuil=50, plafond=60)
"""One address of e-mail from anywhere: a colleague cannot be kept out longer than a minute, nor at all on a machine known."""
PAR_MACHINE = Regle(seuil=100, plafond=60)
"""One machine against many addresses: the whole office may be behind it."""

COOKIE_SEL = "appareil"
COOKIE_DUREE = 180 * 24 * 60 * 60
COMPTES_PAR_APPAREIL = 5
"""Accounts remembered on a shared machine."""

Cles = dict[str, Regle]


def cookie() -> str:
    """Its name; over HTTPS, one that a browser takes from this very host alone."""
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}aipi_appareil"


def empreinte(*mots: str) -> str:
    """The hash under which failures are kept."""
    return hashlib.sha256("\0".join(mots).encode()).hexdigest()


def poste(request: HttpRequest) -> str:
    """The machine that asks: behind the proxy whose headers are believed (AIPI_HTTPS), the one that it saw."""
    if settings.SECURE_PROXY_SSL_HEADER:
        vus = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if vu := vus[-1].strip():
            return vu
    return str(request.META.get("REMOTE_ADDR", ""))


def cles_de_connexion(request: HttpRequest, courriel: str) -> Cles:
    """What a sign-in is counted against. An address that no account has is counted alike.

    On a machine where this account has signed in before, only the failures of that machine count: nobody elsewhere can
    make its owner wait.
    """
    appareil, connus = _appareil(request)
    if empreinte("connu", courriel) in connus:
        return {empreinte("appareil", courriel, appareil): PAR_POSTE}
    return {
        empreinte("poste", courriel, poste(request)): PAR_POSTE,
        empreinte("courriel", courriel): PAR_COURRIEL,
        empreinte("machine", poste(request)): PAR_MACHINE,
    }


def reserver(cles: Cles) -> int:
    """Count an attempt against every key; the seconds to wait when one of them says so, and then nothing is counted."""
    maintenant = timezone.now()
    with transaction.atomic():
        Essai.objects.filter(dernier_le__lt=maintenant - OUBLI, attendre_jusqu_a__isnull=True).delete()
        Essai.objects.filter(dernier_le__lt=maintenant - OUBLI, attendre_jusqu_a__lt=maintenant).delete()
        for cle in cles:
            Essai.objects.get_or_create(cle=cle, defaults={"nombre": 0, "dernier_le": maintenant})
        # Always in the same order, so that two attempts never wait for each other.
        essais = list(Essai.objects.select_for_update().filter(cle__in=cles).order_by("cle"))
        fins = [e.attendre_jusqu_a for e in essais if e.attendre_jusqu_a and e.attendre_jusqu_a > maintenant]
        if fins:
            return max(1, int((max(fins) - maintenant).total_seconds()))
        for essai in essais:
            essai.nombre += 1
            essai.dernier_le = maintenant
            attente = cles[essai.cle].attente(essai.nombre)
            essai.attendre_jusqu_a = maintenant + attente if attente else None
            essai.save(update_fields=["nombre", "dernier_le", "attendre_jusqu_a"])
    return 0


def oublier(cles: Cles) -> None:
    """The attempt succeeded: what was counted goes, except against a machine, which may be trying many addresses."""
    Essai.objects.filter(cle__in=[cle for cle, regle in cles.items() if regle is not PAR_MACHINE]).delete()


def message(secondes: int) -> str:
    """How long to wait, in words."""
    minutes = -(-secondes // 60)
    duree = "une minute" if minutes == 1 else f"{minutes} minutes"
    return f"Trop d’essais. Attendez {duree} avant de réessayer."


def _appareil(request: HttpRequest) -> tuple[str, list[str]]:
    """The number of this machine and the accounts that signed in on it; a new number when it is not known."""
    try:
        lu = signing.loads(request.COOKIES.get(cookie(), ""), salt=COOKIE_SEL, max_age=COOKIE_DUREE)
        return str(lu["appareil"]), [str(connu) for connu in lu["connus"]]
    except (signing.BadSignature, KeyError, TypeError):
        return secrets.token_urlsafe(16), []


def retenir_appareil(request: HttpRequest, reponse: HttpResponseBase, courriel: str) -> None:
    """This account has signed in on this machine: from now on others’ failures do not count here."""
    appareil, connus = _appareil(request)
    connu = empreinte("connu", courriel)
    connus = [connu, *(autre for autre in connus if autre != connu)][:COMPTES_PAR_APPAREIL]
    reponse.set_cookie(
        cookie(),
        signing.dumps({"appareil": appareil, "connus": connus}, salt=COOKIE_SEL),
        max_age=COOKIE_DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
