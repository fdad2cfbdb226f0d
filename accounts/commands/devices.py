"""A sign-in from a device that the person did not use before is told to that person, and to nobody else."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.commands.tokens import notify_listeners, revoke
from accounts.devices import Seen, is_in_use, own_device
from accounts.mail import send_text
from accounts.models import ApiToken, Device, User, token_digest
from accounts.models.devices import Door
from accounts.notifications import tell_alone
from accounts.policies import may_change_own
from casework.actor import Actor
from casework.errors import NotFound, NotYourTurn, require
from casework.firing import command
from casework.formats import moment_text
from casework.refs import new_ref
from casework.row_digests import recording
from operations.limits import device_for, sign_in_name

logger = logging.getLogger(__name__)

WHAT = gettext_lazy("Your account was signed in to from a new device. Look whether it was you.")
MAILS_A_DAY = 5
"""Whoever signs in again and again without keeping the secret does not bury the person in mail."""


WOKEN = 10
"""On so many devices one person is woken; one more takes the place of the oldest."""
NOT_WOKEN: dict[str, Any] = {"push_kind": "", "push_digest": "", "push_app": "", "push_at": None}


@command
def note_device(
    *, actor: Actor, user: User, seen: Seen, now: datetime, session_key: str = "", token: ApiToken | None = None
) -> str:
    """Notes from which device this sign-in came, and returns the secret that the device shows next time.

    Of a device that shows none, and of one that was disowned, the person is told: in the program now, by mail in the
    worker's next round. The first device of an account is told as well, since the platform chose its password; one that
    signed in before devices were noted is not. Raises `NotAllowed` for somebody else's sign-in.
    """
    require(may_change_own(actor, user=user))
    opened = {"last_at": now, "session_key": session_key, "token": token, **NOT_WOKEN}
    shown, digest = seen.shown, token_digest(seen.shown)
    if shown and Device.objects.filter(user=user, digest=digest, disowned_at=None).update(**opened):
        return shown
    is_new = not shown or Device.objects.filter(digest=digest).exists()
    if is_new:
        shown = device_for(sign_in_name(user.username), new_ref("dev_"))
    about: dict[str, Any] = {
        "ref": new_ref("dvc_"),
        "user": user,
        "door": Door.API if token is not None else Door.WEB,
        "network": seen.network,
        "browser": seen.browser,
        "first_at": now,
        "mail_due": is_new and bool(user.email) and not _has_enough(user, now),
    }
    device, _created = Device.objects.get_or_create(digest=token_digest(shown), defaults=about | opened)
    if is_new:
        tell_alone(user.pk, what=WHAT, path=path_of(device), now=now)
    return shown


@command
def wake_device(
    *, actor: Actor, user: User, kind: str, token: str, app: str, now: datetime, session_key: str, token_id: int | None
) -> Device:
    """The person is woken on the device that this session or token of ours was opened from, until it has ended.

    Whoever was woken by this `token` before, the device's own, is so no longer. Raises `NotAllowed`.
    """
    require(may_change_own(actor, user=user))
    digest = token_digest(token)
    Device.objects.filter(push_digest=digest).update(**NOT_WOKEN)
    door = Door.WEB if token_id is None else Door.API
    about = {"ref": new_ref("dvc_"), "digest": token_digest(new_ref("dev_")), "door": door, "first_at": now}
    opened = {"user": user, "session_key": session_key, "token_id": token_id, "disowned_at": None}
    # Who signed in before devices were noted has none.
    device, _created = Device.objects.get_or_create(about | {"last_at": now}, **opened)
    woken = {"push_kind": kind, "push_digest": digest, "push_app": app, "push_at": now}
    Device.objects.filter(pk=device.pk).update(**woken)
    newest = Device.objects.filter(user=user).exclude(push_kind="").order_by("-push_at", "-pk")
    Device.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[WOKEN:])).update(**NOT_WOKEN)
    device.refresh_from_db()
    return device


@command
def let_device_sleep(*, actor: Actor, ref: str, now: datetime) -> None:
    """The person is no longer woken on this device. Raises `NotFound` for anybody else's, and where they were not."""
    if Device.objects.filter(user_id=actor.person, ref=ref).exclude(push_kind="").update(**NOT_WOKEN) != 1:
        raise NotFound()


def path_of(device: Device) -> str:
    return reverse("accounts:device", args=[device.ref])


def _has_enough(user: User, now: datetime) -> bool:
    return Device.objects.filter(user=user, first_at__gt=now - timedelta(days=1)).count() >= MAILS_A_DAY


@command
def disown_device(*, actor: Actor, ref: str, now: datetime) -> Device:
    """It was not me: what the device opened is closed, and it is new whenever it comes again.

    Raises `NotFound`, and `NotYourTurn` on the very device, where one signs out instead.
    """
    device = own_device(actor.person, ref)
    if is_in_use(device, actor):
        raise NotYourTurn(_("This is the device that you are using. Sign out, or change your password."))
    Device.objects.filter(pk=device.pk, disowned_at=None).update(disowned_at=now, **NOT_WOKEN)
    if device.session_key:
        Session.objects.filter(session_key=device.session_key).delete()
    if device.token_id is not None:
        revoke(now=now, pk=device.token_id)
    transaction.on_commit(notify_listeners)
    return device


def mail_new_devices(*, now: datetime, limit: int = 50) -> int:
    """Sends what is to be told by mail; returns how much was. Of two workers one sends each."""
    done = 0
    for device in Device.objects.filter(mail_due=True).select_related("user").order_by("pk")[:limit]:
        with transaction.atomic(), recording():
            is_ours = Device.objects.filter(pk=device.pk, mail_due=True).update(mail_due=False) == 1
        if not is_ours or not device.user.is_active or not device.user.email:
            continue
        try:
            send_text(device.user.email, **message_of(device))
        except OSError:
            logger.exception("the sign-in %s was not told by mail", device.ref)
            continue
        done += 1
    return done


def message_of(device: Device) -> dict[str, str]:
    """Subject and body, in the language of the person. No link in it signs anybody in."""
    with translation.override(device.user.language):
        body = _(
            "Somebody signed in to your account %(name)s from a device that was not used for it before.\n\n"
            "When: %(when)s\nNetwork: %(network)s\nBrowser: %(browser)s\n\n"
            "If it was you, there is nothing to do. If not, close that device's access and change your password: "
            "%(link)s\n\nYou cannot sign in any more? Call %(line)s"
        ) % {
            "name": device.user.username,
            "when": moment_text(device.first_at, "zone"),
            "network": device.network or _("unknown"),
            "browser": device.browser or _("unknown"),
            "link": f"{settings.PUBLIC_URL}{path_of(device)}",
            "line": settings.HELP_LINE,
        }
        return {"subject": _("A new device signed in to your account"), "body": body}
