"""Secrets given to funders: a link that opens one dashboard, a token for their tools. Shown once; only a hash is kept."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.utils import timezone

from aipi.models import Compte
from rapports.models import AccesFinanceur, Tableau

OCTETS = 32
DUREE_MAXIMALE = datetime.timedelta(days=731)
"""A secret that nobody takes back ends by itself."""
PAS_D_UNE_UTILISATION = datetime.timedelta(minutes=1)
"""The last use is kept to the minute: a tool that asks every second writes no row each time."""


def empreinte(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ouvrir(
    genre: AccesFinanceur.Genre, tableau: Tableau, nom: str, fin: datetime.date, compte: Compte, *, tous: bool = False
) -> str:
    """A new secret for the funder of `tableau`; with `tous`, a token that opens all of its dashboards."""
    secret = secrets.token_urlsafe(OCTETS)
    AccesFinanceur.objects.create(
        genre=genre,
        financeur=tableau.financeur,
        tableau=None if tous and genre == AccesFinanceur.Genre.JETON else tableau,
        nom=nom,
        empreinte=empreinte(secret),
        fin=fin,
        cree_par=compte,
    )
    return secret


def revoquer(acces: AccesFinanceur) -> None:
    """It opens nothing any more, at once."""
    AccesFinanceur.objects.filter(pk=acces.pk, revoque_le=None).update(revoque_le=timezone.now())


def acces_du(secret: str, genre: AccesFinanceur.Genre) -> AccesFinanceur | None:
    """What this secret opens today. Looked up by its hash: the time taken says nothing of the secret."""
    acces = AccesFinanceur.objects.ouverts(genre, timezone.localdate()).filter(empreinte=empreinte(secret)).first()
    if acces is not None:
        maintenant = timezone.now()
        if acces.utilise_le is None or maintenant - acces.utilise_le > PAS_D_UNE_UTILISATION:
            AccesFinanceur.objects.filter(pk=acces.pk).update(utilise_le=maintenant)
    return acces
