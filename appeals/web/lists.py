"""The appeals of a person's parties."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from appeals import queries
from appeals.lists import APPEALS
from appeals.machine import AppealState
from appeals.models import Appeal, AppealGroup, Outcome
from appeals.web.sentences import next_step, overdue, state_of, turn
from casework.formats import moment_text
from surfaces.lists import Choice, Column, Kind, Line, Listing, Order, Text, detail, list_page, number
from surfaces.web import page


def list_card(appeal: Appeal, now: Any) -> dict[str, Any]:
    """The values of one appeal as a card in a list."""
    code, label = state_of(appeal)
    decided = appeal.state == AppealState.DECIDED
    return {
        "appeal": appeal,
        "measures": _(", ").join(i.measure.kind.label for i in appeal.items.all()),
        "objects": _(", ").join(dict.fromkeys(i.measure.object_label for i in appeal.items.all())),
        "state": code,
        "label": label,
        "url": reverse("appeals:decision" if decided else "appeals:detail", args=[appeal.ref]),
        "turn": turn(appeal),
        "next": next_step(appeal),
        "is_overdue": overdue(appeal, now),
    }


def _next(line: Line[Appeal]) -> Text:
    if line.beside["is_overdue"]:
        return _("We are late. We are sorry; your appeal comes first now.")
    return str(line.beside["next"]["text"]) if line.beside["next"] else ""


def _group(line: Line[Appeal]) -> AppealGroup | None:
    grouped = getattr(line.row, "grouped", None)
    return grouped.group if grouped is not None else None


def _group_number(line: Line[Appeal]) -> str:
    group = _group(line)
    return group.number if group is not None else ""


def _group_url(line: Line[Appeal]) -> str:
    group = _group(line)
    return reverse("appeals:group", args=[group.ref]) if group is not None else ""


LIST = APPEALS.shown(
    title=_("Appeals"),
    searched=_("Search by number, product, order or words"),
    columns=[
        Column(
            "measures",
            _("Measure"),
            lambda line: line.beside["measures"],
            code=lambda line: " ".join(str(each.measure.type_id) for each in line.row.items.all()),
        ),
        Column("objects", _("Objects"), lambda line: line.beside["objects"]),
        Column("state", _("State"), lambda line: (line.beside["state"], line.beside["label"]), Kind.STATE, rank=1),
        Column("next", _("What comes next"), _next),
        Column(
            "due",
            pgettext_lazy("column", "Due"),
            lambda line: line.beside["next"]["at"] if line.beside["next"] else None,
            Kind.DUE,
        ),
        number(
            _("Number and day"),
            note=lambda line: moment_text(line.row.filed_at, "day"),
            order="newest",
            file_head=_("Number"),
        ),
        Column("group", _("Filed together"), _group_number, Kind.NUMBER, link=_group_url),
        detail("filed", _("Filed"), lambda line: line.row.filed_at, Kind.MOMENT),
        detail("notice", _("Notice"), lambda line: line.row.notice.number),
        Column(
            "ground",
            _("Ground"),
            lambda line: line.row.get_ground_display(),
            file_only=True,
            code=lambda line: line.row.ground,
        ),
        detail("statement", _("Statement"), lambda line: line.row.statement),
        detail("decided", _("Decided at"), lambda line: line.row.decided_at, Kind.MOMENT),
    ],
    link=lambda line: str(line.beside["url"]),
    beside=lambda asked, rows: {each.pk: list_card(each, asked.now) for each in rows},
    nothing=_("You have no appeals."),
    nothing_leads=("notices:list", _("See all notices")),
    size=20,
    frame="base.html",
    test=("appeals", "appeal-line"),
)
appeals = require_safe(page()(list_page(LIST)))
"""The appeals of this person's parties that the address asks for, newest first."""


def _own_words(line: Line[Appeal]) -> str:
    """What was said of this one alone."""
    return str(line.row.statement).removeprefix(line.asked.path["group"].statement).strip()


MEMBERS = Listing[Any](
    title=_("Filed together"),
    rows=lambda asked: queries.appeals_of_group(asked.actor, asked.path["group"]),
    orders={"place": Order(("place",), ("grouped_appeal_number_is_unique",))},
    filters=[
        Choice(
            "state",
            _("State"),
            {**dict(AppealState.choices), **dict(Outcome.choices)},
            lambda code: Q(outcome=code) if code in Outcome.values else Q(state=code),
        )
    ],
    columns=[
        Column("measures", _("Measure"), lambda line: line.beside["measures"]),
        Column("objects", _("Objects"), lambda line: line.beside["objects"], note=_own_words),
        *LIST.columns[2:5],
        number(_("Number"), note=lambda line: _("Lead case") if line.row.place == 1 else "", order="place"),
    ],
    beside=lambda asked, rows: {each.pk: list_card(each, asked.now) for each in rows},
    link=lambda line: str(line.beside["url"]),
    frame="base.html",
    test=("members", "member-line"),
)
