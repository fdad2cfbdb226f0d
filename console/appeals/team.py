"""The page of whoever leads reviewers: what is due, who holds it since when, why it stands there, who can take it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appeals import commands, inputs
from appeals.lists import LANGUAGES
from appeals.machine import AppealState
from appeals.models import IN_FORCE, Appeal, Ground, Level, RoutingRule
from appeals.policies import OVERSEES, REVIEWS, conflicts_in, in_hands
from appeals.queries import team
from appeals.routing import RULE
from casework.actor import Actor
from casework.machine import held_since, step_for
from console.appeals.lists import AT_STAKE, LANGUAGE, MEASURES, PARTY, case_url, kept_by
from console.frame import list_view
from console.team import (
    DUE_TABS,
    HAND_TABS,
    HELD_SINCE,
    AtWork,
    absence,
    at_work,
    due_by,
    people_code,
    people_team,
    taker_choices,
)
from surfaces.lists import Act, Asked, Choice, Column, Kind, Line, Listing, Order, Tab, detail, number, state

LOOKED_BACK = timedelta(days=90)
"""For how long back is counted in how many decisions something stayed unopened."""


def _teams_kept_for() -> dict[str, str]:
    rules = RoutingRule.objects.filter(IN_FORCE, team__isnull=False).select_related("team")
    return {str(rule.team_id): str(rule.team) for rule in rules}


TEAMS: Mapping[str, str] = lazy(_teams_kept_for, dict)()
"""The teams for which rules in force keep appeals, by key: read whenever a list is drawn."""
ESCALATED = Tab("escalated", gettext_lazy("Time runs, and it does not move"), order="due")


def reviewers(now: datetime) -> list[AtWork]:
    """Everybody who reviews, with what they hold."""
    return at_work(*REVIEWS, now=now, held=partial(team.appeals_in_hands, now=now))


def _with_unopened(now: datetime) -> list[AtWork]:
    people = reviewers(now)
    found = team.left_unopened([each.user.pk for each in people], since=now - LOOKED_BACK)
    return [replace(each, unopened=found.get(each.user.pk, (0, 0))) for each in people]


def _rows(asked: Asked[Appeal]) -> QuerySet[Appeal]:
    rows, now = team.open_for_lead(asked.actor).annotate(rule=RULE), asked.now
    match asked.tab:
        case "escalated":
            return rows.filter(team.escalated(now))
        case "held":
            return rows.filter(in_hands(now))
        case "absent":
            return rows.filter(in_hands(now), reviewer__absent_until__gt=now)
        case "nobody":
            present = [each.actor for each in reviewers(asked.now) if not each.is_absent]
            return team.left_to_nobody(rows, present, now=now)
        case tab:
            return rows.filter(team.due_before(due_by(tab, now), since=None if tab == "late" else now))


class Standing(NamedTuple):
    """What is said of a row besides: since when it is held, and why it stands where it does."""

    since: Any
    why: str


def _beside(asked: Asked[Appeal], rows: Sequence[Appeal]) -> Mapping[Any, Any]:
    people, rules = reviewers(asked.now), team.rules_of(rows)
    held, conflicts = held_since(Appeal, rows), conflicts_in(rows, [each.actor for each in people])
    return {
        row.pk: Standing(
            held.get(row.pk) if row.reviewer_id else None,
            _why(asked, row, people, conflicts, rules.get(row.rule)),  # type: ignore[attr-defined]  # `_rows`
        )
        for row in rows
    }


def reasons_against(
    appeal: Appeal, people: Sequence[AtWork], conflicts: Mapping[tuple[int, int], Promise], now: datetime
) -> dict[int, str | Promise]:
    """Why each of those who cannot take the appeal now cannot, by person."""
    found: dict[int, str | Promise] = {}
    for each in people:
        if reason := conflicts.get((appeal.pk, each.user.pk)):
            found[each.user.pk] = reason
        elif team.too_junior(appeal, each.actor):
            found[each.user.pk] = gettext_lazy("A second review is by a senior reviewer.")
        elif each.is_absent:
            found[each.user.pk] = str(capfirst(absence(each.user, now)))
    return found


def _why(
    asked: Asked[Appeal],
    row: Appeal,
    people: Sequence[AtWork],
    conflicts: Mapping[tuple[int, int], Promise],
    rule: RoutingRule | None,
) -> str:
    if row.state == AppealState.MORE_NEEDED:
        return _("waits for the appellant's answer")
    if row.state == AppealState.LATE_REQUESTED:
        return _("a late request is to be answered")
    if row.reviewer is not None and not row.lease_is_free(asked.now):
        return absence(row.reviewer, asked.now) or _("is being reviewed")
    against, routed = reasons_against(row, people, conflicts, asked.now), kept_by(row, rule, asked.now)
    if rule is not None and rule.kept_until(row) > asked.now:
        kept: dict[int, str | Promise] = {each.user.pk: routed for each in people if not rule.serves(each.actor)}
        against = kept | against
    if len(against) == len(people):
        counted = Counter(map(str, against.values())).most_common(3)
        return _("nobody can take it: %(reasons)s") % {"reasons": " ".join(f"{text} ({n})" for text, n in counted)}
    n = len(people) - len(against)
    if row.reviewer is not None:
        words = ngettext(
            "its reviewer's time ran out; %(n)d person can take it", "its reviewer's time ran out; %(n)d can take it", n
        )
    else:
        words = ngettext("waits; %(n)d person can take it", "waits; %(n)d can take it", n)
    return " · ".join(filter(None, (words % {"n": n}, routed)))


def _is_senior(actor: Actor) -> bool:
    return actor.has_role("senior_reviewer")


def _may_be_released(line: Line[Appeal]) -> bool:
    return step_for(line.row, "release") is not None


def _may_be_assigned(line: Line[Appeal]) -> bool:
    return step_for(line.row, "assign") is not None


ASSIGN = Act[Appeal](
    "assign",
    gettext_lazy("Assign"),
    "workbench:assign",
    is_link=True,
    run=commands.assign_appeal,
    many=gettext_lazy("Assign those that are ticked"),
    done=lambda n: ngettext("%(n)d case was assigned.", "%(n)d cases were assigned.", n) % {"n": n},
    may=_is_senior,
    takes=inputs.AssignInput,
    choices=lambda asked: taker_choices(reviewers(asked.now)),
    when=_may_be_assigned,
)
TAKE_BACK = Act[Appeal](
    "take-back",
    gettext_lazy("Take back"),
    "workbench:take-back",
    is_link=True,
    run=commands.take_back_appeal,
    many=gettext_lazy("Take back those that are ticked"),
    done=lambda n: ngettext("%(n)d case was taken back.", "%(n)d cases were taken back.", n) % {"n": n},
    may=_is_senior,
    takes=inputs.TakeBackInput,
    when=_may_be_released,
)
appeals = list_view(
    Listing[Appeal](
        title=gettext_lazy("Team: appeals"),
        hint=gettext_lazy("Who holds what, what falls due, and why it stands where it does."),
        nothing=gettext_lazy("No appeal is here."),
        rows=_rows,
        tabs=[ESCALATED, *DUE_TABS, *HAND_TABS],
        starts_where_something_is=True,
        orders={
            "due": Order(("decide_due_at", "id"), ("appeal_open_by_due", "appeal_open_by_change")),
        },
        filters=[
            Choice("ground", gettext_lazy("Ground"), dict(Ground.choices)),
            Choice("level", gettext_lazy("Review"), dict(Level.choices)),
            Choice("language", gettext_lazy("Language"), LANGUAGES),
            Choice(
                "team",
                gettext_lazy("Kept for the team"),
                TEAMS,
                lambda key: Q(rule__in=RoutingRule.objects.filter(IN_FORCE, team=int(key)).values("pk")),
            ),
        ],
        beside=_beside,
        columns=[
            number(gettext_lazy("Case")),
            Column("due", gettext_lazy("Due"), lambda line: line.row.due_at, Kind.DUE, 1, "due"),
            Column("holder", gettext_lazy("Held by"), lambda line: people_code(line.row.reviewer)),
            detail("team", gettext_lazy("Team of whoever holds it"), lambda line: people_team(line.row.reviewer)),
            Column("since", gettext_lazy("Held for"), lambda line: line.beside.since, Kind.SINCE, file_head=HELD_SINCE),
            Column("why", gettext_lazy("Why it stands there"), lambda line: line.beside.why),
            state(),
            PARTY,
            replace(MEASURES, file_only=True),
            replace(AT_STAKE, file_only=True),
            replace(LANGUAGE, file_only=True),
        ],
        link=case_url,
        acts=[ASSIGN, TAKE_BACK],
        template="console/team.html",
    ),
    roles=OVERSEES,
    more=lambda asked: {"people": _with_unopened(asked.now), "now": asked.now},
)
"""The open appeals, by when they are due and in whose hands; below them the reviewers."""


def shows_takers(_actor: Actor, appeal: Appeal, now: datetime, **_address: Any) -> dict[str, Any]:
    """For the page on which an appeal is assigned: everybody who reviews, and of whoever cannot take it why."""
    people = reviewers(now)
    against = reasons_against(appeal, people, conflicts_in([appeal], [each.actor for each in people]), now)
    return {"takers": [(each, against.get(each.user.pk, "")) for each in people]}
