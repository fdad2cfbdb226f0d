"""The page of whoever oversees mediators: what is due, who holds it since when, why it waits, who can take it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.machine import held_since
from console.disputes.frame import overseer
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
from console.templatetags.dispute_tags import turn
from disputes import commands, inputs
from disputes.machine import DisputeState
from disputes.models import Dispute
from disputes.policies import conflict_of
from disputes.queries import due_at_of, team
from operations import outages
from surfaces.lists import Act, Asked, Choice, Column, Kind, Listing, Order, detail, number, state


def mediators(now: datetime) -> list[AtWork]:
    """Everybody who mediates, with what they hold."""
    return at_work(MEDIATOR, now=now, held=team.disputes_in_hands)


def _rows(asked: Asked[Dispute]) -> QuerySet[Dispute]:
    rows, now = team.open_for_oversight(asked.actor), asked.now
    match asked.tab:
        case "held":
            return rows.filter(team.in_hands())
        case "absent":
            return rows.filter(team.in_hands(), mediator__absent_until__gt=now)
        case "nobody":
            return team.left_to_nobody(rows, [each.actor for each in mediators(now) if not each.is_absent])
        case tab:
            return rows.filter(team.due_before(due_by(tab, now), since=None if tab == "late" else now))


class Standing(NamedTuple):
    """What is said of a row besides: what is due, since when it is held, and why it stands where it does."""

    due_at: datetime | None
    since: datetime | None
    why: str


def _beside(asked: Asked[Dispute], rows: Sequence[Dispute]) -> Mapping[Any, Any]:
    people, spans, held = mediators(asked.now), outages.ledger(), held_since(Dispute, rows)
    takers = team.joinable_of([row for row in rows if row.mediator_id is None], [each.actor for each in people])
    return {
        row.pk: Standing(
            due_at_of(row, spans),
            held.get(row.pk) if row.mediator_id else None,
            _why(row, [each for each in people if each.user.pk in takers.get(row.pk, ())], people, asked.now),
        )
        for row in rows
    }


def _why(row: Dispute, takers: Sequence[AtWork], people: Sequence[AtWork], now: datetime) -> str:
    if row.mediator is not None:
        return absence(row.mediator, now) or _("turn: %(who)s") % {"who": turn(row) or _("nobody")}
    if not row.is_open or row.waits_on is None:
        return _("turn: %(who)s") % {"who": turn(row) or _("nobody")}
    n, absent = sum(not each.is_absent for each in takers), sum(each.is_absent for each in takers)
    if n:
        return ngettext("waits; %(n)d person can take it", "waits; %(n)d can take it", n) % {"n": n}
    about = {"absent": absent, "conflict": len(people) - len(takers)}
    return _("nobody can take it: %(conflict)d with a conflict of interest, %(absent)d absent") % about


disputes = list_view(
    Listing[Dispute](
        title=gettext_lazy("Team: disputes"),
        hint=gettext_lazy("Who holds what, what falls due, and why it stands where it does."),
        nothing=gettext_lazy("No dispute is here."),
        rows=_rows,
        tabs=[*DUE_TABS, *HAND_TABS],
        starts_where_something_is=True,
        orders={
            "newest": Order(("-created_at", "-id"), ("dispute_newest", "dispute_by_mediator", "dispute_queue")),
            "due": Order(
                ("platform_due_at", "id"), ("dispute_open_by_due", "dispute_queue"), on=[each.name for each in DUE_TABS]
            ),
        },
        filters=[Choice("state", gettext_lazy("State"), dict(DisputeState.choices))],
        beside=_beside,
        columns=[
            number(gettext_lazy("Case")),
            Column(
                "ground",
                pgettext_lazy("dispute", "Ground"),
                lambda line: line.row.ground.title,
                rank=3,
                code=lambda line: line.row.ground.slug,
            ),
            state(),
            Column("due", gettext_lazy("Due"), lambda line: line.beside.due_at, Kind.DUE, 1),
            Column("holder", gettext_lazy("Held by"), lambda line: people_code(line.row.mediator)),
            detail("team", gettext_lazy("Team of whoever holds it"), lambda line: people_team(line.row.mediator)),
            Column("since", gettext_lazy("Held for"), lambda line: line.beside.since, Kind.SINCE, file_head=HELD_SINCE),
            Column("why", gettext_lazy("Why it stands there"), lambda line: line.beside.why),
        ],
        link=lambda line: reverse("mediation:case", args=[line.row.ref]),
        acts=[
            Act(
                "assign",
                gettext_lazy("Assign"),
                "mediation:assign",
                is_link=True,
                run=commands.assign_dispute,
                many=gettext_lazy("Assign those that are ticked"),
                done=lambda n: ngettext("%(n)d case was assigned.", "%(n)d cases were assigned.", n) % {"n": n},
                takes=inputs.AssignDisputeInput,
                choices=lambda asked: taker_choices(mediators(asked.now)),
            )
        ],
        frame="console/disputes/base.html",
        template="console/team.html",
        test=("disputes", ""),
    ),
    who=overseer,
    more=lambda asked: {"people": mediators(asked.now), "now": asked.now},
)
"""The open disputes, by when they are due and in whose hands; below them the mediators."""


def shows_takers(_actor: Actor, dispute: Dispute, now: datetime, **_address: Any) -> dict[str, Any]:
    """For the page on which a dispute is assigned: everybody who mediates, and of whoever cannot take it why."""
    people = mediators(now)
    against = {each.user.pk: _against(each, dispute, now) for each in people}
    return {"takers": [(each, against[each.user.pk]) for each in people]}


def _against(each: AtWork, dispute: Dispute, now: datetime) -> str:
    if each.user.pk == dispute.mediator_id:
        return _("This mediator holds the dispute already.")
    if conflict_of(each.actor, dispute) is not None:
        return _("This mediator took part or once acted for a side.")
    return str(capfirst(absence(each.user, now)))
