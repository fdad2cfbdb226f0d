"""What follows from a notice's deadlines and events."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import addresses_of
from casework.mail import tell
from casework.models import Deadline, Event
from casework.outbox import Subscriber
from notices import commands
from notices.models import Notice


def period_ended(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.end_elapsed_measures(notice_id=case_id, effective_at=effective_at, now=now)


def appeal_window_ended(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.close_appeal_window(notice_id=case_id, effective_at=effective_at, now=now)


def remedy_fell_due(*, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime) -> None:
    commands.mark_remedy_late(notice_id=case_id, remedy_ref=deadline.key, effective_at=effective_at, now=now)


WORDS = {
    "notice.issued": _("There is a new notice for you. You can appeal."),
    "notice.amended": _("The platform corrected the text of a notice to you."),
    "notice.revoked": _("A measure against you was revoked."),
    "notice.reduced": _("A measure against you was reduced."),
    "notice.ended": _("A measure against you has ended."),
    "notice.remedy_confirmed": _("Something that a measure took from you was restored."),
    "notice.remedy_failed": _("Something could not be restored. Please read what the platform says."),
    "notice.remedy_late": _("A restoration is late, and we are sorry. We follow it up."),
}


def tell_party(event: Event, *, now: datetime) -> None:
    """Everybody who acts for the party is told that something happened, without what it was about."""
    del now
    notice = Notice.objects.get(pk=event.case_id)
    tell(addresses_of(notice.party_id), what=WORDS[event.type], number=notice.number, path=f"/notices/{notice.ref}/")


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {event: [tell_party] for event in WORDS}
DEADLINES = {
    "notice.period": period_ended,
    "notice.appeal_window": appeal_window_ended,
    "notice.remedy": remedy_fell_due,
}
