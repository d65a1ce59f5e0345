"""The life of a session: opened, seen, locked when nobody is there, listed, ended by its owner or by an administrator.

What the guard asks at every page travels in the session itself (`MARQUE`), so that it costs no query; the table
`SessionOuverte` is written at most once a minute, and read only by the page that lists sessions.
"""

from __future__ import annotations

import datetime
import logging
import re
import time
from typing import TypedDict, cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from aipi.models import Compte, SessionOuverte

journal = logging.getLogger("aipi.securite")
MARQUE = "securite"
NOTER_APRES = 60
"""Seconds between two writings of the last use."""
CONFIRMATION = 10 * 60
"""Seconds during which a password just given is not asked again before a sensitive act."""


class Etat(TypedDict):
    """Instants are seconds since the epoch."""

    ouverte: float
    vue: float
    mot_de_passe: float
    second: bool
    verrou: bool


def neuf(second: bool) -> Etat:
    """The state of a session that begins; `second`: a second factor was given."""
    maintenant = time.time()
    return {"ouverte": maintenant, "vue": maintenant, "mot_de_passe": maintenant, "second": second, "verrou": False}


def etat(request: HttpRequest) -> Etat:
    """The state of the session; one opened before this was kept begins now, without a second factor."""
    if MARQUE not in request.session:
        request.session[MARQUE] = neuf(second=False)
    return cast("Etat", request.session[MARQUE])


def changer(request: HttpRequest, **valeurs: float | bool) -> None:
    request.session[MARQUE] = {**etat(request), **valeurs}


def ouvrir(request: HttpRequest, compte: Compte, second: bool) -> None:
    """Sign the account in, under a new key, and list the session."""
    login(request, compte)
    request.session[MARQUE] = neuf(second)
    request.session.save()
    limite = timezone.now() - datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SessionOuverte.objects.filter(compte=compte, vue_le__lt=limite).delete()
    _lister(request, compte)
    journal.info("compte %s: session ouverte, second facteur %s", compte.pk, "donné" if second else "absent")


def _lister(request: HttpRequest, compte: Compte) -> None:
    SessionOuverte.objects.update_or_create(
        cle=request.session.session_key,
        defaults={"compte": compte, "vue_le": timezone.now()},
        create_defaults={
            "compte": compte,
            "appareil": appareil(request.META.get("HTTP_USER_AGENT", "")),
        },
    )


def noter(request: HttpRequest, compte: Compte) -> None:
    """Say that the session is in use."""
    if time.time() - etat(request)["vue"] >= min(NOTER_APRES, settings.VERROU_APRES / 4):
        changer(request, vue=time.time())
        if request.session.session_key:
            _lister(request, compte)


def renouveler(request: HttpRequest, **valeurs: float | bool) -> None:
    """Go on under a new key: the password or a second factor was just given, the former key serves no more."""
    ancienne = request.session.session_key
    changer(request, **valeurs)
    request.session.cycle_key()
    suivre(request, ancienne)


def suivre(request: HttpRequest, ancienne: str | None) -> None:
    """The key of the session changed: its line in the list follows."""
    SessionOuverte.objects.filter(cle=ancienne or "").update(cle=request.session.session_key)


def confirmee(request: HttpRequest) -> bool:
    """The password was given a moment ago."""
    return time.time() - etat(request)["mot_de_passe"] < CONFIRMATION


def verrouillee(request: HttpRequest) -> bool:
    """Locked by hand, or nobody was there for too long."""
    lu = etat(request)
    return lu["verrou"] or time.time() - lu["vue"] >= settings.VERROU_APRES


def trop_longue(request: HttpRequest) -> bool:
    """Open since longer than a day of work, however busy."""
    return time.time() - etat(request)["ouverte"] >= settings.SESSION_COOKIE_AGE


def autres(request: HttpRequest, compte: Compte) -> QuerySet[SessionOuverte]:
    return SessionOuverte.objects.filter(compte=compte).exclude(cle=request.session.session_key or "")


def fermer(sessions: QuerySet[SessionOuverte]) -> int:
    """End sessions: their next page asks to sign in. How many."""
    with transaction.atomic():
        cles = list(sessions.values_list("cle", flat=True))
        Session.objects.filter(session_key__in=cles).delete()
        SessionOuverte.objects.filter(cle__in=cles).delete()
    return len(cles)


def fermer_toutes(compte: Compte) -> int:
    """End every session of an account."""
    return fermer(SessionOuverte.objects.filter(compte=compte))


_NAVIGATEURS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def appareil(agent: str) -> str:
    """A browser and a system in words, from what the browser says of itself; no version, which would name one machine."""
    navigateur = next((nom for mot, nom in _NAVIGATEURS if re.search(mot, agent)), "Navigateur inconnu")
    systeme = next((nom for mot, nom in _SYSTEMES if mot in agent), "")
    return f"{navigateur} sur {systeme}" if systeme else navigateur
