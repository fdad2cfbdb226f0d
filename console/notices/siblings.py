"""Notices that share the cause of an error: the list, and one of them, kept or corrected by a person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from casework import clock
from casework.states import states_on
from console.frame import list_view, show, staff, surface
from console.templatetags.console_tags import origin_url
from notices.lists import SIBLINGS
from notices.machine import SIBLING_STATES
from notices.models import SiblingReview
from notices.policies import SWEEPS, may_review_sibling
from notices.queries import notice_for, sibling_for, siblings_for, tool_cause_of
from notices.verbs import SIBLING
from surfaces.asks import STAFF
from surfaces.lists import Asked, Column, Kind, Order, state, tabs_of
from surfaces.verb_pages import Step, open_steps

ORIGINS = 20
"""Errors of which the list names those because of which most waits."""


def _rows(asked: Asked[SiblingReview]) -> QuerySet[SiblingReview]:
    """`cause` narrows them to where one error was found."""
    rows, cause = siblings_for(asked.actor), asked.query.get("cause", "")[:60]
    return rows.filter(origin_ref=cause) if cause else rows


def _causes(asked: Asked[SiblingReview]) -> Mapping[str, Any]:
    """The errors because of which most waits, or the one to which the list is narrowed."""
    cause = asked.query.get("cause", "")[:60]
    waiting = siblings_for(asked.actor).filter(state__in=states_on(SIBLING_STATES, "open")).order_by()
    counted = waiting.values("origin_ref", "origin_number").annotate(n=Count("pk"))
    return {
        "cause": cause,
        "origin": asked.every.values_list("origin_number", flat=True).first() if cause else "",
        "origins": counted.order_by("-n", "origin_number")[:ORIGINS],
    }


siblings = list_view(
    SIBLINGS.shown(
        title=gettext_lazy("Measures to look at again"),
        lede=gettext_lazy(
            "Each shares with a wrong one what made it wrong. Nothing falls by itself: a person looks at each and "
            "keeps or corrects it."
        ),
        rows=_rows,
        tabs=tabs_of(SiblingReview, open="oldest", done="decided"),
        orders={
            "oldest": SIBLINGS.orders["oldest"],
            "decided": Order(("-decided_at", "-id"), on=("done",)),
        },
        columns=[
            Column(
                "number",
                gettext_lazy("Notice"),
                lambda line: line.row.notice.number,
                Kind.NUMBER,
                note=lambda line: line.row.notice.party.name,
            ),
            Column(
                "shares",
                gettext_lazy("What it shares"),
                lambda line: capfirst(line.row.get_cause_kind_display()),
                note=lambda line: line.row.shared,
            ),
            Column(
                "executor",
                gettext_lazy("Executor"),
                lambda line: line.row.notice.act.executor.party.name if line.row.notice.act else "",
                note=lambda line: line.row.notice.act.person.code if line.row.notice.act else "",
            ),
            Column(
                "origin",
                gettext_lazy("Because of"),
                lambda line: line.row.origin_number,
                Kind.NUMBER,
                link=lambda line: origin_url(line.row),
            ),
            Column("since", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, order="oldest"),
            state(),
        ],
        link=lambda line: reverse("siblings:sibling", args=[line.row.ref]),
        frame="console/executors/base.html",
        place="siblings",
        template="console/notices/siblings.html",
        test=("siblings", "sibling-row"),
    ),
    roles=SWEEPS,
    more=_causes,
)
"""What waits to be reviewed again, the oldest first."""


@surface("GET", "HEAD", roles=SWEEPS)
def sibling(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one notice with what it shares; a person keeps or corrects it, with reasons that its party reads."""
    return show_sibling(request, ref)


def show_sibling(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the review's page; `typed` is the step that was refused."""
    actor = staff(request, *SWEEPS)
    row = sibling_for(actor, ref)
    return show(
        request,
        "notices/sibling.html",
        place="siblings",
        status=200 if typed is None else typed.status,
        row=row,
        notice=notice_for(actor, row.notice.ref),
        of_cause=tool_cause_of(row),
        conflict=may_review_sibling(actor, row.notice) is not None,
        steps=open_steps(SIBLING, STAFF, actor, row, clock.now(), typed),
        form=typed.form if typed else None,
    )


def others_of_its_cause(row: SiblingReview) -> str:
    """Where one goes on once a review is done."""
    return reverse("siblings:list") + f"?cause={row.origin_ref}"
