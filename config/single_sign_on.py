"""The provider at which staff sign in (OpenID Connect), from variables that begin with `SSO_`; None without SSO_ISSUER.

What does not belong here: what is asked of it (`accounts/oidc.py`).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Provider:
    """`subject` is the claim that names a person for good. `second_factors` are values of `amr` or `acr` that say that
    a second factor was given there; with none of them ours is asked.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    subject: str
    second_factors: frozenset[str]


def from_environment(env: Any) -> Provider | None:
    """Raises `ImproperlyConfigured` for an issuer that is not https, but on this machine, and for half a set-up."""
    issuer: str = env.str("SSO_ISSUER", default="")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not (parts.hostname and (parts.scheme == "https" or is_here)) or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured("SSO_ISSUER must look like https://id.example.com/realm")
    found = Provider(
        issuer=issuer,
        client_id=env.str("SSO_CLIENT_ID", default=""),
        client_secret=env.str("SSO_CLIENT_SECRET", default=""),
        name=env.str("SSO_NAME", default=parts.hostname),
        subject=env.str("SSO_SUBJECT_CLAIM", default="sub"),
        second_factors=frozenset(env.list("SSO_SECOND_FACTORS", default=[])),
    )
    if not (found.client_id and found.client_secret):
        raise ImproperlyConfigured("SSO_ISSUER needs SSO_CLIENT_ID and SSO_CLIENT_SECRET")
    return found
