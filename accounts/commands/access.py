"""Links for whoever cannot sign in: asked for, sent to the contact of record, used once, ended.

Asking does the same for every address, one row written, so that neither the answer nor its time tells a stranger
whether an address is known; the worker finds out and sends.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.contacts import (
    ACCESS,
    addresses_of_record,
    contacts_of_record,
    link_address,
    live_links,
    parties_reached_by,
)
from accounts.mail import send_text
from accounts.models import AccessLink, AccessRequest, Party, User
from accounts.policies import may_end_access_links, may_send_access_link
from accounts.signing import ref_of
from casework import outbox
from casework.actor import Actor
from casework.errors import Invalid, NotFound, TooManyRequests, require
from casework.firing import command
from casework.formats import moment_text
from casework.refs import new_ref
from operations.limits import is_crowded, mark_of_network

logger = logging.getLogger(__name__)

USABLE_FOR = timedelta(hours=24)
"""How long a link can be used after it was sent."""
OPEN_FOR = timedelta(hours=4)
"""How long what it opens stays open; a new link can be asked for at any time."""
FROM_ONE_SOURCE = 5
"""Requests that are taken from one network within an hour."""
IN_AN_HOUR = 300
"""Requests of strangers within an hour; of more only the first of each network is taken."""
TO_ONE_ADDRESS = 3
"""Requests for one e-mail address within a day upon which something is sent; of more nothing is said."""
PARTIES = 5
"""Parties of which one request sends links."""
AGAIN_AFTER = timedelta(minutes=5)
"""When a request is tried again after a mail server refused."""
GIVEN_UP_AFTER = timedelta(hours=2)


@command
def ask_access_link(*, address: str, now: datetime, source: str = "") -> None:
    """A link is sent to this address where it is some party's contact of record; nothing says whether it is.

    Raises `Invalid` for what is no address, and `TooManyRequests`, which names the human line.
    """
    typed = address.strip()
    try:
        validate_email(typed)
    except ValidationError:
        raise Invalid.field("/email", "invalid", _("This is not an e-mail address.")) from None
    marked = mark_of_network("accounts.access.source", source)
    recent = AccessRequest.objects.filter(asked_by=None, asked_at__gt=now - timedelta(hours=1))
    if is_crowded(recent, marked, of_one=FROM_ONE_SOURCE, of_all=IN_AN_HOUR):
        text = _("Too many links were asked for. Please call the human line: %(number)s.")
        raise TooManyRequests(text % {"number": settings.HELP_LINE})
    AccessRequest.objects.create(
        address=typed, mark=_mark("address", typed.lower()), source=marked, language=_language(), asked_at=now
    )
    transaction.on_commit(outbox.written.set)


@command
def send_access_link(*, actor: Actor, party: Party, now: datetime) -> list[str]:
    """An officer has a link sent to the party's contact of record, and to no address that a caller says.

    Returns the addresses, masked; none where the party has no contact of record. Raises `NotAllowed`.
    """
    require(may_send_access_link(actor))
    AccessRequest.objects.create(party=party, asked_by_id=actor.person, language=party.language, asked_at=now)
    transaction.on_commit(outbox.written.set)
    logger.info("officer %s had an access link sent to %s", actor.code, party.ref)
    return addresses_of_record(party)


@command
def end_access_links(*, actor: Actor, party: Party, now: datetime) -> int:
    """Every link of the party opens nothing any more, from the next request on; returns how many did.

    Raises `NotAllowed`.
    """
    require(may_end_access_links(actor, party))
    return live_links(party, now=now).update(revoked_at=now, revoked_by=actor.ref)


@command
def enter_by_link(*, signed: str, now: datetime) -> AccessLink:
    """The link is used up, and opens its party's notices and appeals until `open_until`.

    Raises `NotFound` alike for one that was used, ended, expired, or never sent.
    """
    ref = ref_of(signed, purpose=ACCESS)
    usable = AccessLink.objects.filter(ref=ref, used_at=None, revoked_at=None, expires_at__gte=now)
    if not ref or usable.update(used_at=now, open_until=now + OPEN_FOR) != 1:  # of two at once, one is let in
        raise NotFound()
    link = AccessLink.objects.select_related("party").get(ref=ref)
    with translation.override(link.party.language):
        name = gettext("Contact of record")
    User.objects.get_or_create(
        contact_of=link.party,
        defaults={
            "username": f"contact.{link.party.ref}",
            "display_name": name,
            "language": link.party.language,
            "password": make_password(None),
            "date_joined": now,
        },
    )
    return link


@command
def leave_by_link(*, ref: str, now: datetime) -> None:
    """Whoever entered by this link has left: what it opened is closed."""
    AccessLink.objects.filter(ref=ref, revoked_at=None).update(revoked_at=now, revoked_by="holder")


def send_access_links(*, now: datetime, limit: int = 20) -> int:
    """Sends what was asked for; returns how many requests were seen to. Of two workers one sends each."""
    waiting = AccessRequest.objects.filter(done_at=None)
    free = Q(tried_at=None) | Q(tried_at__lte=now - AGAIN_AFTER)
    done = 0
    for request in waiting.filter(free)[:limit]:
        if waiting.filter(free, pk=request.pk).update(tried_at=now) != 1:
            continue
        if now - request.asked_at < GIVEN_UP_AFTER:
            try:
                _send(request, now=now)
            except OSError:
                logger.exception("access link of request %s was not sent", request.pk)
                continue
        waiting.filter(pk=request.pk).update(done_at=now, address="")
        done += 1
    return done


def _send(request: AccessRequest, *, now: datetime) -> None:
    for party, address, language in _wanted(request, now=now):
        link = AccessLink.objects.create(
            ref=new_ref("lnk_"),
            party=party,
            sent_to=address,
            request=request,
            created_at=now,
            expires_at=now + USABLE_FOR,
        )
        with translation.override(language):
            body = gettext(
                "Somebody asked for a link to the notices and appeals of %(party)s.\n\nOpen it here: %(link)s\n\n"
                "It works once, until %(until)s. It lets you read and appeal without signing in; do not pass it on. "
                "If you did not ask for it, you need do nothing.\n\nHuman line: %(line)s"
            ) % {
                "party": party.name,
                "link": link_address(link),
                "until": moment_text(link.expires_at, "zone"),
                "line": settings.HELP_LINE,
            }
            send_text(address, subject=gettext("Your link to notices and appeals"), body=body)


def _wanted(request: AccessRequest, *, now: datetime) -> list[tuple[Party, str, str]]:
    """The party, address and language of each link that the request sends."""
    if request.party is not None:
        return [(request.party, address, language) for address, language in contacts_of_record(request.party)]
    same = AccessRequest.objects.filter(mark=request.mark, asked_at__gt=request.asked_at - timedelta(days=1))
    if same.filter(pk__lt=request.pk).count() >= TO_ONE_ADDRESS:
        return []
    found = parties_reached_by(request.address)[:PARTIES]
    return [(party, address, request.language) for party, address in found]


def _mark(what: str, text: str) -> str:
    return salted_hmac(f"accounts.access.{what}", text, algorithm="sha256").hexdigest()


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
