"""The right holders' notices of a side, and those that everybody reads (电子商务法 44)."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.formats import moment_text
from infringements.lists import INFRINGEMENTS, PUBLISHED
from infringements.models import Infringement, Outcome
from infringements.policies import is_of_holder
from infringements.queries import public_name
from surfaces.lists import Column, Kind, Line, anybody, list_page, number, state
from surfaces.web import page


def _title(line: Line[Infringement]) -> str:
    return line.row.right_title or line.row.number


def _is_yours(line: Line[Infringement]) -> str:
    return str(_("your notice") if is_of_holder(line.asked.actor, line.row) else _("to you"))


infringements = require_safe(
    page()(
        list_page(
            INFRINGEMENTS.shown(
                title=_("Intellectual property"),
                lede=_("Notices that you gave as a right holder, and notices of right holders against your shop."),
                columns=[
                    Column(
                        "right", _("The right"), lambda line: line.row.right_title or line.row.number, note=_is_yours
                    ),
                    Column("shop", _("Shop"), lambda line: line.row.merchant.name if line.row.merchant else ""),
                    state(),
                    Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE),
                    number(
                        _("Number and day"), note=lambda line: moment_text(line.row.created_at, "day"), order="newest"
                    ),
                ],
                link=lambda line: reverse("infringements:detail", args=[line.row.ref]),
                nothing=_("There is no notice of or to you."),
                size=20,
                frame="base.html",
                template="infringements/list.html",
                test=("infringements", "infringement-line"),
            ),
            more=lambda asked: {"may_file": bool(asked.actor.parties)},
        )
    )
)
"""The notices that this reader gave as a right holder, and those against their shop."""


def _holder(line: Line[Infringement]) -> str:
    return public_name(line.row.holder, line.row.holder_name)


def _right(line: Line[Infringement]) -> str:
    row = line.row
    return capfirst(" · ".join(filter(None, (row.get_right_kind_display(), row.right_title, row.registration_no))))


def _result(line: Line[Infringement]) -> list[str]:
    row = line.row
    outcome = Outcome(row.outcome).label if row.outcome else ""
    found = (
        _("The notice was found to be: %(finding)s.") % {"finding": row.get_finding_display()} if row.finding else ""
    )
    return [str(capfirst(each)) for each in (row.get_state_display(), outcome, found) if each]


published = require_safe(
    page()(
        list_page(
            PUBLISHED.shown(
                title=_("Notices on intellectual property"),
                lede=_(
                    "What right holders notified, what merchants stated, and what came of it. A notice is what a right "
                    "holder says; only a court or an authority finds an infringement."
                ),
                columns=[
                    Column("right", _("The right"), _right),
                    Column("holder", _("Right holder"), _holder),
                    Column("shop", _("Shop"), lambda line: line.row.merchant.name if line.row.merchant else ""),
                    Column("received", _("Notice received"), lambda line: line.row.received_at, Kind.MOMENT),
                    Column("decided", _("Decided"), lambda line: line.row.decided_at, Kind.MOMENT, order="newest"),
                    Column("stated", _("Statement of no infringement"), lambda line: line.row.stated_at, Kind.MOMENT),
                    Column("result", _("Result"), _result, Kind.TEXTS),
                    Column("number", _("Number"), lambda line: line.row.number),
                    Column("ended", _("Ended"), lambda line: line.row.ended_at, Kind.MOMENT),
                ],
                nothing=_("Nothing is made public at present."),
                nothing_leads=("rules:list", _("Read the rules")),
                size=20,
                frame="base.html",
                test=("public-infringements", "public-infringement"),
            ),
            who=anybody,
        )
    )
)
"""Notices, statements and results, without what is personal. Open to everybody."""
