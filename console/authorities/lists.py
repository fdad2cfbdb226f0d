"""Matters of authorities, their seats, and every look by a seat."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authorities import queries
from authorities.lists import LOOKS, MATTERS, SEATS
from authorities.models import Matter, Page, Seat
from console.frame import OVERSEES, list_view
from surfaces.lists import Column, Kind, Line, coded, number, since, state, tabs_of
from surfaces.lists.words import in_columns

matters = list_view(
    MATTERS.shown(
        title=_("Matters of authorities"),
        lede=_("What authorities ask, order and hand over. One person drafts the answer, another sends it."),
        tabs=tabs_of(Matter, open="due", drafted="due"),
        search=in_columns("number", "office", "document_no"),
        searched=_("Search by number, office or document"),
        columns=[
            number(_("Matter")),
            coded("kind", _("Kind")),
            Column("office", _("Office"), lambda line: line.row.office, rank=1),
            Column("document", _("Document"), lambda line: line.row.document_no),
            Column("due", _("Answer due"), lambda line: line.row.due_at, Kind.DUE, order="due", on=["open", "drafted"]),
            state(),
            since(),
        ],
        link=lambda line: reverse("authorities:matter", args=[line.row.ref]),
        template="console/authorities/matters.html",
        test=("matters", "matter-row"),
    ),
    roles=OVERSEES,
)


def _reads(line: Line[Seat]) -> str:
    seat = line.row
    return f"{seat.case_number} ({seat.for_matter})" if seat.for_matter else ""


seats = list_view(
    SEATS.shown(
        title=_("Seats of authorities"),
        lede=_("Who reads for an authority, why and until when. One person proposes a seat, another signs it."),
        tabs=tabs_of(Seat),
        search=in_columns("number", "office", "name"),
        searched=_("Search by number, office or name"),
        columns=[
            number(_("Seat")),
            Column("office", _("Office"), lambda line: line.row.office, rank=1),
            Column("name", _("Name of the person"), lambda line: line.row.name),
            Column("until", pgettext_lazy("seat", "Until"), lambda line: line.row.until, Kind.MOMENT),
            Column("case", _("Case that is open"), _reads),
            state(),
            since(),
        ],
        link=lambda line: reverse("authorities:seat", args=[line.row.ref]),
        template="console/authorities/seats.html",
        test=("seats", "seat-row"),
    ),
    roles=OVERSEES,
)


looks = list_view(
    LOOKS.shown(
        title=_("Looks of authorities"),
        lede=_("Every page that was read by a seat, with its purpose. Each is an event of the ledger."),
        nothing=_("Nobody of an authority has looked at anything yet."),
        beside=lambda asked, rows: queries.seats_of(rows),
        columns=[
            Column("at", _("When"), lambda line: line.row.at, Kind.MOMENT),
            Column("who", _("Who"), lambda line: str(line.beside), rank=1),
            Column("page", _("What was read"), lambda line: Page(line.row.facts["page"]).label),
            Column("about", _("Quarter or case"), lambda line: line.row.facts["about"]),
            Column("matter", _("Matter"), lambda line: line.row.facts["matter"]),
            Column("purpose", pgettext_lazy("seat", "Purpose"), lambda line: line.beside.purpose, Kind.WORDS, 3),
        ],
        link=lambda line: reverse("authorities:seat", args=[line.row.case_ref]),
        template="console/authorities/looks.html",
        test=("looks", "look-row"),
    ),
    roles=OVERSEES,
)
