"""Searching everything at once: people, parties, requests to be called back, notices, appeals and disputes.

Of each kind the first `FIRST` that the reader may see. Who and what was shown to whom is logged, without the words.
What does not belong here: what a case, a party or a person is found by (each app's `searching`).
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Party, User
from accounts.policies import finds_people
from accounts.roles import HELP_LINE, MEDIATOR
from accounts.searching import acting_for, parties_named, people_named
from appeals.queries import appeals_narrowed_for
from casework.actor import Actor
from console.frame import OVERSEES, REVIEWS, show, staff, surface
from disputes.queries import disputes_narrowed_for
from helpline.callers import plain_number
from helpline.policies import may_call_back
from helpline.queries import open_call_backs_to
from notices.queries import notices_listed_for
from operations.limits import number_of, plain_phone
from surfaces.filters import ListFilter, read_filter

logger = logging.getLogger(__name__)
FIRST = 10
"""Rows of each kind that are shown."""


class Row(NamedTuple):
    """One hit: where it leads, what it is called and what is said of it. `cases_url` finds the cases of a party."""

    url: str
    name: str
    about: Sequence[str]
    state: tuple[str, str] = ("", "")
    cases_url: str = ""


class Group(NamedTuple):
    """The hits of one kind; `all_url` is the list of all that have the words, where there are more."""

    code: str
    label: str | Promise
    rows: Sequence[Row]
    has_more: bool = False
    all_url: str = ""


@surface("GET", "HEAD")
def find(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see and that has the words, a page for any member of staff."""
    actor = staff(request, *REVIEWS, *OVERSEES, MEDIATOR, HELP_LINE)
    asked = read_filter(request.GET, states={}, kinds={})
    groups = [each for each in _groups(actor, asked) if each.rows] if len(asked.asked) > 1 else []
    return show(request, "find.html", sought=asked.asked, groups=groups, errors=asked.errors, first=FIRST)


def _groups(actor: Actor, asked: ListFilter) -> Iterable[Group]:
    phone = plain_phone(asked.asked)
    terms = [number_of(phone)] if phone else asked.words
    parties = list(parties_named(terms)[: FIRST + 1])
    people = list(people_named(terms)[: FIRST + 1]) if finds_people(actor) else []
    if finds_people(actor):
        yield Group(
            "people", gettext_lazy("People"), [person_row(each) for each in people[:FIRST]], len(people) > FIRST
        )
        yield Group(
            "parties",
            pgettext_lazy("found", "Parties"),
            [party_row(each) for each in parties[:FIRST]],
            len(parties) > FIRST,
        )
    calls = list(open_call_backs_to(actor, phone)[:FIRST]) if phone and may_call_back(actor) is None else []
    yield Group("calls", gettext_lazy("Call backs"), [call_row(each) for each in calls])
    theirs = {each.pk for each in parties[:FIRST]}
    theirs.update(held.party_id for each in people[:FIRST] for held in acting_for(each))
    cases = list(_cases(actor, asked, theirs))
    yield from cases
    seen = parties[:FIRST] if finds_people(actor) else []
    shown = [*(each.ref for each in people[:FIRST]), *(each.ref for each in seen), *(each.number for each in calls)]
    shown += [row.name for group in cases for row in group.rows]
    if shown:
        logger.info("officer %s searched and was shown %s", actor.code or actor.ref, " ".join(shown))


def _cases(actor: Actor, asked: ListFilter, parties: Collection[int]) -> Iterable[Group]:
    """Those that have the words, and those of the parties that were found by them."""
    own = Q(party_id__in=parties)
    if actor.has_role(*REVIEWS, *OVERSEES):
        label, at = gettext_lazy("Appeals"), "appeals:list"
        yield _group("appeals", label, at, actor, asked, appeals_narrowed_for, parties and own, appeal_row)
        label, at = gettext_lazy("Notices"), "notices:list"
        yield _group("notices", label, at, actor, asked, notices_listed_for, parties and own, notice_row)
    if actor.has_role(MEDIATOR, *OVERSEES):
        either = Q(claimant_id__in=parties) | Q(respondent_id__in=parties)
        label, at = gettext_lazy("Disputes"), "disputes:list"
        yield _group("disputes", label, at, actor, asked, disputes_narrowed_for, parties and either, dispute_row)


def _group(
    code: str,
    label: str | Promise,
    at: str,
    actor: Actor,
    asked: ListFilter,
    narrowed: Callable[[Actor, ListFilter], QuerySet[Any]],
    theirs: Any,
    row_of: Callable[[Any], Row],
) -> Group:
    """The one with exactly this number first, then the newest. `theirs` is empty where no party was found."""
    worded = list(narrowed(actor, asked)[: FIRST + 1])
    owned = list(narrowed(actor, ListFilter()).filter(theirs)[: FIRST + 1]) if theirs else []
    number = plain_number(asked.asked)
    found = {each.pk: each for each in (*worded, *owned)}.values()
    rows = sorted(found, key=lambda each: (each.number == number, each.created_at, each.pk), reverse=True)
    all_url = f"{reverse(at)}?{urlencode({'q': asked.asked})}" if len(worded) > FIRST else ""
    return Group(code, label, [row_of(each) for each in rows[:FIRST]], len(rows) > FIRST, all_url)


def person_row(user: User) -> Row:
    acts_for = [f"{held.party.name} ({held.get_role_display()})" for held in acting_for(user)]
    name = user.display_name or user.get_username()
    about = (user.get_username(), user.officer_code or "", _(", ").join(acts_for))
    return Row(reverse("admin:accounts_user_change", args=[user.pk]), name, about)


def party_row(party: Party) -> Row:
    about = (party.get_kind_display(), party.external_ref, party.get_status_display())
    url = reverse("parties:page", args=[party.ref])
    return Row(url, party.name, about, cases_url="?" + urlencode({"q": party.ref}))


def call_row(call: Any) -> Row:
    return Row(reverse("calls:call", args=[call.ref]), call.number, (), (call.state, call.get_state_display()))


def appeal_row(row: Any) -> Row:
    measures = _(", ").join(item.measure.kind.label for item in row.items.all())
    url = reverse("workbench:case", args=[row.ref])
    return Row(url, row.number, (row.party.name, measures), (row.state, row.get_state_display()))


def notice_row(row: Any) -> Row:
    measures = _(", ").join(each.kind.label for each in row.measures.all())
    url = reverse("notices:detail", args=[row.ref])
    return Row(url, row.number, (row.party.name, measures), (row.state, row.get_state_display()))


def dispute_row(row: Any) -> Row:
    respondent = row.respondent.name if row.respondent else _("the platform")
    sides = _("%(claimant)s against %(respondent)s") % {"claimant": row.claimant.name, "respondent": respondent}
    url = reverse("mediation:case", args=[row.ref])
    return Row(url, row.number, (sides, row.ground.title), (row.state, row.get_state_display()))
