"""Asks the provider of single sign-on who somebody is: authorization code, PKCE, state and nonce (OpenID Connect Core).

A token is believed when the provider signed it, for us, for this very request, and it has not expired. Nothing is kept
between two sign-ins, so that a key which the provider withdrew holds no longer.

What does not belong here: who of ours that is (`accounts/web/sign_on.py`).
"""

import hashlib
import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to

TIMEOUT = 10.0
"""Seconds for all that one step of a sign-in asks of the provider, however many calls that is."""
MAX_ANSWER = 512 * 1024
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with a key that the provider alone has; never `none`, and none with a secret that we both have."""
LEEWAY = 60
"""Seconds by which our clocks may differ."""


class NotSignedOn(Exception):  # noqa: N818  named as in casework.errors
    """The provider said nothing that can be believed; the message says why, in words without any data of the person."""


def asked() -> dict[str, str]:
    """What is remembered in the session while somebody is at the provider."""
    return {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}


def address(asking: dict[str, str], *, back: str) -> str:
    """Where the browser goes. Raises `NotSignedOn`."""
    challenge = urlsafe_b64encode(hashlib.sha256(asking["verifier"].encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": _provider().client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": asking["state"],
        "nonce": asking["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    there = _told(Deadline(TIMEOUT), "authorization_endpoint")[0]
    return f"{there}{'&' if '?' in there else '?'}{urlencode(query)}"


def claims_for(code: str, asking: dict[str, str], *, back: str) -> dict[str, Any]:
    """What the provider says of whoever came back with this code. Raises `NotSignedOn`."""
    if not code:
        raise NotSignedOn("it sent no code")
    provider, deadline = _provider(), Deadline(TIMEOUT)
    tokens, keys = _told(deadline, "token_endpoint", "jwks_uri")
    secret = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"  # RFC 6749, 2.3.1
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": asking["verifier"]}
    answered = _json(
        Message(
            "POST",
            tokens,
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
                "Authorization": f"Basic {b64encode(secret.encode()).decode()}",
            },
            urlencode(form).encode(),
        ),
        deadline,
    )
    return _believed(str(answered.get("id_token", "")), _get(keys, deadline), nonce=asking["nonce"])


def shows_second_factor(claims: dict[str, Any]) -> bool:
    """Whether the provider says, in words that the operator trusts, that a second factor was given there."""
    methods = claims.get("amr")
    said = {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
    return bool(_provider().second_factors & (said | {str(claims.get("acr", ""))}))


def _believed(token: str, keys: dict[str, Any], *, nonce: str) -> dict[str, Any]:
    provider = _provider()
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        named: Any = {provider.subject: {"essential": True}}
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            **named,
        ).validate(read.claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotSignedOn(f"its token is not believed: {type(error).__name__}") from None
    audience = read.claims["aud"]
    is_for_us_alone = not isinstance(audience, list) or len(audience) == 1
    if read.claims.get("azp", provider.client_id if is_for_us_alone else "") != provider.client_id:
        raise NotSignedOn("its token is for somebody else")
    subject = read.claims[provider.subject]
    if not (isinstance(subject, str) and 0 < len(subject) <= 255):
        raise NotSignedOn("its token names nobody")
    return read.claims


def _provider() -> Any:
    """The operator's, `config.single_sign_on.Provider`."""
    if settings.SSO is None:
        raise NotSignedOn("no provider is set")
    return settings.SSO


def _told(deadline: Deadline, *names: str) -> list[str]:
    """Addresses that the provider's document says; its own document, under its own name."""
    issuer = _provider().issuer
    told = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", deadline)
    found = [where for name in names if isinstance(where := told.get(name), str) and where.isascii()]
    if told.get("issuer") != issuer or len(found) != len(names):
        raise NotSignedOn("its document is not of this issuer")
    if urlsplit(issuer).scheme == "https" and not all(where.startswith("https://") for where in found):
        raise NotSignedOn("its document names an address without TLS")
    return found


def _get(url: str, deadline: Deadline) -> dict[str, Any]:
    return _json(Message("GET", url, {"Accept": "application/json"}), deadline)


def _json(message: Message, deadline: Deadline) -> dict[str, Any]:
    """The object that is answered at the message's address. Raises `NotSignedOn`."""
    try:
        where = urlsplit(message.path)
        host = Host(where.scheme, where.hostname or "", where.port or {"http": 80, "https": 443}[where.scheme])
        path = f"{where.path or '/'}{'?' + where.query if where.query else ''}"
        with answer_to(Message(message.method, path, message.headers, message.body), host, deadline) as answer:
            if answer.status != 200:
                raise NotSignedOn(f"it answers {answer.status}")
            told = json.loads(answer.read(MAX_ANSWER + 1)[:MAX_ANSWER])
    except CallFailed as error:
        raise NotSignedOn(f"it cannot be reached ({error.reason})") from None
    except (ValueError, KeyError, RecursionError):
        raise NotSignedOn("its answer is no JSON") from None
    if not isinstance(told, dict):
        raise NotSignedOn("its answer is no object")
    return told
