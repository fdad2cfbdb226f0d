"""What is said of a device from which somebody signs in: its network, its browser in words, the secret that it shows.

Nothing else of it is read, so that nobody is recognised by how their device is made.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from accounts.models import Device, User, token_digest
from casework.actor import Actor
from casework.errors import or_not_found
from operations.limits import network_of, shown_by_device, sign_in_name

BROWSERS = (
    ("MicroMessenger", "微信 WeChat"),
    ("AlipayClient", "支付宝 Alipay"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""The word by which a browser names itself, the most telling first: each of the latter is named by the former, too."""
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)

DEVICES = 10
"""So many of the newest are listed on a person's own page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a request says of the device: `shown` is its secret for this person, empty where it has none."""

    shown: str
    network: str
    browser: str


def seen_in(meta: Mapping[str, Any], user: User, *, kept: str) -> Seen:
    """`kept` is the cookie of a browser, or what an app sends; `meta` are the headers of the request."""
    return Seen(
        shown=shown_by_device(kept, sign_in_name(user.username)),
        network=network_of(meta.get("REMOTE_ADDR", "")),
        browser=browser_of(meta.get("HTTP_USER_AGENT", "")),
    )


def is_on_record(kept: str, name: str) -> bool:
    """Whether this name was signed in from a device that keeps this, and nobody disowned it since."""
    shown = shown_by_device(kept, name)
    return shown != "" and Device.objects.filter(digest=token_digest(shown), disowned_at=None).exists()


def browser_of(agent: str) -> str:
    """Firefox, Windows; what it says of itself in two names, or in one, or empty."""
    named = (next((name for word, name in known if word in agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, named))


def devices_of(user_id: int) -> list[Device]:
    return list(Device.objects.filter(user_id=user_id)[:DEVICES])


def is_in_use(device: Device, actor: Actor) -> bool:
    """Whether this is the very device from which they act."""
    return actor.session in (session_name(device.session_key), f"tok:{device.token_id}")


def own_device(user_id: int, ref: str) -> Device:
    """Raises `NotFound` for anybody else's."""
    return or_not_found(Device.objects.filter(user_id=user_id, ref=ref).first())


def session_name(session_key: str) -> str:
    """A name for a session by which nobody can take it over."""
    return "ses:" + hashlib.sha256(session_key.encode()).hexdigest()[:32] if session_key else ""


def has_second_factor(user: Any) -> bool:
    """Whether they set one up. Recovery codes alone are none."""
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def second_factor_in(session: Mapping[str, Any], user: Any) -> bool:
    """Whether this session was opened, or opened further, with a code or a passkey by this very person."""
    if session.get("account_authentication_methods_user") != str(user.pk):
        return False
    records = session.get("account_authentication_methods")
    return isinstance(records, list) and any(record.get("method") == "mfa" for record in records)
