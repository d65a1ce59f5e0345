"""A passkey in software, as a browser would answer: for tests only."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIE, ATTESTE = 0x01, 0x04, 0x40
ORIGINE = "https://testserver"


@dataclass
class Cle:
    """Holds its private key and its counter."""

    identifiant: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    compteur: int = 0
    privee: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _donnees(self, site: str, drapeaux: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([drapeaux]) + struct.pack(">I", self.compteur)

    def _client(self, genre: str, defi: str, origine: str) -> bytes:
        return json.dumps({"type": genre, "challenge": defi, "origin": origine}).encode()

    def _reponse(self, **reponse: bytes) -> str:
        identifiant = websafe_encode(self.identifiant)
        return json.dumps(
            {
                "id": identifiant,
                "rawId": identifiant,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {nom: websafe_encode(valeur) for nom, valeur in reponse.items()},
            }
        )

    def creer(self, options: dict, origine: str = ORIGINE) -> str:
        publique = cbor.encode(dict(ES256.from_cryptography_key(self.privee.public_key())))
        preuve = self._donnees(options["rp"]["id"], PRESENT | VERIFIE | ATTESTE)
        preuve += bytes(16) + struct.pack(">H", len(self.identifiant)) + self.identifiant + publique
        return self._reponse(
            clientDataJSON=self._client("webauthn.create", options["challenge"], origine),
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": preuve}),
        )

    def signer(self, options: dict, origine: str = ORIGINE) -> str:
        client = self._client("webauthn.get", options["challenge"], origine)
        donnees = self._donnees(options["rpId"], PRESENT | VERIFIE)
        signature = self.privee.sign(donnees + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._reponse(clientDataJSON=client, authenticatorData=donnees, signature=signature)
