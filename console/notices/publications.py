"""Public records of merchants' illegal acts: what is to be published and reported, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.formats import moment_text
from console.frame import list_view, show, staff, surface
from notices.lists import PUBLICATIONS
from notices.machine import PUBLICATION_TABS, PublicationState
from notices.models import OWED, Publication
from notices.policies import SWEEPS
from notices.queries import publication_for
from notices.verbs import actions_for
from surfaces.lists import Column, Flag, Kind, Line, Order, Tab, state, tabs_of
from surfaces.lists.words import in_columns


def _late(line: Line[Publication]) -> list[Flag]:
    return [Flag(_("Late"), "alert", "warn")] if line.row.is_late(line.now) else []


def _articles(line: Line[Publication]) -> list[str]:
    said = _("Breach of %(name)s, article %(article)s")
    return [said % {"name": each.name, "article": each.clause_number} for each in line.row.notice.articles]


def _reported(line: Line[Publication]) -> str:
    if line.row.reported_at is not None:
        return moment_text(line.row.reported_at, "day")
    return "" if line.row.state == PublicationState.DROPPED else _("not yet")


publications = list_view(
    PUBLICATIONS.shown(
        title=gettext_lazy("Public records of illegal acts"),
        lede=gettext_lazy(
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
        searched=gettext_lazy("Search by number or shop"),
        columns=[
            Column(
                "number",
                gettext_lazy("Record"),
                lambda line: line.row.number,
                Kind.NUMBER,
                note=lambda line: line.row.notice.number,
            ),
            Column("shop", gettext_lazy("Shop"), lambda line: line.row.shop_name),
            Column("act", gettext_lazy("Illegal act"), _articles, Kind.TEXTS),
            Column(
                "due",
                gettext_lazy("To be published by"),
                lambda line: line.row.due_at,
                Kind.MOMENT,
                order="due",
                flags=_late,
            ),
            Column("reported", gettext_lazy("Told the regulator"), _reported),
            state(),
        ],
        link=lambda line: reverse("publications:publication", args=[line.row.ref]),
        template="console/notices/publications.html",
        test=("publications", "publication-row"),
    ),
    roles=SWEEPS,
)
"""What is owed, the earliest first; what is public; and what is over."""


@surface("GET", "HEAD")
def publication(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one record as everybody reads it, when it is due, and the report to the regulator."""
    actor, now = staff(request, *SWEEPS), clock.now()
    row = publication_for(actor, ref)
    return show(
        request,
        "notices/publication.html",
        row=row,
        is_late=row.is_late(now),
        actions=actions_for(actor, row, now=now),
        now=now,
    )
