"""Compliance's lists about notices: public records of illegal acts, and measures to look at again."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from casework.formats import moment_text
from casework.states import states_on
from console.frame import list_view
from console.templatetags.console_tags import origin_url
from notices.lists import PUBLICATIONS, SIBLINGS
from notices.machine import PUBLICATION_TABS, SIBLING_STATES, PublicationState
from notices.models import OWED, Publication, SiblingReview
from notices.policies import SWEEPS
from notices.queries import siblings_for
from surfaces.lists import Asked, Column, Flag, Kind, Line, Order, Tab, Text, number, state, tabs_of
from surfaces.lists.words import in_columns


def _late(line: Line[Publication]) -> list[Flag]:
    return [Flag(_("Late"), "alert", "warn")] if line.row.is_late(line.now) else []


def _articles(line: Line[Any]) -> list[str]:
    said = _("Breach of %(name)s, article %(article)s")
    return [said % {"name": each.name, "article": each.clause_number} for each in line.row.notice.articles]


def _reported(line: Line[Publication]) -> Text:
    if line.row.reported_at is not None:
        return moment_text(line.row.reported_at, "day")
    return "" if line.row.state == PublicationState.DROPPED else _("not yet")


publications = list_view(
    PUBLICATIONS.shown(
        title=_("Public records of illegal acts"),
        lede=_(
            "A merchant's illegal act is made public within one working day of the decision, and the market regulator "
            "is told."
        ),
        tabs=[
            Tab("due", PUBLICATION_TABS["due"].label, OWED, "due"),
            *tabs_of(Publication, public="newest", over="newest")[1:],
        ],
        orders={
            "due": Order(("due_at", "id"), ("publication_owed_by_due",), on=("due",)),
            "newest": PUBLICATIONS.orders["newest"],
        },
        search=in_columns("number", "shop_name", "notice__number"),
        searched=_("Search by number or shop"),
        columns=[
            number(_("Record"), note=lambda line: line.row.notice.number),
            Column("shop", _("Shop"), lambda line: line.row.shop_name),
            Column("act", _("Illegal act"), _articles, Kind.TEXTS),
            Column("due", _("To be published by"), lambda line: line.row.due_at, Kind.MOMENT, order="due", flags=_late),
            Column("reported", _("Told the regulator"), _reported),
            state(),
        ],
        link=lambda line: reverse("publications:publication", args=[line.row.ref]),
        template="console/notices/publications.html",
        test=("publications", "publication-row"),
    ),
    roles=SWEEPS,
)
"""What is owed, the earliest first; what is public; and what is over."""


def _rows(asked: Asked[SiblingReview]) -> QuerySet[SiblingReview]:
    """`cause` narrows them to where one error was found."""
    rows, cause = siblings_for(asked.actor), asked.query.get("cause", "")[:60].replace("\x00", "")
    return rows.filter(origin_ref=cause) if cause else rows


ORIGINS = 20
"""Errors of which the list names those because of which most waits."""


def _causes(asked: Asked[SiblingReview]) -> Mapping[str, Any]:
    """The errors because of which most waits, or the one to which the list is narrowed."""
    cause = asked.query.get("cause", "")[:60].replace("\x00", "")
    waiting = siblings_for(asked.actor).filter(state__in=states_on(SIBLING_STATES, "open")).order_by()
    counted = waiting.values("origin_ref", "origin_number").annotate(n=Count("pk"))
    return {
        "cause": cause,
        "origin": asked.every.values_list("origin_number", flat=True).first() if cause else "",
        "origins": counted.order_by("-n", "origin_number")[:ORIGINS],
    }


siblings = list_view(
    SIBLINGS.shown(
        title=_("Measures to look at again"),
        lede=_(
            "Each shares with a wrong one what made it wrong. Nothing falls by itself: a person looks at each and "
            "keeps or corrects it."
        ),
        rows=_rows,
        tabs=tabs_of(SiblingReview, open="oldest", done="decided"),
        orders={"oldest": SIBLINGS.orders["oldest"], "decided": Order(("-decided_at", "-id"), on=("done",))},
        columns=[
            Column(
                "number",
                _("Notice"),
                lambda line: line.row.notice.number,
                Kind.NUMBER,
                note=lambda line: line.row.notice.party.name,
            ),
            Column(
                "shares",
                _("What it shares"),
                lambda line: capfirst(line.row.get_cause_kind_display()),
                note=lambda line: line.row.shared,
                code=lambda line: line.row.cause_kind,
            ),
            Column(
                "executor",
                _("Executor"),
                lambda line: line.row.notice.act.executor.party.name if line.row.notice.act else "",
                note=lambda line: line.row.notice.act.person.code if line.row.notice.act else "",
            ),
            Column(
                "origin",
                _("Because of"),
                lambda line: line.row.origin_number,
                Kind.NUMBER,
                link=lambda line: origin_url(line.row),
            ),
            Column("since", _("Since"), lambda line: line.row.created_at, Kind.DAY, order="oldest"),
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
