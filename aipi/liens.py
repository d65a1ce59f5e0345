"""One-time links by which an account gets its password: an invitation, or a new password. Shown once, kept as a hash."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from aipi.models import Compte, LienCompte
from aipi.templatetags.chiffres import moment

DUREES = {
    LienCompte.Usage.INVITATION: datetime.timedelta(days=7),
    LienCompte.Usage.MOT_DE_PASSE: datetime.timedelta(hours=2),
}
"""An invitation waits for somebody who is away; a new password is asked for by somebody who is there."""


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def creer(compte: Compte, usage: LienCompte.Usage) -> tuple[LienCompte, str]:
    """A new link and its secret, of 256 random bits; those before of the same account and usage serve no more."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        LienCompte.objects.filter(compte=compte, usage=usage).delete()
        lien = LienCompte.objects.create(
            compte=compte,
            usage=usage,
            empreinte=_empreinte(secret),
            expire_le=timezone.now() + DUREES[usage],
        )
    return lien, secret


def chemin(secret: str) -> str:
    return reverse("lien_compte", args=[secret])


def trouver(secret: str) -> LienCompte | None:
    """The link of this secret, while it may serve: unused, not over, its account active."""
    return (
        LienCompte.objects.filter(empreinte=_empreinte(secret), expire_le__gt=timezone.now(), compte__is_active=True)
        .select_related("compte")
        .first()
    )


def consommer(lien: LienCompte) -> bool:
    """Use the link, and with it the others of its account. False when it was used meanwhile: of two sent at once, one passes."""
    if LienCompte.objects.filter(pk=lien.pk, expire_le__gt=timezone.now()).delete()[0] != 1:
        return False
    LienCompte.objects.filter(compte=lien.compte_id).delete()
    return True


def fin(lien: LienCompte) -> str:
    """When it ends, in words."""
    texte: str = moment(lien.expire_le)
    return texte
