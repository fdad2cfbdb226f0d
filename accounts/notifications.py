"""Notifies people inside the program and by e-mail, once per event, with the delivery on record.

A message says what kind of thing happened, the case's number, the time limit and one link: no content of the case (a
lock screen is read by others too).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from accounts.mail import send_messages
from accounts.models import Notification
from casework.counts import BADGE, capped_count
from casework.models import Event
from casework.refs import new_ref
from casework.row_digests import recording


def notify(
    people: Iterable[tuple[int, str, str]],
    *,
    event: Event,
    what: str | Promise,
    number: str,
    path: str,
    now: datetime,
    due_at: datetime | None = None,
) -> int:
    """Notifies each (user, address, language) of this event once, in the program and by mail; returns how many were
    new.

    A mail server that refuses leaves the notification in the program, unmailed; the retry tells nobody twice.
    """
    words = _in_both(what)
    fresh = 0
    for user_id, address, language in people:
        with transaction.atomic(), recording():
            row, created = Notification.objects.get_or_create(
                user_id=user_id,
                event=event,
                defaults={
                    "ref": new_ref("ntf_"),
                    "what_zh": words["zh-hans"],
                    "what_en": words["en"],
                    "number": number,
                    "path": path,
                    "due_at": due_at,
                    "told_at": now,
                },
            )
        fresh += created
        if address and row.mailed_at is None:
            send_messages([(address, language)], what=words.get(language, words["zh-hans"]), number=number, path=path)
            with transaction.atomic(), recording():
                Notification.objects.filter(pk=row.pk).update(mailed_at=now)
    return fresh


def tell_alone(user_id: int, *, what: str | Promise, path: str, now: datetime) -> None:
    """Notifies this person in the program of something about their own account, which is no event of a case."""
    words = _in_both(what)
    about = {"what_zh": words["zh-hans"], "what_en": words["en"], "number": "", "path": path, "told_at": now}
    with transaction.atomic(), recording():
        Notification.objects.create(user_id=user_id, ref=new_ref("ntf_"), **about)


def _in_both(what: str | Promise) -> dict[str, str]:
    words = {}
    for code in ("zh-hans", "en"):
        with translation.override(code):
            words[code] = str(what)[:200]
    return words


def open_notification(ref: str, *, user_id: int, now: datetime) -> Notification | None:
    """Marks the person's own notification as opened and returns it; None for anybody else's."""
    row = Notification.objects.filter(ref=ref, user_id=user_id).first()
    if row is not None and row.opened_at is None:
        with transaction.atomic(), recording():
            Notification.objects.filter(pk=row.pk, opened_at__isnull=True).update(opened_at=now)
    return row


def unopened(user_id: int) -> int:
    """Counts the person's notifications that were not opened, as a badge."""
    return capped_count(Notification.objects.filter(user_id=user_id, opened_at__isnull=True).order_by(), BADGE)
