"""The notices to a reader, and the illegal acts that were made public."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.formats import deadline_text, moment_text, money
from notices.lists import NOTICES, PUBLIC_RECORDS
from notices.machine import NoticeState
from notices.models import Measure, MeasureState, Notice
from surfaces.lists import Asked, Column, Flag, Kind, Line, anybody, detail, list_page, number, state
from surfaces.lists.cells import Struck
from surfaces.web import page


def _measures(line: Line[Notice]) -> str:
    return _(", ").join(each.kind.label for each in line.row.measures.all())


def _objects(line: Line[Notice]) -> str:
    return _(", ").join(dict.fromkeys(each.object_label for each in line.row.measures.all()))


def _appeal_by(line: Line[Notice]) -> datetime | None:
    is_open = line.row.state == NoticeState.IN_FORCE and line.row.appeal_closes_at > line.now
    return line.row.appeal_closes_at if is_open else None


def _day_and_party(line: Line[Notice]) -> str:
    day = moment_text(line.row.served_at, "day")
    return day if len(line.asked.actor.parties) == 1 else f"{day} · {line.row.party.name}"


LIST = NOTICES.shown(
    title=_("Notices"),
    searched=_("Search by number, product, order or words"),
    columns=[
        Column(
            "measures",
            _("Measure"),
            _measures,
            flags=lambda line: [] if line.row.read_at else [Flag(_("Not opened yet"), "dot", "wait")],
            code=lambda line: " ".join(str(each.type_id) for each in line.row.measures.all()),
        ),
        Column("objects", _("Objects"), _objects),
        state(),
        Column("appeal_by", _("Appeal by"), _appeal_by, Kind.DUE),
        number(_("Number and day"), note=_day_and_party, order="newest", file_head=_("Number"),
        ),
        detail("served", _("Delivered"), lambda line: line.row.served_at, Kind.MOMENT),
        Column(
            "closes", _("Appeal possible until"), lambda line: line.row.appeal_closes_at, Kind.MOMENT,
            file_only=True,
        ),
        detail("facts", _("Facts"), lambda line: line.row.facts),
        detail("party", _("Addressee"), lambda line: line.row.party.name),
    ],
    link=lambda line: reverse("notices:detail", args=[line.row.ref]),
    nothing=_("There are no notices to you."),
    nothing_leads=("rules:list", _("Read the rules")),
    size=20,
    frame="base.html",
    template="notices/list.html",
    test=("notices", "notice-line"),
)  # fmt: skip


def _several(asked: Asked[Notice]) -> Mapping[str, Any]:
    """Where several are appealed at once, which an app above says."""
    return {"together_url": asked.path["several"](asked.actor) if len(asked.page) > 1 else ""}


notices = require_safe(page()(list_page(LIST, more=_several)))
"""The notices to this reader that the address asks for, newest first."""
RECORDS = PUBLIC_RECORDS.shown(
    title=_("Illegal acts made public"),
    lede=_(
        "When a merchant broke the law and the platform acted, the shop, the act and the measures are shown here "
        "within one working day, until the last measure ends."
    ),
    columns=[
        Column("number", _("Number"), lambda line: line.row.number),
        Column("shop", _("Shop"), lambda line: line.row.shop_name),
        Column(
            "act",
            _("Illegal act"),
            lambda line: [f"{each.name} {each.clause_number}" for each in line.row.notice.articles],
            Kind.TEXTS,
        ),
        Column(
            "measures",
            _("Measures"),
            lambda line: [each.kind.label for each in line.row.notice.measures.all()],
            Kind.TEXTS,
        ),
        Column("published", _("Made public"), lambda line: line.row.published_at, Kind.MOMENT),
        state(),
    ],
    each="notices/_public_record.html",
    nothing=_("Nothing is made public at present."),
    nothing_leads=("rules:list", _("Read the rules")),
    size=20,
    frame="base.html",
    test=("public-records", "public-record"),
)
public_records = require_safe(page()(list_page(RECORDS, who=anybody)))
"""Merchants' illegal acts that were made public: shop, act and measures. Open to everybody."""


def _counts(measure: Measure) -> str:
    """Until when a measure counts, and as what."""
    if measure.state == MeasureState.REVOKED:
        return str(_("Revoked; counts as nothing."))
    if measure.state == MeasureState.ENDED:
        return str(_("No longer in force."))
    if measure.amount_minor is not None:
        return money(measure.amount_minor, measure.currency)
    if measure.ends_at is not None:
        return _("Counts until %(moment)s.") % {"moment": deadline_text(measure.ends_at)}
    return str(_("Without an end date."))


def _named(measure: Measure) -> str:
    text = f"{measure.kind.label} · {measure.object_label}"
    return Struck(text) if measure.state == MeasureState.REVOKED else text


def _of_each(said: Callable[[Measure], str]) -> Callable[[Line[Any]], list[str]]:
    return lambda line: [said(each) for each in line.row.measures.all()]


MEASURES = NOTICES.shown(
    title=_("Measures"),
    columns=[
        Column("measures", _("Measure"), _of_each(_named), Kind.TEXTS),
        Column("counts", _("What counts"), _of_each(_counts), Kind.TEXTS),
        state(),
        number(_("Notice"), note=lambda line: moment_text(line.row.served_at, "day"), order="newest"),
    ],
    link=lambda line: reverse("notices:detail", args=[line.row.ref]),
    nothing=_("Nothing counts against you."),
    size=20,
    frame="base.html",
    test=("measures", "measure-line"),
)
