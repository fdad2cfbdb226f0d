"""Asking to be called back, and calling; the only writer of call backs."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, TooManyRequests, or_not_found, require
from casework.firing import command
from casework.refs import new_number, new_ref
from helpline.models import HELD_FOR, MOST_TRIES, OPEN, CallBack, CallBackState, number_mark_of
from helpline.policies import may_call_back, may_end_call
from helpline.windows import SOON, open_time_after, slots_from
from operations.limits import is_crowded, mark_of_network, plain_phone

AS_SOON_AS_POSSIBLE = "soon"
AGAIN_AFTER = timedelta(hours=1)
"""Open time before somebody who was not reached is called again."""
OPEN_AT_ONCE = 3
"""Requests that wait at once of one account, or without an account for one number."""
FROM_ONE_ADDRESS = 10
"""Requests without an account that are taken from one network within an hour."""
IN_AN_HOUR = 200
"""Requests without an account within an hour; of more only the first of each network is taken."""
SAME_WITHIN = timedelta(minutes=10)
"""The very same request, sent again from the same place within this time, is the first one."""

_AREA = r"(?:10|2[0-9]|[3-9][0-9]{2})"
_CHINESE = re.compile(rf"1[3-9][0-9]{{9}}|0{_AREA}[0-9]{{7,8}}|[48]00[0-9]{{7}}")
"""A mobile number, a landline with its area code, or a service number, as dialled within China."""
_FROM_ABROAD = re.compile(rf"(?:\+|00)?86(?:1[3-9][0-9]{{9}}|0?{_AREA}[0-9]{{7,8}})|(?:\+|00)(?!86|0)[0-9]{{8,15}}")
"""With the country code; of other countries only the length that every number has (E.164)."""


@command
def ask_call_back(
    *,
    actor: Actor | None,
    phone: str,
    now: datetime,
    when: str = AS_SOON_AS_POSSIBLE,
    about: str = "",
    case_number: str = "",
    source: str = "",
) -> CallBack:
    """The request is on file with the time by which a person calls; the very same one, sent again, is the first one.

    `actor` is None for somebody without an account, `source` the address they write from. `when` is the code of one of
    `slots_from(now)`, or empty words for as soon as possible. Whether a case has this number is not asked, so that
    nobody learns it. Raises `Invalid` and `TooManyRequests`, which names the human line.
    """
    dialled = _checked_phone(phone)
    call_from, due_at = _promised(when, now)
    person = actor.user_id if actor is not None else None
    asked: dict[str, Any] = {"phone": dialled, "about": about.strip(), "case_number": case_number.strip()}
    marked = "" if person is not None else mark_of_network("helpline.source", source)
    named = number_mark_of(dialled)
    waiting = CallBack.objects.filter(state__in=OPEN)
    # From the same account or address: who knows somebody's number must not be led to the page of their request.
    again = waiting.filter(asked_by_id=person, source=marked, asked_at__gt=now - SAME_WITHIN, **asked).first()
    if again is not None:
        return again
    _require_few(waiting, person, named, marked, now=now)
    return CallBack.objects.create(
        ref=new_ref("cbk_"),
        number=new_number("C", now),
        language="en" if (get_language() or "").startswith("en") else "zh-hans",
        asked_by_id=person,
        source=marked,
        number_mark=named,
        asked_at=now,
        call_from=call_from,
        due_at=due_at,
        **asked,
    )


def _checked_phone(phone: str) -> str:
    """The number as it is dialled; full-width digits and signs, as a Chinese keyboard types them, made plain."""
    plain = plain_phone(phone)
    without_extension = re.sub(r"(?<=[0-9])-[0-9]{1,6}$", "", plain)
    if not (_is_a_number(plain) or _is_a_number(without_extension)):
        words = _(
            "This is no whole phone number. Give a mobile number of 11 digits, a landline with its area code such as "
            "0571 8888 0000, or another country's number with + and its code."
        )
        raise Invalid.field("/phone", "phone", words)
    return plain


def _is_a_number(typed: str) -> bool:
    dialled = re.sub(r"[ ()-]", "", typed)
    return bool(_CHINESE.fullmatch(dialled) or _FROM_ABROAD.fullmatch(dialled))


def _promised(when: str, now: datetime) -> tuple[datetime, datetime]:
    if when in ("", AS_SOON_AS_POSSIBLE):
        return now, open_time_after(now, SOON)
    for slot in slots_from(now):
        if slot.code == when:
            return slot.starts, slot.ends
    raise Invalid.field("/when", "unknown", _("This time can no longer be chosen. Choose another."))


def _require_few(waiting: Any, person: int | None, number_mark: str, source: str, *, now: datetime) -> None:
    """Raises `TooManyRequests`, in the same words whichever limit was met: they say nothing of anybody's number.

    An account is counted by what it asked itself: whoever else names its number takes nothing from it.
    """
    recent = CallBack.objects.filter(asked_by__isnull=True, asked_at__gt=now - timedelta(hours=1))
    own = waiting.filter(asked_by_id=person)
    if person is None:
        own = own.filter(number_mark=number_mark)
    is_full = person is None and is_crowded(recent, source, of_one=FROM_ONE_ADDRESS, of_all=IN_AN_HOUR)
    if is_full or own.count() >= OPEN_AT_ONCE:
        text = _("Too many calls wait already. Please call the human line: %(number)s.")
        raise TooManyRequests(text % {"number": settings.HELP_LINE})


@command
def cancel_call_back(*, ref: str, now: datetime) -> CallBack:
    """Nobody calls any more, and the number is deleted; done by whoever has the address. Once over it stays as it is.

    Raises `NotFound`.
    """
    row = or_not_found(CallBack.objects.filter(ref=ref).first())
    _change(row, Q(state__in=OPEN), **_over(CallBackState.CANCELLED, now))
    return row


@command
def claim_call_back(*, actor: Actor, ref: str, now: datetime) -> CallBack:
    """Holds the request for the actor, who from now on sees the number. Raises `NotAllowed`, `NotFound`, and
    `NotYourTurn` where it is over or a colleague has held it for less than half an hour.
    """
    require(may_call_back(actor))
    row = or_not_found(CallBack.objects.filter(ref=ref).first())
    held = Q(state=CallBackState.CLAIMED) & (Q(officer_id=actor.person) | Q(claimed_at__lte=now - HELD_FOR))
    free = Q(state=CallBackState.WAITING) | held
    if not _change(row, free, state=CallBackState.CLAIMED, officer_id=actor.person, claimed_at=now):
        raise NotYourTurn(_("A colleague is calling, or it is over."))
    return row


@command
def finish_call_back(*, actor: Actor, ref: str, was_reached: bool, now: datetime) -> CallBack:
    """The person was called. Reached, it is over; not reached, they are called again, three times in all.

    What ends it deletes the number and the words. Raises `NotAllowed`, `NotFound`, and `LeaseLost` for a request that
    the actor does not hold.
    """
    row = _held(actor, ref)
    if was_reached:
        changes = _over(CallBackState.REACHED, now)
    elif row.tries + 1 >= MOST_TRIES:
        changes = _over(CallBackState.NOT_REACHED, now) | {"tries": row.tries + 1, "tried_at": now}
    else:
        begins = open_time_after(now, AGAIN_AFTER)
        changes = _let_go() | {
            "tries": row.tries + 1,
            "tried_at": now,
            "call_from": begins,
            "due_at": open_time_after(begins, SOON),
        }
    return _change_held(row, actor, **changes)


@command
def let_call_back_go(*, actor: Actor, ref: str, now: datetime) -> CallBack:
    """A colleague can take it; what was promised stands. Raises as `finish_call_back`."""
    return _change_held(_held(actor, ref), actor, **_let_go())


@command
def give_back_calls(*, user: User, actor: Actor, now: datetime) -> int:
    """Colleagues can take every call that somebody who leaves holds; what was promised stands. Returns how many.

    For `accounts.commands.deactivate_user`, which asks whether it may be done.
    """
    return held_by(user).update(**_let_go())


def held_by(user: User) -> QuerySet[CallBack]:
    """The requests that this person holds, also for longer than a colleague has to wait."""
    return CallBack.objects.filter(officer=user, state=CallBackState.CLAIMED).order_by("due_at", "id")


def _held(actor: Actor, ref: str) -> CallBack:
    require(may_call_back(actor))
    row = or_not_found(CallBack.objects.filter(ref=ref).first())
    require(may_end_call(actor, row))
    return row


def _change_held(row: CallBack, actor: Actor, **changes: Any) -> CallBack:
    if not _change(row, Q(state=CallBackState.CLAIMED, officer_id=actor.person), **changes):
        raise NotYourTurn(_("A colleague is calling, or it is over."))
    return row


def _let_go() -> dict[str, Any]:
    return {"state": CallBackState.WAITING, "officer_id": None, "claimed_at": None}


def _over(state: CallBackState, now: datetime) -> dict[str, Any]:
    return {"state": state, "ended_at": now, "phone": "", "number_mark": "", "about": ""}


def _change(row: CallBack, condition: Q, **changes: Any) -> bool:
    """Changes the row where the condition still holds, and says whether it did."""
    changed = CallBack.objects.filter(condition, pk=row.pk).update(**changes)
    row.refresh_from_db()
    return bool(changed)
