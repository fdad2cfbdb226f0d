"""What a party can use within one day, as clauses promise it: appeals, disputes, megabytes of evidence.

The command that uses something counts it here, so that page, API and socket are bound alike; the row of the day holds
the most, which the database checks. What an officer takes down for a caller is not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from casework.clock import BEIJING
from casework.errors import TooManyRequests
from casework.formats import moment_text
from files.content import MEGABYTE
from rules.choices import Unit
from rules.models import PartyUse
from rules.terms import Term, terms_at

APPEALS, DISPUTES, FILES = "appeals_a_day", "disputes_a_day", "files_a_day"
KEYS = (APPEALS, DISPUTES, FILES)


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of a party today: what is promised, and how much of it is used, in times or bytes."""

    term: Term
    used: int
    renews_at: datetime

    @property
    def most(self) -> int:
        return most_of(self.term)

    @property
    def shown(self) -> str:
        """What is used, in the unit of the promise."""
        return str(self.used) if self.term.unit == Unit.TIMES else f"{self.used / MEGABYTE:.1f}"


def most_of(term: Term) -> int:
    return term.amount * (MEGABYTE if term.unit == Unit.MEGABYTES else 1)


def use(party_id: int, key: str, amount: int, *, now: datetime) -> None:
    """Counts it against the party's day, in the transaction of the command that uses it.

    Raises `TooManyRequests` with the moment from which it is possible again, and the human line.
    """
    # A request that was received before midnight can come after one of the next day, and is counted there.
    day, own = _day(now), PartyUse.objects.filter(party_id=party_id, key=key)
    if _counted(own.filter(day__gte=day, used__lte=F("most") - amount), amount):
        return
    term = terms_at(now, [party_id])[key]  # the first of a day, a value that a clause changed meanwhile, or too much
    most = most_of(term)
    PartyUse.objects.bulk_create([PartyUse(party_id=party_id, key=key, day=day, most=most)], ignore_conflicts=True)
    own.filter(day__lt=day).update(day=day, used=0, most=most)
    if _counted(own.filter(day__gte=day, used__lte=most - amount), amount, most=most):
        return
    renews = _renews(day)
    text = _(
        "More than is possible within one day: “%(what)s” is %(most)s. You can go on from %(moment)s; the human line "
        "(%(line)s) takes it down at once."
    ) % {
        "what": term.promise.label,
        "most": term.said(),
        "moment": moment_text(renews, "zone"),
        "line": settings.HELP_LINE,
    }
    raise TooManyRequests(text, retry_after=max(1, int((renews - now).total_seconds())))


def _counted(rows: QuerySet[PartyUse], amount: int, **more: int) -> bool:
    return rows.update(used=F("used") + amount, **more) == 1


def quotas_of(party_id: int, *, now: datetime, terms: Iterable[Term] | None = None) -> list[Quota]:
    """Every quota of the party today."""
    day = _day(now)
    used = dict(PartyUse.objects.filter(party_id=party_id, day=day).values_list("key", "used"))
    found = {each.key: each for each in (terms_at(now, [party_id]).values() if terms is None else terms)}
    return [Quota(found[key], used.get(key, 0), _renews(day)) for key in KEYS]


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()


def _renews(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)
