"""A provider of sign-on that says whatever a test wants, and its client, for the tests of single sign-on and SCIM."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from config.single_sign_on import Provider


class Forger:
    """A provider on this machine. `says` are the claims of its next token, `key` and `header` what signs it."""

    def __init__(self) -> None:
        self.own, self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}), None
        self.says: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "k1"}
        self.told: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}
        self.slow = 0.0
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Nothing."""

            def do_GET(self) -> None:
                found = forger.document() if "openid-configuration" in self.path else forger.keys()
                self._answer(found)

            def do_POST(self) -> None:
                forger.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._answer({"access_token": "a", "token_type": "Bearer", "id_token": forger.token()})

            def _answer(self, found: Any) -> None:
                time.sleep(forger.slow)
                body = json.dumps(found).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def document(self) -> dict[str, Any]:
        at = self.issuer
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {"issuer": at, **{name: f"{at}/{place}" for name, place in places.items()}, **self.told}

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.own.as_dict(private=False)]}

    def token(self) -> str:
        made: str = jwt.encode(self.header, self.says, self.key or self.own, algorithms=[self.header["alg"]])
        return made

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def provider(issuer: str, **more: Any) -> Provider:
    about: dict[str, Any] = {
        "issuer": issuer,
        "client_id": "appeals",
        "client_secret": "s3cret",
        "name": "Corp ID",
        "subject": "sub",
        "second_factors": frozenset(),
    }
    return Provider(**about | more)


def asked_by(client: Client, **query: str) -> dict[str, str]:
    """What the browser takes to the provider."""
    there = client.get("/account/sign-on/", query)
    assert there.status_code == 302, there
    return {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}


def claims(forger: Forger, asked: dict[str, str], **more: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": forger.issuer, "aud": "appeals", "exp": now + 300, "iat": now, "nonce": asked["nonce"]}
    return {name: value for name, value in (good | more).items() if value is not None}


class Scim:
    """The client of the provider, with its token."""

    def __init__(self, token: str) -> None:
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.generic(
            method,
            f"/scim/v2/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/scim+json",
            headers=self.headers,
        )
