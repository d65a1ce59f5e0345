"""What the demonstration shows so that anybody can sign in as each role. On an installation with real files, nothing."""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import salted_hmac

from aipi import second_facteur
from aipi.models import Compte

DOMAINE = "demo.aipi.example"


def secret(courriel: str) -> str:
    """The shared secret of a demonstration account: made from the installation's own key, known to nobody else."""
    return base64.b32encode(salted_hmac("comptes_demo", courriel, algorithm="sha256").digest()[:20]).decode()


def code_present(compte: Compte) -> str:
    """The code of the moment of a demonstration account; nothing for any other, nor where nothing is demonstrated."""
    if not settings.DEMONSTRATION or not compte.courriel.endswith(f"@{DOMAINE}"):
        return ""
    present = second_facteur.pas_present()
    # The next one when this one has served, so that signing in twice within thirty seconds works.
    facteur = compte.seconds_facteurs.filter(type="application").first()
    if facteur is None:
        return ""
    return second_facteur.code_totp(secret(compte.courriel), max(present, min(facteur.compteur + 1, present + 1)))
