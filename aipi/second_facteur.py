"""The second factor: codes of an application (TOTP, RFC 6238), passkeys (WebAuthn), recovery codes.

Passkeys are verified by python-fido2, codes made by pyotp.
Nothing here knows a page: `aipi.views.securite` and `aipi.views.comptes` do.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import qrcode
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from pyotp import TOTP, random_base32

from aipi.models import CodeSecours, Compte, SecondFacteur

PAS = 30
"""Seconds that a code lasts."""
TOLERANCE = 1
"""Steps accepted before and after the present one, where the installation does not refuse them: clocks differ, and typing
takes time. A step serves once."""
CODES_DE_SECOURS = 10
LONGUEUR_DE_SECOURS = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the signs that are mistaken for one another."""


# Codes of an application


def code_totp(secret: str, pas: int) -> str:
    """The six digits of a step of time."""
    return str(TOTP(secret).generate_otp(pas))


def pas_present() -> int:
    return int(time.time()) // PAS


def pas_du_code(secret: str, code: str) -> int | None:
    """The step of time, near the present one, whose code this is."""
    present, tolerance = pas_present(), 0 if settings.CODES_EXACTS else TOLERANCE
    for pas in range(present - tolerance, present + tolerance + 1):
        if hmac.compare_digest(code_totp(secret, pas).encode(), code.encode()):
            return pas
    return None


def nouveau_secret() -> str:
    """160 random bits, as applications read them."""
    return str(random_base32())


def adresse_totp(compte: Compte, secret: str) -> str:
    """What the square code says to the application."""
    return str(TOTP(secret).provisioning_uri(name=compte.courriel, issuer_name="AIPi"))


def carre(texte: str) -> SafeString:
    """A QR code as inline SVG, drawn by attributes alone, which the policy of the pages allows."""
    code = qrcode.QRCode(border=4)
    code.add_data(texte)
    points = [f"M{x} {y}h1v1h-1z" for y, ligne in enumerate(code.get_matrix()) for x, noir in enumerate(ligne) if noir]
    cote = len(code.get_matrix())
    return format_html(
        '<svg class="carre" viewBox="0 0 {0} {0}" width="220" height="220" role="img" aria-label="Code à photographier">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>',
        cote,
        "".join(points),
    )


def _coffre() -> MultiFernet:
    """Encrypts secrets in the database by the installation’s key: a copy of the tables alone gives no code."""
    cles = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(salted_hmac("second facteur", "", secret=cle, algorithm="sha256").digest()))
            for cle in cles
        ]
    )


def chiffrer(secret: str) -> str:
    return _coffre().encrypt(secret.encode()).decode()


def dechiffrer(chiffre: str) -> str | None:
    """The secret, or None when the key of the installation is no longer the one that encrypted it."""
    try:
        return _coffre().decrypt(chiffre.encode()).decode()
    except InvalidToken:
        return None


def ajouter_application(compte: Compte, secret: str, nom: str, pas: int = 0) -> SecondFacteur:
    """`pas` is the step of the code that proved it: it serves no more."""
    return SecondFacteur.objects.create(
        compte=compte, type=SecondFacteur.Type.APPLICATION, nom=nom, secret=chiffrer(secret), compteur=pas
    )


# What is typed at sign-in


def verifier(compte: Compte, saisie: str) -> SecondFacteur | CodeSecours | None:
    """What a code typed at sign-in proves: an application, or a recovery code, which is then gone. A code serves once."""
    code = "".join(signe for signe in saisie.lower() if signe.isalnum())
    if len(code) == 6 and code.isascii() and code.isdecimal():
        return _verifier_application(compte, code)
    return _verifier_secours(compte, code)


def _verifier_application(compte: Compte, code: str) -> SecondFacteur | None:
    for facteur in compte.seconds_facteurs.filter(type=SecondFacteur.Type.APPLICATION):
        secret = dechiffrer(facteur.secret)
        pas = None if secret is None else pas_du_code(secret, code)
        if pas is not None and _avancer(facteur, pas):
            return facteur
    return None


def _avancer(facteur: SecondFacteur, compteur: int) -> bool:
    """Note the use. False when that counter was used already: of two sent at once, one passes."""
    neufs = SecondFacteur.objects.filter(pk=facteur.pk, compteur__lt=compteur)
    return neufs.update(compteur=compteur, utilise_le=timezone.now()) == 1


def _verifier_secours(compte: Compte, code: str) -> CodeSecours | None:
    if len(code) != LONGUEUR_DE_SECOURS:
        return None
    for secours in compte.codes_secours.all():
        if check_password(code, secours.empreinte):
            return secours if CodeSecours.objects.filter(pk=secours.pk).delete()[0] else None
    return None


def nouveaux_codes(compte: Compte) -> list[str]:
    """Ten recovery codes in place of those before, to be shown once: only their hashes stay. About 49 bits each."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_DE_SECOURS)) for _ in range(CODES_DE_SECOURS)]
    with transaction.atomic():
        compte.codes_secours.all().delete()
        CodeSecours.objects.bulk_create(CodeSecours(compte=compte, empreinte=make_password(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def retirer(facteur: SecondFacteur) -> None:
    """Remove a factor; recovery codes go with the last one."""
    with transaction.atomic():
        facteur.delete()
        if not SecondFacteur.objects.filter(compte=facteur.compte_id).exists():
            CodeSecours.objects.filter(compte=facteur.compte_id).delete()


# Passkeys


class CleRefusee(Exception):
    """The answer of a passkey does not prove what was asked."""


def _serveur(hote: str) -> Fido2Server:
    """`hote` is the name in the address bar, checked against ALLOWED_HOSTS: a passkey answers to no other."""
    return Fido2Server(PublicKeyCredentialRpEntity(id=hote.partition(":")[0], name="AIPi"))


def _cles(compte: Compte) -> dict[str, tuple[SecondFacteur, AttestedCredentialData]]:
    """The passkeys of the account by their identifier."""
    return {
        facteur.identifiant or "": (facteur, AttestedCredentialData(base64.b64decode(facteur.secret)))
        for facteur in compte.seconds_facteurs.filter(type=SecondFacteur.Type.CLE)
    }


def proposer_cle(compte: Compte, hote: str) -> tuple[str, Any]:
    """What the browser needs to make a passkey, as JSON, and the state to keep until it answers."""
    utilisateur = PublicKeyCredentialUserEntity(
        id=f"compte-{compte.pk}".encode(), name=compte.courriel, display_name=str(compte)
    )
    options, etat = _serveur(hote).register_begin(
        utilisateur,
        [cle for _, cle in _cles(compte).values()],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return json.dumps(dict(options)), etat


def ajouter_cle(compte: Compte, hote: str, etat: Any, reponse: str, nom: str) -> SecondFacteur:
    """Keep the public key of a passkey just made. Raises CleRefusee."""
    try:
        preuve = _serveur(hote).register_complete(etat, _lire(reponse))
    except (ValueError, TypeError, KeyError) as erreur:
        raise CleRefusee from erreur
    if preuve.credential_data is None:
        raise CleRefusee
    facteur, cree = SecondFacteur.objects.get_or_create(
        identifiant=websafe_encode(preuve.credential_data.credential_id),
        defaults={
            "compte": compte,
            "type": SecondFacteur.Type.CLE,
            "nom": nom,
            "secret": base64.b64encode(preuve.credential_data).decode(),
            "compteur": preuve.counter,
        },
    )
    if not cree:
        raise CleRefusee
    return facteur


def demander_cle(compte: Compte, hote: str) -> tuple[str, Any]:
    """What the browser needs to ask a passkey of the account for its signature, and the state to keep meanwhile."""
    options, etat = _serveur(hote).authenticate_begin(
        [cle for _, cle in _cles(compte).values()], user_verification=UserVerificationRequirement.PREFERRED
    )
    return json.dumps(dict(options)), etat


def verifier_cle(compte: Compte, hote: str, etat: Any, reponse: str) -> SecondFacteur:
    """The passkey that signed. Raises CleRefusee; also for a counter that goes back, the sign of a copy."""
    cles = _cles(compte)
    try:
        lue = AuthenticationResponse.from_dict(_lire(reponse))
        cle = _serveur(hote).authenticate_complete(etat, [cle for _, cle in cles.values()], lue)
    except (ValueError, TypeError, KeyError) as erreur:
        raise CleRefusee from erreur
    facteur = cles[websafe_encode(cle.credential_id)][0]
    compteur = lue.response.authenticator_data.counter
    # Passkeys kept by a telephone count nothing and always say 0.
    if compteur == 0 == facteur.compteur:
        SecondFacteur.objects.filter(pk=facteur.pk).update(utilise_le=timezone.now())
    elif not _avancer(facteur, compteur):
        raise CleRefusee
    return facteur


def _lire(reponse: str) -> Mapping[str, Any]:
    """The answer of the browser. Raises ValueError."""
    lue = json.loads(reponse)
    if not isinstance(lue, dict):
        raise TypeError("not an object")
    return lue
