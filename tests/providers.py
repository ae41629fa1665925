"""An identity provider that does as it is told, and each time something else wrong."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from foundation.identifiers import new_id

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
CLIENT, SECRET = "concordat", "a secret: of 20% signs"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """An RSA key with a name."""

    def __init__(self, name: str, bits: int = 2048) -> None:
        self.name, self.private = name, rsa.generate_private_key(65537, bits)

    def public(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        n, e = (
            base64url(each.to_bytes((each.bit_length() + 7) // 8, "big")) for each in (numbers.n, numbers.e)
        )
        return {"kty": "RSA", "kid": self.name, "use": "sig", "alg": "RS256", "n": n, "e": e}

    def pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, claims: dict[str, object], algorithm: str = "RS256", **header: object) -> str:
        head = {"alg": algorithm, "kid": self.name, "typ": "JWT", **header}
        head = {name: value for name, value in head.items() if value is not None}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        if algorithm == "none":
            return f"{signed}."
        if algorithm == "HS256":  # the public key as if it were a shared secret
            mac = hmac.HMAC(self.pem(), hashes.SHA256())
            mac.update(signed.encode())
            return f"{signed}.{base64url(mac.finalize())}"
        made = self.private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(made)}"


class Provider:
    """A provider on a loopback port. Its claims, header, metadata and keys can be bent by the test."""

    def __init__(self) -> None:
        self.own = self.key = SigningKey("first")
        self.published = [self.key.public()]
        self.claims: dict[str, object] = {}
        self.header: dict[str, object] = {}
        self.metadata: dict[str, object] = {}
        self.said: dict[str, object] = {}
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.answer(200, outer.read(self.path))

            def do_POST(self) -> None:
                outer.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer(*outer.redeem(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

            def answer(self, status: int, body: object) -> None:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def read(self, path: str) -> object:
        if path == "/keys":
            return {"keys": self.published}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def authorize(self, address: str, subject: str = "s-1", **more: object) -> dict[str, str]:
        """Let the person in and give what the browser brings back; `more` bends it, None leaves it out."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = new_id()
        self.codes[code] = {**asked, "subject": subject}
        back = {"code": code, "state": asked["state"], "iss": self.issuer, **more}
        return {name: str(value) for name, value in back.items() if value is not None}

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, object]:
        kept = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(authorization.partition(" ")[2]).decode()
        challenge = base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        secret = urlencode({"": SECRET})[1:]
        if (
            kept is None
            or pair != f"{CLIENT}:{secret}"
            or kept.get("code_challenge") != challenge  # also a code that was asked for without one
            or kept["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": kept["subject"],
            "nonce": kept["nonce"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "sid": "sid-1",
            "email": "somebody@havering.example",
        }
        return 200, {"access_token": "at", "id_token": self.signed(claims), **self.said}

    def signed(self, claims: dict[str, object]) -> str:
        bent = {**claims, **self.claims}
        bent = {name: value for name, value in bent.items() if value is not None}
        return self.key.sign(bent, self.algorithm, **self.header)

    def logout_token(self, **more: object) -> str:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": new_id(),
            "sub": "s-1",
            "events": {LOGOUT: {}},
            **more,
        }
        header = {"typ": "logout+jwt", **self.header}
        made = {name: value for name, value in claims.items() if value is not None}
        return self.key.sign(made, self.algorithm, **header)
