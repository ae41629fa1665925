"""A passkey as a browser would make and use it."""

import json
import secrets
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from auth.passkeys import Party

PARTY = Party("localhost", "http://localhost", "s" * 43)
_VERIFIED, _WITH_KEY = 0x05, 0x40


class SoftKey:
    """One passkey, which says that its person was seen and proved who they are."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)

    def made(self, options: str) -> str:
        """The browser's answer to options to make one."""
        at = self._private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32), -3: at.y.to_bytes(32)}
        held = bytes(16) + len(self._id).to_bytes(2) + self._id + cbor2.dumps(public)
        data = self._data(_VERIFIED | _WITH_KEY) + held
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client(options, "webauthn.create")
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def used(self, options: str) -> str:
        """The browser's answer to options to use it."""
        data, client = self._data(_VERIFIED), self._client(options, "webauthn.get")
        signed = self._private.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _data(self, flags: int) -> bytes:
        return sha256(PARTY.host.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, options: str, kind: str) -> bytes:
        said = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": PARTY.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self._id)
        told = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
