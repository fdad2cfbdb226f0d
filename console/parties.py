"""Everything about one party in one timeline, newest first, as far as the reader may see it. Each look is logged.

What does not belong here: who may see which case (each app's policies).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import AccessLink, Invitation, Membership, Party, User, masked
from accounts.policies import finds_people, may_read_all_of_party
from accounts.roles import ADMINISTRATOR, MEDIATOR
from appeals.queries import appeals_narrowed_for
from casework import clock
from casework.actor import Actor
from casework.errors import NotFound, or_not_found, require
from console.finding import Row, appeal_row, call_row, dispute_row, notice_row
from console.frame import OVERSEES, REVIEWS, ROWS, show, staff, surface
from disputes.queries import determinations_in, disputes_narrowed_for
from helpline.queries import call_backs_for
from notices.queries import notices_listed_for, points_of
from surfaces.filters import ListFilter
from surfaces.pages import Page

logger = logging.getLogger(__name__)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS: dict[str, str | Promise] = {
    "notices": gettext_lazy("Notices"),
    "appeals": gettext_lazy("Appeals"),
    "disputes": gettext_lazy("Disputes"),
    "people": gettext_lazy("People"),
    "access": gettext_lazy("Access links"),
    "calls": gettext_lazy("Call backs"),
    "record": pgettext_lazy("of a party", "Its record"),
}


class Source(NamedTuple):
    """One kind of thing that happens to a party: its rows, the column that says when, and what is said of a row.

    A `kind` of `KINDS` can have several; `roles` see it.
    """

    kind: str
    label: str | Promise
    at: str
    rows: Callable[[Actor, Party], QuerySet[Any]]
    said: Callable[[Any], Row]
    roles: Sequence[str] = OVERSEES


class Entry(NamedTuple):
    """One line of the timeline; `place` is where it stands, among what happened at the same moment too."""

    at: datetime
    label: str | Promise
    row: Row
    place: str


def _appeals(actor: Actor, party: Party) -> QuerySet[Any]:
    return appeals_narrowed_for(actor, ListFilter()).filter(party=party).select_related("party")


def _disputes(actor: Actor, party: Party) -> QuerySet[Any]:
    either = Q(claimant=party) | Q(respondent=party)
    return disputes_narrowed_for(actor, ListFilter()).filter(either).prefetch_related(None)


def _determinations(actor: Actor, party: Party) -> QuerySet[Any]:
    return determinations_in(_disputes(actor, party))


def _calls(actor: Actor, party: Party) -> QuerySet[Any]:
    people = Membership.objects.filter(party=party).values("user_id")
    return call_backs_for(actor).filter(asked_by__in=people)


def _changes(_actor: Actor, party: Party) -> QuerySet[Any]:
    kind = ContentType.objects.get_for_model(Party)
    return LogEntry.objects.filter(content_type=kind, object_id=str(party.pk)).select_related("user")


def _decided(row: Any) -> Row:
    return appeal_row(row)._replace(state=(row.outcome, row.get_outcome_display()))


def _determined(row: Any) -> Row:
    return dispute_row(row.dispute)._replace(state=(row.outcome, row.get_outcome_display()))


def _member(row: Membership) -> Row:
    until = _("mandate until %(day)s") % {"day": row.acts_until.date()} if row.acts_until else ""
    return Row("", _name(row.user), (row.get_role_display(), until))


def _invitation(row: Invitation) -> Row:
    return Row("", masked(row.sent_to) or _("a link passed on"), (row.get_role_display(), _name(row.invited_by)))


def _link(row: AccessLink) -> Row:
    used = _("used") if row.used_at else _("ended") if row.revoked_at else _("not used")
    return Row("", masked(row.sent_to), (used,))


def _change(row: LogEntry) -> Row:
    return Row("", _name(row.user), (row.get_change_message(),))


def _name(user: User) -> str:
    return user.display_name or user.get_username()


def _of(model: Any, *related: str, **where: Any) -> Callable[[Actor, Party], QuerySet[Any]]:
    return lambda _actor, party: model.objects.filter(party=party, **where).select_related(*related)


REVIEWED, MEDIATED = (*REVIEWS, *OVERSEES), (MEDIATOR, *OVERSEES)
SOURCES = (
    Source(
        "notices",
        gettext_lazy("Notice served"),
        "created_at",
        lambda actor, party: notices_listed_for(actor, ListFilter()).filter(party=party),
        notice_row,
        REVIEWED,
    ),
    Source("appeals", gettext_lazy("Appeal filed"), "created_at", _appeals, appeal_row, REVIEWED),
    Source(
        "appeals",
        gettext_lazy("Appeal decided"),
        "decided_at",
        lambda actor, party: _appeals(actor, party).filter(decided_at__isnull=False, outcome__isnull=False),
        _decided,
        REVIEWED,
    ),
    Source("disputes", gettext_lazy("Dispute opened"), "created_at", _disputes, dispute_row, MEDIATED),
    Source("disputes", gettext_lazy("Dispute determined"), "decided_at", _determinations, _determined, MEDIATED),
    Source("people", gettext_lazy("Acts for it from here on"), "started_at", _of(Membership, "user"), _member),
    Source(
        "people",
        gettext_lazy("Acts for it no longer"),
        "ended_at",
        _of(Membership, "user", ended_at__isnull=False),
        _member,
    ),
    Source("people", gettext_lazy("Invited"), "created_at", _of(Invitation, "invited_by"), _invitation),
    Source("access", gettext_lazy("Access link sent"), "created_at", _of(AccessLink, "party"), _link),
    Source("calls", gettext_lazy("Asked to be called back"), "asked_at", _calls, call_row),
    Source("record", gettext_lazy("Record changed"), "action_time", _changes, _change),
)


@surface("GET", "HEAD")
def party(request: HttpRequest, ref: str) -> HttpResponse:
    """The timeline of one party, narrowed to a kind: of a reviewer or mediator as far as they see its cases."""
    actor = staff(request, *REVIEWS, *OVERSEES, MEDIATOR)
    row = or_not_found(Party.objects.select_related("client").filter(ref=ref).first())
    require(may_read_all_of_party(actor, row))
    sources = [each for each in enumerate(SOURCES) if actor.has_role(*each[1].roles)]
    if not finds_people(actor) and not any(source.rows(actor, row).exists() for _rank, source in sources):
        raise NotFound()
    kinds = {code: label for code, label in KINDS.items() if any(source.kind == code for _rank, source in sources)}
    kind = request.GET.get("kind", "")
    asked = [each for each in sources if kind not in kinds or each[1].kind == kind]
    logger.info("officer %s opened the page of %s", actor.code or actor.ref, row.ref)
    return show(
        request,
        "party.html",
        party=row,
        points=points_of(actor, row, clock.now()) if actor.has_role(*OVERSEES) else None,
        kinds=kinds,
        kind=kind if kind in kinds else "",
        paging=_page(actor, row, asked, request.GET.get("after", ""), request.GET.get("before", "")),
        edits=actor.has_role(ADMINISTRATOR),
    )


def _page(actor: Actor, party: Party, sources: Sequence[tuple[int, Source]], after: str, before: str) -> Page[Any]:
    """The entries that follow the place `after`, or precede `before`: of each source no more rows than a page has."""
    at, back = _place(after or before), bool(before and not after)
    found = [entry for rank, source in sources for entry in _entries(actor, party, source, rank, at, back=back)]
    found.sort(key=lambda each: each[0], reverse=not back)
    if back and at is not None and len(found) <= ROWS:  # the beginning, filled up
        return _page(actor, party, sources, "", "")
    shown = [entry for _key, entry in found[:ROWS]][:: -1 if back else 1]
    if not shown:
        return Page(shown)
    has_newer, has_older = at is not None, back or len(found) > ROWS
    return Page(shown, shown[0].place if has_newer else "", shown[-1].place if has_older else "")


type Key = tuple[datetime, int, int]
"""When, the source, and the row: the order of the timeline, the sources of one moment in their order."""


def _entries(
    actor: Actor, party: Party, source: Source, rank: int, at: Key | None, *, back: bool
) -> Iterator[tuple[Key, Entry]]:
    rows, name, sign = source.rows(actor, party), source.at, "gt" if back else "lt"
    if at is not None:
        moment, other, pk = at
        beyond = Q(**{f"{name}__{sign}": moment})
        if -rank == other:
            beyond |= Q(**{name: moment, f"pk__{sign}": pk})
        elif (-rank > other) is back:
            beyond |= Q(**{name: moment})
        rows = rows.filter(beyond)
    for row in rows.order_by(*((name, "pk") if back else (f"-{name}", "-pk")))[: ROWS + 1]:
        when = getattr(row, name)
        place = f"{(when - EPOCH) // timedelta(microseconds=1)}-{rank}-{row.pk}"
        yield (when, -rank, row.pk), Entry(when, source.label, source.said(row), place)


def _place(text: str) -> Key | None:
    """The place that an address names; None where it names none."""
    parts = text.split("-")
    if len(parts) != 3 or not all(each.isascii() and each.isdigit() and len(each) < 18 for each in parts):
        return None
    micros, rank, pk = map(int, parts)
    return EPOCH + timedelta(microseconds=micros), -rank, pk


addresses = [path("<slug:ref>/", party, name="page")]
