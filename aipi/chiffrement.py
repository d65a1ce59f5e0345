"""Encryption of backups by age, as a stream: keys of the environment, a thread that encrypts what another writes."""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

ENTETE = b"AIPI-SAUVEGARDE-PHRASE-1\n"
"""First bytes of a file encrypted by a passphrase; a length in four bytes and the encrypted key of the file follow."""
CLES_PUBLIQUES, CLE, PHRASE = "AIPI_SAUVEGARDE_DESTINATAIRES", "AIPI_SAUVEGARDE_CLE", "AIPI_SAUVEGARDE_PHRASE"
"""Environment: recipients (age1…, separated by commas, or a file of them), a file of identities, a file of a passphrase."""


class SauvegardeImpossible(Exception):
    """The backup cannot be made, read or restored; the message says why, in French."""


# Keys


def _lu(variable: str) -> str:
    """What a file named by the environment holds."""
    chemin = os.environ.get(variable, "")
    if not chemin:
        return ""
    try:
        return Path(chemin).read_text(encoding="utf-8").strip()
    except OSError as erreur:
        raise SauvegardeImpossible(f"{variable}\u202f: ce fichier ne se lit pas ({erreur.strerror}).") from erreur


def destinataires() -> list[Any]:
    """The public keys for which a backup is encrypted; none when a passphrase is used."""
    dites = os.environ.get(CLES_PUBLIQUES, "")
    if dites and not dites.startswith("age1"):
        dites = _lu(CLES_PUBLIQUES)
    mots = [
        mot for ligne in dites.replace(",", "\n").splitlines() if (mot := ligne.strip()) and not mot.startswith("#")
    ]
    try:
        return [pyrage.x25519.Recipient.from_str(mot) for mot in mots]
    except pyrage.RecipientError as erreur:
        raise SauvegardeImpossible(
            f"{CLES_PUBLIQUES}\u202f: une clé publique age commence par «\u202fage1\u202f»."
        ) from erreur


def identites() -> list[Any]:
    """The secret keys that open a backup; none when a passphrase is used."""
    lignes = [mot for ligne in _lu(CLE).splitlines() if (mot := ligne.strip()) and not mot.startswith("#")]
    try:
        return [pyrage.x25519.Identity.from_str(mot) for mot in lignes]
    except pyrage.IdentityError as erreur:
        raise SauvegardeImpossible(f"{CLE}\u202f: ce fichier ne contient pas de clé secrète age.") from erreur


# Encryption, as a stream


@contextmanager
def chiffre(sortie: IO[bytes]) -> Iterator[IO[bytes]]:
    """Where to write in clear what `sortie` receives encrypted. A thread encrypts: the database belongs to this one."""
    cles = destinataires()
    if not cles:
        phrase = _lu(PHRASE)
        if not phrase:
            raise SauvegardeImpossible(
                f"Il faut une clé\u202f: {CLES_PUBLIQUES} (clé publique age) ou {PHRASE} (fichier d’une phrase secrète)."
            )
        identite = pyrage.x25519.Identity.generate()
        scellee = pyrage.passphrase.encrypt(str(identite).encode(), phrase)
        sortie.write(ENTETE + len(scellee).to_bytes(4, "big") + scellee)
        cles = [identite.to_public()]
    lecture, ecriture = os.pipe()
    fautes: list[BaseException] = []

    def chiffrer() -> None:
        with os.fdopen(lecture, "rb") as clair:
            try:
                pyrage.encrypt_io(clair, sortie, cles)
            except BaseException as erreur:  # noqa: BLE001  # told by the thread that waits
                fautes.append(erreur)

    fil = threading.Thread(target=chiffrer, name="chiffrement")
    fil.start()
    try:
        with os.fdopen(ecriture, "wb") as clair:
            yield clair
    except BrokenPipeError as erreur:
        fil.join()
        raise SauvegardeImpossible(f"L’écriture s’est arrêtée\u202f: {fautes[0] if fautes else erreur}.") from erreur
    finally:
        fil.join()
    if fautes:
        raise SauvegardeImpossible(f"Le chiffrement a échoué\u202f: {fautes[0]}.") from fautes[0]


@contextmanager
def dechiffre(entree: IO[bytes]) -> Iterator[IO[bytes]]:
    """What `entree` says in clear."""
    cles = identites()
    debut = entree.read(len(ENTETE))
    if debut == ENTETE:
        scellee = entree.read(int.from_bytes(entree.read(4), "big"))
        phrase = _lu(PHRASE)
        if not phrase:
            raise SauvegardeImpossible(f"Cette sauvegarde s’ouvre par une phrase secrète\u202f: donnez {PHRASE}.")
        try:
            cles = [pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(scellee, phrase).decode())]
        except pyrage.DecryptError as erreur:
            raise SauvegardeImpossible("La phrase secrète n’ouvre pas cette sauvegarde.") from erreur
    else:
        entree.seek(0)
        if not cles:
            raise SauvegardeImpossible(f"Cette sauvegarde s’ouvre par une clé secrète\u202f: donnez {CLE}.")
    lecture, ecriture = os.pipe()
    fautes: list[BaseException] = []

    def dechiffrer() -> None:
        with os.fdopen(ecriture, "wb") as clair:
            try:
                pyrage.decrypt_io(entree, clair, cles)
                clair.flush()
            except BaseException as erreur:  # noqa: BLE001  # told by the thread that waits
                fautes.append(erreur)

    fil = threading.Thread(target=dechiffrer, name="dechiffrement")
    fil.start()
    refus: BaseException | None = None
    try:
        with os.fdopen(lecture, "rb") as clair:
            try:
                yield clair
            except (tarfile.TarError, EOFError) as erreur:
                refus = erreur
    finally:
        fil.join()
    if fautes and not isinstance(fautes[0], BrokenPipeError):
        raise SauvegardeImpossible("Cette sauvegarde ne s’ouvre pas avec cette clé, ou elle est abîmée.") from fautes[0]
    if refus is not None:
        raise SauvegardeImpossible("Cette sauvegarde est abîmée ou incomplète.") from refus
