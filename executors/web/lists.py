"""The incidents of an executor's people."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.errors import or_not_found
from casework.formats import moment_text
from executors import queries
from executors.lists import INCIDENTS
from executors.models import IS_HEARD, Incident
from executors.web import presenters
from surfaces.lists import Asked, Column, Kind, Order, list_page
from surfaces.web import page


def _rows(asked: Asked[Incident]) -> QuerySet[Any]:
    or_not_found(queries.person_of(asked.actor))  # of whoever works for an executor alone
    return queries.incidents_for(asked.actor).annotate(heard=IS_HEARD)


def _lines(asked: Asked[Incident], rows: Sequence[Incident]) -> Mapping[Any, Any]:
    person = or_not_found(queries.person_of(asked.actor))
    return {each.pk: presenters.incident_line(each, reader=person, now=asked.now) for each in rows}


incidents = page("GET", "HEAD")(
    list_page(
        INCIDENTS.shown(
            title=_("Incidents"),
            lede=_(
                "An incident opens by itself when a measure of yours is overturned. Say in time what happened; "
                "nothing is found before you could."
            ),
            rows=_rows,
            orders={
                "heard": Order(("heard", "-created_at", "-id"), ("incident_unheard_first",)),
                "newest": INCIDENTS.orders["newest"],
            },
            columns=[
                Column("title", _("What was overturned"), lambda line: line.beside["title"]),
                Column(
                    "state",
                    _("State"),
                    lambda line: (line.beside["state"], line.beside["label"]),
                    Kind.STATE,
                    1,
                    note=lambda line: _("Your turn") if line.beside["is_yours"] else "",
                ),
                Column("result", _("Result"), lambda line: line.beside["result"]),
                Column(
                    "due",
                    _("Due"),
                    lambda line: line.beside["due_at"],
                    Kind.DUE,
                    note=lambda line: line.beside["due_label"],
                ),
                Column(
                    "number",
                    _("Number and day"),
                    lambda line: line.beside["number"],
                    Kind.NUMBER,
                    note=lambda line: " · ".join(
                        each for each in (moment_text(line.row.created_at, "day"), line.beside["who"]) if each
                    ),
                    order="newest",
                ),
            ],
            beside=_lines,
            link=lambda line: str(line.beside["url"]),
            row_class=lambda line: "yours" if line.beside["is_yours"] else "",
            nothing=_("There is no incident. Nothing that you decided was overturned."),
            size=20,
            frame="executors/frame.html",
            template="executors/incidents.html",
            test=("incidents", "incident-line"),
        ),
    )
)
"""This person's incidents, for a lead the team's; what waits for a statement first."""
