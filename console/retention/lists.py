"""Records that are due, class by class, without what they say; legal holds; retention runs."""

from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.frame import OVERSEES, list_view
from retention import queries
from retention.due import class_of, held
from retention.due import due as due_of
from retention.lists import HOLDS, RUNS
from retention.models import LegalHold
from surfaces.lists import Asked, Column, Flag, Kind, Line, Listing, Order, number, since, state, tabs_of
from surfaces.lists.words import in_columns


def _due(asked: Asked[Any]) -> QuerySet[Any]:
    row = class_of(asked.path["code"])
    is_held = Case(When(held(row, asked.now), then=Value(True)), default=False, output_field=BooleanField())
    found: QuerySet[Any] = due_of(row, asked.now).annotate(is_held=is_held)
    return found.select_related(*row.parties, *row.cases.values())


def _whose(line: Line[Any]) -> str:
    """The case or the parties that the record belongs to; nothing of what it says."""
    row, found = class_of(line.asked.path["code"]), []
    for path in (*row.cases.values(), *row.parties):
        value = line.row
        for name in path.split("__"):
            value = getattr(value, name)
        found.append(str(getattr(value, "number", "") or value))
    return " · ".join(dict.fromkeys(found))


due = list_view(
    Listing[Any](
        title=_("Due for deletion"),
        lede=_("What a run would delete now, without what it says. What is held is passed over."),
        nothing=_("Nothing of this class is due."),
        rows=_due,
        orders={"oldest": Order(("began", "pk"))},  # a dry run is asked for seldom, and by few
        columns=[
            Column("key", _("Number of the record"), lambda line: str(line.row.pk)[:12], Kind.NUMBER),
            Column("whose", _("Belongs to"), _whose, rank=1),
            Column("began", _("Time counted from"), lambda line: line.row.began, Kind.DAY),
            Column(
                "held",
                _("Held"),
                lambda line: "",
                flags=lambda line: [Flag(_("held"), "lock", "stop", test="held")] if line.row.is_held else [],
            ),
        ],
        by="pk",
        template="console/retention/due.html",
        test=("due", "due-row"),
    ),
    roles=OVERSEES,
    more=lambda asked: {"planned": queries.planned(class_of(asked.path["code"]), asked.now)},
)
"""The dry run of one class: which records would end, for whom."""


holds = list_view(
    HOLDS.shown(
        title=_("Legal holds"),
        lede=_("Nothing of a held party or case is deleted until the hold is lifted or its time is over."),
        tabs=tabs_of(LegalHold),
        search=in_columns("number", "about"),
        searched=_("Search by number, case or party"),
        columns=[
            number(_("Hold")),
            Column("about", _("What is held"), lambda line: str(line.row.party or line.row.about)),
            Column("reason", _("Why it is held"), lambda line: line.row.reason, Kind.WORDS, 3),
            Column("until", _("Held until"), lambda line: line.row.until, Kind.MOMENT),
            Column("put", _("Put by"), lambda line: str(line.row.put_by)),
            state(),
            since(),
        ],
        link=lambda line: reverse("retention:hold", args=[line.row.ref]),
        template="console/retention/holds.html",
        test=("holds", "hold-row"),
    ),
    roles=OVERSEES,
)


runs = list_view(
    RUNS.shown(
        title=_("Retention runs"),
        lede=_("What two people signed for and the worker deleted. Each has its certificate of what was destroyed."),
        columns=[
            number(_("Run")),
            Column("class", _("Records"), lambda line: str(line.row.of.name), code=lambda line: line.row.record_class),
            Column("due", _("Signed for"), lambda line: line.row.due, Kind.FIGURE),
            Column("ended", pgettext_lazy("retention", "Deleted"), lambda line: line.row.ended, Kind.FIGURE),
            state(),
            since(),
        ],
        link=lambda line: reverse("retention:run", args=[line.row.ref]),
        template="console/retention/runs.html",
        test=("runs", "run-row"),
    ),
    roles=OVERSEES,
)
