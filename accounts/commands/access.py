"""Links and codes for whoever cannot sign in: asked for, sent to the contact of record, used once, ended.

Asking does the same for every address, one row written, so that neither the answer nor its time tells a stranger
whether an address is known; the worker finds out and sends.
"""

import logging
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import texts
from accounts.commands.people import mobile_of
from accounts.commands.records import note_contact
from accounts.contacts import (
    ACCESS,
    CODE,
    CODE_FOR,
    LONG,
    NUMBER_WAITS,
    TO_ONE_ADDRESS,
    addresses_of_record,
    code_of,
    contacts_of_record,
    is_mobile,
    live_links,
    message_of,
    parties_reached_by,
)
from accounts.mail import send_text
from accounts.models import TRIES, AccessLink, AccessRequest, Party, User
from accounts.policies import lost_its_owners, may_end_access_links, may_provision, may_send_access_link
from accounts.signing import ref_of, signed
from casework import outbox
from casework.actor import Actor
from casework.errors import Invalid, NotFound, NotYourTurn, TooManyRequests, require
from casework.firing import command
from casework.refs import new_ref
from operations.limits import address_of_device, is_crowded, mark_of_network, mobile_number

logger = logging.getLogger(__name__)

USABLE_FOR = timedelta(hours=24)
"""How long a link can be used after it was sent."""
OPEN_FOR = timedelta(hours=4)
"""How long what it opens stays open; a new link can be asked for at any time."""
FROM_ONE_SOURCE = 5
"""Requests that are taken from one network within an hour."""
IN_AN_HOUR = 300
"""Requests of strangers within an hour; of more only the first of each network is taken."""
PARTIES = 5
"""Parties of which one request sends links."""
AGAIN_AFTER = timedelta(minutes=5)
"""When a request is tried again after a mail server refused."""
GIVEN_UP_AFTER = timedelta(hours=2)


@command
def ask_access_link(*, address: str, now: datetime, source: str = "", device: str = "") -> str:
    """A link or code is sent to this e-mail address or mobile number where it is some party's contact of record.

    Returns the signed reference of the request, upon which a code is typed; nothing says whether anything is sent.
    `device` is the cookie of a device that may have entered by this address before. Raises `Invalid` for what is
    neither, and `TooManyRequests`, which names the human line.
    """
    typed = address_typed(address)
    recent = AccessRequest.objects.filter(asked_by=None, asked_at__gt=now - timedelta(hours=1))
    known = address_of_device(device, typed.lower())
    marked = mark_of_network("accounts.access.source", known or source)
    is_known = known is not None
    if is_crowded(recent, marked, of_one=FROM_ONE_SOURCE, of_all=IN_AN_HOUR, is_known=is_known):
        text = _("Too many links were asked for. Please call the human line: %(number)s.")
        raise TooManyRequests(text % {"number": settings.HELP_LINE})
    mark = _mark("address", typed.lower())
    same = AccessRequest.objects.filter(mark=mark, asked_at__gt=now - timedelta(days=1))
    is_dropped = same.filter(source=marked).count() >= TO_ONE_ADDRESS
    if not is_dropped and is_crowded(same, marked, of_one=TO_ONE_ADDRESS, of_all=TO_ONE_ADDRESS, is_known=is_known):
        is_dropped = same.filter(asked_at__gt=now - CODE_FOR).exclude(tried_at=None, done_at__isnull=False).exists()
    request = AccessRequest.objects.create(
        ref=new_ref("arq_"),
        address="" if is_dropped else typed,
        done_at=now if is_dropped else None,
        mark=mark,
        source=marked,
        language=_language(),
        asked_at=now,
    )
    transaction.on_commit(outbox.written.set)
    return signed(str(request.ref), purpose=CODE)


def address_typed(address: str) -> str:
    """The e-mail address, or the mobile number as it is dialled from anywhere. Raises `Invalid`."""
    typed = address.strip()
    if "@" not in typed and texts.are_sent() and (number := mobile_number(typed)):
        return number
    try:
        validate_email(typed)
    except ValidationError:
        if texts.are_sent():
            raise Invalid.field("/email", "invalid", _("This is no e-mail address and no mobile number.")) from None
        raise Invalid.field("/email", "invalid", _("This is not an e-mail address.")) from None
    return typed


@command
def set_party_phone(*, actor: Actor, party: Party, phone: str, now: datetime) -> Party:
    """Says under which mobile number the platform knows a party that has none yet; codes for whoever cannot sign in go
    there, from three days later on. Its owners learn of it.

    Another number in the place of one is an administrator's to enter, so that no back end moves the codes of a party
    to a number of its own; so is the first of a party that has no owner any more. Raises `NotAllowed`,
    `Invalid`, `NotYourTurn`.
    """
    require(may_provision(actor, party=party))
    number = mobile_of(phone)
    if not number:
        raise Invalid.field("/phone", "required", _("Give the number."))
    if party.phone == number:
        return party
    before = Party.objects.get(pk=party.pk)
    free = Party.objects.filter(pk=party.pk, phone="")
    if lost_its_owners(party) or free.update(phone=number, phone_from=now + NUMBER_WAITS) != 1:
        raise NotYourTurn(_("The party has another number, or no owner; an administrator changes it, in the admin."))
    note_contact(before, actor=actor, now=now)
    party.refresh_from_db()
    return party


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
    """The link is used up, and opens its party's cases until `open_until`.

    Raises `NotFound` alike for one that was used, ended, expired, or never sent.
    """
    ref = ref_of(signed, purpose=ACCESS)
    link = _entered(ref, now=now) if ref else None
    if link is None:
        raise NotFound()
    return link


@command
def enter_by_code(*, asked: str, code: str, now: datetime) -> AccessLink | None:
    """As `enter_by_link`, by the code that was sent upon this request, as `ask_access_link` returned it, or by the long
    one that was sent upon another for the same address.

    None alike where the code is wrong or too old, was used, where nothing was sent, and after the fifth try; each try
    counts, which is why nothing is raised.
    """
    ref = ref_of(asked, purpose=CODE)
    untried = AccessRequest.objects.filter(ref=ref, tries__lt=TRIES)
    if not ref or untried.update(tries=F("tries") + 1) != 1:
        return None
    typed = "".join(each for each in unicodedata.normalize("NFKC", code) if not each.isspace())
    usable = AccessLink.objects.filter(used_at=None, revoked_at=None, created_at__gte=now - CODE_FOR)
    sent = usable.filter(request__mark=AccessRequest.objects.get(ref=ref).mark).select_related("request")
    codes = {code_of(link, digits=LONG): link.ref for link in sent}
    codes |= {code_of(link): link.ref for link in sent if link.request.ref == ref}
    right = [opens for code, opens in codes.items() if constant_time_compare(code, typed)]
    return _entered(right[0], now=now) if right else None


def _entered(ref: str, *, now: datetime) -> AccessLink | None:
    """The link with this `ref`, used up; None where it cannot be used. Of two at once, one is let in."""
    usable = AccessLink.objects.filter(ref=ref, used_at=None, revoked_at=None, expires_at__gte=now)
    if usable.update(used_at=now, open_until=now + OPEN_FOR) != 1:
        return None
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
            expires_at=now + (CODE_FOR if is_mobile(address) else USABLE_FOR),
        )
        subject, body = message_of(link, language)
        if is_mobile(address):
            texts.gateway().send(address, body, ref=link.ref)
        else:
            send_text(address, subject=subject, body=body)


def _wanted(request: AccessRequest, *, now: datetime) -> list[tuple[Party, str, str]]:
    """The party, address and language of each link that the request sends."""
    if request.party is not None:
        return [(request.party, address, language) for address, language in contacts_of_record(request.party)]
    found = parties_reached_by(request.address, now=now)[:PARTIES]
    return [(party, address, request.language) for party, address in found]


def _mark(what: str, text: str) -> str:
    return salted_hmac(f"accounts.access.{what}", text, algorithm="sha256").hexdigest()


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
