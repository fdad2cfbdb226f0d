"""Reactions to what changes of an account, and what the worker sees to in each round for accounts."""

from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise

from accounts.commands import mail_new_devices, send_access_links
from accounts.events import EVENTS
from accounts.models import AccountRecord, Party
from accounts.notifications import notify
from accounts.policies import owned_before
from casework.models import Event
from casework.outbox import Subscriber


def notify_owners(party: Party, *, event: Event, what: str | Promise, number: str, now: datetime) -> None:
    """Notifies whoever owns the party or ever owned it, whether or not they can still sign in."""
    told: set[int] = set()
    for each in owned_before(party).select_related("user").order_by(F("ended_at").desc(nulls_first=True), "pk"):
        path = reverse("accounts:people", args=[party.ref]) if each.ended_at is None else reverse("home")
        if each.user_id not in told:
            person = (each.user_id, each.user.email, each.user.language)
            notify([person], event=event, what=what, number=number, path=path, now=now)
            told.add(each.user_id)


def tell_owners(event: Event, *, now: datetime) -> None:
    """Notifies the owners of a party, of before too, of what changed of who acts for it and where it is reached."""
    record = AccountRecord.objects.select_related("party").get(pk=event.case_id)
    if record.party is not None:
        notify_owners(record.party, event=event, what=EVENTS[event.type].message, number=record.number, now=now)


def tell_person(event: Event, *, now: datetime) -> None:
    """Notifies the person that what is kept about them was taken home: it can have been somebody else."""
    record = AccountRecord.objects.select_related("user").get(pk=event.case_id)
    if record.user is not None:
        person = (record.user.pk, record.user.email, record.user.language)
        path = reverse("accounts:profile")
        notify([person], event=event, what=EVENTS[event.type].message, number=record.number, path=path, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    f"account_record.{each}": [tell_owners] for each in ("member_added", "member_ended", "contact_changed")
} | {"account_record.records_taken": [tell_person]}
ROUTINES = {"access links": send_access_links, "new devices": mail_new_devices}
