"""What changes of who acts for a party, of where it or a person is reached, and of the tokens of a client stands in the
ledger; but for tokens it is told.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import texts
from accounts.contacts import is_mobile
from accounts.machine import RecordState
from accounts.mail import send_text
from accounts.models import AccountRecord, ApiClient, ApiToken, Membership, Party, User
from casework.actor import Actor
from casework.errors import TooManyRequests
from casework.firing import fire, open_case
from casework.models import Event

logger = logging.getLogger(__name__)

PAUSE = timedelta(minutes=10)
"""Between two archives of one person: each reads everything that is kept about them."""


def note_member(verb: str, membership: Membership, *, actor: Actor, now: datetime) -> None:
    """`add_member` or `end_member`; of those named when the party is made nothing is noted."""
    facts = {"user": membership.user.ref, "role": str(membership.role)}
    _note(verb, membership.party, actor=actor, now=now, facts=facts)


def require_pause(user: User, *, now: datetime) -> None:
    """Raises `TooManyRequests` so soon after the person took home what is kept about them."""
    record = AccountRecord.objects.filter(user=user).values("pk")
    taken = Event.objects.filter(case_kind=AccountRecord.KIND, case_id__in=record, type="account_record.records_taken")
    if taken.filter(at__gt=now - PAUSE).exists():
        raise TooManyRequests(retry_after=int(PAUSE.total_seconds()))


def note_records_taken(user: User, *, actor: Actor, now: datetime) -> None:
    """The person took home what is kept about them, which they are told. Raises `TooManyRequests` so soon again."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # of two at once, one
    require_pause(user, now=now)
    _note("take_records", user, actor=actor, now=now, facts={})


def note_leaving(verb: str, user: User, *, actor: Actor, now: datetime, **facts: Any) -> None:
    """`shut_out`, `leave` or `let_back` of a person."""
    _note(verb, user, actor=actor, now=now, facts=facts)


def note_token(verb: str, token: ApiToken, *, actor: Actor, now: datetime) -> None:
    """`make_token` or `end_token` of a client's token."""
    if token.client is not None:
        made_with = None if token.made_with is None else token.made_with.ref
        _note(verb, token.client, actor=actor, now=now, facts={"token": token.ref, "made_with": made_with})


def note_work(user: User, *, actor: Actor, now: datetime) -> None:
    """What the person can do, and how many open cases they have at most, is as the row says now."""
    _note("set_work", user, actor=actor, now=now, facts={"skills": user.skills, "capacity": user.capacity})


def note_contact(before: Party | User, *, actor: Actor, now: datetime) -> None:
    """Where the e-mail address or number is another than before, the ledger has it and the old one is told."""
    after = type(before)._default_manager.get(pk=before.pk)
    for what in ("email", "phone"):
        old = getattr(before, what, "")
        if old == getattr(after, what, ""):
            continue
        _note("change_contact", after, actor=actor, now=now, facts={"what": what})
        if old:
            transaction.on_commit(partial(_tell, old, after, now))


def _note(verb: str, whose: Party | User | ApiClient, *, actor: Actor, now: datetime, facts: dict[str, Any]) -> None:
    about: dict[str, Any] = {{Party: "party", User: "user", ApiClient: "client"}[type(whose)]: whose}
    type(whose)._default_manager.select_for_update(of=("self",)).get(pk=whose.pk)  # of two first ones, one opens it
    record = AccountRecord.objects.filter(**about).first()
    if record is None:
        record, of = AccountRecord(**about), {"of": whose.ref}
        open_case(record, state=RecordState.ON_RECORD, event="account_record.opened", actor=actor, now=now, facts=of)
    fire(record, verb, actor=actor, now=now, facts=facts)


def _tell(address: str, whose: Party | User, now: datetime) -> None:
    with translation.override(whose.language):
        body = _(
            "The platform no longer reaches %(name)s under this address or number: it was changed. "
            "If nobody of you asked for it, call the human line: %(line)s"
        ) % {"name": whose, "line": settings.HELP_LINE}
        try:
            if not is_mobile(address):
                send_text(address, subject=_("Your address or number was changed"), body=body)
            elif texts.are_sent():
                texts.gateway().send(address, body, ref=f"{whose.ref}-{now:%Y%m%d%H%M%S}")
        except OSError:
            logger.exception("the old address of %s was not told that it was changed", whose.ref)
